"""Whether a route's ignores earn their place: what they took out of the comparisons, turned into warnings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from strangler_proxy.compare.difference import SEVERITIES, Excused, Severity
from strangler_proxy.compare.rules import Ignore

ENOUGH = 200
"""Comparisons from which on an ignore that matched nothing is taken for a leftover: at one in 70, 95 of 100 would have
matched by then."""
TOO_MUCH_PERCENT = 50.0
"""Share of comparisons from which on an ignore hides more than an exception."""


class Concern(StrEnum):
    """What there is to say of an ignore."""

    EXPIRED = "expired"
    """Its day has come: it excuses nothing any more."""
    UNUSED = "matches-nothing"
    """It excused nothing in many comparisons."""
    TOO_MUCH = "matches-too-much"
    """It excused something in most comparisons."""
    HIDES_BREAKAGE = "hides-removed-or-retyped"
    """Without a guard, it excused something removed or retyped, which breaks clients."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """What one ignore did in the comparisons of its route."""

    comparisons: int = 0
    """In which it excused something."""
    breaking: int = 0
    """In which it excused something removed or retyped."""


@dataclass(frozen=True, slots=True)
class IgnoreWarning:
    """One such remark."""

    rule: str
    """The ignore as the config has it."""
    concern: Concern
    what: str
    """What it does, as the end of a sentence that begins with the ignore."""
    remedy: str


def uses(comparisons: Iterable[Sequence[Excused]]) -> dict[str, Use]:
    """Ignore → what it did, from what was excused in each comparison."""
    some: Counter[str] = Counter()
    breaking: Counter[str] = Counter()
    for excused in comparisons:
        some.update({one.rule for one in excused})
        breaking.update({one.rule for one in excused if SEVERITIES[one.difference.kind] is Severity.HIGH})
    return {rule: Use(comparisons=count, breaking=breaking[rule]) for rule, count in some.items()}


def warnings(ignores: Sequence[str], used: Mapping[str, Use], comparisons: int, today: date) -> list[IgnoreWarning]:
    """What there is to say of a route's ignores after so many comparisons; an expired one earns that remark alone."""
    found: list[IgnoreWarning] = []
    for text in ignores:
        ignore = Ignore.of(text)
        use = used.get(text, Use())
        if ignore.has_expired(today):
            found.append(_expired(ignore))
            continue
        if use.comparisons == 0 and comparisons >= ENOUGH:
            what = f"matched nothing in {comparisons} comparisons"
            found.append(IgnoreWarning(text, Concern.UNUSED, what, "Take it away, or mend its path."))
        if comparisons > 0 and 100 * use.comparisons > TOO_MUCH_PERCENT * comparisons:
            what = f"hides a difference in {use.comparisons} of {comparisons} comparisons"
            remedy = "Narrow its path, or guard it with ` ~REGEX`."
            found.append(IgnoreWarning(text, Concern.TOO_MUCH, what, remedy))
        if use.breaking and ignore.guard is None:
            what = f"hides something removed or retyped in {use.breaking} of {comparisons} comparisons"
            remedy = "Guard it with ` ~REGEX`, which excuses changed values alone."
            found.append(IgnoreWarning(text, Concern.HIDES_BREAKAGE, what, remedy))
    return found


def expired(ignores: Sequence[str], today: date) -> list[IgnoreWarning]:
    """The ignores that excuse nothing any more; this needs no comparison."""
    return [_expired(ignore) for ignore in map(Ignore.of, ignores) if ignore.has_expired(today)]


def _expired(ignore: Ignore) -> IgnoreWarning:
    what, remedy = f"excuses nothing since {ignore.until}", "Take it away, or give it a later day."
    return IgnoreWarning(ignore.text, Concern.EXPIRED, what, remedy)
