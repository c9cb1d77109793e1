"""Twenty-odd deliberate differences between the shop and what answers in its place, one for each path."""

import re
from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter
from typing import Any

from planting_server import Plant, Served

SLOW_SECONDS = 0.3
"""What the slow plant adds to each answer, in seconds."""


def _text(pattern: str, new: str) -> Callable[[Served], Served]:
    """Changes the text at the first place where the pattern is; it has to be there."""

    def change(text: str) -> str:
        changed, count = re.subn(pattern, new, text, count=1)
        assert count == 1, f"nothing matches {pattern!r}"
        return changed

    return lambda served: served.text(change)


def _json(change: Callable[[Any], object]) -> Callable[[Served], Served]:
    return lambda served: served.json(change)


def _set(name: str, value: Any) -> Callable[[Served], Served]:
    return _json(lambda document: document.update({name: value}))


def _product(number: int) -> str:
    return f"/api/products/{number}/"


def _retyped_price(document: Any) -> None:
    document["price"] = float(document["price"])


def _renamed(document: Any) -> None:
    document["wheight_grams"] = document.pop("weight_grams")


JSON_PLANTS = (
    Plant(
        name="status changed",
        path=_product(1),
        change=lambda served: replace(served, status=203),
        found=("status", "value"),
    ),
    Plant(
        name="error instead of an answer",
        path=_product(2),
        change=lambda served: Served(500, (("Content-Type", "text/html"),), b"<h1>Server Error (500)</h1>"),
        found=("status", "value"),
    ),
    Plant(
        name="found what is not there",
        path="/api/products/999999/",
        status=404,
        change=lambda served: replace(served, status=200),
        found=("status", "value"),
    ),
    Plant(
        name="header removed",
        path=_product(3),
        change=lambda served: served.header("Content-Language", None),
        found=("header:content-language", "removed"),
    ),
    Plant(
        name="header changed",
        path=_product(4),
        change=lambda served: served.header("X-Frame-Options", "SAMEORIGIN"),
        found=("header:x-frame-options", "value"),
    ),
    Plant(
        name="header added",
        path=_product(5),
        change=lambda served: served.header("Cache-Control", "no-store"),
        found=("header:cache-control", "added"),
    ),
    Plant(
        name="JSON said to be HTML",
        path=_product(6),
        change=lambda served: served.header("Content-Type", "text/html"),
        found=("header:content-type", "value"),
    ),
    Plant(
        name="number for a decimal string",
        path=_product(7),
        change=_json(_retyped_price),
        found=("body:$.price", "type"),
    ),
    Plant(
        name="value changed by the least there is",
        path=_product(8),
        change=_text(r'(\d)","currency"', r'\g<1>1","currency"'),
        found=("body:$.price", "value"),
    ),
    Plant(
        name="member missing",
        path=_product(9),
        change=_json(lambda document: document.pop("description")),
        found=("body:$.description", "removed"),
    ),
    Plant(
        name="member added",
        path=_product(11),
        change=_set("internal_note", "buy cheap"),
        found=("body:$.internal_note", "added"),
    ),
    Plant(
        name="null for a value",
        path=_product(12),
        change=_set("rating_average", None),
        found=("body:$.rating_average", "type"),
    ),
    Plant(
        name="true for one", path=_product(14), change=_set("rating_count", True), found=("body:$.rating_count", "type")
    ),
    Plant(name="member misspelt", path=_product(15), change=_json(_renamed), found=("body:$.weight_grams", "removed")),
    Plant(
        name="a second off",
        path=_product(16),
        change=_text(r'"created_at":"([^"]*)\dZ"', r'"created_at":"\g<1>9Z"'),
        found=("body:$.created_at", "value"),
    ),
    Plant(
        name="list in another order",
        path="/api/products/17/related/",
        change=_json(lambda items: items.reverse()),
        found=("body:$", "order"),
    ),
    Plant(
        name="item missing",
        path="/api/categories/",
        change=_json(lambda items: items.pop()),
        found=("body:$[*]", "removed"),
    ),
    Plant(
        name="half of the body",
        path=_product(18),
        change=lambda served: replace(served, body=served.body[:100]),
        found=("body:", "type"),
    ),
    Plant(
        name="broken connection",
        path=_product(19),
        change=lambda served: replace(served, broken=True),
        found=("status", "removed"),
    ),
)

HTML_PLANTS = (
    Plant(
        name="word of a page changed",
        path="/categories/",
        change=_text("Products", "Prodacts"),
        found=("body:", "value"),
    ),
    Plant(
        name="link of a page changed",
        path="/categories/kitchen/",
        change=_text(r'href="/products/"', 'href="/goods/"'),
        found=("body:", "value"),
    ),
    Plant(
        name="element of a page missing",
        path="/products/",
        change=_text(r"(?s)<form class=\"search\".*?</form>", ""),
        found=("body:", "removed"),
    ),
    Plant(
        name="cookie for scripts",
        path="/",
        change=lambda served: served.cookie(lambda line: f"{line}; HttpOnly"),
        found=("cookie:csrftoken", "added"),
    ),
    Plant(
        name="cookie more",
        path="/categories/living/",
        change=lambda served: served.header("Set-Cookie", "seen=1; Path=/"),
        found=("cookie:seen", "added"),
    ),
)

CSV = "/reports/orders.csv"

CSV_PLANTS = (Plant(name="cell changed", path=CSV, change=_text(",DE,", ",AT,"), found=("body:", "value")),)

PLANTS = (*JSON_PLANTS, *HTML_PLANTS)

SLOW = Plant(
    name="slow", path=_product(20), change=lambda served: replace(served, wait_seconds=SLOW_SECONDS), found=("", "")
)
by_path = itemgetter("path")
