"""What a rule is, and the rules that hold for lists of any table."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from strangler_proxy.config.errors import Code
from strangler_proxy.config.problem import OTHER, Draft, Entry, Problem
from strangler_proxy.config.words import quoted

Rule = Callable[[Entry, Draft], Iterable[Problem]]
RulesByKey = Mapping[str, tuple[Rule, ...]]
"""The rules that are asked when a key is in a table, by that key."""


def run(rules: RulesByKey, entry: Entry, draft: Draft) -> list[Problem]:
    """Return what the rules find in `entry`, each asked only when its key is there and of the right shape."""
    problems: list[Problem] = []
    for key in entry.table:
        for rule in rules.get(key, ()):
            problems.extend(rule(entry, draft))
    return problems


def inner(entry: Entry, key: str) -> Entry:
    """Return the sub-table `key` of `entry`, e.g. `canary` of a route."""
    table = entry.table[key]
    return Entry((*entry.at, key), entry.word, entry.called, table, table, f"{key}.")


def not_empty(key: str, remedy: str = "") -> Rule:
    """Make the rule that the list `key` has something in it: an empty one would match nothing."""

    def rule(entry: Entry, draft: Draft) -> Iterator[Problem]:
        if not entry.table[key]:
            yield Problem(
                code=Code.EMPTY,
                at=(*entry.at, key),
                what=f"{entry.name(key)} is an empty list.",
                remedy=remedy or f"Put something in it, or leave {key} out.",
            )

    return rule


def no_twins(key: str) -> Rule:
    """Make the rule that nothing is twice in the list `key`."""

    def rule(entry: Entry, draft: Draft) -> Iterator[Problem]:
        values = entry.table.get(key, ())
        if len(set(values)) == len(values):
            return
        first: dict[str, int] = {}
        for index, value in enumerate(values):
            if first.setdefault(value, index) != index:
                yield Problem(
                    code=Code.DUPLICATE_ENTRY,
                    at=(*entry.at, key, index),
                    what=f"{quoted(value)} is twice in {entry.name(key)}, first on {OTHER}.",
                    remedy="Keep one of the two.",
                    other=(*entry.at, key, first[value]),
                )

    return rule
