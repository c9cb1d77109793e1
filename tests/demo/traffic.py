"""Visitors of the shop: each with a session of their own, all asking all the time, every answer counted."""

import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.stack.visitor import Visitor

VISITORS = 40
"""Users with a session each, enough that ten percent of them are some."""
PAUSE_SECONDS = 0.5
"""What a visitor waits between two requests: some eighty requests a second in all, which a small machine takes."""


@dataclass(slots=True)
class Tally:
    """What was seen on the watched route since the last step."""

    by_backend: Counter[str] = field(default_factory=Counter)
    by_why: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    milliseconds: list[float] = field(default_factory=list)
    service_users: set[int] = field(default_factory=set)

    @property
    def requests(self) -> int:
        """Requests on the watched route."""
        return sum(self.by_backend.values())

    @property
    def median_ms(self) -> float:
        """Median time to the whole answer, in milliseconds."""
        return statistics.median(self.milliseconds) if self.milliseconds else 0.0


def answered_by(response: requests.Response) -> tuple[str, str]:
    """Backend and reason, as the answer's own `X-Strangler` header says them."""
    words = dict(
        part.strip().split("=", 1) for part in response.headers.get("X-Strangler", "").split(";") if "=" in part
    )
    return words.get("backend", "?"), words.get("why", "?")


class Traffic:
    """Runs the visitors in threads until `stop`; `take` gives the tally of what came since it was last called."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.product_ids = [product["id"] for product in self._products()]
        self.tally = Tally()
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.arrived = threading.Barrier(VISITORS + 1)
        self.threads = [threading.Thread(target=self._visit, args=(number,), daemon=True) for number in range(VISITORS)]

    def _products(self) -> Iterator[dict[str, Any]]:
        page = f"{self.url}/api/products/?available=on"
        while page:
            answer = requests.get(page, timeout=10).json()
            yield from answer["results"]
            page = answer["next"]

    def start(self) -> None:
        """Sends the visitors in, spread over one pause, and returns when each has a session."""
        for thread in self.threads:
            thread.start()
            time.sleep(PAUSE_SECONDS / VISITORS)
        self.arrived.wait()

    def take(self) -> Tally:
        """The tally since the last call."""
        with self.lock:
            tally, self.tally = self.tally, Tally()
        return tally

    def stop(self) -> None:
        """Sends the visitors home and waits for them."""
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _visit(self, number: int) -> None:
        chance = random.Random(number)
        visitor = Visitor(self.url)
        visitor.add_to_cart(chance.choice(self.product_ids))  # Django begins a session when there is something to keep
        session = visitor.http
        self.arrived.wait()
        while not self.over.is_set():
            path = f"/api/products/{chance.choice(self.product_ids)}/"
            began = time.perf_counter()
            try:
                response = session.get(self.url + path, timeout=10)
                good = response.status_code == 200
                backend, why = answered_by(response)
            except requests.RequestException:
                good, backend, why = False, "nobody", "failed"
            milliseconds = (time.perf_counter() - began) * 1000
            with self.lock:
                self.tally.by_backend[backend] += 1
                self.tally.by_why[why] += 1
                self.tally.failed += not good
                self.tally.milliseconds.append(milliseconds)
                if why == "canary-in":
                    self.tally.service_users.add(number)
            if chance.random() < 0.2:
                session.get(self.url + "/products/", timeout=10)
            self.over.wait(PAUSE_SECONDS)
