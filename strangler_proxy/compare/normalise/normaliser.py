"""What a normaliser is: a small function with its explanation and examples, from which the reference is written."""

import re
from collections.abc import Callable
from dataclasses import dataclass

Fold = Callable[[str, str, "re.Pattern[str] | None"], str]
"""Text, name of the member or header that holds it, base URLs of its side → the text without what means nothing.

Texts that fold to the same are equal. What is masked leaves a mark, so that a masked value against
none is a difference.
"""


@dataclass(frozen=True, slots=True)
class Example:
    """Two texts, as `NORMALISERS` are shown and tested with."""

    primary: str
    candidate: str
    holder: str = "json:text"
    """Where they stand: `json:MEMBER`, `header:NAME`, `html:` (the whole page) or `set-cookie:` (the whole value)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Normaliser:
    """One normaliser; on unless its name is in `Rules.without`."""

    name: str
    explains: str
    """What it takes for equal, and why that is safe."""
    equal: tuple[Example, ...]
    differ: tuple[Example, ...]
    """What it leaves a difference, though it looks alike."""
    fold: Fold | None = None
    """None: it does not work on single texts; the part of the comparison that it belongs to asks for its name."""
