"""Decides what becomes of each endpoint in `strangler.toml`: a route, or a comment that says why it is none. Pure.

Django tries its patterns in order and looks at the path alone; the proxy tries the routes in order and looks at the
methods as well. For both to take the same decision

1. a pattern that is there twice becomes one route: Django never gets to the second, unless the first refuses a path
   that it matches, which the proxy cannot know;
2. a route names its methods only where no other pattern takes the same paths. Where one does, a method that the view
   does not answer would go on to the other's route, while Django stops at the first;
3. what stays on the monolith in any case is a route all the same where a route below it would take its paths.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from strangler_proxy.discover.answer import Answer, Endpoint
from strangler_proxy.discover.left_out import is_static, reasons_to_leave_out, takes_path, why_invalid
from strangler_proxy.discover.names import route_names
from strangler_proxy.discover.sample import sample_path
from strangler_proxy.routing.paths import Ambiguity, read_path

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""The methods that a route can name, in the order in which they are written."""

_ANY_PATH = "/no/project/has/such/a/path-0/"
"""What matches this is a catch-all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One endpoint, as it stands in the file."""

    endpoint: Endpoint
    name: str
    """The route's name."""
    methods: tuple[str, ...]
    """The methods that the route names; empty: every method."""
    notes: tuple[str, ...]
    """What a person who moves this route should mind, a sentence each."""
    left_out: str | None
    """Why there is no route for it, as a sentence; None: there is one."""


def lay_out(answer: Answer) -> tuple[Entry, ...]:
    """An entry for each endpoint of the project, in the order in which Django tries them."""
    reasons = reasons_to_leave_out(answer)
    routed = [endpoint for endpoint, reason in zip(answer.endpoints, reasons, strict=True) if reason is None]
    names = route_names(routed)
    takes = _takes(routed)
    entries = []
    position = 0
    for number, (endpoint, reason) in enumerate(zip(answer.endpoints, reasons, strict=True)):
        if reason is not None:
            catch_alls = [names[at] for at in range(position, len(routed)) if is_catch_all(routed[at])]
            notes = tuple(_notes_of_unwritten(endpoint, catch_alls))
            entries.append(Entry(endpoint=endpoint, name="", methods=(), notes=notes, left_out=reason))
            continue
        takers = [other for other in range(len(routed)) if position in takes[other]]
        overlaps = bool(takers or takes[position])
        known = _known_methods(endpoint)
        entries.append(
            Entry(
                endpoint=endpoint,
                name=names[position],
                methods=() if overlaps else known,
                notes=(
                    *[_taken_first(names[other]) for other in takers if other < position][:1],
                    *_notes_of_route(endpoint, answer.endpoints[number + 1 :], is_debug=answer.debug),
                    *([_takes_every_method(known)] if known and overlaps else []),
                ),
                left_out=None,
            )
        )
        position += 1
    return tuple(entries)


def _known_methods(endpoint: Endpoint) -> tuple[str, ...]:
    """The methods that a route of the endpoint can name; none when it would be all."""
    known = tuple(method for method in METHODS if method in (endpoint.methods or METHODS))
    return () if known == METHODS else known


def _notes_of_route(endpoint: Endpoint, below: Sequence[Endpoint], *, is_debug: bool) -> Iterator[str]:
    """What a person should mind who moves the endpoint, which `below` comes after."""
    if is_catch_all(endpoint):
        yield "Takes every path that no route above takes."
    if is_debug and is_static(endpoint):
        yield "Files that Django serves itself while DEBUG is on: leave them on the monolith."
    yield from endpoint.pattern.caveats
    sample = sample_path(endpoint.pattern.expression)
    if endpoint.may_refuse and any(takes_path(other, sample) for other in below):
        yield f"NOTE: {' and '.join(endpoint.may_refuse)} may refuse a path, and Django then goes on to those below."
        yield "The proxy cannot: moving this route moves such paths, too."
    if sample and isinstance(read := read_path(quote(sample).encode()), Ambiguity):
        yield f"NOTE: the path {read.value}; the proxy leaves such paths to the monolith, so they cannot be moved."


def _notes_of_unwritten(endpoint: Endpoint, catch_alls: Sequence[str]) -> Iterator[str]:
    """What a person should mind about an endpoint without a route, which the named catch-alls come after."""
    if catch_alls and (not endpoint.pattern.is_readable or why_invalid(endpoint)):
        yield f'NOTE: route "{catch_alls[0]}" below takes its paths: moving that one moves them, too.'


def is_catch_all(endpoint: Endpoint) -> bool:
    """Whether the endpoint takes any path there is."""
    return _matches(endpoint, _ANY_PATH)


def _taken_first(name: str) -> str:
    return f'Django tries "{name}" above first; it takes such paths, or some of them.'


def _takes_every_method(known: Sequence[str]) -> str:
    return f"The view answers {', '.join(known)}; the route takes every method, as the path decides."


def _takes(endpoints: Sequence[Endpoint]) -> list[set[int]]:
    """For each endpoint, the positions of the others whose sample path it takes.

    Found by one sample of each, so an overlap in rarer paths goes unseen.
    """
    samples = [sample_path(endpoint.pattern.expression) for endpoint in endpoints]
    return [
        {other for other, sample in enumerate(samples) if other != one and sample and _matches(endpoint, sample)}
        for one, endpoint in enumerate(endpoints)
    ]


def _matches(endpoint: Endpoint, path: str) -> bool:
    return re.search(endpoint.pattern.expression, path) is not None
