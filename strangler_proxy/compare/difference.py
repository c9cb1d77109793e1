"""What a comparison finds: differences, and notes on what could not be seen as it should."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple


class Kind(StrEnum):
    """How the candidate departs from the primary at one path."""

    ADDED = "added"
    """Only the candidate has it."""
    REMOVED = "removed"
    """Only the primary has it."""
    TYPE = "type"
    """Both have it, as another type of thing: a string for a number, HTML for JSON."""
    VALUE = "value"
    """Both have it, with another value."""
    ORDER = "order"
    """The same items in another order."""
    SIZE = "size"
    """Bytes that are not looked into, of another length."""


class Severity(StrEnum):
    """How likely a difference breaks whoever reads the answer."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


SEVERITIES: Mapping[Kind, Severity] = MappingProxyType(
    {
        Kind.REMOVED: Severity.HIGH,
        Kind.TYPE: Severity.HIGH,
        Kind.VALUE: Severity.MEDIUM,
        Kind.ORDER: Severity.MEDIUM,
        Kind.SIZE: Severity.MEDIUM,
        Kind.ADDED: Severity.LOW,
    }
)
"""A client misses what is gone and cannot read what is retyped; it shows what is changed; it overlooks what is new."""

SWAPPED: Mapping[Kind, Kind] = MappingProxyType({Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED})
"""What a kind becomes when the sides change places; the others stay."""


class Difference(NamedTuple):
    """One place where the answers differ.

    `primary` and `candidate` are JSON values (numbers exact: int or Decimal), None where a side has nothing.
    """

    path: str
    """`status`, `header:NAME`, `cookie:NAME`, or `body:` and a JSONPath."""
    kind: Kind
    primary: Any
    candidate: Any

    @property
    def severity(self) -> Severity:
        """As `SEVERITIES` has it for the kind."""
        return SEVERITIES[self.kind]

    def document(self) -> dict[str, Any]:
        """The form that others build on: what `compare --json` prints."""
        return {
            "path": encodable(self.path),
            "kind": self.kind.value,
            "severity": self.severity.value,
            "primary": encodable(self.primary),
            "candidate": encodable(self.candidate),
        }


class NoteKind(StrEnum):
    """What a reader of the differences should know besides."""

    BROKEN = "broken"
    """A body is not what its type says; the bytes were compared in a plainer way."""
    DUPLICATE_KEY = "duplicate-key"
    """A JSON object has a name twice; the last one counts, as for most readers."""
    NOT_STRICT = "not-strict"
    """JSON with NaN or Infinity, which Python writes and browsers refuse."""
    TRUNCATED = "truncated"
    """A body was longer than the capture's cap: compared by length and by what is there."""
    NOT_COMPARED = "not-compared"
    """The bodies are unlike and cannot be read here: they are not said to be equal."""


class Note(NamedTuple):
    """One such remark."""

    kind: NoteKind
    side: str
    """`primary`, `candidate` or `both`."""
    text: str

    def document(self) -> dict[str, str]:
        """Its JSON form."""
        return {"kind": self.kind.value, "side": self.side, "text": str(encodable(self.text))}


class Excused(NamedTuple):
    """A difference that an ignore took out of the count."""

    rule: str
    """The ignore as the config has it."""
    difference: Difference


class Comparison(NamedTuple):
    """What came of holding one candidate against one primary."""

    differences: tuple[Difference, ...] = ()
    notes: tuple[Note, ...] = ()
    excused: tuple[Excused, ...] = ()

    @property
    def equal(self) -> bool:
        """No difference counts, and everything was compared: what was not compared is never equal."""
        return not self.differences and all(note.kind is not NoteKind.NOT_COMPARED for note in self.notes)

    def document(self) -> dict[str, Any]:
        """The form that others build on: what `compare --json` prints."""
        return {
            "equal": self.equal,
            "differences": [difference.document() for difference in self.differences],
            "notes": [note.document() for note in self.notes],
            "excused": [{"rule": one.rule, **one.difference.document()} for one in self.excused],
        }


EQUAL = Comparison()


DEEPEST = 100
"""Levels of a value that are shown; what lies deeper is an ellipsis."""


def encodable(value: Any, depth: int = 0) -> Any:
    """The value as `json.dumps` can write it in UTF-8.

    A decimal becomes a float when that float prints the same number, else its digits as a string; half a surrogate
    pair, which JSON may hold and UTF-8 may not, is written out as an escape.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return "…" if depth == DEEPEST else {encodable(k): encodable(inner, depth + 1) for k, inner in value.items()}
    if isinstance(value, list | tuple):
        return "…" if depth == DEEPEST else [encodable(inner, depth + 1) for inner in value]
    if isinstance(value, Decimal):
        near = float(value)
        return near if Decimal(repr(near)) == value and near not in (float("inf"), float("-inf")) else str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
