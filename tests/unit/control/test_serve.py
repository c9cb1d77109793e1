"""Who is answered by the dashboard, and as whom."""

import ipaddress
from typing import Any

import pytest

from strangler_proxy.config.model import Control, Tls
from strangler_proxy.control.serve import allowed_hosts, behind_proxies, client_of, is_always_tls

BEHIND = Control(listen="0.0.0.0:8100", trusted_proxies=("10.0.0.0/8",))
OWN_TLS = Control(listen="0.0.0.0:8100", tls=Tls(certificate="c", key="k"))
NETWORKS = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8")]


def asked(control: Control, **environ: str) -> tuple[str, dict[str, Any]]:
    """Status, and what the application behind saw."""
    seen: dict[str, Any] = {}
    statuses = []

    def inner(given: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(given)
        start_response("200 OK", [])
        return []

    outer = behind_proxies(inner, control)
    outer({"wsgi.url_scheme": "http", **environ}, lambda status, headers: statuses.append(status))
    return statuses[0], seen


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.1.1.1", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
        ("2001:db8::1, fd00::2", "2001:db8::1"),
        ("", "10.0.0.1"),
        ("10.1.1.1, 10.2.2.2", "10.0.0.1"),
        ("203.0.113.9, nonsense", "10.0.0.1"),
    ],
)
def test_the_client_is_the_last_address_that_no_trusted_proxy_has(chain: str, client: str) -> None:
    assert client_of(chain, "10.0.0.1", NETWORKS) == client


def test_a_trusted_proxy_says_whom_it_asks_for_and_how() -> None:
    status, seen = asked(
        BEHIND, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9", HTTP_X_FORWARDED_PROTO="https"
    )
    assert (status, seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("200 OK", "203.0.113.9", "https")


def test_what_anybody_else_says_is_taken_out() -> None:
    status, seen = asked(
        Control(), REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9", HTTP_X_FORWARDED_PROTO="https"
    )
    assert (status, seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("200 OK", "127.0.0.1", "http")
    assert "HTTP_X_FORWARDED_FOR" not in seen


@pytest.mark.parametrize(
    ("control", "peer", "proto", "status"),
    [
        (BEHIND, "203.0.113.9", "https", "403 Forbidden"),
        (BEHIND, "10.0.0.1", "http", "403 Forbidden"),
        (BEHIND, "10.0.0.1", "", "403 Forbidden"),
        (BEHIND, "127.0.0.1", "", "200 OK"),
        (OWN_TLS, "203.0.113.9", "", "200 OK"),
        (Control(), "127.0.0.1", "", "200 OK"),
    ],
)
def test_beyond_this_machine_nobody_is_answered_without_tls(
    control: Control, peer: str, proto: str, status: str
) -> None:
    assert asked(control, REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO=proto)[0] == status


def test_cookies_are_for_https_alone_wherever_there_is_tls() -> None:
    assert [is_always_tls(one) for one in (Control(), BEHIND, OWN_TLS, Control(listen=None))] == [
        *(False, True, True),
        False,
    ]


def test_without_hosts_only_this_machines_names_are_answered() -> None:
    assert allowed_hosts(Control()) == ["localhost", "127.0.0.1", "[::1]"]
    assert allowed_hosts(Control(hosts=("a.example.com", "*.b.example.com"))) == ["a.example.com", ".b.example.com"]
