"""The rules of `[backends.NAME]`."""

import difflib
from collections.abc import Iterator

from strangler_proxy.config import patterns
from strangler_proxy.config.errors import Code
from strangler_proxy.config.model import MONOLITH
from strangler_proxy.config.patterns import fits
from strangler_proxy.config.problem import Draft, Entry, Problem
from strangler_proxy.config.rules.addresses import url_mistake
from strangler_proxy.config.rules.rule import RulesByKey, no_twins, not_empty
from strangler_proxy.config.words import quoted


def there_is_a_monolith(draft: Draft) -> Iterator[Problem]:
    """`[backends.monolith]` is there: what no route matches goes to it."""
    if MONOLITH in draft.backends or ("backends" in draft.top.written and "backends" not in draft.top.table):
        return
    near = difflib.get_close_matches(MONOLITH, list(draft.backends), n=1)
    guess = f"Rename [backends.{near[0]}] if it is meant. Otherwise: " if near else ""
    yield Problem(
        code=Code.NO_MONOLITH,
        at=("backends",),
        what="there is no [backends.monolith], to which all goes that no route matches.",
        remedy=f'{guess}Add [backends.monolith] with urls = ["http://127.0.0.1:8001"], where your Django project runs.',
    )


def has_a_right_name(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """A backend's name is letters, digits, `-` and `_`."""
    name = entry.at[-1]
    if not fits(patterns.BACKEND_NAME, str(name)):
        yield Problem(
            code=Code.BAD_BACKEND_NAME,
            at=entry.at,
            what=f"the name of {entry.label} has other characters than letters, digits, - and _.",
            remedy="Rename it, e.g. [backends.catalog].",
        )


def has_urls(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """A backend says where it is."""
    if "urls" not in entry.written:
        yield Problem(
            code=Code.MISSING_KEY,
            at=entry.at,
            what=f"{entry.label} has no urls.",
            remedy='Say where it is: urls = ["http://127.0.0.1:8001"].',
        )


def urls_are_base_urls(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each URL is scheme, host and port, and nothing more."""
    for index, url in enumerate(entry.table["urls"]):
        mistake = url_mistake(url)
        if mistake:
            yield Problem(
                code=Code.BAD_URL,
                at=(*entry.at, "urls", index),
                what=f"{quoted(_without_user(url))} in {entry.name('urls')} {mistake[0]}",
                remedy=mistake[1],
            )


def _without_user(url: str) -> str:
    """Return the URL without what may be a password: messages end up in logs."""
    scheme, separator, rest = url.rpartition("@")
    return f"{scheme.partition('://')[0]}://…@{rest}" if separator else url


def health_is_a_path(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`health` is a path, asked of each of the backend's URLs."""
    health = entry.table["health"]
    if not fits(patterns.HEALTH_PATH, health):
        yield Problem(
            code=Code.BAD_HEALTH,
            at=(*entry.at, "health"),
            what=f"{entry.name('health')} is {quoted(health)}, which is no path.",
            remedy='Begin it with a slash, and leave out spaces and all that is not ASCII: health = "/healthz".',
        )


RULES: RulesByKey = {
    "urls": (
        not_empty("urls", 'Say where it is, e.g. urls = ["http://127.0.0.1:8001"].'),
        urls_are_base_urls,
        no_twins("urls"),
    ),
    "health": (health_is_a_path,),
}
