"""What a batch adds up to, before it meets a database."""

from comparisons import NOON, compared, difference, failed

from strangler_proxy.compare.difference import Kind
from strangler_proxy.compare.groups import GroupKey
from strangler_proxy.control.tally import GROUPS_OF_ONE, gravest, groups_of, tally
from strangler_proxy.rollout.latency import bucket_of

KEY = ("product-detail", "first")


def test_comparisons_that_ended_alike_are_one_ending() -> None:
    sums = tally([compared(), compared(at=NOON + 1), compared("header:etag"), compared(at=NOON + 3600)])
    assert sorted(
        (ending.hour - int(NOON // 3600), len(ending.groups), new.count) for ending, new in sums.endings.items()
    ) == [
        (0, 0, 2),
        (0, 1, 1),
        (1, 0, 1),
    ]
    assert (sums.epochs[KEY].span.first, sums.epochs[KEY].span.last) == (NOON, NOON + 3600)


def test_a_candidate_that_did_not_answer_was_not_timed() -> None:
    sums = tally([failed(primary_ms=5.0), compared(primary_ms=5.0, candidate_ms=7.0)])
    assert sums.latencies == {(KEY, False, bucket_of(5.0)): 2, (KEY, True, bucket_of(7.0)): 1}


def test_the_second_answer_counts_only_where_it_was_asked_for() -> None:
    noise = (difference("header:etag"),)
    sums = tally([compared("header:etag", noise=noise), compared("header:etag", noise=()), compared("header:etag")])
    (group,) = sums.epochs[KEY].groups.values()
    assert (group.count, group.asked_count, group.noise_count, sums.epochs[KEY].asked_twice) == (3, 2, 1, 2)


def test_an_ignore_counts_once_for_a_comparison() -> None:
    assert tally([compared(excused=("header:etag", "header:etag"))]).ignores == {(KEY, "header:etag"): 1}


def test_an_answer_that_differs_everywhere_is_counted_in_a_bounded_number_of_groups() -> None:
    everywhere = [difference(f"body:$.{chr(97 + n // 26)}x{chr(97 + n % 26)}") for n in range(400)]
    groups = groups_of([*everywhere, difference("body:$.gone", Kind.REMOVED)])
    assert len(groups) <= GROUPS_OF_ONE + 2
    assert gravest(groups) == "high"
    assert GroupKey("body:…", Kind.VALUE) in groups


def test_the_gravest_of_nothing_is_nothing() -> None:
    assert gravest([]) == ""
    assert gravest([GroupKey("a", Kind.ADDED), GroupKey("b", Kind.VALUE)]) == "medium"
