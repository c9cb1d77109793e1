"""A config, a store with comparisons in it, and the command run on both in this process."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.proxy.state import state_directory
from strangler_proxy.shadow.record import CandidateFailure, Compared, Left, Sample
from tests.unit.cli.conftest import Run, config, run

__all__ = ["config", "run"]

Record = Callable[..., None]
JSON = ((b"Content-Type", b"application/json"),)


def json_answer(body: Any, status: int = 200, *headers: tuple[bytes, bytes]) -> Answer:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=status, headers=(*JSON, *headers), body=text)


def compared(
    primary: Answer, candidate: Answer | None, *, target: str = "/api/products/7/", noise: Answer | None = None
) -> Compared:
    """What the comparer records of one exchange."""
    differences: tuple[Difference, ...] = (
        (Difference("status", Kind.REMOVED, primary.status, None),)
        if candidate is None
        else compare(primary, candidate).differences
    )
    return Compared(
        route="product-detail",
        epoch="e1",
        at=time.time(),
        shape="int",
        primary_status=primary.status,
        candidate_status=None if candidate is None else candidate.status,
        failure=CandidateFailure.TIMED_OUT if candidate is None else None,
        primary_ms=10.0,
        candidate_ms=None if candidate is None else 20.0,
        differences=differences,
        noise=None if noise is None else compare(primary, noise).differences,
        sample=Sample(
            method="GET",
            target=target,
            request_headers=((b"Host", b"shop.example"),),
            request_body=b"",
            primary=primary,
            candidate=candidate,
        )
        if differences
        else None,
    )


@pytest.fixture
def record(config: Path, run: Run) -> Iterator[Record]:
    """Puts comparisons, and captures that were not compared, into the store of the config."""
    from strangler_proxy.control.setup import ready

    ready(state_directory(config), {})

    def call(comparisons: Sequence[Compared] = (), left: Sequence[Left] = ()) -> None:
        from strangler_proxy.control.record import DjangoStore

        DjangoStore().record(comparisons, left)

    yield call
    from django.db import connections

    connections.close_all()
