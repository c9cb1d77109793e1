"""Values and names out of answers, made safe for a terminal."""

import json
from typing import Any

from strangler_proxy.compare.difference import encodable

SHOWN_CHARACTERS = 200
"""Of one value; `--json` has all of it."""


def visible(text: str) -> str:
    """The text without characters that a terminal would obey."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def shown_value(value: Any) -> str:
    """A JSON value on one line, cut at `SHOWN_CHARACTERS`."""
    text = visible(json.dumps(encodable(value), ensure_ascii=False))
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
