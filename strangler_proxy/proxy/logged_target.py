"""What the access log shows of a request's target: what is private is `redacted`, the rest stays as it came.

Private is what the comparer takes out as well (`config.model.Redact`): values of parameters with a telling name or one
that the config names, what has a telling shape, what matches a configured pattern. The comparer's marks tell equal from
different by a key, which a worker has not: here it is one word. Pure; never raises, whatever the bytes.
"""

import re
from typing import Final
from urllib.parse import quote_plus, unquote_plus

from strangler_proxy.compare.redaction.names import is_telling
from strangler_proxy.compare.redaction.shapes import SHAPES
from strangler_proxy.config.model import Redact

SHOWN: Final = "redacted"
"""What stands in place of a private value."""

_PIECE: Final = re.compile(r"[^/?&;=]+")
_QUIET: Final = re.compile(
    rb"""(?:(?:
          [^/?&;=]{0,9}+
        | (?![a-z0-9.-]*?(?:xox|glpat|[2-6]\.[0-9]{9,12}e))
          (?:[a-z.-]*+ | (?=[a-z0-9.-]{0,31}(?:[/?&;=]|\Z)) (?:[0-9-]{0,12}+[a-z.]++)*+ [0-9-]{0,12}+)
    )(?:[/?&;=]|\Z))*+""",
    re.VERBOSE,
)
"""Most targets: their pieces are too short for a shape, or words, or words and numbers that are together shorter than a
session's key, and no number as long as a card's."""
_MAYBE_SHAPED: Final = re.compile(
    rb"[A-Za-z0-9_-]{30}|eyJ|[2-6](?:(?:%20|[+ -])?[0-9]){12}|[A-Z]{2}[0-9]{2}[A-Z0-9+% ]{11}|AKIA"
    rb"|[2-6]\.[0-9]{9,18}[eE]"
    rb"|[srp]k_(?:live|test)_|gh[pousr]_|xox[a-z]-|whsec_|glpat-|%40|@|%3[ADad]|:|(?i:bearer|basic|token|digest|negotiate|apikey|jwt)(?:%20|\+)"
)
"""Found in every other target that has something of a shape in `SHAPES` in it, or a URL with a query of its own, and in
few that have not: looking for the shapes themselves costs more than all else that is done for a request."""
_INNER_NAME: Final = re.compile(r"([^?&;=/\s]+)=")
_INNER_VALUE: Final = re.compile(r"[^&;#\s]*")
LONGEST_SEARCHED: Final = 4096
LONGEST_PIECE: Final = 256
"""Bytes of a target, and of one segment or value in it, in which configured patterns are searched: many a sensible one
takes the square of the length, and a worker has users to serve. What is longer is not shown at all."""
_KNOWN_NAMES: Final = 4096
"""Names of parameters that are remembered; clients can make up any number of them."""


class LoggedTarget:
    """Shows targets by one config."""

    def __init__(self, settings: Redact) -> None:
        self._parameters = frozenset(
            path.removeprefix("query:") for path in settings.paths if path.startswith("query:")
        )
        self._patterns = [re.compile(pattern) for pattern in settings.patterns]
        self._known: dict[bytes, bool] = {}

    def shown(self, target: bytes) -> str:
        """The target without what is private, each byte a character."""
        if self._patterns and len(target) > LONGEST_SEARCHED:
            return SHOWN
        start = target.find(b"?") + 1
        if start:
            for pair in target[start:].split(b"&"):
                name, _, value = pair.partition(b"=")
                if self._is_private(name) or b"=" in value:
                    target = target[:start] + self._without_private(target[start:])
                    break
        if b"=" in (target[: start - 1] if start else target):  # in the path, as `;jsessionid=…`
            path, mark, query = target.decode("latin-1").partition("?")
            return self._pieces(self._without_inner(path)) + mark + self._pieces(query)
        if not self._patterns and (_QUIET.fullmatch(target) is not None or _MAYBE_SHAPED.search(target) is None):
            return target.decode("latin-1")
        return self._pieces(target.decode("latin-1"))

    def _pieces(self, text: str) -> str:
        return _PIECE.sub(self._piece, text)

    def _without_private(self, query: bytes) -> bytes:
        pairs = []
        for pair in query.split(b"&"):
            name, equals, value = pair.partition(b"=")
            if value and self._is_private(name):
                value = SHOWN.encode("ascii")
            elif b"=" in value:
                value = self._without_inner(value.decode("latin-1")).encode("latin-1")
            pairs.append(name + equals + value)
        return b"&".join(pairs)

    def _is_private(self, written: bytes) -> bool:
        known = self._known.get(written)
        if known is None:
            name = unquote_plus(written.decode("latin-1"))
            known = is_telling(name) or name in self._parameters
            if len(self._known) < _KNOWN_NAMES:
                self._known[written] = known
        return known

    def _piece(self, found: re.Match[str]) -> str:
        """A segment of the path, or a name or a value of the query."""
        written = found[0]
        plain = unquote_plus(written, "latin-1") if "%" in written or "+" in written else written
        if self._patterns and len(written) > LONGEST_PIECE:
            return SHOWN
        cleaned = self._without_inner(plain)
        for pattern in self._patterns:
            cleaned = pattern.sub(SHOWN, cleaned)
        for shape in SHAPES:
            cleaned = shape.without(cleaned, lambda secret: SHOWN)
        return written if cleaned == plain else quote_plus(cleaned, encoding="latin-1", errors="replace")

    def _without_inner(self, text: str) -> str:
        """The text without private values of pairs in it, as of a URL that is a value itself: `/p/?token=…`."""
        kept: list[str] = []
        done = 0
        for name in _INNER_NAME.finditer(text):
            if name.start() < done or not self._is_private(name[1].encode("latin-1", "replace")):
                continue
            value = _INNER_VALUE.match(text, name.end())
            if value is not None and value[0]:
                kept += text[done : name.end()], SHOWN
                done = value.end()
        return "".join((*kept, text[done:])) if kept else text
