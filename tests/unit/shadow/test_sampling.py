"""The first differences of a group are shown whole, later ones now and then."""

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.shadow.sampling import AT_ONCE, FIRST, PER_SECOND, THEN_SECONDS, Sampling


def at(path: str) -> list[Difference]:
    return [Difference(path, Kind.VALUE, 1, 2)]


def test_the_first_ones_of_a_group_are_wanted_and_then_one_now_and_then() -> None:
    sampling = Sampling()
    assert [sampling.wants("e", at(f"body:$[{n}].a"), 0.0) for n in range(FIRST + 2)] == [True] * FIRST + [False] * 2
    assert not sampling.wants("e", at("body:$[0].a"), THEN_SECONDS - 0.1)
    assert sampling.wants("e", at("body:$[0].a"), THEN_SECONDS)
    assert not sampling.wants("e", at("body:$[0].a"), THEN_SECONDS + 1)


def test_another_group_and_another_epoch_begin_anew() -> None:
    sampling = Sampling()
    for _ in range(FIRST + 1):
        sampling.wants("e", at("body:$.a"), 0.0)
    assert sampling.wants("e", at("body:$.a") + at("body:$.b"), 0.0)
    assert sampling.wants("f", at("body:$.a"), 0.0)
    assert not sampling.wants("e", at("body:$.a"), 0.0)


def test_groups_that_all_want_theirs_at_once_share_an_allowance_but_each_gets_its_first() -> None:
    sampling = Sampling()
    groups = [at(f"body:$.a{n}") for n in range(200)]

    def taken(now: float) -> int:
        return sum(sampling.wants("e", group, now) for group in groups for _ in range(3))

    assert taken(100.0) == 200 + AT_ONCE
    assert taken(100.0) == 0
    assert taken(101.0) == PER_SECOND
    assert sampling.wants("e", at("body:$.new"), 101.0)
