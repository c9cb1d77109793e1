"""Two answers beside each other, line by line, with what differs marked; the same lines are left out. Pure."""

import contextlib
import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.media import Media, kind_of
from strangler_proxy.compare.visible import visible

CONTEXT_LINES = 2
MOST_LINES = 400
"""Of one side's body: more nobody reads, and pairing them takes time that grows with their square."""
MOST_LINE_CHARACTERS = 2000

_FLOAT = re.compile(r'"\\u0000([0-9.eE+-]+)\\u0000"')


@dataclass(frozen=True, slots=True)
class Pair:
    """One line: what is left, what is right; None on both sides: lines were left out."""

    left: str | None
    right: str | None
    differs: bool

    @property
    def is_gap(self) -> bool:
        """Whether it stands for lines that are the same on both sides."""
        return self.left is None and self.right is None


def side_by_side(primary: Answer, candidate: Answer | None) -> list[Pair]:
    """The answers' lines, paired; a service that gave none has none."""
    left, right = lines_of(primary), ["(no answer)"] if candidate is None else lines_of(candidate)
    return list(_paired(left, right))


def lines_of(answer: Answer) -> list[str]:
    """Status, headers in alphabetical order, and the body: JSON laid out, text as it is, bytes counted."""
    head = [str(answer.status)]
    head += sorted(f"{_text(name)}: {_text(value)}" for name, value in answer.headers)
    return [visible(line)[:MOST_LINE_CHARACTERS] for line in [*head, "", *_body(answer)[:MOST_LINES]]]


def _body(answer: Answer) -> list[str]:
    content_type = next((value for name, value in answer.headers if name.lower() == b"content-type"), b"")
    kind = kind_of(content_type.decode("latin-1"), answer.body)
    if kind.media is Media.BINARY:
        return [f"({answer.whole_size} bytes)"] if answer.body else []
    text = answer.body.decode("utf-8", "replace")
    if kind.media is Media.JSON:
        with contextlib.suppress(ValueError, RecursionError):  # what is no JSON is shown as it came
            text = _laid_out(text)
    return text.splitlines()


def _laid_out(text: str) -> str:
    """JSON over several lines, its numbers as they were written. Raises: ValueError, RecursionError."""
    document = json.loads(text, parse_float=lambda digits: f"\0{digits}\0")
    return _FLOAT.sub(r"\1", json.dumps(document, ensure_ascii=False, indent=2))


def _paired(left: list[str], right: list[str]) -> Iterator[Pair]:
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(CONTEXT_LINES)):
        if number:
            yield Pair(None, None, differs=False)
        for tag, left_from, left_to, right_from, right_to in group:
            mine, others = left[left_from:left_to], right[right_from:right_to]
            for at in range(max(len(mine), len(others))):
                yield Pair(
                    mine[at] if at < len(mine) else "",
                    others[at] if at < len(others) else "",
                    differs=tag != "equal",
                )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
