"""Which group a difference belongs to: what a person looks at, ignores and mends as one thing.

List positions are folded, so that a wrong price in each of 50 results is one group. So are member names that are data
and no names: numbers, UUIDs, dates, long hexadecimal ones, the marks of private ones. A folded path is a path that
`ignore` takes as it stands, and it excuses the group.
"""

import re
from collections.abc import Container
from dataclasses import dataclass

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.compare.redaction.mark import MARK

MOST_GROUPS = 500
"""Groups of one route that are told apart, by path and kind; nobody reads more, and a page of random names has no end.
What comes later is counted in one group for each part of the answer and kind."""
REST = "…"
"""Stands, in a path, for all that was one too many."""

_STEP = re.compile(r"\[(?:(?P<index>[0-9]+)|'(?P<name>(?:[^'\\]|\\.)*)')\]")
_IS_DATA = re.compile(
    r"[0-9]+"
    r"|\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?"
    r"|[0-9]{4}-[0-9]{2}(?:-[0-9]{2}(?:[T ][0-9:.,+Z-]*)?)?"
    r"|(?=[^0-9]*[0-9])[0-9A-Fa-f]{16,}"
    rf"|.*{MARK.pattern}.*"
)
_SHORT_NAME = re.compile(r"(?<=\.)[0-9A-Za-z_]{16,}(?=[.\[]|$)")
_TAIL = re.compile(r"(?<=[-_.])(?:[0-9]{3,}|(?=[^0-9]*[0-9])[0-9A-Fa-f]{8,})$")


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What tells groups of one route apart."""

    path: str
    """As a difference has it, folded: `body:$.results[*].price`, `header:etag`, `cookie:sessionid`, `status`."""
    kind: Kind

    @property
    def is_rest(self) -> bool:
        """Whether unlike differences are counted in it, because there were too many groups."""
        return self.path.endswith(f":{REST}")


def group_of(difference: Difference) -> GroupKey:
    """The group of a difference: same path but for positions, same kind."""
    return GroupKey(folded_path(difference.path), difference.kind)


def folded_path(path: str) -> str:
    """The path with `[*]` for each list position and for each member name that is data.

    Of a cookie or header, the end of its name is folded: `cookie:cart-1842` is `cookie:cart-*`. Folding a folded path
    changes nothing.
    """
    part, _, rest = path.partition(":")
    if part == "body":
        return f"body:{_SHORT_NAME.sub(_without_data, _STEP.sub(_folded, rest)).replace('.[*]', '[*]')}"
    return f"{part}:{folded_name(rest)}" if rest else path


def folded_name(name: str) -> str:
    """A cookie's or header's name with `*` for an end that is data: behind `-`, `_` or `.` either three digits or more,
    or eight or more hexadecimal ones with a digit among them."""
    return _TAIL.sub("*", name)


def within_bound(key: GroupKey, known: Container[GroupKey], count: int) -> GroupKey:
    """The group under which to count: `key` itself when it is `known` or fewer than `MOST_GROUPS` (`count`) are.

    Else one of the rest, e.g. `body:…`, of which there are at most as many as parts of an answer times kinds. Such a
    group is never taken for noise.
    """
    if key in known or count < MOST_GROUPS or key.is_rest:
        return key
    return GroupKey(f"{key.path.partition(':')[0]}:{REST}", key.kind)


def _folded(found: re.Match[str]) -> str:
    return "[*]" if found["index"] is not None or _IS_DATA.fullmatch(found["name"]) else found[0]


def _without_data(found: re.Match[str]) -> str:
    return "[*]" if _IS_DATA.fullmatch(found[0]) else found[0]
