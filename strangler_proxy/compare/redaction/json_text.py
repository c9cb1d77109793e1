"""JSON without private data, rewritten token by token: every other byte stays, and cut JSON is cleaned to its end.

1. The text is read in tokens, with a stack of the members and indexes that lead to each.
2. A scalar at a private place becomes a mark of its type; every other string is cleaned as text, and a number that is
   a card's goes too.
   Private too is a value beside a member that tells its name: `{"name": "password", "value": …}`. Where that member
   comes behind the value, the text is read a second time. And so is the second of two texts that are all of a list,
   where the first tells: `["password", …]`.
3. A name is cleaned as text as well, and becomes a mark where it is data within a private place.
4. Where the text is no JSON, or is cut, what was read up to there counts, and the caller cleans the rest as text.
"""

import json
import re
from dataclasses import dataclass, field

from strangler_proxy.compare.paths import Step, Steps
from strangler_proxy.compare.redaction.mark import Marker
from strangler_proxy.compare.redaction.names import Role, Telling, is_first_of_pair, is_telling, role_of, telling
from strangler_proxy.compare.redaction.places import Places
from strangler_proxy.compare.redaction.shapes import is_card_as_number
from strangler_proxy.compare.redaction.texts import Texts

_TOKEN = re.compile(
    r'(?P<space>[ \t\r\n]*+)(?P<token>(?P<string>"(?:[^"\\]|\\.)*+(?P<closed>")?)|(?P<mark>[{}\[\],:])'
    r"|(?P<number>-?[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)|true|false|null|NaN|-?Infinity)",
    re.DOTALL,
)
DEEPEST = 200
"""Levels that are followed; what lies deeper is cleaned as text."""
_ANY = re.compile("")
_AFTER_NAME = re.compile(r"[ \t\r\n]*+(?::|\Z)")
_ENDS_LIST = re.compile(r"[ \t\r\n]*+(?:\]|\\?\Z)")
_AFTER_VALUE = re.compile(r"[ \t\r\n]*+(?:[,\]}]|\\?\Z)")


