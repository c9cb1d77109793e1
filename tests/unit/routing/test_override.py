"""The tester's override: what was minted is taken, and nothing else."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.routing.override import (
    MAX_LIFETIME_SECONDS,
    Override,
    OverrideError,
    mint,
    verify,
)

SECRET = b"0123456789abcdef"
NOW = 1_790_000_000.0
VALUE = mint(SECRET, side="service", route="product-detail", expires=int(NOW) + 60)


@pytest.mark.parametrize("side", ["service", "monolith"])
@pytest.mark.parametrize("route", ["product-detail", "*", "shop.api.v1", "a:b"])
def test_what_was_minted_is_taken(side, route):
    value = mint(SECRET, side=side, route=route, expires=int(NOW) + 60)
    assert verify(SECRET, value, NOW) == Override(side=side, route=route)


def test_a_value_says_what_it_is_for():
    assert VALUE.startswith("v1.service.product-detail.1790000060.")


def test_a_value_with_one_character_changed_added_or_missing_is_not_taken():
    for position in range(len(VALUE)):
        before, after = VALUE[:position], VALUE[position + 1 :]
        assert verify(SECRET, before + after, NOW) is None
        for char in string.printable + "é\u0661":
            assert char == VALUE[position] or verify(SECRET, before + char + after, NOW) is None
            assert verify(SECRET, before + char + VALUE[position:], NOW) is None


@pytest.mark.parametrize("value", ["", "v1", "v1....", f"{VALUE}=", f" {VALUE}", f"{VALUE}\n", VALUE * 2, "\udcff"])
def test_a_malformed_value_is_not_taken(value):
    assert verify(SECRET, value, NOW) is None


@given(st.text())
def test_no_text_is_taken_or_raises(text):
    assert verify(SECRET, text, NOW) is None


@given(st.from_regex(r"\Av1\.(service|monolith)\.[a-z*.]{1,9}\.1790000060\.[A-Za-z0-9_-]{43}\Z"))
def test_no_made_up_mac_is_taken(value):
    assert verify(SECRET, value, NOW) is None


@pytest.mark.parametrize("secret", [b"", b"0123456789abcdeF", SECRET + b"0"])
def test_a_value_of_another_secret_is_not_taken(secret):
    assert verify(secret, VALUE, NOW) is None


def test_a_value_is_taken_until_it_expires():
    assert verify(SECRET, VALUE, NOW + 59.9) is not None
    assert verify(SECRET, VALUE, NOW + 60) is None


def test_a_value_that_lives_too_long_is_not_taken_yet():
    value = mint(SECRET, side="service", route="*", expires=int(NOW) + MAX_LIFETIME_SECONDS + 1)
    assert verify(SECRET, value, NOW) is None
    assert verify(SECRET, value, NOW + 1) is not None


@pytest.mark.parametrize(
    ("secret", "route", "expires", "said"),
    [
        (b"short", "*", 1, "STR201 the override secret has 5 bytes. Use at least 16 random bytes."),
        (SECRET, "", 1, "STR201 no override can say"),
        (SECRET, "with space", 1, "STR201 no override can say"),
        (SECRET, "*", -1, "STR201 no override can say"),
    ],
)
def test_what_could_never_be_taken_is_not_minted(secret, route, expires, said):
    with pytest.raises(OverrideError) as caught:
        mint(secret, side="service", route=route, expires=expires)
    assert str(caught.value).startswith(said)
