"""JSON values held against each other: typed, exact, with the smallest sensible edit of each list.

Two numbers are of one type when both are written as integers, or both with a fraction or an exponent: `1` against `1.0`
is a retyping, as typed clients refuse the one or the other; `1.50` against `1.5` is no difference.
"""

import json
from collections import Counter
from decimal import Decimal
from operator import eq
from typing import Any

from strangler_proxy.compare.difference import Kind
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.json_body import Spelled
from strangler_proxy.compare.normalise.texts import same_text
from strangler_proxy.compare.paths import Steps
from strangler_proxy.compare.sequence import ALONE, CHANGED, Likeness, Pairs, align, align_in_place

IDENTITIES = ("id", "pk", "uuid", "slug", "key", "url")
"""Members by which an item is taken for the same one though it changed: what Django's models and DRF call theirs."""
ALIKE = CHANGED / 2
"""Distance up to which items at the same position are taken for the same one (half of the members)."""

TRIES = 100
"""Items of a bag that an unequal one is held against, those of its identity first."""

DEEPEST = 1000
"""Levels that are followed; Python's own limit, which holds for the parser, is about as low, and does not hold for this
module where it is compiled."""

_MISSING = object()
_NO_NAME = chr(0xDFFF)
"""Half a surrogate pair: no text, and so hardly a member's name."""


