"""Decides which endpoints get no route in `strangler.toml`, and says why. Pure.

An endpoint that stays on the monolith in any case gets a route all the same where one below would take its paths.
"""

import re
import sys
from collections.abc import Sequence
from functools import lru_cache

from strangler_proxy.discover.answer import Answer, Endpoint
from strangler_proxy.discover.pattern import same_language
from strangler_proxy.discover.sample import sample_path

STATIC_VIEWS = frozenset({"django.views.static.serve", "django.contrib.staticfiles.views.serve"})
"""What `static()` and `staticfiles_urlpatterns()` put into a URLconf while DEBUG is on."""

_NO_ROUTE = "no route, so the monolith answers, or the first route below that takes such paths."


def reasons_to_leave_out(answer: Answer) -> list[str | None]:
    """For each endpoint why there is no route for it, as a sentence; None: there is one."""
    seen: dict[str, Endpoint] = {}
    reasons: list[str | None] = []
    for number, endpoint in enumerate(answer.endpoints):
        key = same_language(endpoint.pattern.expression)
        if not endpoint.pattern.is_readable:
            reasons.append(f"{' and '.join(endpoint.may_refuse)} says by no expression what it matches: {_NO_ROUTE}")
        elif key in seen:
            reasons.append(_why_second(seen[key]))
        elif is_static(endpoint) and answer.debug and not _is_taken_by_one_of(answer.endpoints[number + 1 :], endpoint):
            reasons.append("Files that Django serves itself while DEBUG is on: no route, so the monolith answers.")
        else:
            reasons.append(why_invalid(endpoint))
        if endpoint.pattern.is_readable and (key not in seen or seen[key].may_refuse):
            seen[key] = endpoint
    return reasons


def _why_second(first: Endpoint) -> str:
    if not first.may_refuse:
        return f"Never reached: {first.view} has the same pattern above, and Django takes the first."
    return (
        f"Reached where {' and '.join(first.may_refuse)} refuses a path: {first.view} has the same pattern above. "
        "The route there stands for both."
    )


def _is_taken_by_one_of(others: Sequence[Endpoint], endpoint: Endpoint) -> bool:
    sample = sample_path(endpoint.pattern.expression)
    return any(takes_path(other, sample) for other in others)


def takes_path(endpoint: Endpoint, path: str | None) -> bool:
    """Whether the endpoint's expression, if it is valid, matches the path; a path that is not known might be any."""
    compiled = _compiled(endpoint.pattern.expression)
    return not isinstance(compiled, re.error) and (path is None or compiled.search(path) is not None)


def why_invalid(endpoint: Endpoint) -> str | None:
    """What this Python has against the expression; the project's own may be older, and have let it pass."""
    error = _compiled(endpoint.pattern.expression)
    if not isinstance(error, re.error):
        return None
    return f"Not a valid expression for Python {sys.version_info.major}.{sys.version_info.minor} ({error}): {_NO_ROUTE}"


@lru_cache(maxsize=8192)  # more than re keeps: each expression is held against the paths of all others
def _compiled(expression: str) -> re.Pattern[str] | re.error:
    try:
        return re.compile(expression)
    except re.error as error:
        return error


def is_static(endpoint: Endpoint) -> bool:
    """Whether Django itself sends files here."""
    return endpoint.view in STATIC_VIEWS
