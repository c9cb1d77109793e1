"""How things look to a person: tables that fit, colours of stages, diffs, marks. Returns text, prints nothing."""

import shutil
import sys
from collections.abc import Sequence
from enum import StrEnum

import click

from strangler_proxy.config.stage import Stage

STAGE_COLOURS = {
    Stage.MONOLITH: "white",
    Stage.SHADOW: "cyan",
    Stage.CANARY: "yellow",
    Stage.SERVICE: "green",
    Stage.RETIRED: "bright_black",
}
GAP = "  "
NARROWEST = 8
"""Characters below which no column is cut."""


class Mark(StrEnum):
    """How one line of a checklist came out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNREACHABLE = "unreachable"


SIGNS = {Mark.OK: "✓", Mark.WARNING: "!", Mark.FAILED: "✗", Mark.UNREACHABLE: "✗"}
MARK_COLOURS = {Mark.OK: "green", Mark.WARNING: "yellow", Mark.FAILED: "red", Mark.UNREACHABLE: "red"}


def stage_text(stage: str, suffix: str = "") -> str:
    """A stage in its colour, with e.g. its percentage after it."""
    return click.style(f"{stage}{suffix}", fg=STAGE_COLOURS.get(Stage(stage)))


def percent_text(percent: float) -> str:
    """`10%`, `0.5%`: no needless zeros."""
    return f"{percent:g}%"


def mark_text(mark: Mark, *, signs: bool) -> str:
    """The coloured sign of a checklist line, or its word where signs cannot be shown."""
    return click.style(SIGNS[mark] if signs else f"{mark:<11}", fg=MARK_COLOURS[mark], bold=True)


def signs_are_shown() -> bool:
    """Whether standard output is a terminal that can show ✓ and ✗."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    return sys.stdout.isatty() and encoding == "utf8"


def terminal_width() -> int | None:
    """Columns of the terminal; None when standard output is no terminal and nothing must be cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, width: int | None, shrink: Sequence[int] = ()
) -> str:
    """Aligned columns; the columns in `shrink` are cut with `…`, widest first, until a line fits `width`.

    Cells may be styled; the colours take no room.
    """
    sizes = [max(len(click.unstyle(row[column])) for row in (header, *rows)) for column in range(len(header))]
    if width is not None:
        sizes = _fitted(sizes, width - len(GAP) * (len(header) - 1), shrink)
    styled = [click.style(text, bold=True) for text in header]
    return "\n".join(_line(cells, sizes) for cells in (styled, *rows))


def coloured_diff(diff: str) -> str:
    """A unified diff with its lines in colour, without the last line's end."""
    colours = {"+": "green", "-": "red", "@": "cyan"}
    return "\n".join(
        click.style(line, bold=True) if line.startswith(("+++", "---")) else click.style(line, fg=colours.get(line[:1]))
        for line in diff.splitlines()
    )


def _fitted(sizes: list[int], room: int, shrink: Sequence[int]) -> list[int]:
    """Take the excess from the widest of the columns that may shrink, a character at a time."""
    fitted = list(sizes)
    while sum(fitted) > room:
        widest = max((column for column in shrink if fitted[column] > NARROWEST), key=fitted.__getitem__, default=None)
        if widest is None:
            break
        fitted[widest] -= 1
    return fitted


def _line(cells: Sequence[str], sizes: Sequence[int]) -> str:
    """The cells side by side, each cut or filled to its size; the last is not filled."""
    fitted = [_cut(text, size) for text, size in zip(cells, sizes, strict=True)]
    padded = [
        text + " " * (size - len(click.unstyle(text))) for text, size in zip(fitted[:-1], sizes[:-1], strict=True)
    ]
    return GAP.join([*padded, fitted[-1]])


def _cut(text: str, size: int) -> str:
    """The text in at most `size` characters; one that is cut loses its colours."""
    plain = click.unstyle(text)
    return text if len(plain) <= size else f"{plain[: size - 1]}…"
