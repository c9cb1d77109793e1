"""From one capture to one comparison: the candidate is asked, its answer held against the primary.

1. The service is asked; at the same time, for a share of the captures, the monolith is asked again, to learn its noise.
2. The candidate is held against the primary, and the secondary too.
3. Where they differ and the route says `recheck`, both are asked once more a moment later, without conditions, and held
   against one another. Only what differs there too counts: the rest was a change on its way to a replica, or between
   the two requests. Differences that have proven to stay are believed without that.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.capture import Capture
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.difference import Comparison, Difference, Kind, NoteKind
from strangler_proxy.compare.rules import Rules
from strangler_proxy.routing.canary import is_sampled
from strangler_proxy.shadow.address import address_of
from strangler_proxy.shadow.asking import Asked
from strangler_proxy.shadow.candidate_request import is_conditional, request_of
from strangler_proxy.shadow.epoch import epoch_of, version_in
from strangler_proxy.shadow.plan import Reach, Shadowed
from strangler_proxy.shadow.rechecking import Rechecking
from strangler_proxy.shadow.record import Compared
from strangler_proxy.shadow.sample import sample_of
from strangler_proxy.shadow.sampling import Sampling
from strangler_proxy.shadow.shape import Shapes, routed, shape_of
from strangler_proxy.shadow.told_apart import one_of_each_group

RECHECK_SECONDS = 0.1
"""Seconds before both are asked again: replicas lag by less mostly."""

_NOISE = "noise "
"""Before the request's id, so that the share asked twice is another one than the captured share."""


def primary_of(capture: Capture) -> Answer:
    """The answer that the user got."""
    whole = capture.response_body_size == len(capture.response_body)
    return Answer(
        status=capture.status,
        headers=capture.response_headers,
        body=capture.response_body,
        body_size=None if whole else capture.response_body_size,
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What earlier comparisons leave behind for the later ones."""

    shapes: Shapes = field(default_factory=Shapes)
    samples: Sampling = field(default_factory=Sampling)
    rechecks: Rechecking = field(default_factory=Rechecking)


async def compared(capture: Capture, shadowed: Shadowed, seen: Seen) -> Compared:
    """The comparison of a capture of a route, what is private taken out.

    Raises:
        OSError: this side lacked what it takes to ask.
    """
    primary, route, redactor = primary_of(capture), shadowed.route, shadowed.redactor
    noise_percent = route.compare.noise_percent
    asked_twice = noise_percent > 0 and is_sampled(_NOISE + capture.request_id, noise_percent)
    if asked_twice:
        asked, secondary = await asyncio.gather(_ask(shadowed.candidate, capture), _ask(shadowed.monolith, capture))
    else:
        asked, secondary = await _ask(shadowed.candidate, capture), None
    answer = asked.answer
    if answer is not None:
        shadowed.candidate.version = version_in(answer.headers, shadowed.candidate.backend.version_header)
    today = datetime.now(UTC).date()
    rules = shadowed.rules.on(today)
    epoch = epoch_of(route, rules, shadowed.candidate.version)
    outcome = _outcome(primary, asked, rules, capture)
    first = outcome.differences
    if first and asked.failure is None and route.compare.recheck and seen.rechecks.wants(epoch, first, monotonic()):
        staying = await _staying(first, capture, shadowed, rules)
        seen.rechecks.looked(epoch, first, staying, monotonic())
        outcome = _Outcome(staying, outcome.not_seen, outcome.excused)
    noise = None
    if secondary is not None and secondary.answer is not None:
        again = compare(primary, secondary.answer, shadowed.noise_rules.on(today)).differences
        noise = redactor.differences(one_of_each_group(again))
    sample = None
    if outcome.differences and seen.samples.wants(epoch, outcome.differences, monotonic()):
        sample = sample_of(capture, primary, answer, redactor)
    found = routed(capture.target, shadowed.match, shadowed.append_slash)
    return Compared(
        route=route.name,
        epoch=epoch,
        at=capture.started,
        shape=seen.shapes.known(route.name, shape_of(capture, found)),
        address=None if found is None else address_of(found.string, shadowed.address_key),
        primary_status=capture.status,
        candidate_status=None if answer is None else answer.status,
        failure=asked.failure,
        primary_ms=capture.duration_ms,
        candidate_ms=None if answer is None else asked.milliseconds,
        differences=redactor.differences(one_of_each_group(outcome.differences)),
        noise=noise,
        not_seen=outcome.not_seen,
        rechecked=len(outcome.differences) < len(first),
        excused=outcome.excused,
        sample=sample,
    )


@dataclass(frozen=True, slots=True)
class _Outcome:
    differences: tuple[Difference, ...]
    not_seen: bool
    excused: tuple[str, ...]


def _outcome(primary: Answer, asked: Asked, rules: Rules, capture: Capture) -> _Outcome:
    if asked.answer is None:
        return _Outcome((Difference("status", Kind.REMOVED, primary.status, None),), False, ())
    if hides_a_body(primary, asked.answer, capture):
        return _Outcome((), True, ())
    found = compare(primary, asked.answer, rules)
    return _Outcome(found.differences, _not_seen(found), tuple(dict.fromkeys(one.rule for one in found.excused)))


def hides_a_body(primary: Answer, candidate: Answer, capture: Capture) -> bool:
    """Whether the user's own copy spoke for the primary, and the candidate sent its whole answer.

    The validators (ETag, Last-Modified) that a browser kept are the monolith's, and a service makes others: 304 or a
    part on one side against the whole on the other says nothing about the content. It was not seen.
    """
    return primary.status in (304, 206) and candidate.status == 200 and is_conditional(capture.request_headers)


async def _staying(
    first: tuple[Difference, ...], capture: Capture, shadowed: Shadowed, rules: Rules
) -> tuple[Difference, ...]:
    """Of the differences, those that are there again when both are asked once more; all when one of them fails."""
    await asyncio.sleep(RECHECK_SECONDS)
    monolith, candidate = await asyncio.gather(
        _ask(shadowed.monolith, capture, unconditional=True), _ask(shadowed.candidate, capture, unconditional=True)
    )
    if monolith.answer is None or candidate.answer is None:
        return first
    again = compare(monolith.answer, candidate.answer, rules)
    if _not_seen(again):
        return first
    places = {(one.path, one.kind) for one in again.differences}
    return tuple(one for one in first if (one.path, one.kind) in places)


async def _ask(reach: Reach, capture: Capture, *, unconditional: bool = False) -> Asked:
    return await reach.ask(
        request_of(capture, unconditional=unconditional),
        to_head=capture.method == "HEAD",
        primary_bytes=capture.response_body_size,
    )


def _not_seen(found: Comparison) -> bool:
    return any(note.kind is NoteKind.NOT_COMPARED for note in found.notes)
