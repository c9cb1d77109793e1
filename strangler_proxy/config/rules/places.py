"""The rules of a route's name and of where it is: `path` or `regex`, and `[converters]`."""

import re
from collections.abc import Iterator
from functools import lru_cache

from strangler_proxy.config import patterns
from strangler_proxy.config.django_path import DjangoPathError, route_to_regex
from strangler_proxy.config.errors import Code
from strangler_proxy.config.expression import compiled_quietly, refers_to_a_group
from strangler_proxy.config.patterns import fits
from strangler_proxy.config.problem import OTHER, Draft, Entry, Problem
from strangler_proxy.config.words import quoted


@lru_cache(maxsize=16_384)
def regex_mistake(regex: str) -> str:
    """Return what is wrong with a regular expression, and at which character; empty when it compiles.

    Remembered, because compiling is the dearest step of a reload, and most expressions are those of the last one.
    """
    try:
        compiled_quietly(regex)
    except re.error as error:
        return error.msg if error.pos is None else f"{error.msg} at character {error.pos + 1}"
    except (OverflowError, RecursionError) as error:
        return str(error)
    return ""


@lru_cache(maxsize=16_384)
def path_mistake(path: str, converter_names: frozenset[str]) -> tuple[str, str] | None:
    """Return what is wrong with a path in Django's syntax and the remedy, or None. Remembered, like `regex_mistake`."""
    try:
        route_to_regex(path, dict.fromkeys(converter_names, ".+"))
    except DjangoPathError as error:
        return error.what, error.remedy or ""
    return None


def has_a_name(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """A route or task has a name."""
    if "name" not in entry.written:
        yield Problem(
            code=Code.MISSING_KEY,
            at=entry.at,
            what=f"{entry.label} has no name.",
            remedy="Give it one, by which commands, metrics and logs can call it.",
        )


def name_is_right(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """A route's name has only letters, digits and `_ . : -`."""
    name = entry.table["name"]
    if not fits(patterns.NAME, name):
        yield Problem(
            code=Code.BAD_ROUTE_NAME,
            at=(*entry.at, "name"),
            what=f"the name {quoted(name)} is not made of letters, digits and _ . : -, or begins with . : or -.",
            remedy='Write e.g. name = "product-detail".',
        )


def names_are_unique(entries: tuple[Entry, ...], code: Code) -> Iterator[Problem]:
    """No two routes, and no two tasks, have one name."""
    first: dict[str, Entry] = {}
    for entry in entries:
        name = entry.table.get("name")
        if name is not None and first.setdefault(name, entry) is not entry:
            yield Problem(
                code=code,
                at=(*entry.at, "name"),
                what=f"{entry.label} is there twice, first on {OTHER}.",
                remedy="Rename or remove one of the two.",
                other=(*first[name].at, "name"),
            )


def has_path_or_regex(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """A route has exactly one of `path` and `regex`."""
    if ("path" in entry.written) != ("regex" in entry.written):
        return
    both = "path" in entry.written
    yield Problem(
        code=Code.PATH_OR_REGEX,
        at=(*entry.at, "regex") if both else entry.at,
        what=f"{entry.label} has {'both path and regex' if both else 'neither path nor regex'}.",
        remedy="Keep one of the two." if both else 'Say what it matches, e.g. path = "/api/products/<int:pk>/".',
    )


def path_is_djangos(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`path` begins with a slash and is Django's `path()` syntax."""
    path = entry.table["path"]
    if not path.startswith("/"):
        yield Problem(
            code=Code.NO_LEADING_SLASH,
            at=(*entry.at, "path"),
            what=f"{entry.name('path')} is {quoted(path)}, without its leading slash.",
            remedy=f"Write path = {quoted('/' + path)}.",
        )
    mistake = path_mistake(path, draft.converter_names)
    if mistake:
        yield Problem(
            code=Code.BAD_DJANGO_PATH,
            at=(*entry.at, "path"),
            what=f"{entry.name('path')} is {quoted(path)}: {mistake[0]}",
            remedy=mistake[1],
        )


def regex_is_right(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`regex` compiles, and begins with `^/`."""
    regex = entry.table["regex"]
    at = (*entry.at, "regex")
    mistake = regex_mistake(regex)
    if mistake:
        yield Problem(
            code=Code.BAD_REGEX,
            at=at,
            what=f"{entry.name('regex')} is {quoted(regex)}, which does not compile: {mistake}.",
            remedy="Mend the expression; in single quotes a backslash stands for itself.",
        )
    if not regex.startswith("^/"):
        yield Problem(
            code=Code.NOT_ANCHORED,
            at=at,
            what=f"{entry.name('regex')} is {quoted(regex)}, which does not begin with ^/.",
            remedy=f"Write regex = '^/{regex.lstrip('^').lstrip('/')}': a path is matched from its first slash on.",
        )


def converters_are_right(draft: Draft) -> Iterator[Problem]:
    """Each converter has a name that fits into `<name:parameter>`, and an expression that fits into a group."""
    for name, regex in draft.converters.items():
        what, remedy = _converter_mistake(name, regex)
        if what:
            yield Problem(
                code=Code.BAD_CONVERTER, at=("converters", name), what=f"converter {quoted(name)} {what}", remedy=remedy
            )


def _converter_mistake(name: str, regex: str) -> tuple[str, str]:
    if not fits(patterns.CONVERTER_NAME, name):
        return "has other characters in its name than letters, digits, - and _.", "Rename it, e.g. year."
    if not regex:
        return "has an empty expression.", "Write what it matches, e.g. year = '[0-9]{4}'."
    mistake = regex_mistake(regex) or regex_mistake(f"^(?P<x>{regex})")
    if mistake:
        return f"is {quoted(regex)}, which does not compile: {mistake}.", "Mend the expression, as Django needs it too."
    if refers_to_a_group(regex):
        return (
            f"is {quoted(regex)}, which refers to one of its groups by number; in a path with other parameters that "
            "number is another group's.",
            "Write it without the reference, or write the paths that use it as regex.",
        )
    if compiled_quietly(regex).groupindex:
        return f"is {quoted(regex)}, which has a named group.", "Write (?:…) for it: the parameter names the group."
    return "", ""