class Values:
    """Walks two values at once and puts what differs into the findings."""

    __slots__ = ("_findings", "_has_lists", "_rules")

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._rules = findings.rules
        self._has_lists = findings.rules.has_lists

    def compare(self, primary: Any, candidate: Any, steps: Steps = ()) -> None:
        """Find what differs between two values at one place.

        Raises:
            RecursionError: they are nested deeper than can be followed.
        """
        kind = type(primary)
        if kind is not type(candidate):
            self._findings.found_in_body(steps, Kind.TYPE, primary, candidate)
        elif kind is dict:
            self._members(primary, candidate, steps)
        elif kind is list:
            self._items(primary, candidate, steps)
        elif primary != candidate:
            self._scalars(primary, candidate, steps)

    def _members(self, primary: dict[str, Any], candidate: dict[str, Any], steps: Steps) -> None:
        # This loop is where a comparison spends its time: most members are equal scalars.
        if len(steps) > DEEPEST:
            raise RecursionError
        missing, get = 0, candidate.get
        for name, mine in primary.items():
            other = get(name, _MISSING)
            if mine is other:
                continue
            if (kind := type(mine)) is type(other):
                if kind is dict:
                    self._members(mine, other, (*steps, name))
                elif kind is list:
                    self._items(mine, other, (*steps, name))
                elif mine != other:
                    self._scalars(mine, other, (*steps, name))
            elif other is _MISSING:
                missing += 1
                self._findings.removed((*steps, name), mine)
            else:
                self._findings.found_in_body((*steps, name), Kind.TYPE, mine, other)
        if len(primary) - missing < len(candidate):
            for name, other in candidate.items():
                if name not in primary:
                    self._findings.added((*steps, name), other)

    def _scalars(self, primary: Any, candidate: Any, steps: Steps) -> None:
        if type(primary) is str and same_text(primary, candidate, name_of(steps), self._rules):
            return
        self._findings.found_in_body(steps, Kind.VALUE, primary, candidate)

    def _items(self, primary: list[Any], candidate: list[Any], steps: Steps) -> None:
        if len(steps) > DEEPEST:
            raise RecursionError
        if self._has_lists:
            member = self._rules.key_of(steps)
            if member is not None:
                return self._keyed(primary, candidate, steps, member)
            if self._rules.is_bag(steps):
                return self._bag(primary, candidate, steps)
        if len(primary) != len(candidate):
            return self._paired(primary, candidate, align(primary, candidate, LIKENESS), steps)
        if primary == candidate and _same_types(primary, candidate):
            return None
        different, unlike = _unequal_positions(primary, candidate)
        if len(unlike) > 1:
            left, right = [primary[at] for at in unlike], [candidate[at] for at in unlike]
            if _is_reordered(left, right):
                self._findings.found_in_body(steps, Kind.ORDER, primary, candidate)
                pairs = [(unlike[here], unlike[there]) for here, there in _pairs_by_identity(left, right)]
                same = [(at, at) for at in range(len(primary)) if at not in set(unlike)]
                return self._paired(primary, candidate, [*same, *pairs], steps)
            return self._paired(primary, candidate, align_in_place(primary, candidate, unlike, LIKENESS), steps)
        for index in different:
            self.compare(primary[index], candidate[index], (*steps, index))
        return None

    def _paired(self, primary: list[Any], candidate: list[Any], pairs: Pairs, steps: Steps) -> None:
        for here, there in pairs:
            if there is None:
                assert here is not None
                self._findings.removed((*steps, here), primary[here])
            elif here is None:
                self._findings.added((*steps, there), candidate[there])
            else:
                self.compare(primary[here], candidate[there], (*steps, here))

    def _keyed(self, primary: list[Any], candidate: list[Any], steps: Steps, member: str) -> None:
        """Pair items by what their member holds, in time linear in their number; the rest stays in order."""
        waiting: dict[str | None, list[int]] = {}
        for index, item in enumerate(candidate):
            waiting.setdefault(_key(item, member), []).append(index)
        for indexes in waiting.values():
            indexes.reverse()
        pairs: Pairs = []
        for index, item in enumerate(primary):
            indexes = waiting.get(_key(item, member), [])
            pairs.append((index, indexes.pop() if indexes else None))
        left = sorted(index for indexes in waiting.values() for index in indexes)
        self._paired(primary, candidate, pairs + [(None, index) for index in left], steps)

    def _bag(self, primary: list[Any], candidate: list[Any], steps: Steps) -> None:
        """Pair equal items, then those that differ in nothing that counts; what is left is there on one side only."""
        waiting: dict[str, list[int]] = {}
        for index, item in enumerate(candidate):
            waiting.setdefault(sign(item), []).append(index)
        left: list[int] = []
        for index, item in enumerate(primary):
            indexes = waiting.get(sign(item))
            if indexes:
                indexes.pop()
            else:
                left.append(index)
        spare = sorted(index for indexes in waiting.values() for index in indexes)
        for index in left:
            mine = _identity(primary[index])
            likely = sorted(spare, key=lambda at: _identity(candidate[at]) != mine)[:TRIES]
            twin = next((at for at in likely if self._same(primary[index], candidate[at], (*steps, index))), None)
            if twin is None:
                self._findings.removed((*steps, index), primary[index])
            else:
                spare.remove(twin)
        for index in spare:
            self._findings.added((*steps, index), candidate[index])

    def _same(self, primary: Any, candidate: Any, steps: Steps) -> bool:
        trial = Findings(self._rules)
        Values(trial).compare(primary, candidate, steps)
        return not trial.differences


def name_of(steps: Steps) -> str:
    """The name of the member at a place, or of the one that holds the list it is in; empty at the root."""
    return next((step for step in reversed(steps) if isinstance(step, str)), "")


def sign(value: Any) -> str:
    """A text that two values share exactly when they are equal and of one type throughout."""
    return json.dumps(value, sort_keys=True, default=_sign_of_number)


def _sign_of_number(value: Decimal | Spelled) -> dict[str, str]:
    if isinstance(value, Spelled):
        return {_NO_NAME: value.text}
    negative, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits))
    kept = text.rstrip("0")
    assert isinstance(exponent, int)
    return {_NO_NAME: f"{negative}:{kept}:{exponent + len(text) - len(kept)}" if kept.strip("0") else "0"}


