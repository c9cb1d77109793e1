"""What is to be written accounts for each capture once."""

from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.compare.answer import Answer
from strangler_proxy.shadow.pending import Batch, Pending, missing
from strangler_proxy.shadow.record import Left, NotCompared, Sample, Taken

NOW = 7200.0


def test_a_batch_says_what_its_own_records_account_for(record) -> None:
    pending = Pending(100_000)
    for _ in range(3):
        pending.received("c1")
        pending.compared(record(), "c1", NOW)
    pending.received("c2")
    pending.left("detail", NotCompared.BACKLOG, "c2", NOW)
    first, second = pending.take(2), pending.take(2)
    compared, left, taken = first.records()
    assert compared == [record()] * 2
    assert left == [Left("detail", 7200.0, NotCompared.BACKLOG, 1)]
    assert sorted(taken, key=lambda one: one.connection) == [Taken("c1", "detail", 2), Taken("c2", "detail", 1)]
    assert second.records() == ([record()], [], [Taken("c1", "detail", 1)])
    assert not pending


def test_a_connection_is_open_until_all_of_it_is_written(record) -> None:
    pending = Pending(100_000)
    pending.received("c")
    pending.received("c")
    pending.compared(record(), "c", NOW)
    pending.written(pending.take(10))
    assert pending.is_open("c")
    pending.left("detail", NotCompared.LOOP, "c", NOW)
    batch = pending.take(10)
    assert pending.is_open("c")
    pending.written(batch)
    assert not pending.is_open("c")


def test_what_there_is_no_room_for_is_counted_as_not_recorded_and_room_comes_back(record) -> None:
    body = Answer(status=200, body=bytes(10_000))
    large = record(
        sample=Sample(method="GET", target="/", request_headers=(), request_body=b"", primary=body, candidate=body)
    )
    pending = Pending(30_000)
    assert pending.compared(large, "c", NOW)
    assert not pending.compared(large, "c", NOW)
    batch = pending.take(10)
    assert batch.left == {("c", "detail", NotCompared.UNRECORDED, 2): 1}
    pending.written(batch)
    assert pending.compared(large, "c", NOW)


def test_a_batch_in_single_records_or_as_left_accounts_for_the_same(record) -> None:
    batch = Batch([(record(), "a"), (record(route="other"), "b")])
    batch.left["a", "detail", NotCompared.METHOD, 2] = 3
    parts = batch.in_single_records()
    assert sum((part.taken() for part in parts), start=type(batch.taken())()) == batch.taken()
    assert batch.as_left(NotCompared.FAULT, NOW).taken() == batch.taken()
    assert batch.as_left(NotCompared.FAULT, NOW).records()[0] == []


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 5)),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 5)),
)
def test_what_is_missing_and_what_is_accounted_for_make_what_was_sent(sent, accounted) -> None:
    lost = missing(sent, accounted)
    assert all(count > 0 for count in lost.values())
    assert all(lost.get(route, 0) + min(accounted.get(route, 0), count) == count for route, count in sent.items())
