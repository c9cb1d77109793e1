"""Addresses are told apart, and cannot be guessed back."""

import pytest

from strangler_proxy.config.model import Route
from strangler_proxy.routing.pattern import compile_pattern
from strangler_proxy.shadow.address import address_of
from strangler_proxy.shadow.shape import routed

KEY = bytes(range(32))


def addresses(*targets: bytes, path: str = "/p/<str:name>/") -> set[int]:
    match = compile_pattern(Route(name="r", path=path), {}).match
    found = [routed(target, match) for target in targets]
    return {address_of(one.string, KEY) for one in found if one is not None}


@pytest.mark.parametrize(
    "other", [b"/p/h%C3%BCte/", b"/p/h%c3%bcte/", b"/p/h%C3%BC%74e/", b"/p/h%C3%BCte/?page=2", b"/p/h%C3%BCte"]
)
def test_one_path_is_one_address_however_it_is_written_and_whatever_its_query(other: bytes) -> None:
    assert len(addresses(b"/p/h%C3%BCte/", other)) == 1


def test_other_paths_are_other_addresses() -> None:
    assert len(addresses(*(b"/p/%d/" % number for number in range(1000)))) == 1000


def test_a_path_that_is_not_the_routes_has_none() -> None:
    assert addresses(b"/q/1/", b"/p//../1/", b"no path") == set()


def test_an_address_is_a_signed_number_of_64_bits_that_tells_nothing_without_the_key() -> None:
    found = [address_of(f"/p/{number}/", KEY) for number in range(1000)]
    assert all(-(2**63) <= one < 2**63 for one in found)
    assert min(found) < -(2**62) < 2**62 < max(found)
    assert set(found).isdisjoint(address_of(f"/p/{number}/", bytes(32)) for number in range(1000))
