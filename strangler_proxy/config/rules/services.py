"""The rules of `stage` and `service`, the same for routes and tasks."""

from collections.abc import Iterator

from strangler_proxy.config.errors import Code
from strangler_proxy.config.model import MONOLITH
from strangler_proxy.config.problem import Draft, Entry, Problem
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.words import did_you_mean, quoted

_STAGES = frozenset(Stage)


def stage_is_known(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`stage` is one of the five."""
    stage = entry.table["stage"]
    if stage not in _STAGES:
        yield Problem(
            code=Code.UNKNOWN_STAGE,
            at=(*entry.at, "stage"),
            what=f"unknown stage {quoted(stage)} of {entry.label}.",
            remedy=f"{did_you_mean(stage, Stage)}Known are {', '.join(Stage)}.",
        )


def stage_has_its_service(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Every stage but `monolith` has a service."""
    stage = entry.table["stage"]
    if stage in _STAGES and stage != Stage.MONOLITH and "service" not in entry.written:
        yield Problem(
            code=Code.NO_SERVICE,
            at=(*entry.at, "stage"),
            what=f"{entry.label} is in stage {stage} and has no service.",
            remedy='Say which backend takes it over, e.g. service = "catalog", or write stage = "monolith".',
        )


def service_is_a_backend(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`service` is a backend, and not the monolith."""
    service = entry.table["service"]
    at = (*entry.at, "service")
    if service == MONOLITH:
        yield Problem(
            code=Code.SERVICE_IS_MONOLITH,
            at=at,
            what=f"the service of {entry.label} is the monolith itself.",
            remedy='Leave service out and write stage = "monolith", or name the backend that takes it over.',
        )
    elif service not in draft.backends and ("backends" in draft.top.table or "backends" not in draft.top.written):
        others = [name for name in draft.backends if name != MONOLITH]
        known = f"Known are {', '.join(others)}; add" if others else "Add"
        yield Problem(
            code=Code.UNKNOWN_SERVICE,
            at=at,
            what=f"unknown service {quoted(service)} of {entry.label}.",
            remedy=f"{did_you_mean(service, others)}{known} another as [backends.NAME] with its urls.",
        )
