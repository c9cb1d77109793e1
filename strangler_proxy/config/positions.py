"""Where each key and value of a TOML text stands: for the line in a message, and for an edit that touches nothing else.

The text must already be known to be TOML; the scanner trusts it and keeps to finding ends.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from strangler_proxy.config.problem import KeyPath


class Written(Enum):
    """How a thing is written."""

    HEADER = "header"
    """A table or an item of a list of tables, by its `[header]`."""
    KEY = "key"
    """A value behind its key, or an item of a list."""
    DOTTED = "dotted"
    """A table that dotted keys open, as `canary.percent = 5` opens `canary`; it stands where the first one does."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one thing stands, as offsets in characters into the text."""

    start: int
    """First character of its key or header; of the value itself in a list."""
    value_start: int
    value_end: int
    """The value without what surrounds it; of a header, the header from bracket to bracket."""
    written: Written = Written.KEY


_KEY = re.compile(r""""(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]+""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_SPACE = re.compile(r"[ \t]*")
_SPACE_LINES_COMMENTS = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})' r"|'''.*?'''(?:'{0,2})" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_OTHER_VALUE = re.compile(r"[^,\]}#\r\n]*[^,\]}#\r\n\s]")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


class Positions:
    """The places of all keys and values of one text, by their path in the parsed document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[KeyPath, Place] = {}
        self._lists: dict[KeyPath, int] = {}
        self._scan()

    def line(self, at: KeyPath) -> int:
        """Return the line, from 1, of the key at `at`; when it is not there, of the nearest table around it."""
        while at and at not in self.places:
            at = at[:-1]
        return self.line_at(self.places[at].start) if at else 1

    def line_at(self, offset: int) -> int:
        """Return the line, from 1, of a character."""
        return bisect_right(self._line_starts, offset)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def _scan(self) -> None:
        header: KeyPath = ()
        position = 1 if self.text.startswith("\ufeff") else 0
        while True:
            position = self._skip(_SPACE_LINES_COMMENTS, position)
            if position >= len(self.text):
                return
            if self.text[position] == "[":
                header, position = self._header(position)
            else:
                position = self._pair(position, header)

    def _header(self, start: int) -> tuple[KeyPath, int]:
        """Take in `[a.b]` or `[[a.b]]`; a list of tables on the way means its last table."""
        is_list = self.text.startswith("[[", start)
        names, position = self._dotted_key(self._skip(_SPACE, start + (2 if is_list else 1)))
        end = self._skip(_SPACE, position) + (2 if is_list else 1)
        path: KeyPath = ()
        for name in names[:-1]:
            path = self._last((*path, name))
            self.places.setdefault(path, Place(start, start, end, Written.HEADER))
        path = (*path, names[-1])
        if is_list:
            self.places.setdefault(path, Place(start, start, end, Written.HEADER))
            self._lists[path] = self._lists.get(path, -1) + 1
            path = (*path, self._lists[path])
        self.places[path] = Place(start, start, end, Written.HEADER)
        return path, end

    def _last(self, path: KeyPath) -> KeyPath:
        index = self._lists.get(path)
        return path if index is None else (*path, index)

    def _pair(self, start: int, table: KeyPath) -> int:
        """Take in `a.b = value` in `table`; the tables that a dotted key opens get its place unless they have one."""
        names, position = self._dotted_key(start)
        value = self._skip(_EQUALS, position)
        path = (*table, *names)
        end = self._value(value, path)
        for depth in range(len(table) + 1, len(path)):
            self.places.setdefault(path[:depth], Place(start, value, end, Written.DOTTED))
        self.places[path] = Place(start, value, end)
        return end

    def _dotted_key(self, position: int) -> tuple[tuple[str, ...], int]:
        names: list[str] = []
        while match := _KEY.match(self.text, position):
            names.append(_unquoted(match[0]))
            dot = _DOT.match(self.text, match.end())
            if dot is None:
                return tuple(names), match.end()
            position = dot.end()
        raise AssertionError("the text is not TOML")

    def _value(self, start: int, path: KeyPath) -> int:
        """Take in the value at `start`, with what is in it, and return its end."""
        opening = self.text[start]
        if opening not in "[{":
            match = _STRING.match(self.text, start) or _OTHER_VALUE.match(self.text, start)
            assert match is not None, "the text is not TOML"
            return match.end()
        closing, index = "]" if opening == "[" else "}", 0
        position = self._skip(_SPACE_LINES_COMMENTS, start + 1)
        while self.text[position] != closing:
            if opening == "{":
                position = self._pair(position, path)
            else:
                item = (*path, index)
                end = self._value(position, item)
                self.places[item] = Place(position, position, end)
                position, index = end, index + 1
            position = self._skip(_SPACE_LINES_COMMENTS, position)
            if self.text[position] == ",":
                position = self._skip(_SPACE_LINES_COMMENTS, position + 1)
        return position + 1

    def _skip(self, pattern: re.Pattern[str], position: int) -> int:
        match = pattern.match(self.text, position)
        return match.end() if match else position


def _unquoted(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    if key[0] == '"':
        return _ESCAPE.sub(_unescaped, key[1:-1])
    return key


def _unescaped(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    return chr(int(digits, 16)) if digits else _ESCAPED.get(match[4], match[4])


_ROUTE_HEADER = re.compile(r"""^[ \t]*\[\[[ \t]*(?:routes|"routes"|'routes')[ \t]*\]\]""", re.MULTILINE)


def route_header_lines(text: str, count: int) -> list[int]:
    """Return the line, from 1, of each of the `count` routes of a TOML text, in order.

    1. Lines that begin with `[[routes]]` are found by one regular expression: milliseconds for thousands of routes.
    2. When there are not as many as routes, some are in a string or the routes are an inline list: scan in full.
    """
    lines, line, before = [], 1, 0
    for match in _ROUTE_HEADER.finditer(text):
        line += text.count("\n", before, match.end())
        before = match.end()
        lines.append(line)
    if len(lines) == count:
        return lines
    positions = Positions(text)
    return [positions.line(("routes", index)) for index in range(count)]
