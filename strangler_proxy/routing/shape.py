r"""What every path that a regular expression matches must have in common: the heads of some of its segments.

A path's segments are what `path.split("/")` gives; the head of a segment is its text before the first dot, so that
`products.json` and `products` are found in one place. `^/api/(?P<pk>[0-9]+)/lines/\Z` has the shape
`("", "api", None, "lines", "")`: the None stands for a segment whose head can be anything.

The shape only narrows a search, so whatever is not surely understood counts as unknown. The expression is read from
the left as long as each part either is literal text or cannot match a slash. An expression with alternatives at the top
level, with flags, or not bound to the path's beginning has the empty shape.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from strangler_proxy.config.expression import compiled_quietly

Shape = tuple[str | None, ...]

_TOKEN = re.compile(
    r"""(?P<escape>\\.)
    |(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    |(?P<open>\((?:\?(?:P<\w+>|:|P=|=|!|<=|<!))?)(?P<flags>\?)?
    |(?P<close>\))
    |(?P<repeat>[*+?]|\{[0-9]*,?[0-9]*\})
    |(?P<char>.)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN_GROUP = re.compile(r"\((?:\?:|\?P<\w+>)?\Z")
_SPECIAL = frozenset(".^$|")


class _Opaque(Exception):
    """From here on the expression is not understood."""


def heads_of(path: str) -> list[str]:
    """Return the head of each segment of a path."""
    segments = path.split("/")
    return [segment.partition(".")[0] for segment in segments] if "." in path else segments


def shape_of(regex: str) -> Shape:
    """Return the shape of an expression: each head in it is the head of that segment in every path that matches."""
    tokens = list(_tokens(regex))
    if not regex.startswith("^/") or any(kind == "flags" for kind, _ in tokens) or _has_top_level_choice(tokens):
        return ()
    reader = _Reader(tokens[1:])
    try:
        reader.read()
    except _Opaque:
        reader.end_segment(complete=False)
    return reader.shape()


def _tokens(regex: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(regex):
        kind = "flags" if match["flags"] else match.lastgroup
        assert kind is not None
        yield kind, match[0]


def _has_top_level_choice(tokens: list[tuple[str, str]]) -> bool:
    depth = 0
    for kind, text in tokens:
        depth += (kind == "open") - (kind == "close")
        if depth == 0 and kind == "char" and text == "|":
            return True
    return False


class _Reader:
    """Reads tokens from the left and keeps the heads of the segments read."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._next = 0
        self._heads: list[str | None] = []
        self._text = ""
        self._text_is_whole = True
        """Whether the segment so far is just `_text`, and not something unknown after it."""

    def read(self) -> None:
        """Read to the end of the expression. Raises: _Opaque where it is no longer understood."""
        while self._next < len(self._tokens):
            kind, text = self._take()
            if kind == "repeat":
                continue  # of something that cannot match a slash
            literal = _literal(kind, text)
            if literal is not None:
                self._read_literal(literal)
            elif kind == "open":
                self._skip_group(text)
            elif (kind, text) in (("char", "$"), ("escape", r"\Z")) and self._next == len(self._tokens):
                self.end_segment(complete=True)
            else:
                _refuse_slash(kind, text)
                self._text_is_whole = False
        # An expression without an end may go on in the path: its last segment is not complete.
        if self._tokens[-1] not in (("char", "$"), ("escape", r"\Z")):
            self.end_segment(complete=False)

    def shape(self) -> Shape:
        heads = self._heads
        while heads and heads[-1] is None:
            heads.pop()
        return tuple(heads)

    def end_segment(self, *, complete: bool) -> None:
        """Keep the head of the segment that was read last; it is known when nothing else can stand before its end."""
        head, dot, _ = self._text.partition(".")
        self._heads.append(head if dot or (complete and self._text_is_whole) else None)
        self._text, self._text_is_whole = "", True

    def _take(self) -> tuple[str, str]:
        self._next += 1
        return self._tokens[self._next - 1]

    def _read_literal(self, char: str) -> None:
        repeated = self._next < len(self._tokens) and self._tokens[self._next][0] == "repeat"
        if char == "/":
            if repeated:
                raise _Opaque
            self.end_segment(complete=True)
        elif repeated:
            self._text_is_whole = False
        elif self._text_is_whole:
            self._text += char

    def _skip_group(self, opening: str) -> None:
        """Pass over a group that cannot match a slash."""
        depth = 1
        if not _PLAIN_GROUP.match(opening):
            raise _Opaque
        while depth:
            kind, text = self._take()
            depth += (kind == "open") - (kind == "close")
            if kind == "open" and not _PLAIN_GROUP.match(text):
                raise _Opaque
            if kind not in ("open", "close", "repeat") and (kind, text) != ("char", "|"):
                _refuse_slash(kind, text)
        self._text_is_whole = False


def _literal(kind: str, text: str) -> str | None:
    """Return the one character that the token stands for, or None."""
    if kind == "char":
        return None if text in _SPECIAL else text
    if kind == "escape" and not (text[1].isalnum() and text[1].isascii()):
        return text[1]
    return None


@lru_cache(maxsize=1024)
def _may_match_slash(kind: str, text: str) -> bool:
    if kind == "escape" and text[1] in "0123456789xuUN":
        return True  # another group's text, or only the first part of a character's number or name
    return compiled_quietly(text).fullmatch("/") is not None


def _refuse_slash(kind: str, text: str) -> None:
    if _may_match_slash(kind, text):
        raise _Opaque
