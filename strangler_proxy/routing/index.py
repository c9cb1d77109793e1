"""A tree that narrows ten thousand routes down to the few that can match a path, in file order.

Each fork looks at one segment of the path. It is the segment at which the routes below differ most, so that routes that
differ in their third segment alone are told apart in one step. Routes that only differ inside one segment, or
whose expressions say nothing of their segments, are not told apart: all of them are candidates.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Union

from strangler_proxy.routing.shape import Shape, heads_of

_LEAF_SIZE = 2
"""So few are tried sooner than a fork is passed."""
_COPIED_SIZE = 4
"""So many routes that fit every child are copied into each of them, which saves a second walk at every look-up."""


@dataclass(frozen=True, slots=True)
class _Fork:
    position: int
    children: dict[str, "_Tree"]
    default: "_Tree"
    """For a head that no child is for, and for a path that has no such segment."""
    beside: Union["_Tree", None]
    """Candidates in any case, besides those of the child or default; None: there are none such."""


_Tree = _Fork | tuple[int, ...]


class Index:
    """Numbers of shapes, by the paths that can have these shapes. Immutable."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._shapes = shapes
        depth = max(map(len, shapes), default=0)
        self._root = self._grow(tuple(range(len(shapes))), frozenset(range(depth)))

    def candidates(self, path: str) -> Sequence[int]:
        """Return the numbers, ascending, of all shapes that a path can have, and maybe some more."""
        root = self._root
        return _walk(root, heads_of(path)) if isinstance(root, _Fork) else root

    def _grow(self, numbers: tuple[int, ...], positions: frozenset[int]) -> _Tree:
        if len(numbers) <= _LEAF_SIZE:
            return numbers
        position = self._best_position(numbers, positions)
        if position is None:
            return numbers
        by_head: dict[str, list[int]] = {}
        unknown = []
        for number in numbers:
            head = self._head(number, position)
            if head is None:
                unknown.append(number)
            else:
                by_head.setdefault(head, []).append(number)
        left = positions - {position}
        copied = unknown if len(unknown) <= _COPIED_SIZE else []
        beside = None if len(unknown) <= _COPIED_SIZE else self._grow(tuple(unknown), left)
        children = {head: self._grow(tuple(merge(known, copied)), left) for head, known in by_head.items()}
        return _Fork(position=position, children=children, default=tuple(copied), beside=beside)

    def _best_position(self, numbers: tuple[int, ...], positions: frozenset[int]) -> int | None:
        """Return the position whose fork leaves the fewest candidates at worst; None when no fork leaves fewer."""
        best, fewest = None, len(numbers)
        for position in sorted(positions):
            counts = Counter(self._head(number, position) for number in numbers)
            unknown = counts.pop(None, 0)
            left = max(counts.values(), default=0) + unknown
            if left < fewest:
                best, fewest = position, left
        return best

    def _head(self, number: int, position: int) -> str | None:
        shape = self._shapes[number]
        return shape[position] if position < len(shape) else None


def _walk(tree: _Tree, heads: list[str]) -> Sequence[int]:
    beside: list[_Tree] = []
    while isinstance(tree, _Fork):
        if tree.beside is not None:
            beside.append(tree.beside)
        position = tree.position
        tree = tree.children.get(heads[position], tree.default) if position < len(heads) else tree.default
    if not beside:
        return tree
    return sorted((*tree, *(number for other in beside for number in _walk(other, heads))))
