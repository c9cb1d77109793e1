"""A mistake as a validator finds it: at a key of the parsed file. Its line is looked up only when it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from strangler_proxy.config.errors import Code
from strangler_proxy.config.words import quoted

KeyPath = tuple[str | int, ...]
"""Where a value is in the parsed file: keys of tables, indexes of lists: `("routes", 0, "canary", "percent")`."""

OTHER = "{other}"
"""Stands in `what` or `remedy` for the place of `Problem.other`, e.g. `line 12`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One mistake, not yet located in the text."""

    code: Code
    at: KeyPath
    """The value that is wrong, or the table in which one is missing."""
    what: str
    remedy: str
    other: KeyPath | None = None
    """A second place that the message names, as `OTHER`."""


class Entry(NamedTuple):
    """One table of the file as the rules see it. A tuple, as there is one for each of thousands of routes."""

    at: KeyPath
    word: str
    """What it is, e.g. `route`."""
    called: str | int
    """What tells it from others of its kind: its name, or without one its number; empty for what is there once."""
    table: Mapping[str, Any]
    """Its values, of those keys alone that have the right type."""
    written: Mapping[str, Any]
    """The table as it stands in the file: says whether a key is there at all."""
    prefix: str = ""
    """Stands before the names of its keys in messages, e.g. `canary.`."""

    @property
    def label(self) -> str:
        """How messages call it, e.g. `route "product-detail"`."""
        if isinstance(self.called, int):
            return f"{self.word} number {self.called}"
        return f"{self.word} {quoted(self.called)}" if self.called else self.word

    def name(self, key: str) -> str:
        """Return how messages call a key of this table, e.g. `canary.percent of route "product-detail"`."""
        return f"{self.prefix}{key} of {self.label}"


def item(entry: Entry, key: str, index: int, table: Mapping[str, Any]) -> Entry:
    """Return the table at `index` of the list `key` of `entry`; messages call the first of `steps` e.g.
    `step 1 of route "product-detail"`."""
    word = f"{key.removesuffix('s')} {index + 1} of {entry.word}"
    return Entry((*entry.at, key, index), word, entry.called, table, table)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The whole file, of the right shape but not yet held against the rules."""

    top: Entry
    """The outermost table."""
    proxy: Entry
    backends: Mapping[str, Entry]
    converters: Mapping[str, str]
    converter_names: frozenset[str]
    routes: tuple[Entry, ...]
    tasks: tuple[Entry, ...]
    webhooks: tuple[Entry, ...]
    redact: Entry
    control: Entry
