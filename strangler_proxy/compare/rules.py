"""A route's rules of comparison, compiled once from its `[routes.compare]`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.compare.groups import folded_path
from strangler_proxy.compare.paths import PathPattern, Steps
from strangler_proxy.compare.tolerance import Tolerance
from strangler_proxy.config.ignore_text import IgnoreText
from strangler_proxy.config.model import Compare


@dataclass(frozen=True, slots=True)
class Ignore:
    """Differences that do not count.

    Without a guard everything at the path, and below it, is excused. With one, only a changed value is, and only when
    both sides match the whole expression: a value that is gone, new or retyped still counts.
    """

    text: str
    """As the config has it."""
    place: str
    """`status`, `header:NAME` or `cookie:NAME` in lower case, NAME perhaps folded as groups have it, or `body:`."""
    pattern: PathPattern | None
    """Where in the body; None elsewhere."""
    guard: re.Pattern[str] | None
    until: date | None = None
    """From this day on it excuses nothing; None: it has no end."""

    @classmethod
    def of(cls, text: str) -> "Ignore":
        """The rule that `text` writes, e.g. `body:$.served_at`, `header:etag until 2027-01-31` or `body:$.id ~[0-9]+`.

        Raises:
            ValueError: no path, no regular expression, or no day of the calendar.
        """
        parts = IgnoreText.of(text)
        if parts is None:
            raise ValueError(f"{text!r} is no path of a difference")
        until = date.fromisoformat(parts.day) if parts.day else None
        try:
            guard = re.compile(parts.guard) if parts.guard else None
        except re.error as error:
            raise ValueError(f"{parts.guard!r} is no regular expression: {error}") from None
        if parts.path.startswith("body:"):
            return cls(text, "body:", PathPattern.of(parts.path), guard, until)
        return cls(text, parts.path.lower(), None, guard, until)

    def has_expired(self, today: date) -> bool:
        """Whether its day has come."""
        return self.until is not None and today >= self.until

    def excuses(self, difference: Difference, steps: Steps | None) -> bool:
        """Whether the difference does not count; `steps` is its place in the body, None elsewhere."""
        if self.pattern is not None:
            if steps is None or not self.pattern.covers(steps):
                return False
        elif steps is not None or not self.names(difference.path):
            return False
        return self.guard is None or (
            difference.kind is Kind.VALUE and self._holds(difference.primary) and self._holds(difference.candidate)
        )

    def names(self, path: str) -> bool:
        """Whether a path outside the body is the one that it writes, or is folded to that: `cookie:cart-*` means
        `cookie:cart-1842`, and not `cookie:cart-total`."""
        path = path.lower()
        return path == self.place or (self.place.endswith("*") and folded_path(path) == self.place)

    def _holds(self, value: object) -> bool:
        assert self.guard is not None
        return self.guard.fullmatch(str(value)) is not None


@dataclass(frozen=True, slots=True)
class Bases:
    """What finds, in texts of each side, the base URLs that are one and the same place to a user."""

    primary: re.Pattern[str] | None = None
    candidate: re.Pattern[str] | None = None

    @classmethod
    def of(cls, primary: Iterable[str], candidate: Iterable[str], public: Iterable[str] = ()) -> "Bases":
        """From the base URLs of both backends, and those under which users know the site."""
        shared = tuple(public)
        return cls(_beginning((*primary, *shared)), _beginning((*candidate, *shared)))


def _beginning(urls: Sequence[str]) -> re.Pattern[str] | None:
    """What finds one of the base URLs wherever it ends as a base URL must."""
    if not urls:
        return None
    longest_first = sorted({url.rstrip("/") for url in urls}, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})(?![\\w.:@-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """All that decides how two answers of one route are compared."""

    ignore: tuple[Ignore, ...] = ()
    unordered: tuple[PathPattern, ...] = ()
    keyed: tuple[tuple[PathPattern, str], ...] = ()
    bases: Bases = Bases()
    without: frozenset[str] = frozenset()
    """Names of normalisers that are turned off."""
    tolerance: tuple[tuple[PathPattern, Tolerance], ...] = ()
    version_header: str = ""
    """Name in lower case of the header in which the service says its version; it is not compared. Empty: none is."""

    @classmethod
    def of(
        cls,
        compare: Compare,
        *,
        bases: Bases = Bases(),
        without: frozenset[str] = frozenset(),
        version_header: str = "",
    ) -> "Rules":
        """The rules of a route's `[routes.compare]`; `without` adds to the normalisers that it turns off.

        Ignores that end some day are in force; `on` takes out those that have ended.

        Raises:
            ValueError: a path is none; in a validated config each is one.
        """
        return cls(
            ignore=tuple(map(Ignore.of, compare.ignore)),
            unordered=tuple(map(PathPattern.of, compare.unordered)),
            keyed=tuple((PathPattern.of(path), member) for path, member in compare.keyed.items()),
            bases=bases,
            without=without.union(compare.without),
            tolerance=tuple((PathPattern.of(path), Tolerance.of(text)) for path, text in compare.tolerance.items()),
            version_header=version_header.lower(),
        )

    def on(self, today: date) -> "Rules":
        """The rules as they are in force on a day; these very ones where nothing has ended."""
        if not any(one.has_expired(today) for one in self.ignore):
            return self
        return replace(self, ignore=tuple(one for one in self.ignore if not one.has_expired(today)))

    def tolerates(self, steps: Steps, primary: object, candidate: object) -> bool:
        """Whether two values at a place in the body are near enough; the first path that means the place decides."""
        found = next((tolerance for pattern, tolerance in self.tolerance if pattern.matches(steps)), None)
        return found is not None and found.allows(primary, candidate)

    @property
    def has_lists(self) -> bool:
        """Whether any list is compared otherwise than in order."""
        return bool(self.unordered or self.keyed)

    def key_of(self, steps: Steps) -> str | None:
        """The member by which the items of the list there are paired; None: they are not."""
        return next((member for pattern, member in self.keyed if pattern.matches(steps)), None)

    def is_bag(self, steps: Steps) -> bool:
        """Whether the order of the list there does not count."""
        return any(pattern.matches(steps) for pattern in self.unordered)


PLAIN = Rules()
"""No rule of a route: the presets and normalisers alone."""
