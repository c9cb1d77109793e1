"""Error answers of Django and DRF that mean the same."""

import re

from strangler_proxy.compare.normalise.normaliser import Example, Normaliser

_NOT_FOUND = re.compile(r"Not found\.|No \w+ matches the given query\.|Invalid page\.|Not Found")


def fold_not_found(text: str, name: str, base: re.Pattern[str] | None) -> str:
    """Put a mark in place of the sentence of a 404."""
    return "<not found>" if name == "detail" and _NOT_FOUND.fullmatch(text) else text


NOT_FOUND = Normaliser(
    name="not-found-detail",
    explains="The member detail of DRF's 404: `Not found.` or, by version and by how the object was fetched, "
    "`No Product matches the given query.`, which names the model's class. The status counts, and so does any other "
    "sentence.",
    equal=(Example("Not found.", "No Product matches the given query.", "json:detail"),),
    differ=(
        Example("Not found.", "You do not have permission to perform this action.", "json:detail"),
        Example("Not found.", "No Product matches the given query.", "json:message"),
    ),
    fold=fold_not_found,
)

_PAGE = (
    "<!DOCTYPE html><html><head><title>{0} at /x/</title></head><body><header id=summary><h1>{0} at /x/</h1>"
    '<pre class="exception_value">{1}</pre></header><main id=traceback>{2}</main></body></html>'
)
DEBUG_PAGES = Normaliser(
    name="debug-pages",
    explains="Django's technical error page (DEBUG = True) holds local variables, settings, times and object "
    "addresses. Of such a page only the exception and its message are compared.",
    equal=(
        Example(
            _PAGE.format("KeyError", "'a'", "at 0x7f01, 12:00"), _PAGE.format("KeyError", "'a'", "at 0x9f02"), "html:"
        ),
    ),
    differ=(Example(_PAGE.format("KeyError", "'a'", ""), _PAGE.format("ValueError", "no", ""), "html:"),),
)
