"""Leave out the items that two JSON bodies share, byte for byte and in their places, before they are parsed.

Most answers that differ do so in a few of many records, and parsing the others is most of a comparison's time. Each
shared object of a list is replaced, on both sides, by one number that neither body holds. That keeps every path, and
is done only where it is certain that the pieces are whole objects:

1. Both bodies are split at `}, {"`, where one object of a list ends and the next begins. Of the first piece what
   follows its last `[{"` is such an object, of the last one what precedes its first `}]`.
2. Neither has a backslash, so every quote begins or ends a string; and no string holds a bracket: of the bare quotes
   and brackets nothing but brackets is left once each `""` is gone. So what looks like structure is structure. Of the
   second body only the pieces that differ are looked at so: the others are the first one's.
3. The objects that are equal and in one place have balanced brackets each, so each is the inside of one object.

What is wrong within a shared item (a doubled name, a word that is no JSON) goes unseen, as it does in equal bodies.
"""

from collections.abc import Iterable
from typing import NamedTuple

from strangler_proxy.compare.difference import Difference, Kind

FEWEST = 4
"""Shared items from which on leaving them out pays."""
FIRST_MARK = 73_000_000_000
"""The number that stands for the item at the first piece; the others follow."""
_MOST_PIECES = 100_000
_MARKS = b"730000"
"""What every mark begins with."""
_SPLITS = ((b'}, {"', b", "), (b'},{"', b","))
"""Between two objects as Python writes them, with and without spaces; and what is then between two values."""
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}\0"))
_NO_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"'))


def without_shared_items(primary: bytes, candidate: bytes) -> tuple[bytes, bytes] | None:
    """Both bodies with marks for the items that they share; None: there is too little to gain, or it is not certain."""
    for split, between in _SPLITS:
        mine, others = primary.split(split), candidate.split(split)
        if len(mine) != len(others) or not FEWEST + 2 <= len(mine) < _MOST_PIECES:
            continue
        unlike = [at for at, (one, other) in enumerate(zip(mine, others, strict=True)) if one != other]
        if len(mine) - len(unlike) < FEWEST:
            return None
        changed = split.join([others[at] for at in unlike])
        if not _are_plain(primary, changed if unlike and unlike[0] == 0 else b'{"' + changed):
            return None
        last = len(mine) - 1
        ends = _Ends.of(mine), _Ends.of(others)
        kept = {0, last, *unlike}
        shared = [piece for at, piece in enumerate(mine) if at not in kept]
        with_first, with_last = ends[0].first == ends[1].first != b"", ends[0].last == ends[1].last != b""
        shared += [ends[0].first] * with_first + [ends[0].last] * with_last
        if not _are_balanced(shared):
            return None
        bodies = []
        for pieces, end in ((mine, ends[0]), (others, ends[1])):
            parts = _marks(len(pieces))
            for at in kept:
                parts[at] = b"%b%b%b" % (b'{"' if at else b"", pieces[at], b"}" if at < last else b"")
            if with_first:
                parts[0] = b"%b%d" % (end.head, FIRST_MARK)
            if with_last:
                parts[last] = b"%d%b" % (FIRST_MARK + last, end.tail)
            bodies.append(between.join(parts))
        return bodies[0], bodies[1]
    return None


_READY = [b"%d" % (FIRST_MARK + at) for at in range(256)]


def _marks(count: int) -> list[bytes]:
    """That many marks."""
    return _READY[:count] + [b"%d" % (FIRST_MARK + at) for at in range(len(_READY), count)]


class _Ends(NamedTuple):
    """The first and the last piece taken apart: what is outside the list, and the item; empty where there is none."""

    head: bytes
    first: bytes
    last: bytes
    tail: bytes

    @classmethod
    def of(cls, pieces: list[bytes]) -> "_Ends":
        head, begins, first = pieces[0].rpartition(b'[{"')
        last, ends, tail = pieces[-1].partition(b"}]")
        return cls(head + begins[:1], first if begins else b"", last if ends else b"", ends[1:] + tail)


def leans_on_a_mark(differences: Iterable[Difference]) -> bool:
    """Whether a difference could be another one had no item been left out: one of whole items, or that shows a mark."""
    return any(
        difference.kind is Kind.ORDER
        or (difference.kind in (Kind.ADDED, Kind.REMOVED) and difference.path.endswith("]"))
        or _shows_mark(difference.primary)
        or _shows_mark(difference.candidate)
        for difference in differences
    )


def _are_plain(*bodies: bytes) -> bool:
    """Step 2, and that no mark is there already."""
    return all(
        b"\\" not in body
        and b"\0" not in body
        and _MARKS not in body
        and b'"' not in body.translate(None, _NO_STRUCTURE).replace(b'""', b"")
        for body in bodies
    )


def _are_balanced(pieces: Iterable[bytes]) -> bool:
    """Step 3, for all pieces at once: a zero byte between them keeps their brackets apart."""
    brackets = b"\0".join(pieces).translate(None, _NO_BRACKETS)
    left = len(brackets) + 1
    while len(brackets) < left:
        left = len(brackets)
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    return not brackets.strip(b"\0")


def _shows_mark(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_shows_mark, value.values()))
    if isinstance(value, list):
        return any(map(_shows_mark, value))
    return type(value) is int and FIRST_MARK <= value < FIRST_MARK + _MOST_PIECES
