"""Decides what becomes of each endpoint in `strangler.toml`: a route, or a comment that says why it is none. Pure.

Django tries its patterns in order and looks at the path alone; the proxy tries the routes in order and looks at the
methods as well. For both to take the same decision

1. a pattern that is there twice becomes one route: Django never gets to the second;
2. a route names its methods only where no other pattern takes the same paths. Where one does, a method that the view
   does not answer would go on to the other's route, while Django stops at the first.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from strangler_proxy.discover.answer import Answer, Endpoint
from strangler_proxy.discover.names import route_names
from strangler_proxy.discover.pattern import same_language
from strangler_proxy.discover.sample import sample_path

STATIC_VIEWS = frozenset({"django.views.static.serve", "django.contrib.staticfiles.views.serve"})
"""What `static()` and `staticfiles_urlpatterns()` put into a URLconf while DEBUG is on."""

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
    reasons = _reasons_to_leave_out(answer)
    routed = [endpoint for endpoint, reason in zip(answer.endpoints, reasons, strict=True) if reason is None]
    names = dict(zip(map(id, routed), route_names(routed), strict=True))
    takes = _takes(routed)
    entries = []
    position = 0
    for endpoint, reason in zip(answer.endpoints, reasons, strict=True):
        if reason is not None:
            entries.append(Entry(endpoint=endpoint, name="", methods=(), notes=(), left_out=reason))
            continue
        takers = [other for other in range(len(routed)) if position in takes[other]]
        overlaps = bool(takers or takes[position])
        notes = [_taken_first(names[id(routed[other])]) for other in takers if other < position][:1]
        if is_catch_all(endpoint):
            notes.append("Takes every path that no route above takes.")
        known = tuple(method for method in METHODS if method in (endpoint.methods or METHODS))
        if known == METHODS:
            known = ()
        if known and overlaps:
            notes.append(f"The view answers {', '.join(known)}; the route takes every method, as the path decides.")
        entries.append(
            Entry(
                endpoint=endpoint,
                name=names[id(endpoint)],
                methods=() if overlaps else known,
                notes=tuple(notes),
                left_out=None,
            )
        )
        position += 1
    return tuple(entries)


def is_catch_all(endpoint: Endpoint) -> bool:
    """Whether the endpoint takes any path there is."""
    return _matches(endpoint, _ANY_PATH)


def is_static(endpoint: Endpoint) -> bool:
    """Whether Django itself sends files here."""
    return endpoint.view in STATIC_VIEWS


def _reasons_to_leave_out(answer: Answer) -> list[str | None]:
    seen: dict[str, Endpoint] = {}
    reasons: list[str | None] = []
    for endpoint in answer.endpoints:
        first = seen.setdefault(same_language(endpoint.pattern.expression), endpoint)
        if first is not endpoint:
            reasons.append(f"Never reached: {first.view} has the same pattern above, and Django takes the first.")
        elif is_static(endpoint) and answer.debug:
            reasons.append("Files that Django serves itself while DEBUG is on: no route, so the monolith answers.")
        else:
            reasons.append(_why_invalid(endpoint))
    return reasons


def _why_invalid(endpoint: Endpoint) -> str | None:
    """What this Python has against the expression; the project's own may be older, and have let it pass."""
    try:
        re.compile(endpoint.pattern.expression)
    except re.error as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return f"Not a valid expression for Python {version} ({error}): no route, so the monolith answers."
    return None


def _taken_first(name: str) -> str:
    return f'Django tries "{name}" above first; it takes such paths, or some of them.'


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
