"""CSV without private data: the columns of a telling name, the places that the config names, and what a cell shows."""

import csv
import io

from strangler_proxy.compare.csv_body import DELIMITERS
from strangler_proxy.compare.redaction.mark import Marker
from strangler_proxy.compare.redaction.places import Places
from strangler_proxy.compare.redaction.texts import Texts


def clean_table(text: str, marker: Marker, places: Places, texts: Texts) -> str:
    """The table with marks; the very text where nothing in it is private.

    A quote may be left open, as in a body that was cut.
    """
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return marker.mark(text) if places.has_paths else text
    filled = [row for row in rows if row]
    if not filled:
        return text
    columns = [texts.clean(name) for name in filled[0]]
    cleaned = [columns]
    for index, row in enumerate(filled[1:]):
        names = [*filled[0], *([""] * (len(row) - len(filled[0])))]
        cleaned.append(
            [
                marker.mark(cell)
                if places.holds((index, names[at])) or places.named((index, at)) or places.named((index + 1, at))
                else texts.clean(cell)
                for at, cell in enumerate(row)
            ]
        )
    if cleaned == filled:
        return text
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(cleaned)
    return out.getvalue()
