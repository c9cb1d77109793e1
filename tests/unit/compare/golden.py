"""Pairs of recorded answers with what their comparison must say.

`pairs/GROUP.json` is written by hand, `expected/GROUP.json` by `python -m tests.unit.compare.golden`: look at its diff.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.difference import Comparison
from strangler_proxy.compare.recorded import read_answer
from strangler_proxy.compare.rules import Bases, Rules
from strangler_proxy.config.model import Compare

HERE = Path(__file__).parent
PAIRS, EXPECTED = HERE / "pairs", HERE / "expected"
BASES = Bases.of(["http://127.0.0.1:8001"], ["http://127.0.0.1:8002"], ["https://shop.example.com"])
PLAIN = Rules(bases=BASES)


@dataclass(frozen=True)
class Pair:
    """Two answers, and the rules by which they are compared."""

    group: str
    name: str
    primary: Answer
    candidate: Answer
    rules: Rules

    def compared(self) -> Comparison:
        """What the comparison says."""
        return compare(self.primary, self.candidate, self.rules)


def pairs() -> Iterator[Pair]:
    """All of them, by group."""
    for file in sorted(PAIRS.glob("*.json")):
        for entry in json.loads(file.read_text(encoding="utf-8")):
            where = f"{file.name}: {entry['name']}"
            yield Pair(
                file.stem,
                entry["name"],
                read_answer(json.dumps(entry["primary"]).encode(), where=where),
                read_answer(json.dumps(entry["candidate"]).encode(), where=where),
                rules_of(entry.get("rules", {})),
            )


def rules_of(entry: dict[str, Any]) -> Rules:
    """The rules that a pair names, beside the base URLs that all pairs share."""
    settings = {key: tuple(value) if key != "keyed" else value for key, value in entry.items() if key != "without"}
    return Rules.of(Compare(**settings), bases=BASES, without=frozenset(entry.get("without", ())))


def expected() -> dict[tuple[str, str], dict[str, Any]]:
    """Group and name → document of the comparison."""
    return {
        (file.stem, name): document
        for file in sorted(EXPECTED.glob("*.json"))
        for name, document in json.loads(file.read_text(encoding="utf-8")).items()
    }


def document_of(comparison: Comparison) -> dict[str, Any]:
    """The comparison's document; of the notes kind and side alone, as their text quotes parsers of any version."""
    notes = [{"kind": note.kind.value, "side": note.side} for note in comparison.notes]
    return comparison.document() | {"notes": notes}


def main() -> None:
    """Write what is expected anew, and remove what no pair asks for."""
    groups: dict[str, dict[str, Any]] = {}
    for pair in pairs():
        groups.setdefault(pair.group, {})[pair.name] = document_of(pair.compared())
    EXPECTED.mkdir(exist_ok=True)
    for file in EXPECTED.glob("*.json"):
        file.unlink()
    for group, documents in groups.items():
        text = json.dumps(documents, ensure_ascii=False, indent=1) + "\n"
        (EXPECTED / f"{group}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
