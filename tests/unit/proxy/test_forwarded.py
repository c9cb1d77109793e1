"""Who the client is, is believed from nobody but a trusted proxy."""

import pytest

from strangler_proxy.proxy.forwarded import (
    client_address,
    continued_lines,
    fresh_lines,
    is_trusted,
    networks,
    plain_address,
)

TRUSTED = networks(["10.0.0.0/8", "::1"])


def chain(*values):
    return [("x-forwarded-for", value) for value in values]


@pytest.mark.parametrize(
    ("peer", "claims", "client"),
    [
        ("8.8.8.8", chain(b"1.1.1.1"), "8.8.8.8"),
        ("10.0.0.1", chain(), "10.0.0.1"),
        ("10.0.0.1", chain(b"1.1.1.1"), "1.1.1.1"),
        ("10.0.0.1", chain(b"6.6.6.6, 1.1.1.1"), "1.1.1.1"),
        ("10.0.0.1", chain(b"6.6.6.6", b"1.1.1.1, 10.0.0.2"), "1.1.1.1"),
        ("10.0.0.1", chain(b"10.0.0.3, 10.0.0.2"), "10.0.0.3"),
        ("10.0.0.1", chain(b"6.6.6.6, nonsense"), "10.0.0.1"),
        ("10.0.0.1", chain(b"1.1.1.1:8080"), "1.1.1.1"),
        ("::1", chain(b"[2001:db8::1]:80"), "2001:db8::1"),
        ("::1", chain(b"2001:db8::1"), "2001:db8::1"),
    ],
)
def test_the_client_is_the_nearest_address_that_is_not_trusted(peer, claims, client):
    assert client_address(peer, claims, TRUSTED) == client


def test_an_ipv4_address_within_ipv6_counts_as_itself():
    assert is_trusted("::ffff:10.0.0.1", TRUSTED)
    assert plain_address("::ffff:10.0.0.1") == "10.0.0.1"
    assert plain_address("2001:db8::1") == "2001:db8::1"
    assert not is_trusted("not an address", TRUSTED)


def test_an_untrusted_peer_is_all_that_a_backend_is_told():
    assert fresh_lines("2001:db8::1", b"shop.test", 8000) == (
        b"X-Forwarded-For: 2001:db8::1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: shop.test\r\n"
        b'X-Forwarded-Port: 8000\r\nForwarded: for="[2001:db8::1]";host="shop.test";proto=http\r\n'
        b"X-Real-IP: 2001:db8::1\r\n"
    )


def test_a_trusted_peers_claims_are_kept_and_its_address_added():
    claims = [
        ("x-forwarded-for", b"1.1.1.1"),
        ("x-forwarded-proto", b"https"),
        ("forwarded", b"for=1.1.1.1"),
        ("x-real-ip", b"6.6.6.6"),
    ]
    assert continued_lines("10.0.0.1", "1.1.1.1", b"shop.test", 8000, claims) == (
        b"X-Forwarded-For: 1.1.1.1, 10.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.test\r\n"
        b'X-Forwarded-Port: 8000\r\nForwarded: for=1.1.1.1, for=10.0.0.1;host="shop.test";proto=http\r\n'
        b"X-Real-IP: 1.1.1.1\r\n"
    )
