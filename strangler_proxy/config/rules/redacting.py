"""The rules of `[redact]`."""

import re
from collections.abc import Iterator

from strangler_proxy.config import patterns
from strangler_proxy.config.backtracking import A_REPETITION_IN_ANOTHER, can_run_away
from strangler_proxy.config.errors import Code
from strangler_proxy.config.patterns import fits
from strangler_proxy.config.problem import Draft, Entry, Problem
from strangler_proxy.config.rules.rule import RulesByKey, no_twins
from strangler_proxy.config.words import quoted


def headers_are_names(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each of `headers` can be a header's name."""
    for index, name in enumerate(entry.table["headers"]):
        if not fits(patterns.TOKEN, name):
            yield Problem(
                code=Code.BAD_HEADER,
                at=(*entry.at, "headers", index),
                what=f"{quoted(name)} in {entry.name('headers')} is no header's name.",
                remedy='Write the name alone, e.g. "X-Customer".',
            )


def paths_are_private_places(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each of `paths` is a place in a body or a parameter of the query."""
    for index, path in enumerate(entry.table["paths"]):
        if not fits(patterns.PRIVATE_PATH, path):
            yield Problem(
                code=Code.BAD_DIFFERENCE_PATH,
                at=(*entry.at, "paths", index),
                what=f"{quoted(path)} in {entry.name('paths')} is no place in a body or query.",
                remedy='Write e.g. "body:$.email", "body:$..email" for every member of the name, or "query:email".',
            )


def patterns_are_regular_expressions(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each of `patterns` compiles, matches something, and is done with any text in a time that is not exponential."""
    for index, text in enumerate(entry.table["patterns"]):
        try:
            matches_nothing = re.compile(text).fullmatch("") is not None
        except re.error as error:
            what = f"{quoted(text)} in {entry.name('patterns')} does not compile: {error}."
        else:
            if matches_nothing:
                what = f"{quoted(text)} in {entry.name('patterns')} also matches where there is nothing."
            elif can_run_away(text):
                what = f"{quoted(text)} in {entry.name('patterns')} can take for ever: {A_REPETITION_IN_ANOTHER}."
            else:
                continue
        yield Problem(
            code=Code.BAD_REGEX,
            at=(*entry.at, "patterns", index),
            what=what,
            remedy="Mend the regular expression; in single quotes TOML leaves backslashes as they are.",
        )


RULES: RulesByKey = {
    "headers": (headers_are_names, no_twins("headers")),
    "paths": (paths_are_private_places, no_twins("paths")),
    "patterns": (patterns_are_regular_expressions, no_twins("patterns")),
}
