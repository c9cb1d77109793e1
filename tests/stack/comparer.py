"""Waiting for the comparer of a running proxy, by what the proxy's metrics say."""

import time

import requests

SETTLED_SECONDS = 60
"""What the comparer gets to finish, in seconds, once traffic is over."""


def counted(metrics_url: str, metric: str) -> int:
    """What a counter of the proxy adds up to over all its labels."""
    page = requests.get(metrics_url, timeout=10).text
    lines = (line for line in page.splitlines() if line.startswith((f"{metric}{{", f"{metric} ")))
    return int(sum(float(line.rsplit(" ", 1)[1]) for line in lines))


def settle(metrics_url: str) -> int:
    """Waits until every capture that was made is compared or counted as not; returns how many were compared.

    It looks twice, as a worker hands captures over, and counts them, some milliseconds after the answer.
    """
    deadline = time.monotonic() + SETTLED_SECONDS
    before = None
    while True:
        time.sleep(0.1)
        seen = tuple(
            counted(metrics_url, f"strangler_{name}_total") for name in ("captures", "comparisons", "not_compared")
        )
        made, compared, left = seen
        if compared + left >= made and seen == before:
            return compared
        before = seen
        assert time.monotonic() < deadline, f"{made} captures made, {compared} compared, {left} not compared"


def wait_for_comparer(shadowed_url: str, metrics_url: str) -> None:
    """Returns once an exchange is compared; the comparer starts behind the workers and misses the first ones."""
    deadline = time.monotonic() + SETTLED_SECONDS
    while counted(metrics_url, "strangler_comparisons_total") == 0:
        assert time.monotonic() < deadline, "nothing is compared"
        requests.get(shadowed_url, timeout=10)
        time.sleep(0.2)
