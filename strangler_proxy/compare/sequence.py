"""Which item of one sequence answers to which of another, so that one inserted item is one difference and no cascade.

The result is the same, mirrored, when the sides change places.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
Pairs = list[tuple[int | None, int | None]]
"""Indexes into both sequences; None where the other has an item of its own."""

ALONE = 0.5
"""Cost of an item that has no counterpart; two items are paired when that costs less than leaving both alone."""
CHANGED = 0.501
"""Distance of two values that share nothing: a hair above `ALONE`, so that of two edits of one length the one that
keeps more items is taken."""
EXACT_CELLS = 2500
"""Up to so many possible pairs the cheapest alignment is searched for; beyond, common items are found first."""


@dataclass(frozen=True, slots=True)
class Likeness(Generic[T]):
    """How items of a kind are told apart."""

    same: Callable[[T, T], bool]
    """Whether two items are equal."""
    distance: Callable[[T, T], float]
    """Between two unlike items: up to `CHANGED` for counterparts, more than twice `ALONE` for what never are."""
    identity: Callable[[T], str | None]
    """What an item is, whatever else of it changed; None: it does not say."""
    sign: Callable[[T], str]
    """A text that equal items share; slow, and asked for only where many items are unlike."""


def align(primary: Sequence[T], candidate: Sequence[T], likeness: Likeness[T]) -> Pairs:
    """Pair the items, both sides in order.

    1. Equal items at both ends are paired.
    2. In what is left, the items that say what they are, once on each side, are paired where that keeps both sides in
       order (longest increasing subsequence); where much is left, so are items that are equal.
    3. What is left between those is aligned at the least cost (Wagner and Fischer), or by position when it is long.

    Source: step 2 is patience diff, by Bram Cohen; step 3 "The String-to-String Correction Problem", JACM 21 (1974).
    """
    if _is_mirrored(primary, candidate, likeness):  # one and the same problem for both directions
        return [(mine, other) for other, mine in align(candidate, primary, likeness)]
    start, ends = _common_ends(primary, candidate, likeness.same)
    pairs: Pairs = [(at, at) for at in range(start)]
    low, high = (start, start), (len(primary) - ends, len(candidate) - ends)
    for here, there in _anchors(primary, candidate, low, high, likeness):
        pairs += _block(primary, candidate, low, (here, there), likeness)
        pairs.append((here, there))
        low = (here + 1, there + 1)
    pairs += _block(primary, candidate, low, high, likeness)
    return pairs + [(high[0] + at, high[1] + at) for at in range(ends)]


def align_in_place(primary: Sequence[T], candidate: Sequence[T], unlike: Sequence[int], likeness: Likeness[T]) -> Pairs:
    """Pair the items of two sequences of one length that are counterparts by position, save those at `unlike`.

    Each run of unlike positions is aligned by itself.
    """
    pairs: Pairs = []
    done = at = 0
    while at < len(unlike):
        low = high = unlike[at]
        while at < len(unlike) and unlike[at] == high:
            at, high = at + 1, high + 1
        pairs += [(index, index) for index in range(done, low)]
        run = align(primary[low:high], candidate[low:high], likeness)
        pairs += [(_moved(here, low), _moved(there, low)) for here, there in run]
        done = high
    return pairs + [(index, index) for index in range(done, len(primary))]


def _moved(index: int | None, by: int) -> int | None:
    return None if index is None else index + by


def _is_mirrored(primary: Sequence[T], candidate: Sequence[T], likeness: Likeness[T]) -> bool:
    """Whether the sides are to change places: exactly one direction of two unlike sequences is."""
    if len(primary) != len(candidate):
        return len(primary) > len(candidate)
    if len(primary) < 2:
        return False
    return [*map(likeness.sign, primary)] > [*map(likeness.sign, candidate)]


def _common_ends(primary: Sequence[T], candidate: Sequence[T], same: Callable[[T, T], bool]) -> tuple[int, int]:
    """How many items are equal at the start, and how many of the others at the end."""
    shorter = min(len(primary), len(candidate))
    start = 0
    while start < shorter and same(primary[start], candidate[start]):
        start += 1
    ends = 0
    while ends < shorter - start and same(primary[-1 - ends], candidate[-1 - ends]):
        ends += 1
    return start, ends


def _anchors(
    primary: Sequence[T],
    candidate: Sequence[T],
    low: tuple[int, int],
    high: tuple[int, int],
    likeness: Likeness[T],
) -> list[tuple[int, int]]:
    """The most pairs of items that are once on each side and in order on both."""
    cells = (high[0] - low[0]) * (high[1] - low[1])
    if cells < 2:
        return []
    identity, sign = likeness.identity, likeness.sign

    def key(item: T) -> str | None:
        return identity(item) or (sign(item) if cells > EXACT_CELLS else None)

    mine = _once([(key(primary[at]), at) for at in range(low[0], high[0])])
    others = _once([(key(candidate[at]), at) for at in range(low[1], high[1])])
    return _in_order([(at, others[name]) for name, at in mine.items() if name in others])


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


def _block(
    primary: Sequence[T],
    candidate: Sequence[T],
    low: tuple[int, int],
    high: tuple[int, int],
    likeness: Likeness[T],
) -> Pairs:
    """Step 3, for one part of the sequences."""
    rows, columns = high[0] - low[0], high[1] - low[1]
    if rows == 0 or columns == 0 or rows == columns == 1 or rows * columns > EXACT_CELLS:
        return _by_position(low, high)
    same, distance = likeness.same, likeness.distance
    costs = [
        [0.0 if same(mine, other) else distance(mine, other) for other in candidate[low[1] : high[1]]]
        for mine in primary[low[0] : high[0]]
    ]
    totals = [[column * ALONE for column in range(columns + 1)]]
    for row, line in enumerate(costs):
        above, totals_here = totals[-1], [(row + 1) * ALONE]
        for column, cost in enumerate(line):
            alone = min(above[column + 1], totals_here[-1]) + ALONE
            totals_here.append(min(above[column] + cost, alone))
        totals.append(totals_here)
    pairs: Pairs = []
    row, column = rows, columns
    while row or column:
        total = totals[row][column]
        if row and column and total == totals[row - 1][column - 1] + costs[row - 1][column - 1]:
            row, column = row - 1, column - 1
            pairs.append((low[0] + row, low[1] + column))
        elif row and total == totals[row - 1][column] + ALONE:
            row -= 1
            pairs.append((low[0] + row, None))
        else:
            column -= 1
            pairs.append((None, low[1] + column))
    return pairs[::-1]


def _by_position(low: tuple[int, int], high: tuple[int, int]) -> Pairs:
    shared = min(high[0] - low[0], high[1] - low[1])
    pairs: Pairs = [(low[0] + at, low[1] + at) for at in range(shared)]
    pairs += [(at, None) for at in range(low[0] + shared, high[0])]
    return pairs + [(None, at) for at in range(low[1] + shared, high[1])]
