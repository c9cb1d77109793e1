"""A table of results: for a person on a terminal, and as data."""

from dataclasses import dataclass, field
from typing import Any

Cell = str | float | int | None


@dataclass(slots=True)
class Table:
    """Rows under a title. A float is printed with as many digits as its size deserves; None is a dash."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        """Adds a row; its first cell names it."""
        self.rows.append(cells)

    def missing(self, name: str) -> None:
        """Adds the row of what could not be measured, so that nobody takes it for left out."""
        self.add(name, "not installed", *[None] * (len(self.columns) - 2))

    def cell(self, row: str, column: str) -> Cell:
        """One cell, by the name of its row and column."""
        at = self.columns.index(column)
        return next(cells[at] for cells in self.rows if cells[0] == row)

    def as_data(self) -> dict[str, Any]:
        """What `--json` gives of it."""
        return {
            "title": self.title,
            "rows": [dict(zip(self.columns, cells, strict=True)) for cells in self.rows],
            "notes": self.notes,
        }

    def as_text(self) -> str:
        """The table as Markdown, its columns aligned for a terminal; the title before it, the notes behind."""
        lines = [self.columns, *(tuple(map(_shown, cells)) for cells in self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.columns))]
        rule = tuple("-" * width if at == 0 else "-" * (width - 1) + ":" for at, width in enumerate(widths))
        text = [f"{self.title}:", ""]
        for line in (lines[0], rule, *lines[1:]):
            first, *others = (
                cell.ljust(width) if at == 0 else cell.rjust(width)
                for at, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            text.append(f"| {' | '.join([first, *others])} |")
        if self.notes:
            text += ["", *self.notes]
        return "\n".join(text)


def _shown(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:.2f}" if abs(cell) < 10 else f"{cell:.1f}" if abs(cell) < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else cell
