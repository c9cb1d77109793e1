"""A worker's books keep each capture until it is accounted for."""

from itertools import count

import pytest

from strangler_proxy.proxy.handed_over import HandedOver
from strangler_proxy.proxy.settlement import (
    HELLO,
    SETTLEMENT,
    Settlement,
    hello,
    kind_of,
    read_hello,
    read_settlement,
    settlement,
)


def books() -> HandedOver:
    numbers = count(1)
    return HandedOver(lambda: f"n{next(numbers)}")


def test_what_was_sent_on_a_connection_that_ended_is_stated_until_it_is_settled() -> None:
    held = books()
    name = held.begin()
    held.sent(["a", "b", "a"])
    assert held.to_state(again=True) == []
    held.end()
    stated = [Settlement(name, "lost", {"a": 2, "b": 1})]
    assert held.to_state(again=False) == []
    assert held.to_state(again=True) == stated
    assert held.to_state(again=True) == stated
    held.settled("another")
    held.settled(name)
    assert held.to_state(again=True) == []


def test_a_connection_on_which_nothing_went_is_not_stated() -> None:
    held = books()
    held.begin()
    held.end()
    assert held.to_state(again=True) == []


def test_drops_are_stated_once_under_a_name_of_their_own_and_again_only_on_a_new_connection() -> None:
    held = books()
    held.dropped("no-comparer", "a")
    held.dropped("no-comparer", "a")
    held.dropped("queue-full", "b")
    first = held.to_state(again=False)
    assert {(one.reason, tuple(one.counts.items())) for one in first} == {
        ("no-comparer", (("a", 2),)),
        ("queue-full", (("b", 1),)),
    }
    assert held.to_state(again=False) == []
    held.dropped("queue-full", "b")
    (second,) = held.to_state(again=False)
    assert second.name not in {one.name for one in first}
    assert held.to_state(again=True) == [*first, second]


def test_a_comparer_that_never_answers_costs_a_bounded_memory() -> None:
    held = books()
    for _ in range(3000):
        held.dropped("queue-full", "a")
        held.to_state(again=False)
    stated = held.to_state(again=True)
    assert len(stated) == 1000
    for one in stated:
        held.settled(one.name)
    (rest,) = held.to_state(again=True)
    assert rest.counts == {"a": 2000}


def test_frames_are_read_as_they_were_made() -> None:
    stated = Settlement("n", "lost", {"a:b": 3, "ü": 1})
    assert kind_of(settlement(stated)) == SETTLEMENT
    assert read_settlement(settlement(stated)) == stated
    assert kind_of(hello("c")) == HELLO
    assert read_hello(hello("c")) == "c"


@pytest.mark.parametrize(
    "content", [b"3", b"{}", b'{"name":"n","reason":"lost","counts":3}', b"", b"\xff", b'{"counts":{"a":"x"}}']
)
def test_what_is_no_statement_is_refused(content) -> None:
    with pytest.raises(ValueError, match="no statement"):
        read_settlement(b"\0\0\0\0" + bytes([SETTLEMENT]) + content)
