"""Gives each endpoint the name of its route: readable, unique, and the same on every run. Pure."""

import re
import unicodedata
from collections.abc import Sequence

from strangler_proxy.discover.answer import Endpoint

_GROUP = re.compile(r"\((?:\?P<(?P<name>\w+)>|\?[aiLmsux]*[:>])?[^()]*\)")
_CLASS_OR_ANCHOR = re.compile(r"\[\^?\]?[^\]]*\]|\\[AZbBdDsSwW]")
_FORMAT_SUFFIX = re.compile(r"\(\?P<format>|<[^>]*:format>|<format>")
"""The parameter that Django REST framework's `format_suffix_patterns` adds (`products.json`)."""


def route_names(endpoints: Sequence[Endpoint]) -> list[str]:
    """A name for each endpoint, in the same order.

    It is the URL's name with its namespaces (`catalogue:detail` → `catalogue-detail`), else made from the path. Of
    several that would be called the same, the first keeps the name, one with a format suffix gets `-format`, and the
    others are numbered from 2.
    """
    taken: set[str] = set()
    names = []
    for endpoint in endpoints:
        name = _unused(_wanted(endpoint), endpoint, taken)
        taken.add(name)
        names.append(name)
    return names


def _wanted(endpoint: Endpoint) -> str:
    return _slug(endpoint.full_name or "") or _slug(_words(endpoint.pattern.expression)) or "root"


def _unused(wanted: str, endpoint: Endpoint, taken: set[str]) -> str:
    if wanted in taken and _FORMAT_SUFFIX.search(endpoint.pattern.expression):
        wanted = f"{wanted}-format"
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name


def _slug(text: str) -> str:
    """`text` in small ASCII letters and digits, with one dash between words."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _words(expression: str) -> str:
    """What an expression says in words: its literal text, and the names of its groups in their places."""
    words = _CLASS_OR_ANCHOR.sub("", expression)
    while (fewer := _GROUP.sub(lambda group: f" {group['name'] or ''} ", words)) != words:
        words = fewer
    return words
