"""Plays cases against a target, many at once, and says what was wrong with each."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.conformance.backend import Backend, mark
from tests.conformance.checks import asks, closed, kept, kept_if_answered
from tests.conformance.client import converse
from tests.conformance.model import Act, Case, Check, Listener, Observed

_AT_ONCE = 24
_SLOW_SECONDS = 8.0
"""A case that may take longer waits for a time-out: it runs beside all others."""

_SETTLE_SECONDS = 0.2
"""After the last case: what was sent to the backend against the rules has arrived by then."""

Addresses = dict[Listener, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Result:
    """What was wrong with a case, by whose rules."""

    case: Case
    wrong: tuple[str, ...]
    """Against the standard."""
    wrong_ours: tuple[str, ...]
    """Against our stricter reading; empty where that was not asked for."""
    seen: Observed


async def run(backend: Backend, addresses: Addresses, cases: Sequence[Case], *, ours: bool) -> list[Result]:
    """All cases whose listener the target has, in order; `ours`: the stricter checks as well."""
    turns = asyncio.Semaphore(_AT_ONCE)
    chosen = [case for case in cases if case.listener in addresses and (ours or case.expect)]
    for number, case in enumerate(chosen):
        backend.cases[mark(number)] = (case, Observed())

    async def play(number: int, case: Case) -> None:
        checks = case.expect + case.ours if ours else _by_the_standard(case)
        seen = backend.cases[mark(number)][1]
        try:
            await converse(
                case,
                mark(number),
                addresses[case.listener],
                seen,
                probes=asks(checks, kept) or asks(checks, kept_if_answered),
                awaits_end=asks(checks, closed),
            )
        except OSError as error:
            seen.fault = f"no connection: {error}"

    patient = [(number, case) for number, case in enumerate(chosen) if case.seconds > _SLOW_SECONDS]
    slow = [asyncio.create_task(play(number, case)) for number, case in patient]

    async def play_in_turn(number: int, case: Case) -> None:
        async with turns:
            await play(number, case)

    together = [(n, case) for n, case in enumerate(chosen) if case.seconds <= _SLOW_SECONDS and not _plays_alone(case)]
    await asyncio.gather(*(play_in_turn(number, case) for number, case in together))
    for number, case in enumerate(chosen):
        if _plays_alone(case):
            await play(number, case)
            await _quiet(backend)
    await asyncio.gather(*slow)
    await asyncio.sleep(_SETTLE_SECONDS)
    results = []
    for number, case in enumerate(chosen):
        seen = backend.cases[mark(number)][1]
        expect = case.expect if ours else _by_the_standard(case)
        wrong = tuple(said for check in expect if (said := check(seen)))
        wrong_ours = tuple(said for check in case.ours if (said := check(seen))) if ours else ()
        results.append(Result(case, wrong, wrong_ours, seen))
    backend.cases.clear()
    return results


async def _quiet(backend: Backend) -> None:
    """Waits until no reply is under way and the proxy knows of the connections that ended."""
    for _ in range(100):
        await asyncio.sleep(0.02)
        if not backend.busy:
            break


def _plays_alone(case: Case) -> bool:
    return case.alone or any(act in steps for steps in case.replies for act in (Act.CLOSE, Act.RESET))


def _by_the_standard(case: Case) -> tuple[Check, ...]:
    """A case's checks as the standard has them: any server may close a connection whenever it has answered."""
    return tuple(kept_if_answered if check is kept else check for check in case.expect)
