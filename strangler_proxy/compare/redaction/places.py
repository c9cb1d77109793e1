"""Whether a place in a body is private: by the paths that the config names, and by the names on the way to it."""

import re
from collections.abc import Sequence

from strangler_proxy.compare.paths import PathPattern, Step, Steps
from strangler_proxy.compare.redaction.names import is_telling

_IS_FIELD = re.compile(r"[A-Za-z_@#][A-Za-z_-]{0,39}")
"""A member's name that is a name, and no data that serves as one."""


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
        return self.named(within) or _IS_FIELD.fullmatch(last) is None


def is_markup_value(steps: Sequence[Step]) -> bool:
    """Whether the place is the value of a form field in HTML: of any, as the path does not say which field it is."""
    if not steps or steps[-1] not in ("@value", "#text"):
        return False
    return not {"input", "textarea"}.isdisjoint(step for step in steps if isinstance(step, str))
