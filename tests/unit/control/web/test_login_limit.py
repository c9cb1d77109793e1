"""How many failed logins are too many."""

from strangler_proxy.control.web.login_limit import (
    OF_ADDRESS,
    OF_NAME,
    OF_NAME_FROM_ADDRESS,
    WINDOW_SECONDS,
    Failed,
    seconds_to_wait,
)

NOW = 10_000.0


def failures(count: int, name: str = "ada", address: str = "10.0.0.1", at: float = NOW - 60) -> list[Failed]:
    return [Failed(at + number / 1000, name, address) for number in range(count)]


def test_a_person_may_mistype_some_times_and_then_waits_until_the_first_of_them_is_forgotten() -> None:
    assert seconds_to_wait(failures(OF_NAME_FROM_ADDRESS - 1), "ada", "10.0.0.1", NOW) == 0
    assert seconds_to_wait(failures(OF_NAME_FROM_ADDRESS), "ada", "10.0.0.1", NOW) == WINDOW_SECONDS - 60


def test_failures_of_one_address_lock_the_name_nowhere_else() -> None:
    assert seconds_to_wait(failures(OF_NAME_FROM_ADDRESS), "ada", "10.0.0.2", NOW) == 0
    assert seconds_to_wait(failures(OF_NAME_FROM_ADDRESS), "grace", "10.0.0.1", NOW) == 0


def test_an_address_that_tries_many_names_waits_with_each_of_them() -> None:
    tried = [Failed(NOW - 1, f"name-{number}", "10.0.0.1") for number in range(OF_ADDRESS)]
    assert seconds_to_wait(tried, "another", "10.0.0.1", NOW) > 0
    assert seconds_to_wait(tried[1:], "another", "10.0.0.1", NOW) == 0


def test_a_name_that_many_addresses_try_waits_everywhere() -> None:
    tried = [Failed(NOW - 1, "ada", f"10.0.1.{number}") for number in range(OF_NAME)]
    assert seconds_to_wait(tried, "ada", "10.9.9.9", NOW) > 0
    assert seconds_to_wait(tried[1:], "ada", "10.9.9.9", NOW) == 0


def test_what_is_older_than_the_window_does_not_count() -> None:
    assert seconds_to_wait(failures(50, at=NOW - WINDOW_SECONDS - 1), "ada", "10.0.0.1", NOW) == 0
