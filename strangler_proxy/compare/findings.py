"""Where the parts of a comparison put what they find; ignores are applied here and nowhere else."""

from typing import Any

from strangler_proxy.compare.difference import Comparison, Difference, Excused, Kind, Note, NoteKind
from strangler_proxy.compare.paths import Steps, body_path
from strangler_proxy.compare.rules import Rules

BOTH, PRIMARY, CANDIDATE = "both", "primary", "candidate"


class Findings:
    """The differences, remarks and excused differences of one comparison, in the order in which they were found."""

    __slots__ = ("differences", "excused", "notes", "rules")

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.differences: list[Difference] = []
        self.excused: list[Excused] = []
        self.notes: list[Note] = []

    def found(self, path: str, kind: Kind, primary: Any, candidate: Any) -> None:
        """A difference outside the body."""
        self._put(Difference(path, kind, primary, candidate), None)

    def found_in_body(self, steps: Steps, kind: Kind, primary: Any, candidate: Any) -> None:
        """A difference at a place in the body; a changed value within the route's tolerance is none."""
        if kind is Kind.VALUE and self.rules.tolerance and self.rules.tolerates(steps, primary, candidate):
            return
        self._put(Difference(body_path(steps), kind, primary, candidate), steps)

    def added(self, steps: Steps, value: Any) -> None:
        """The candidate alone has something there."""
        self.found_in_body(steps, Kind.ADDED, None, value)

    def removed(self, steps: Steps, value: Any) -> None:
        """The primary alone has something there."""
        self.found_in_body(steps, Kind.REMOVED, value, None)

    def note(self, kind: NoteKind, side: str, text: str) -> None:
        """A remark; one that both sides earn is made once."""
        other = {PRIMARY: CANDIDATE, CANDIDATE: PRIMARY}.get(side)
        if other is not None and (twin := Note(kind, other, text)) in self.notes:
            self.notes[self.notes.index(twin)] = Note(kind, BOTH, text)
        else:
            self.notes.append(Note(kind, side, text))

    def take(self, other: "Findings") -> None:
        """Add the differences, excused or not, that another one found."""
        self.differences += other.differences
        self.excused += other.excused

    def mark(self) -> tuple[int, int]:
        """How many differences and excused ones there are, for `back_to`."""
        return len(self.differences), len(self.excused)

    def back_to(self, mark: tuple[int, int]) -> None:
        """Forget the differences that were found since the mark."""
        del self.differences[mark[0] :], self.excused[mark[1] :]

    def comparison(self) -> Comparison:
        """All of it, as the answer to the caller."""
        return Comparison(tuple(self.differences), tuple(self.notes), tuple(self.excused))

    def _put(self, difference: Difference, steps: Steps | None) -> None:
        for rule in self.rules.ignore:
            if rule.excuses(difference, steps):
                self.excused.append(Excused(rule.text, difference))
                return
        self.differences.append(difference)
