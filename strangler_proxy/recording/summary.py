"""A replay summed up: counts, and groups of differences as `strangler diff` has them. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from strangler_proxy.compare.difference import SEVERITIES, NoteKind, Severity, encodable
from strangler_proxy.compare.groups import GroupKey, group_of, within_bound
from strangler_proxy.recording.replay import NotAsked, Replayed

GRAVEST_FIRST = tuple(Severity)
EXAMPLES = 3
"""Exchanges that are named for each group."""


@dataclass(slots=True)
class Summary:
    """What came of the exchanges so far."""

    comparisons: int = 0
    mismatches: int = 0
    failed: int = 0
    """Exchanges to which a side gave no answer; each is a mismatch too."""
    not_seen: int = 0
    """Exchanges in which something could not be compared; each is a mismatch too."""
    counts: Counter[GroupKey] = field(default_factory=Counter)
    """Exchanges with a difference of the group."""
    examples: dict[GroupKey, list[str]] = field(default_factory=dict)
    excused: Counter[str] = field(default_factory=Counter)
    """Rule → exchanges in which it took something out."""
    failures: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, replayed: Iterable[Replayed]) -> "Summary":
        """The summary of them all."""
        summary = cls()
        for one in replayed:
            summary.add(one)
        return summary

    def add(self, replayed: Replayed) -> None:
        """Counts one exchange more."""
        comparison = replayed.comparison
        self.comparisons += 1
        self.mismatches += not comparison.equal
        if replayed.failure is not None:
            self.failed += 1
            self.failures[replayed.failure] += 1
        self.not_seen += any(note.kind is NoteKind.NOT_COMPARED for note in comparison.notes)
        self.excused.update({one.rule for one in comparison.excused})
        for key in {group_of(difference) for difference in comparison.differences}:
            bounded = within_bound(key, self.counts, len(self.counts))
            self.counts[bounded] += 1
            named = self.examples.setdefault(bounded, [])
            if len(named) < EXAMPLES:
                named.append(replayed.exchange.label)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The groups in their JSON form, the gravest and commonest first."""
        ordered = sorted(
            self.counts.items(),
            key=lambda item: (GRAVEST_FIRST.index(SEVERITIES[item[0].kind]), -item[1], item[0].path),
        )
        return [
            {
                "path": encodable(key.path),
                "kind": key.kind.value,
                "severity": SEVERITIES[key.kind].value,
                "count": count,
                "share": count / self.comparisons,
                "examples": self.examples[key],
            }
            for key, count in ordered
        ]

    def document(self, not_asked: Counter[NotAsked]) -> dict[str, Any]:
        """Its JSON form."""
        return {
            "comparisons": self.comparisons,
            "mismatches": self.mismatches,
            "failed": self.failed,
            "not_asked": {reason.value: not_asked[reason] for reason in NotAsked if not_asked[reason]},
            "groups": self.groups,
            "excused": dict(self.excused),
            "failures": dict(self.failures),
        }
