"""Absolute URLs of either backend, and the order of a query."""

import re

from strangler_proxy.compare.normalise.normaliser import Example, Normaliser

LONGEST_URL = 4096
"""Characters up to which a text is taken for a URL; servers refuse longer ones."""
_URL = re.compile(r"(?:<backend>|/|https?://)[^\s\"'<>]*\?[^\s\"'<>]+")


def fold_backend(text: str, name: str, base: re.Pattern[str] | None) -> str:
    """Put a mark in place of the side's own base URL; the path after it stays."""
    return text if base is None or "://" not in text else base.sub("<backend>", text)


def fold_query_order(text: str, name: str, base: re.Pattern[str] | None) -> str:
    """Sort the parameters of a URL by name; values of one name keep their order."""
    if "?" not in text or len(text) > LONGEST_URL or _URL.fullmatch(text) is None:
        return text
    url, mark, fragment = text.partition("#")
    path, _, query = url.partition("?")
    return f"{path}?{'&'.join(sorted(query.split('&'), key=lambda pair: pair.partition('=')[0]))}{mark}{fragment}"


BACKEND_URLS = Normaliser(
    name="backend-urls",
    explains="An absolute URL (pagination's next and previous, HyperlinkedModelSerializer's url, Location, Link, href) "
    "that begins with its own backend's base URL or with the site's public one: both mean the same place behind "
    "the proxy. Only the base is set aside; path and query count, and a relative URL against an absolute one does.",
    equal=(
        Example(
            "http://127.0.0.1:8001/api/products/?page=2", "http://127.0.0.1:8002/api/products/?page=2", "json:next"
        ),
        Example("http://127.0.0.1:8001/login/", "http://127.0.0.1:8002/login/", "header:location"),
    ),
    differ=(
        Example(
            "http://127.0.0.1:8001/api/products/?page=2", "http://127.0.0.1:8002/api/products/?page=3", "json:next"
        ),
        Example("http://127.0.0.1:8001/api/", "/api/", "json:url"),
        Example("http://127.0.0.1:8001/", "http://127.0.0.1:80021/", "json:url"),
    ),
    fold=fold_backend,
)
QUERY_ORDER = Normaliser(
    name="query-order",
    explains="A URL whose query has the same parameters in another order: a QueryDict reads it the same. Values of one "
    "name keep their order.",
    equal=(Example("/api/products/?page=2&size=10", "/api/products/?size=10&page=2", "json:next"),),
    differ=(Example("/api/products/?tag=a&tag=b", "/api/products/?tag=b&tag=a", "json:next"),),
    fold=fold_query_order,
)
