"""The rule that every route can be reached: no route above it takes all of its requests."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from strangler_proxy.config.errors import Code
from strangler_proxy.config.problem import OTHER, Draft, Entry, Problem

_PARAMETER = re.compile(r"<(?:([^>:]+):)?[^>]+>")


def every_route_is_reached(draft: Draft) -> Iterator[Problem]:
    """No route stands below one of the same path that asks for nothing more.

    1. Only routes of one path (parameters' names aside) or one regex are held against each other.
    2. The upper route takes all of the lower one's requests when its methods, hosts and headers each do.

    Routes whose paths merely overlap are not compared: no regular expression is held against another here.
    """
    above: dict[tuple[str, str], list[Entry]] = {}
    for route in draft.routes:
        place = _place(route.table)
        if place is None:
            continue
        upper = next((other for other in above.get(place, ()) if _covers(other.table, route.table)), None)
        if upper is not None:
            yield Problem(
                code=Code.UNREACHABLE_ROUTE,
                at=route.at,
                what=f"{route.label} is never reached: {upper.label} on {OTHER} takes all of its requests.",
                remedy="Put it above that one, narrow that one by methods, hosts or headers, or remove one of the two.",
                other=upper.at,
            )
        above.setdefault(place, []).append(route)


def _place(route: Mapping[str, Any]) -> tuple[str, str] | None:
    path = route.get("path")
    if path is not None:
        return "path", _PARAMETER.sub(_converter, path) if "<" in path else path
    regex = route.get("regex")
    return None if regex is None else ("regex", regex)


def _converter(parameter: re.Match[str]) -> str:
    return f"<{parameter[1] or 'str'}>"


def _covers(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> bool:
    return (
        _methods_cover(upper.get("methods"), lower.get("methods"))
        and _hosts_cover(upper.get("hosts"), lower.get("hosts"))
        and _headers_cover(upper.get("headers", {}), lower.get("headers", {}))
    )


def _methods_cover(upper: list[str] | None, lower: list[str] | None) -> bool:
    return upper is None or (lower is not None and set(lower) <= set(upper))


def _hosts_cover(upper: list[str] | None, lower: list[str] | None) -> bool:
    if upper is None or lower is None:
        return upper is None
    return all(any(_host_covers(wide.lower(), narrow.lower()) for wide in upper) for narrow in lower)


def _host_covers(wide: str, narrow: str) -> bool:
    return wide == narrow or (wide.startswith("*.") and narrow.endswith(wide[1:]))


def _headers_cover(upper: Mapping[str, str], lower: Mapping[str, str]) -> bool:
    asked = {name.lower(): value for name, value in lower.items()}
    return all(
        name.lower() in asked and (value == "*" or value == asked[name.lower()]) for name, value in upper.items()
    )