@dataclass(slots=True)
class _Level:
    """One open object or list."""

    is_object: bool
    private: bool
    """All in it is private."""
    step: Step = 0
    """The member or index that is being read."""
    at_name: bool = True
    """The next string of an object is a name."""
    begin: int = 0
    """Where it begins in the text."""
    role: Role = Role.NONE
    """That of the member that is being read."""
    tells: Telling = Telling.NOTHING
    """What members that name others give away of them."""
    first: str = ""
    """A list's first item, where that is a text."""
    has_value: bool = False
    """A member that may be named by another one has been read."""

    def is_labelled(self, *, is_text: bool) -> bool:
        """Whether what is read now is a member's value that another member tells to be private."""
        return self.role is Role.VALUE and self.tells.hides(str(self.step), is_text=is_text)

    @property
    def is_second_of_pair(self) -> bool:
        """Whether a text that is read now, and is the last of its list, is private for the first."""
        return not self.is_object and self.step == 1 and is_first_of_pair(self.first)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What came of it."""

    text: str
    """All that was read, with marks."""
    rest: str
    """What follows, as it was."""
    is_json: bool
    """Whether all of the text is JSON, or the beginning of JSON."""


@dataclass(slots=True)
class JsonText:
    """Rewrites JSON texts."""

    marker: Marker
    places: Places
    texts: Texts
    _levels: list[_Level] = field(default_factory=list, init=False)
    _after: re.Pattern[str] = field(default=_ANY, init=False)
    _told: dict[int, Telling] = field(default_factory=dict, init=False)
    """Where objects begin in which a telling name came behind the value → what it gives away."""

    def clean(self, text: str) -> Cleaned:
        """The text with marks."""
        self._told = {}
        cleaned = self._rewritten(text)
        return self._rewritten(text) if self._told else cleaned

    def _rewritten(self, text: str) -> Cleaned:
        self._levels = []
        pieces: list[str] = []
        at = 0
        while (found := _TOKEN.match(text, at)) is not None:
            token = found["token"]
            pieces.append(found["space"])
            written = self._token(found, token, closed=found["closed"] is not None)
            if written is None:
                return Cleaned("".join(pieces), text[found.start("token") :], False)
            pieces.append(written)
            at = found.end()
            if self._after.match(text, at) is None:
                return Cleaned("".join(pieces), text[at:], False)
        rest = text[at:]
        blank = not rest.strip(" \t\r\n\\")
        return Cleaned("".join(pieces) + (rest if blank else ""), "" if blank else rest, blank)

    def _token(self, found: re.Match[str], token: str, *, closed: bool) -> str | None:
        """The token with marks; None: it cannot stand here."""
        self._after = _ANY
        if found["mark"] is not None:
            return token if self._bracket(token, found.start("mark")) else None
        level = self._levels[-1] if self._levels else None
        if level is not None and level.is_object and level.at_name:
            self._after = _AFTER_NAME
            return self._name(level, token, closed=closed) if found["string"] is not None else None
        if level is not None:
            self._after = _AFTER_VALUE
        if found["string"] is not None:
            ends_list = _ENDS_LIST.match(found.string, found.end()) is not None
            return self._string(token, closed=closed, ends_list=ends_list)
        return self._scalar(token, is_number=found["number"] is not None)

    def _may_follow(self, text: str, at: int) -> bool:
        return self._after.match(text, at) is not None

    def _bracket(self, mark: str, at: int) -> bool:
        """Follow one of `{}[],:`; False where it cannot stand."""
        levels = self._levels
        if mark in "{[":
            if len(levels) == DEEPEST or (levels and levels[-1].is_object and levels[-1].at_name):
                return False
            levels.append(_Level(mark == "{", self._is_private(), begin=at, tells=self._told.get(at, Telling.NOTHING)))
            return True
        if not levels:
            return False
        level = levels[-1]
        if mark in "}]":
            levels.pop()
            if levels:
                self._after = _AFTER_VALUE
            return level.is_object == (mark == "}")
        if mark == ":":
            named, level.at_name = level.at_name, False
            return level.is_object and named
        if level.is_object:
            level.at_name = True
        elif isinstance(level.step, int):
            level.step += 1
        return True

    def _name(self, level: _Level, token: str, *, closed: bool) -> str:
        level.step = text = _decoded(token, closed=closed)
        level.role = role_of(text)
        if level.role is Role.VALUE:
            level.has_value = True
        hidden = level.private and self.places.hides_inner_name(self._steps())
        cleaned = self.marker.mark(text) if hidden else self.texts.clean(text)
        return token if cleaned == text else _encoded(cleaned, closed=closed)

    def _string(self, token: str, *, closed: bool, ends_list: bool) -> str:
        text = _decoded(token, closed=closed)
        level = self._levels[-1] if self._levels else None
        if level is not None and level.role is Role.LABEL:
            self._label(level, text)
        private = self._is_private(is_text=True) or (ends_list and level is not None and level.is_second_of_pair)
        if level is not None and not level.is_object and level.step == 0:
            level.first = text
        cleaned = self.marker.mark(text) if private else self.texts.clean(text)
        return token if cleaned == text else _encoded(cleaned, closed=closed)

    def _label(self, level: _Level, text: str) -> None:
        """A member holds what may be the name of another one; of one that has gone by, the next reading knows it."""
        tells = telling(text)
        if tells > level.tells:
            level.tells = tells
            if level.has_value:
                self._told[level.begin] = tells

    def _scalar(self, token: str, *, is_number: bool) -> str:
        """A number or a word. `true` and `false` are hidden where the config says so, and else give nothing away."""
        if is_number:
            private = self._is_private() or is_card_as_number(token)
            return self.marker.number_text(token) if private else token
        if token in ("true", "false") and self.places.named(self._steps()):
            return json.dumps(self.marker.mark(token))
        return token

    def _is_private(self, *, is_text: bool = False) -> bool:
        """Whether what is read now is; of the places that it lies within, the level knows already."""
        if not self._levels:
            return self.places.named(())
        level = self._levels[-1]
        if level.private or level.is_labelled(is_text=is_text):
            return True
        if isinstance(level.step, str) and is_telling(level.step):
            return True
        return self.places.has_paths and self.places.named(self._steps())

    def _steps(self) -> Steps:
        return tuple(level.step for level in self._levels)


def _decoded(token: str, *, closed: bool) -> str:
    """The string that the token writes; of one that is cut, what is there of it."""
    body = token[1:-1] if closed else token[1:]
    if "\\" not in body:
        return body
    for cut in range(7):  # an escape of up to six characters may be cut
        try:
            decoded = json.JSONDecoder(strict=False).decode(f'"{body[: len(body) - cut]}"')
        except ValueError:
            if closed:
                break
        else:
            return str(decoded)
    return body


def _encoded(text: str, *, closed: bool) -> str:
    written = json.dumps(text, ensure_ascii=text.isascii() or any(0xD800 <= ord(one) < 0xE000 for one in text))
    return written if closed else written[:-1]
