"""Leave out the items that two JSON bodies share, byte for byte and in their places, before they are parsed.

Most answers that differ do so in a few of many records, and parsing the others is most of a comparison's time. Each
shared object of a list is replaced, on both sides, by one number that neither body holds. That keeps every path, and
is done only where it is certain that the pieces are whole objects:

1. Both bodies are split at `}, {"`, where one object of a list ends and the next begins.
2. Neither has a backslash, so every quote begins or ends a string; and no string holds a bracket: of the bare quotes
   and brackets nothing but brackets is left once each `""` is gone. So what looks like structure is structure.
3. The pieces that are equal and in one place have balanced brackets each, so each is the inside of one object.

What is wrong within a shared item (a doubled name, a word that is no JSON) goes unseen, as it does in equal bodies.
"""

from collections.abc import Iterable

from strangler_proxy.compare.difference import Difference, Kind

FEWEST = 4
"""Shared items from which on leaving them out pays."""
FIRST_MARK = 7_300_000_000_000_000_000
"""The number that stands for the first shared item; the others follow."""
_MARKS = b"73000000000000"
"""What every mark begins with."""
_SPLITS = ((b'}, {"', b", "), (b'},{"', b","))
"""Between two objects as Python writes them, with and without spaces; and what is then between two values."""
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}\0"))
_NO_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"'))


def without_shared_items(primary: bytes, candidate: bytes) -> tuple[bytes, bytes] | None:
    """Both bodies with marks for the items that they share; None: there is too little to gain, or it is not certain."""
    for split, between in _SPLITS:
        mine, others = primary.split(split), candidate.split(split)
        if len(mine) != len(others) or len(mine) < FEWEST + 2:
            continue
        inner = zip(mine[1:-1], others[1:-1], strict=True)
        shared = [at for at, (one, other) in enumerate(inner, 1) if one == other]
        if len(shared) < FEWEST or not _are_plain(primary, candidate):
            return None
        if not _are_balanced(mine[at] for at in shared):
            return None
        marks = {at: b"%d" % (FIRST_MARK + at) for at in shared}
        return _marked(mine, marks, between), _marked(others, marks, between)
    return None


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


def _marked(pieces: list[bytes], marks: dict[int, bytes], between: bytes) -> bytes:
    last = len(pieces) - 1
    kept = [
        marks.get(at) or b"%b%b%b" % (b'{"' if at else b"", piece, b"}" if at < last else b"")
        for at, piece in enumerate(pieces)
    ]
    return between.join(kept)


def _shows_mark(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_shows_mark, value.values()))
    if isinstance(value, list):
        return any(map(_shows_mark, value))
    return type(value) is int and value >= FIRST_MARK
