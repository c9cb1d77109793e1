"""Whether a place in a body is private: by the paths that the config names, and by the names on the way to it."""

import re
from collections.abc import Sequence

from strangler_proxy.compare.paths import PathPattern, Step, Steps
from strangler_proxy.compare.redaction.names import Role, is_telling, role_of

_IS_FIELD = re.compile(r"[A-Za-z_@#][A-Za-z_-]{0,39}")
"""A member's name that is a name, and no data that serves as one."""
_FIELDS = frozenset({"input", "textarea", "option", "param"})


class Places:
    """The private places of a body."""

    __slots__ = ("_patterns",)

    def __init__(self, patterns: Sequence[PathPattern]) -> None:
        self._patterns = patterns

    @property
    def has_paths(self) -> bool:
        """Whether the config names any."""
        return bool(self._patterns)

    def named(self, steps: Steps) -> bool:
        """Whether the config names the place, or one that it lies within."""
        return any(pattern.covers(steps) for pattern in self._patterns)

    def holds(self, steps: Steps) -> bool:
        """Whether what stands there is private."""
        return any(isinstance(step, str) and is_telling(step) for step in steps) or self.named(steps)

    def hides_name(self, steps: Steps) -> bool:
        """Whether the last step's own name is private: it is data, and lies within a private place."""
        within, last = steps[:-1], steps[-1]
        if not isinstance(last, str) or not self.holds(within):
            return False
        return self.hides_inner_name(steps)

    def hides_inner_name(self, steps: Steps) -> bool:
        """The same of a member's name in what is known to be private."""
        return self.named(steps[:-1]) or _IS_FIELD.fullmatch(str(steps[-1])) is None


def may_be_labelled(steps: Sequence[Step]) -> bool:
    """Whether what stands there is a value of which its path does not say whose: of form fields and other elements of
    markup, and of pairs in JSON (`{"name": "password", "value": …}`)."""
    if any(isinstance(step, str) and role_of(step.removeprefix("@")) is Role.VALUE for step in steps):
        return True
    return bool(steps) and steps[-1] == "#text" and not _FIELDS.isdisjoint(one for one in steps if isinstance(one, str))


def may_be_second_of_pair(steps: Sequence[Step]) -> bool:
    """Whether a text that stands there may be the value of a pair (`["password", …]`), of which its path does not say
    whose. Pairs come in lists; a list that holds texts alone is mostly one of tags or names, which people must see."""
    return len(steps) > 1 and steps[-1] == 1 and isinstance(steps[-2], int)
