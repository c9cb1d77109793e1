"""What waits is bounded, and routes take turns."""

from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.shadow.backlog import Backlog, Waiting


def waiting(route: str, number: int = 0, size: int = 10) -> Waiting:
    return Waiting(route, "connection", float(number), bytes(size))


def taken(backlog: Backlog, service: str = "catalog") -> list[tuple[str, float]]:
    found = []
    while (one := backlog.take(service)) is not None:
        found.append((one.route, one.arrived))
    return found


def test_routes_take_turns_however_many_wait_of_one() -> None:
    backlog = Backlog(100, 10_000)
    for number in range(3):
        backlog.put("catalog", waiting("busy", number))
    backlog.put("catalog", waiting("quiet", 9))
    assert taken(backlog) == [("busy", 0), ("quiet", 9), ("busy", 1), ("busy", 2)]


def test_each_service_has_a_line_of_its_own() -> None:
    backlog = Backlog(100, 10_000)
    backlog.put("catalog", waiting("a"))
    backlog.put("orders", waiting("b"))
    assert backlog.waits_for("orders")
    assert taken(backlog, "orders") == [("b", 0)]
    assert not backlog.waits_for("orders")
    assert taken(backlog) == [("a", 0)]


def test_the_route_with_most_waiting_loses_its_newest_when_there_is_no_room() -> None:
    backlog = Backlog(3, 10_000)
    for number in range(3):
        backlog.put("catalog", waiting("busy", number))
    assert backlog.put("orders", waiting("quiet", 9)) == [waiting("busy", 2)]
    assert backlog.put("catalog", waiting("busy", 3)) == [waiting("busy", 3)]
    assert taken(backlog) == [("busy", 0), ("busy", 1)]
    assert taken(backlog, "orders") == [("quiet", 9)]


def test_bytes_are_bounded_too() -> None:
    backlog = Backlog(100, 100)
    for number in range(10):
        assert backlog.put("catalog", waiting("a", number)) == []
    gone = backlog.put("catalog", waiting("b", 0, size=25))
    assert [one.route for one in gone] == ["a", "a", "a"]
    assert len(backlog) == 8


def test_what_is_larger_than_all_room_is_given_up_itself_and_nothing_else_stays_behind() -> None:
    backlog = Backlog(100, 50)
    assert backlog.put("catalog", waiting("a", 0, size=51)) == [waiting("a", 0, size=51)]
    assert not backlog.waits_for("catalog")
    assert len(backlog) == 0


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 40), st.booleans())),
    st.integers(1, 5),
    st.integers(40, 100),
)
def test_nothing_is_lost_and_nothing_exceeds_its_bound(
    steps: list[tuple[str, str, int, bool]], most: int, most_bytes: int
) -> None:
    backlog, held, out = Backlog(most, most_bytes), 0, 0
    for number, (service, route, size, takes) in enumerate(steps):
        out += len(backlog.put(service, waiting(f"{service}{route}", number, size)))
        if takes and backlog.take(service) is not None:
            out += 1
        held = number + 1 - out
        assert len(backlog) == held <= most
    assert len(list(backlog.empty())) == held
    assert len(backlog) == 0
