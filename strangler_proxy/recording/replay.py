"""A recording asked again of a backend: what is asked, at which pace, and what came of each exchange."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.difference import Comparison, Difference, Kind
from strangler_proxy.compare.rules import Rules
from strangler_proxy.recording.ask import Ask, NoAnswer
from strangler_proxy.recording.exchange import Exchange
from strangler_proxy.recording.hold import hold
from strangler_proxy.recording.question import SAFE_METHODS, Question, question_of


class NotAsked(StrEnum):
    """Why an exchange of a recording was not asked again. It is never counted as equal."""

    METHOD = "method"
    """Neither GET nor HEAD, and asking others was not allowed."""
    REDACTED = "redacted"
    """What is private was taken out of its address or body, so it cannot be asked as it was."""
    OTHER_ROUTE = "other-route"
    """It is of a route that was not asked for."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One exchange that is asked, and how."""

    exchange: Exchange
    question: Question


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a recording is asked again."""

    asked: tuple[Planned, ...]
    not_asked: Counter[NotAsked]


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """What came of one exchange."""

    exchange: Exchange
    comparison: Comparison
    failure: str | None = None
    """Why a side gave no answer: then there is one difference, at `status`. None: both answered."""
    primary_ms: float
    candidate_ms: float | None


Redact = Callable[[Answer], Answer]
"""Takes what is private out of a fresh answer, as it was out of the recorded one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sides:
    """Who is asked, and how answers are held against each other."""

    candidate: Ask
    primary: Ask | None
    """Asked anew for the other answer; None: it is the recorded one."""
    rules_of: Callable[[Exchange], Rules]
    redact: Redact


def plan_replay(
    exchanges: Sequence[Exchange],
    *,
    routes: Collection[str] = (),
    unsafe: bool = False,
    fresh: Sequence[tuple[str, str]] = (),
) -> Plan:
    """What is asked: of these routes (empty: all), GET and HEAD alone unless `unsafe`, with `fresh` headers."""
    asked: list[Planned] = []
    not_asked: Counter[NotAsked] = Counter()
    for exchange in exchanges:
        if routes and exchange.route not in routes:
            not_asked[NotAsked.OTHER_ROUTE] += 1
        elif exchange.method not in SAFE_METHODS and not unsafe:
            not_asked[NotAsked.METHOD] += 1
        elif (question := question_of(exchange, fresh)) is None:
            not_asked[NotAsked.REDACTED] += 1
        else:
            asked.append(Planned(exchange, question))
    return Plan(tuple(asked), not_asked)


def replay(
    planned: Sequence[Planned], sides: Sides, *, concurrency: int, per_second: float | None
) -> Iterator[Replayed]:
    """Asks them all, in the recording's order, `concurrency` at once; yields each as it comes.

    With `per_second`, none is begun before its time.
    """
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="replay") as pool:
        running: set[Future[Replayed]] = set()
        for number, one in enumerate(planned):
            if per_second is not None:
                time.sleep(max(0.0, began + number / per_second - time.monotonic()))
            if len(running) >= concurrency:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
            running.add(pool.submit(replay_one, one, sides))
        for future in running:
            yield future.result()


def replay_one(planned: Planned, sides: Sides) -> Replayed:
    """Asks one exchange and compares."""
    exchange = planned.exchange
    try:
        primary, primary_ms = exchange.answer, exchange.duration_ms
        if sides.primary is not None:
            primary, primary_ms = _timed(sides.primary, planned.question)
            primary = sides.redact(primary)
    except NoAnswer as error:
        return _failed(exchange, None, f"the other backend: {error}", primary_ms)
    try:
        candidate, candidate_ms = _timed(sides.candidate, planned.question)
    except NoAnswer as error:
        return _failed(exchange, primary.status, str(error), primary_ms)
    return Replayed(
        exchange=exchange,
        comparison=hold(primary, sides.redact(candidate), sides.rules_of(exchange)),
        primary_ms=primary_ms,
        candidate_ms=candidate_ms,
    )


def _timed(ask: Ask, question: Question) -> tuple[Answer, float]:
    began = time.perf_counter()
    answer = ask(question)
    return answer, (time.perf_counter() - began) * 1000


def _failed(exchange: Exchange, status: int | None, why: str, primary_ms: float) -> Replayed:
    """No answer is a difference, at `status`, as for a candidate in shadow."""
    kind = Kind.ADDED if status is None else Kind.REMOVED
    return Replayed(
        exchange=exchange,
        comparison=Comparison((Difference("status", kind, status, None),)),
        failure=why,
        primary_ms=primary_ms,
        candidate_ms=None,
    )
