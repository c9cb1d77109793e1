"""Writes the tables of a run into the document that speaks of them: `docs/explanation/performance.md`."""

import re
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "performance.md"


def written(page: str, texts: Mapping[str, str]) -> str:
    """The page with each text between `<!-- measured: NAME -->` and `<!-- end -->`; the rest stays as it is.

    Raises:
        ValueError: the page has no such place for one of them.
    """
    for name, text in texts.items():
        place = re.compile(rf"(<!-- measured: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
        page, count = place.subn(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", page)  # noqa: B023
        if count != 1:
            raise ValueError(f"{count} places for {name}, not one")
    return page
