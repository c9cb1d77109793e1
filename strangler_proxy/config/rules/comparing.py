"""The rules of `[routes.canary]` and `[routes.compare]`."""

import re
from collections.abc import Iterator
from datetime import date

from strangler_proxy.config import patterns
from strangler_proxy.config.errors import Code
from strangler_proxy.config.expression import compiled_quietly
from strangler_proxy.config.ignore_text import IgnoreText
from strangler_proxy.config.own_headers import why_never_matched
from strangler_proxy.config.patterns import fits
from strangler_proxy.config.problem import OTHER, Draft, Entry, Problem
from strangler_proxy.config.rules.rule import inner, no_twins
from strangler_proxy.config.words import did_you_mean, quoted


def sticky_is_right(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`sticky` is `cookie:NAME`, `header:NAME`, `ip` or `none`."""
    canary = inner(entry, "canary")
    sticky = canary.table.get("sticky", "none")
    if not fits(patterns.STICKY, sticky):
        yield Problem(
            code=Code.BAD_STICKY,
            at=(*canary.at, "sticky"),
            what=f"{canary.name('sticky')} is {quoted(sticky)}.",
            remedy='Write "cookie:NAME", "header:NAME", "ip" or "none", e.g. "cookie:sessionid".',
        )
        return
    kind, _, name = sticky.partition(":")
    never = why_never_matched(name) if kind == "header" else None
    if never:
        yield Problem(
            code=Code.BAD_STICKY,
            at=(*canary.at, "sticky"),
            what=f"{canary.name('sticky')} is {quoted(sticky)}, which {never[0]}: it would keep nobody on their side.",
            remedy=never[1],
        )


def difference_paths_are_right(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """The paths of `ignore`, `unordered` and `keyed` are written as `strangler diff` shows them."""
    compare = inner(entry, "compare")
    for key in ("ignore", "unordered", "keyed", "tolerance"):
        values = compare.table.get(key, ())
        pattern = patterns.IGNORE if key == "ignore" else patterns.BODY_PATH
        for index, path in enumerate(values):
            if not fits(pattern, path):
                yield Problem(
                    code=Code.BAD_DIFFERENCE_PATH,
                    at=(*compare.at, key, path if key in _TABLES else index),
                    what=f"{quoted(path)} in {compare.name(key)} is no path of {_of_what(key)}.",
                    remedy=_path_remedy(key),
                )
        yield from no_twins(key)(compare, draft)


_TABLES = ("keyed", "tolerance")
"""Keys that hold a table by path."""


def tolerances_are_amounts(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each of `tolerance` is a number, a share or a time."""
    compare = inner(entry, "compare")
    for path, text in compare.table.get("tolerance", {}).items():
        if not fits(patterns.TOLERANCE, text):
            yield Problem(
                code=Code.BAD_TOLERANCE,
                at=(*compare.at, "tolerance", path),
                what=f"{quoted(text)} for {quoted(path)} in {compare.name('tolerance')} is no amount.",
                remedy='Write a number ("0.01"), a share ("1%") or a time ("250ms", "2s", "5m", "1h", "1d").',
            )


def normalisers_are_known(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each of `without` is a normaliser's name."""
    compare = inner(entry, "compare")
    for index, name in enumerate(compare.table.get("without", ())):
        if name not in patterns.NORMALISER_NAMES:
            yield Problem(
                code=Code.UNKNOWN_NORMALISER,
                at=(*compare.at, "without", index),
                what=f"{quoted(name)} in {compare.name('without')} is no normaliser.",
                remedy=f"{did_you_mean(name, patterns.NORMALISER_NAMES)}"
                f"Known are {', '.join(patterns.NORMALISER_NAMES)}.",
            )
    yield from no_twins("without")(compare, draft)


def ignores_end_on_a_day(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """What stands behind `until` in `ignore` is a day of the calendar."""
    compare = inner(entry, "compare")
    for index, text in enumerate(compare.table.get("ignore", ())):
        parts = IgnoreText.of(text)
        if parts is None or parts.day is None:
            continue
        try:
            date.fromisoformat(parts.day)
        except ValueError:
            yield Problem(
                code=Code.BAD_DAY,
                at=(*compare.at, "ignore", index),
                what=f"{quoted(parts.day)} in {compare.name('ignore')} is no day of the calendar.",
                remedy="Write year, month and day, e.g. until 2027-01-31.",
            )


def guards_are_regular_expressions(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """What stands behind `~` in `ignore` compiles."""
    compare = inner(entry, "compare")
    for index, text in enumerate(compare.table.get("ignore", ())):
        parts = IgnoreText.of(text)
        if parts is None or parts.guard is None:
            continue
        try:
            compiled_quietly(parts.guard)
        except re.error as error:
            yield Problem(
                code=Code.BAD_REGEX,
                at=(*compare.at, "ignore", index),
                what=f"The guard {quoted(parts.guard)} in {compare.name('ignore')} does not compile: {error}.",
                remedy="Mend the regular expression behind the ~, or take both away.",
            )


def _of_what(key: str) -> str:
    return {"ignore": "a difference", "tolerance": "a value in the body"}.get(key, "a list in the body")


def _path_remedy(key: str) -> str:
    body = 'Write a JSONPath from the body\'s root, e.g. "body:$.tags" or "body:$.results[*].tags".'
    return f'Write "status", "header:NAME", "cookie:NAME" or a path in the body. {body}' if key == "ignore" else body


def keyed_items_have_a_member(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each path of `keyed` names the member by which items are paired."""
    compare = inner(entry, "compare")
    for path, member in compare.table.get("keyed", {}).items():
        if not member:
            yield Problem(
                code=Code.EMPTY,
                at=(*compare.at, "keyed", path),
                what=f"{quoted(path)} in {compare.name('keyed')} names no member.",
                remedy=f'Write the member by which items are paired: {quoted(path)} = "id".',
            )


def a_list_is_compared_in_one_way(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """No path is in both `unordered` and `keyed`."""
    compare = inner(entry, "compare")
    keyed = compare.table.get("keyed", {})
    for index, path in enumerate(compare.table.get("unordered", ())):
        if path in keyed:
            yield Problem(
                code=Code.DUPLICATE_ENTRY,
                at=(*compare.at, "unordered", index),
                what=f"{quoted(path)} of {entry.label} is in both unordered and keyed ({OTHER}).",
                remedy="Keep it in keyed, which pairs the items in any order, or in unordered.",
                other=(*compare.at, "keyed", path),
            )
