"""What is known of a field beside its type, as data: validators, JSON Schema and reference all read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """The facts of one field of a record of `config.model`."""

    minimum: float | None = None
    maximum: float | None = None
    """Both ends belong to the range."""
    unit: str = ""
    """What a number counts, e.g. `milliseconds`."""
    pattern: str = ""
    """What a string, or each string of a list, must match as a whole (see `config.patterns`)."""
    key_pattern: str = ""
    """What each key of a table of strings must match as a whole."""
    example: str = ""
    """A right value in TOML, for remedies and the reference."""
    conflicts: str = ""
    """What it cannot be combined with, as a sentence; empty: nothing."""
    nonempty: bool = False
    """Whether a list must have something in it when it is there."""
    in_file: bool = True
    """False for what the file's structure says rather than a key of the table."""
    required: bool = False
    """Whether the key must be there."""

    @property
    def span(self) -> str:
        """The range in words, e.g. `0 to 100 percent`; empty when there is none."""
        if self.minimum is None or self.maximum is None:
            return ""
        return f"{_plain(self.minimum)} to {_plain(self.maximum)} {self.unit}".rstrip()


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


NO_FACTS = Facts()


def facts(**known: Any) -> Mapping[str, Facts]:
    """Return the `metadata` of a `dataclasses.field` that carries `Facts(**known)`."""
    return {"facts": Facts(**known)}
