"""Leave out the items that two JSON bodies share, byte for byte and in their places, before they are parsed.

Most answers that differ do so in a few of many records, and parsing the others is most of a comparison's time. Where a
body is one list of objects with something around it, only what is around and the objects that differ are parsed; a
number stands for each other one. That keeps every path, and is done only where it is certain that the pieces are whole
objects of that list:

1. Both bodies are split at `}, {"`, where one object of a list ends and the next begins. Of the first piece what
   follows its last `[{"` is such an object, of the last one what precedes its first `}]`.
2. Each piece that differs reads as one object, and so does what is around with a number for the whole of the list. JSON
   being context-free, objects may then stand where the number stood.
3. No shared piece has a backslash, so every quote begins or ends a string, and before each of its brackets there is an
   even number of quotes, so none is in a string; its brackets are balanced. So it is the inside of one object.

What is wrong within a shared item (a doubled name, a word that is no JSON) goes unseen, as it does in equal bodies.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.compare.json_body import parse_plain
from strangler_proxy.compare.paths import Steps

FEWEST = 4
"""Shared items from which on leaving them out pays."""
FIRST_MARK = 73_000_000_000
"""The number that stands for the first item of the list; the others follow."""
DEEPEST = 100
"""Levels around the list, in a shared item, or in a value that differs, that are looked into."""
_MOST_PIECES = 100_000
_MARK = b"%d" % FIRST_MARK
_SPLITS = (b'}, {"', b'},{"')
"""Between two objects as Python writes them, with and without spaces."""
_ALL_BUT_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"\\\0'))


class Unshared(NamedTuple):
    """What two bodies do not share, as values with marks in place of the rest."""

    primary: Any
    candidate: Any
    steps: Steps
    """Where in the bodies the values are: outside of there is no difference."""


def without_shared_items(primary: bytes, candidate: bytes) -> Unshared | None:
    """What is left of both bodies, in UTF-8, without the items that they share; None: it is little, or not certain.

    Raises:
        ValueError: what is left is no JSON, or odd JSON, or no UTF-8.
        RecursionError: it is nested deeper than Python can follow.
    """
    for split in _SPLITS:
        mine, others = primary.split(split), candidate.split(split)
        if len(mine) == len(others) and FEWEST + 2 <= len(mine) < _MOST_PIECES:
            break
    else:
        return None
    same_ends = mine[0] == others[0] and mine[-1] == others[-1]
    around = _cut_around(mine)
    if same_ends:
        other_around, others[0], others[-1] = around, mine[0], mine[-1]
    else:
        other_around = _cut_around(others)
    unlike = [at for at, piece in enumerate(mine) if piece != others[at]]
    if len(mine) - len(unlike) < FEWEST or not _are_objects(mine, unlike):
        return None
    items, other_items = _marks(len(mine)), _marks(len(mine))
    for at in unlike:
        items[at], other_items[at] = _object(mine[at]), _object(others[at])
    value, steps = _filled(around, items)
    if around == other_around:
        return Unshared(items, other_items, steps)
    return Unshared(value, _filled(other_around, other_items)[0], ())


def leans_on_a_mark(differences: Iterable[Difference]) -> bool:
    """Whether a difference could be another one had no item been left out: one of whole items, or that shows a mark."""
    for difference in differences:
        kind = difference.kind
        if kind is Kind.ORDER or ((kind is Kind.ADDED or kind is Kind.REMOVED) and difference.path.endswith("]")):
            return True
        if _shows_mark(difference.primary) or _shows_mark(difference.candidate):
            return True
    return False


def _cut_around(pieces: list[bytes]) -> bytes:
    """Cut what is around the list off the first and the last piece; it is returned with a mark for the items."""
    head, begins, pieces[0] = pieces[0].rpartition(b'[{"')
    pieces[-1], ends, tail = pieces[-1].partition(b"}]")
    if not begins or not ends or _MARK in head or _MARK in tail:
        raise ValueError("it is no list of objects, or the mark is there already")
    return b"%b[%b]%b" % (head, _MARK, tail)


def _are_objects(pieces: list[bytes], besides: list[int]) -> bool:
    """Step 3, for all other pieces at once: a zero byte between them keeps them apart, and nothing else may be left."""
    shared: list[bytes] = []
    begin = 0
    for at in besides:
        shared += pieces[begin:at]
        begin = at + 1
    shared += pieces[begin:]
    structure = b'"%b' % b'\0"'.join(shared).translate(None, _ALL_BUT_STRUCTURE)
    brackets = structure.replace(b'""', b"")
    for _ in range(DEEPEST):
        left = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if len(left) == len(brackets):
            break
        brackets = left
    return not brackets.strip(b"\0")


def _object(inside: bytes) -> Any:
    return parse_plain('{"' + inside.decode() + "}")


def _filled(around: bytes, items: list[Any]) -> tuple[Any, Steps]:
    """What is around the list, with the items in it, and where the list is."""
    value = parse_plain(around.decode().removeprefix("\ufeff"))
    steps = _place_of_mark(value)
    if steps is None:
        raise ValueError("the list is not found: it is in a text, or too deep")
    place = value
    for step in steps:
        place = place[step]
    place[:] = items
    return value, steps


def _place_of_mark(value: Any, depth: int = 0) -> Steps | None:
    """Where the list is that holds the mark."""
    if depth > DEEPEST:
        return None
    if type(value) is dict or type(value) is list:
        for step, inner in value.items() if type(value) is dict else enumerate(value):
            if type(inner) is int and inner == FIRST_MARK:
                return ()
            if type(inner) is dict or type(inner) is list:
                steps = _place_of_mark(inner, depth + 1)
                if steps is not None:
                    return (step, *steps)
    return None


_READY = list(range(FIRST_MARK, FIRST_MARK + 256))


def _marks(count: int) -> list[Any]:
    """That many marks."""
    return _READY[:count] + list(range(FIRST_MARK + len(_READY), FIRST_MARK + count))


def _shows_mark(value: object, depth: int = 0) -> bool:
    """Whether a mark is in the value, or may be in what lies too deep."""
    if type(value) is int:
        return FIRST_MARK <= value < FIRST_MARK + _MOST_PIECES
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return depth > DEEPEST or any(_shows_mark(one, depth + 1) for one in inner)
    return False