def _identity(item: Any) -> str | None:
    """What the item is, whatever else of it changed; None: it does not say."""
    if type(item) is dict:
        for name in IDENTITIES:
            value = item.get(name)
            if type(value) in (int, str):
                return f"{name}={value}"
    return None


def _is_same_thing(primary: dict[str, Any], candidate: dict[str, Any]) -> bool:
    """Whether both have an identity, and the same."""
    for name in IDENTITIES:
        mine = primary.get(name)
        kind = type(mine)
        if kind is int or kind is str:
            other = candidate.get(name)
            return mine == other if kind is type(other) else _identity(primary) == _identity(candidate)
        if type(candidate.get(name)) in (int, str):
            return False
    return False


def _identity_or_sign(item: Any) -> str:
    return _identity(item) or sign(item)


def _key(item: Any, member: str) -> str | None:
    """The key as text, so that a retyped key still pairs its items and shows as a retyping; None: there is none."""
    value = item.get(member) if type(item) is dict else None
    return None if value is None else str(value)


def _is_reordered(primary: list[Any], candidate: list[Any]) -> bool:
    """Whether both lists hold the same things, in another order."""
    mine, others = list(map(_identity_or_sign, primary)), list(map(_identity_or_sign, candidate))
    return mine != others and Counter(mine) == Counter(others)


def _pairs_by_identity(primary: list[Any], candidate: list[Any]) -> list[tuple[int, int]]:
    waiting: dict[str, list[int]] = {}
    for index in range(len(candidate) - 1, -1, -1):
        waiting.setdefault(_identity_or_sign(candidate[index]), []).append(index)
    return [(index, waiting[_identity_or_sign(item)].pop()) for index, item in enumerate(primary)]


def _same_types(primary: Any, candidate: Any) -> bool:
    """Whether two equal values are of one type throughout: to Python 1, True and 1.0 are equal."""
    kind = type(primary)
    if kind is not type(candidate):
        return False
    if kind is dict:
        for name, mine in primary.items():
            other = candidate[name]
            inner = type(mine)
            if inner is not type(other) or ((inner is dict or inner is list) and not _same_types(mine, other)):
                return False
    elif kind is list:
        for index, mine in enumerate(primary):
            other = candidate[index]
            inner = type(mine)
            if inner is not type(other) or ((inner is dict or inner is list) and not _same_types(mine, other)):
                return False
    return True


def _unequal_positions(primary: list[Any], candidate: list[Any]) -> tuple[list[int], list[int]]:
    """Positions in two lists of one length at which the items differ; and those of them at which they are not plainly
    each other's counterpart."""
    different, unlike = [], []
    for index, mine in enumerate(primary):
        other = candidate[index]
        if mine is other:
            continue
        is_equal = mine == other
        if is_equal and _same_types(mine, other):
            continue
        different.append(index)
        if not is_equal and not _is_counterpart(mine, other):
            unlike.append(index)
    return different, unlike


def _is_counterpart(primary: Any, candidate: Any) -> bool:
    """Whether two unequal items at one position are versions of one thing."""
    if type(primary) is dict and type(candidate) is dict:
        return _is_same_thing(primary, candidate) or _distance(primary, candidate) <= ALIKE
    return type(primary) is list and type(candidate) is list and len(primary) == len(candidate)


def _distance(primary: Any, candidate: Any) -> float:
    """How unlike two items are, looked at without descending."""
    kind = type(primary)
    if kind is not type(candidate):
        return 0.55
    if kind is list:
        return ALONE
    if kind is not dict:
        return CHANGED
    shared = same = 0
    for name, mine in primary.items():
        other = candidate.get(name, _MISSING)
        if other is not _MISSING:
            shared += 1
            if mine == other and type(mine) is type(other):
                same += 1
    every = len(primary) + len(candidate) - shared
    if every == same:
        return 0.0
    return CHANGED * (every - same) / every


LIKENESS: Likeness[Any] = Likeness(same=eq, distance=_distance, identity=_identity, sign=sign)
