"""A comparison in lines of plain text, for a test's failure: what `strangler compare` shows, without colours. Pure."""

from collections.abc import Iterator

from strangler_proxy.compare.difference import Comparison, Difference, Kind, encodable
from strangler_proxy.compare.visible import shown_value, visible

SHOWN_DIFFERENCES = 50
"""More are counted only: the first ones say what is wrong."""


def told(comparison: Comparison) -> Iterator[str]:
    """Each difference with both values, and the notes."""
    for difference in comparison.differences[:SHOWN_DIFFERENCES]:
        yield f"{difference.severity.value} {difference.kind.value}: {visible(str(encodable(difference.path)))}"
        yield from _values(difference)
    more = len(comparison.differences) - SHOWN_DIFFERENCES
    if more > 0:
        yield f"and {more} more"
    for note in comparison.notes:
        yield f"note: {visible(str(encodable(note.text)))} ({note.side})"


def _values(difference: Difference) -> Iterator[str]:
    if difference.kind is not Kind.ADDED:
        yield f"    recorded: {shown_value(difference.primary)}"
    if difference.kind is not Kind.REMOVED:
        yield f"    answered: {shown_value(difference.candidate)}"
