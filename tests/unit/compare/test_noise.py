"""What the monolith cannot repeat is noise, and nothing hides behind it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.compare.difference import Kind
from strangler_proxy.compare.groups import REST, GroupKey
from strangler_proxy.compare.noise import FEWEST_NOISY, GroupCounts, is_noise
from strangler_proxy.config.model import Compare

PRICE = GroupKey("body:$.price", Kind.VALUE)
GONE = GroupKey("body:$.price", Kind.REMOVED)
STATUS = GroupKey("status", Kind.VALUE)
PLAIN = Compare()
KEYS = st.sampled_from([PRICE, GONE, STATUS, GroupKey(f"body:{REST}", Kind.VALUE)])


def counts(raw: int, noise: int, comparisons: int = 1000, asked_twice: int = 1000) -> GroupCounts:
    return GroupCounts(raw=raw, noise=noise, comparisons=comparisons, asked_twice=asked_twice)


@pytest.mark.parametrize(
    ("raw", "noise", "said"),
    [
        (100, 100, True),  # as often
        (90, 100, True),  # more rarely
        (140, 100, True),  # 40 of 240: 16.7 percent
        (150, 100, True),  # 50 of 250: exactly 20 percent
        (151, 100, False),
        (400, 100, False),
    ],
)
def test_a_group_is_noise_up_to_a_fifth_of_both_together(raw: int, noise: int, said: bool) -> None:
    assert is_noise(PRICE, counts(raw, noise), PLAIN) is said


def test_a_hair_of_all_comparisons_is_noise_where_the_monolith_is_noisy() -> None:
    assert is_noise(PRICE, counts(6, 3, 10_000, 10_000), PLAIN)  # 0.03 percent apart
    assert not is_noise(PRICE, counts(7, 3, 10_000, 10_000), PLAIN)


def test_both_thresholds_can_be_set() -> None:
    assert not is_noise(PRICE, counts(140, 100), Compare(noise_relative_percent=10))
    assert is_noise(PRICE, counts(400, 100), Compare(noise_relative_percent=60))
    assert is_noise(PRICE, counts(400, 100), Compare(noise_absolute_percent=30))


def test_noise_is_scaled_by_how_many_were_asked_twice() -> None:
    assert is_noise(PRICE, counts(100, 5, 1000, 50), PLAIN)
    assert not is_noise(PRICE, counts(100, 5, 1000, 1000), PLAIN)


@pytest.mark.parametrize("noise", range(FEWEST_NOISY))
def test_a_rare_difference_is_not_excused_while_hardly_any_noise_was_seen(noise: int) -> None:
    assert not is_noise(PRICE, counts(1, noise, 10_000, 500), PLAIN)


def test_nothing_is_noise_where_nothing_was_asked_twice() -> None:
    assert not is_noise(PRICE, counts(5, 0, 100, 0), PLAIN)


@pytest.mark.parametrize("key", [GONE, STATUS])
def test_what_breaks_clients_is_no_noise_once_it_comes_oftener_than_chance_allows(key: GroupKey) -> None:
    few, many = counts(14, 10, 1000, 1000), counts(1400, 1000, 100_000, 100_000)
    assert is_noise(key, few, PLAIN)
    assert not is_noise(key, many, PLAIN)
    assert is_noise(PRICE, many, PLAIN)


def test_the_rest_is_never_noise() -> None:
    assert not is_noise(GroupKey(f"body:{REST}", Kind.VALUE), counts(10, 100), PLAIN)


COUNTS = st.builds(
    lambda raw, noise, twice, more: counts(raw, noise, max(raw, noise + twice) + more, noise + twice),
    st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 2000),
)  # fmt: skip


@given(KEYS, COUNTS, st.integers(1, 500))
def test_more_raw_never_makes_a_group_noise(key: GroupKey, before: GroupCounts, more: int) -> None:
    after = counts(before.raw + more, before.noise, before.comparisons, before.asked_twice)
    assert is_noise(key, before, PLAIN) or not is_noise(key, after, PLAIN)


@given(KEYS, COUNTS, st.integers(1, 500))
def test_more_noise_never_makes_a_group_count(key: GroupKey, before: GroupCounts, more: int) -> None:
    after = counts(before.raw, before.noise + more, before.comparisons, before.asked_twice)
    assert not is_noise(key, before, PLAIN) or is_noise(key, after, PLAIN)
