"""Who dies early is started more and more seldom; who lived for a while starts as if for the first time."""

from strangler_proxy.proxy.backoff import Backoff

BACKOFF = Backoff(first_seconds=1.0, longest_seconds=6.0, steady_seconds=10.0)


def waits(*lives):
    """The waits after these lives, in seconds."""
    early, found = 0, []
    for lived_seconds in lives:
        early = BACKOFF.early_deaths(early, lived_seconds)
        found.append(BACKOFF.wait_seconds(early))
    return found


def test_each_early_death_doubles_the_wait_up_to_the_longest():
    assert waits(0.1, 0.1, 0.1, 0.1, 0.1) == [1.0, 2.0, 4.0, 6.0, 6.0]


def test_a_life_of_some_length_makes_the_next_wait_the_first_one_again():
    assert waits(0.1, 0.1, 11.0, 0.1) == [1.0, 2.0, 1.0, 2.0]
