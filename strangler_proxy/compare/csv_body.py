"""CSV: by cells, each named by the header row's column."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from strangler_proxy.compare.difference import Kind as Differs
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.media import Kind
from strangler_proxy.compare.paths import Star
from strangler_proxy.compare.text_body import decoded
from strangler_proxy.compare.values import Values

DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV body; the first row names the columns."""

    delimiter: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_regular(self) -> bool:
        """Whether every column has a name of its own and every row one cell for each."""
        unique = len(set(self.columns)) == len(self.columns)
        return unique and all(len(row) == len(self.columns) for row in self.rows)

    def lists(self) -> list[list[str]]:
        """All rows, the first included."""
        return [list(self.columns), *map(list, self.rows)]


def read(data: bytes, kind: Kind) -> Table:
    """The table in the bytes; the delimiter is the one that the first line has most of.

    Raises:
        ValueError: they are no text, or a quote is never closed.
    """
    text = decoded(data, kind)
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise ValueError(str(error)) from None
    filled = [row for row in rows if row]
    return Table(delimiter, filled[0] if filled else (), tuple(filled[1:]))


def compare(primary: Table, candidate: Table, findings: Findings) -> None:
    """Find which columns and cells differ; a column that one side lacks is one difference, not one a row."""
    if primary.delimiter != candidate.delimiter:
        findings.found_in_body(
            (), Differs.VALUE, f"delimiter {primary.delimiter!r}", f"delimiter {candidate.delimiter!r}"
        )
    if not (primary.is_regular and candidate.is_regular):
        Values(findings).compare(primary.lists(), candidate.lists())
        return
    for column in primary.columns:
        if column not in candidate.columns:
            findings.removed((Star.ANY, column), column)
    for column in candidate.columns:
        if column not in primary.columns:
            findings.added((Star.ANY, column), column)
    shared = [column for column in primary.columns if column in candidate.columns]
    if shared != [column for column in candidate.columns if column in primary.columns]:
        findings.found_in_body((), Differs.ORDER, list(primary.columns), list(candidate.columns))
    Values(findings).compare(_records(primary, shared), _records(candidate, shared))


def _records(table: Table, columns: Sequence[str]) -> list[dict[str, str]]:
    places = [(column, table.columns.index(column)) for column in columns]
    return [{column: row[place] for column, place in places} for row in table.rows]
