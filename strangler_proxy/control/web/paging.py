"""Long lists a page at a time. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list."""

    number: int
    """From 1."""
    pages: int
    total: int
    first: int
    """Index of its first item."""
    last: int
    """Index behind its last one."""


def page_of(total: int, size: int, wanted: object) -> Paging:
    """The page called `wanted`; the nearest one there is when there is none of that number."""
    pages = max(1, -(-total // size))
    text = str(wanted or "")
    number = min(max(int(text) if text.isdecimal() and text.isascii() and len(text) < 9 else 1, 1), pages)
    return Paging(number, pages, total, (number - 1) * size, min(number * size, total))


def numbered(paging: Paging, query: Mapping[str, str]) -> dict[str, Any]:
    """Its JSON form, with the query strings of the pages beside it."""
    rest = {key: value for key, value in query.items() if key != "page" and value}

    def address(number: int) -> str | None:
        return f"?{urlencode({**rest, 'page': number})}" if 1 <= number <= paging.pages else None

    return {
        "number": paging.number,
        "pages": paging.pages,
        "total": paging.total,
        "first": paging.first + 1 if paging.total else 0,
        "last": paging.last,
        "previous": address(paging.number - 1),
        "next": address(paging.number + 1),
    }
