"""The kind of a request, for coverage: evidence from one kind says little about another. Pure.

`GET pk=number ?page,sort logged-in 200`: method, the path's parameters with rough classes of their values, the keys of
the query, anonymous or logged in, and the status that the user got. No value of a user is in it.
"""

import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl

from strangler_proxy.compare.capture import Capture
from strangler_proxy.routing.paths import Ambiguity, read_path

Match = Callable[[str], re.Match[str] | None]

_CLASSES = (
    ("nothing", re.compile(r"")),
    ("zero", re.compile(r"0+")),
    ("number", re.compile(r"[0-9]{1,9}")),
    ("long-number", re.compile(r"[0-9]+")),
    ("uuid", re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("date", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")),
    ("word", re.compile(r"[A-Za-z]+")),
    ("slug", re.compile(r"[A-Za-z0-9_-]+")),
    ("path", re.compile(r".*/.*", re.DOTALL)),
)
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.\[\]-]{0,31}")
_MOST_KEYS = 8
_MOST_SHAPES = 200
"""Different shapes of one route; anybody can make up keys of a query, and coverage is read by people."""

OTHER = "other"


def routed(target: bytes, match: Match, append_slash: bool = True) -> re.Match[str] | None:
    """How the path of a target matches the route, percent-decoded, with the slash that Django appends; None: it does
    not, as the route is another one by now."""
    path = read_path(target)
    if isinstance(path, Ambiguity):
        return None
    found = match(path)
    if found is None and append_slash and not path.endswith("/"):
        found = match(path + "/")
    return found


def shape_of(capture: Capture, found: re.Match[str] | None) -> str:
    """The kind of a captured request, whose path was `routed` like that."""
    parts = [capture.method, *_parameters(found)]
    keys = _query_keys(capture.target)
    if keys:
        parts.append("?" + ",".join(keys))
    parts.append("logged-in" if is_logged_in(capture.request_headers) else "anonymous")
    parts.append(str(capture.status))
    return " ".join(parts)


def is_logged_in(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether the request carries a session of Django's or an `Authorization`."""
    for name, value in headers:
        lower = name.lower()
        if lower == b"authorization":
            return True
        if lower == b"cookie" and any(part.strip().startswith(b"sessionid=") for part in value.split(b";")):
            return True
    return False


class Shapes:
    """The shapes seen of each route; beyond `_MOST_SHAPES` of one they are called `other`."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}

    def known(self, route: str, shape: str) -> str:
        """The shape, or `other`."""
        seen = self._seen.setdefault(route, set())
        if shape not in seen:
            if len(seen) >= _MOST_SHAPES:
                return OTHER
            seen.add(shape)
        return shape


def _parameters(found: re.Match[str] | None) -> list[str]:
    if found is None:
        return []
    named = found.groupdict()
    if named:
        return [f"{name}={_class_of(value)}" for name, value in named.items()]
    return [_class_of(value) for value in found.groups()]


def _class_of(value: str | None) -> str:
    if value is None:
        return "nothing"
    return next((name for name, pattern in _CLASSES if pattern.fullmatch(value)), "text")


def _query_keys(target: bytes) -> list[str]:
    _, _, query = target.decode("latin-1").partition("?")
    if not query:
        return []
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return ["…"]
    keys = sorted({key if _KEY.fullmatch(key) else "…" for key, _ in pairs})
    return keys if len(keys) <= _MOST_KEYS else [*keys[:_MOST_KEYS], "…"]
