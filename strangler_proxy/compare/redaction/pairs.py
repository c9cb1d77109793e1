"""URL-encoded pairs without private data: queries, forms, and the URLs in which they stand."""

from collections.abc import Callable
from urllib.parse import quote_plus, unquote, unquote_plus

from strangler_proxy.compare.redaction.mark import Marker
from strangler_proxy.compare.redaction.names import is_telling
from strangler_proxy.compare.redaction.texts import Texts

IsPrivate = Callable[[str, int], bool]
"""Name, and how many of that name came before → whether the config says that it is private."""


_ERRORS = "surrogateescape"
"""Bytes that are no UTF-8 stay what they are."""


def clean_pairs(text: str, marker: Marker, texts: Texts, is_private: IsPrivate) -> str:
    """`name=value&…` with marks; a pair in which nothing is private stays as it was written."""
    counts: dict[str, int] = {}
    pieces = []
    for pair in text.split("&"):
        name, equals, value = pair.partition("=")
        plain = _plain(name)
        count = counts[plain] = counts.get(plain, -1) + 1
        if is_telling(plain) or is_private(plain, count):
            kept = _plain(value)
            value = value if marker.mark(kept) == kept else marker.mark(kept)
        else:
            value = _rewritten(value, texts)
        pieces.append(f"{_rewritten(name, texts)}{equals}{value}")
    return "&".join(pieces)


def clean_target(target: str, marker: Marker, texts: Texts, is_private: IsPrivate) -> str:
    """A request's target (path and query, or a whole URL) with marks."""
    path, mark, query = target.partition("?")
    kept = "/".join(_segment(part, texts) for part in path.split("/"))
    return f"{kept}{mark}{clean_pairs(query, marker, texts, is_private)}" if mark else kept


def _rewritten(written: str, texts: Texts) -> str:
    plain = _plain(written)
    cleaned = texts.clean(plain)
    return written if cleaned == plain else quote_plus(cleaned, errors=_ERRORS)


def _segment(written: str, texts: Texts) -> str:
    plain = unquote(written, errors=_ERRORS)
    cleaned = texts.clean(plain)
    return written if cleaned == plain else quote_plus(cleaned, errors=_ERRORS)


def _plain(written: str) -> str:
    return unquote_plus(written, errors=_ERRORS)
