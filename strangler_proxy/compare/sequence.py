"""Which item of one sequence answers to which of another, so that one inserted item is one difference and no cascade.

The result is the same, mirrored, when the sides change places.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
Pairs = list[tuple[int | None, int | None]]
"""Indexes into both sequences; None where the other has an item of its own."""

ALONE = 0.4
"""Cost of an item that has no counterpart; two items are paired when that costs less than leaving both alone."""
EXACT_CELLS = 2500
"""Up to so many possible pairs the cheapest alignment is searched for; beyond, common items are found first."""


def align(
    primary: Sequence[T],
    candidate: Sequence[T],
    *,
    sign: Callable[[T], str],
    identity: Callable[[T], str | None],
    distance: Callable[[T, T], float],
) -> Pairs:
    """Pair the items, both sides in order.

    `sign` is equal for equal items alone; `identity` for items that are the same thing, changed or not; `distance` is
    0 to 1 between two items that are unlike.

    1. Equal items at both ends are paired.
    2. In what is left, when it is long, the items that occur once on each side are paired where that keeps both sides
       in order (longest increasing subsequence).
    3. What is left between those is aligned at the least cost (Wagner and Fischer), or by position when it is long.

    Source: step 2 is patience diff, by Bram Cohen; step 3 "The String-to-String Correction Problem", JACM 21 (1974).
    """
    left, right = [sign(item) for item in primary], [sign(item) for item in candidate]
    if (len(left), left) > (len(right), right):  # one and the same problem for both directions
        mirrored = align(candidate, primary, sign=sign, identity=identity, distance=distance)
        return [(mine, other) for other, mine in mirrored]
    start, ends = _common_ends(left, right)
    pairs: Pairs = [(at, at) for at in range(start)]
    block = _Block(primary, candidate, left, right, distance)
    low, high = (start, start), (len(left) - ends, len(right) - ends)
    if (high[0] - low[0]) * (high[1] - low[1]) > EXACT_CELLS:
        for here, there in _anchors(primary, candidate, low, high, identity):
            pairs += block.pairs(low, (here, there))
            pairs.append((here, there))
            low = (here + 1, there + 1)
    pairs += block.pairs(low, high)
    return pairs + [(high[0] + at, high[1] + at) for at in range(ends)]


def _common_ends(left: list[str], right: list[str]) -> tuple[int, int]:
    """How many items are equal at the start, and how many of the others at the end."""
    shorter = min(len(left), len(right))
    start = 0
    while start < shorter and left[start] == right[start]:
        start += 1
    ends = 0
    while ends < shorter - start and left[-1 - ends] == right[-1 - ends]:
        ends += 1
    return start, ends


def _anchors(
    primary: Sequence[T],
    candidate: Sequence[T],
    low: tuple[int, int],
    high: tuple[int, int],
    identity: Callable[[T], str | None],
) -> list[tuple[int, int]]:
    """The most pairs of items that are once on each side and in order on both."""
    mine = _once([(identity(primary[at]), at) for at in range(low[0], high[0])])
    others = _once([(identity(candidate[at]), at) for at in range(low[1], high[1])])
    return _in_order([(at, others[key]) for key, at in mine.items() if key in others])


def _once(keys: list[tuple[str | None, int]]) -> dict[str, int]:
    counts = Counter(key for key, _ in keys)
    return {key: at for key, at in keys if key is not None and counts[key] == 1}


def _in_order(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of the pairs, sorted by the first, in which the second rises too."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, there) in enumerate(pairs):
        length = bisect_left(ends, there)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [there]
        last[length : length + 1] = [index]
    run, index = [], last[-1] if last else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]


class _Block:
    """Step 3, for parts of two sequences."""

    def __init__(
        self,
        primary: Sequence[T],
        candidate: Sequence[T],
        left: list[str],
        right: list[str],
        distance: Callable[[T, T], float],
    ) -> None:
        self._primary, self._candidate = primary, candidate
        self._left, self._right = left, right
        self._distance = distance

    def _cost(self, here: int, there: int) -> float:
        same = self._left[here] == self._right[there]
        return 0.0 if same else self._distance(self._primary[here], self._candidate[there])

    def pairs(self, low: tuple[int, int], high: tuple[int, int]) -> Pairs:
        rows, columns = high[0] - low[0], high[1] - low[1]
        if rows == 0 or columns == 0 or rows == columns == 1 or rows * columns > EXACT_CELLS:
            return _by_position(low, high)
        return self._cheapest(low, rows, columns)

    def _cheapest(self, low: tuple[int, int], rows: int, columns: int) -> Pairs:
        totals = [[column * ALONE for column in range(columns + 1)]]
        for row in range(1, rows + 1):
            above, line = totals[-1], [row * ALONE]
            for column in range(1, columns + 1):
                paired = above[column - 1] + self._cost(low[0] + row - 1, low[1] + column - 1)
                line.append(min(paired, above[column] + ALONE, line[-1] + ALONE))
            totals.append(line)
        pairs: Pairs = []
        row, column = rows, columns
        while row or column:
            here, there = low[0] + row - 1, low[1] + column - 1
            total = totals[row][column]
            if row and column and total == totals[row - 1][column - 1] + self._cost(here, there):
                pairs.append((here, there))
                row, column = row - 1, column - 1
            elif row and total == totals[row - 1][column] + ALONE:
                pairs.append((here, None))
                row -= 1
            else:
                pairs.append((None, there))
                column -= 1
        return pairs[::-1]


def _by_position(low: tuple[int, int], high: tuple[int, int]) -> Pairs:
    shared = min(high[0] - low[0], high[1] - low[1])
    pairs: Pairs = [(low[0] + at, low[1] + at) for at in range(shared)]
    pairs += [(at, None) for at in range(low[0] + shared, high[0])]
    return pairs + [(None, at) for at in range(low[1] + shared, high[1])]
