"""What the access log shows of a target."""

import re
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.compare.redact import Redactor
from strangler_proxy.config.model import Redact
from strangler_proxy.proxy.logged_target import LoggedTarget

PRESETS = LoggedTarget(Redact())
CONFIGURED = LoggedTarget(Redact(paths=("query:customer", "body:$.x"), patterns=(r"[\w.]+@[\w.]+", "^C-[0-9]+$")))
DRAWN = "q8w7e6r5t4y3u2i1o0p9a8s7d6f5g4h3"


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/products/red-shoes-2024/?page=2&sort=-price&q=running+shoes",
        "/p/?q=a%20b&tag=x;y&empty=&&=&=x",
        "/p/?at=2026-11-24T13:00:00&until=1763990000000",
        "*",
        "http://shop.example:8000/p/?page=1",
        "/p/\xff\xfe?x=\xe9",
        "/p/?token=",
    ],
)
def test_what_is_not_private_stays_as_it_came(target: str) -> None:
    assert PRESETS.shown(target.encode("latin-1")) == target


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/p/?token=abc&page=2", "/p/?token=redacted&page=2"),
        ("/p/?page=2&Pass%77ord=abc&user[csrfToken]=1", "/p/?page=2&Pass%77ord=redacted&user[csrfToken]=redacted"),
        ("/p/?token=a=b&token=c", "/p/?token=redacted&token=redacted"),
        ("/p/?q=4111+1111+1111+1111", "/p/?q=redacted"),
        ("/p/?q=4111%201111%201111%201111", "/p/?q=redacted"),
        ("/cards/4111111111111111/", "/cards/redacted/"),
        ("/p/?q=4.111111111111111e15", "/p/?q=redacted"),
        ("/p/?q=4.111111111111111E%2B15", "/p/?q=redacted"),
        ("/p/?q=5.5000555501e15", "/p/?q=redacted"),
        (f"/p/?x={DRAWN}", "/p/?x=redacted"),
        ("/reset/MQ/c5xabc-0123456789abcdef0123456789abcdef/", "/reset/MQ/redacted/"),
        ("/in/?next=%2Freset%2F%3Ftoken%3Dabc%26a%3D1", "/in/?next=%2Freset%2F%3Ftoken%3Dredacted%26a%3D1"),
        ("/p/?page=token=abc&a=b=c", "/p/?page=token=redacted&a=b=c"),
        ("/page=token=abc", "/page=token=redacted"),
        ("/p/?note=Bearer%20abc123def", "/p/?note=Bearer+redacted"),
    ],
)
def test_what_is_private_is_not_shown(target: str, shown: str) -> None:
    assert PRESETS.shown(target.encode("latin-1")) == shown


def test_parameters_and_patterns_of_the_config_are_private_too() -> None:
    assert CONFIGURED.shown(b"/p/?customer=7&mail=ada%40shop.example") == "/p/?customer=redacted&mail=redacted"
    assert CONFIGURED.shown(b"/by/ada@shop.example/C-12/") == "/by/redacted/redacted/"
    assert PRESETS.shown(b"/p/?customer=7") == "/p/?customer=7"


SECRETS = st.sampled_from([DRAWN, "4111 1111 1111 1111", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.abc", "sk_live_abcdefgh1"])
PIECES = st.one_of(SECRETS, st.sampled_from(["page", "2", "red-shoes-2024", "token"])).map(quote)


@given(st.lists(st.tuples(st.sampled_from("/?&=;"), PIECES), max_size=6))
def test_what_the_comparer_takes_out_of_a_target_the_log_does_not_show(pieces: list[tuple[str, str]]) -> None:
    target = "/" + "".join(f"{separator}{piece}" for separator, piece in pieces)
    shown = PRESETS.shown(target.encode("latin-1"))
    for secret in (DRAWN, "4111", "eyJ", "sk_live"):
        assert secret not in shown
    taken_out = len(re.findall("redacted-", Redactor(Redact(), b"k").target(target)))
    assert not taken_out or "redacted" in shown


TOKENS = [
    "4111-1111-1111-1111", "4111111111111111", "a4111111111111111", "xoxb-abc123defghi", "glpat-abc123defghi",
    "c5xabc1-0123456789abcdef0123456789abcdef", "1234567890abcdefghij1234567890ab",
]  # fmt: skip


@given(st.from_regex(r"(?:[a-z]{1,9}-)?", fullmatch=True), st.sampled_from(TOKENS), st.sampled_from("/?&;="))
def test_no_token_passes_for_words_and_numbers(before: str, token: str, separator: str) -> None:
    target = f"/p/{separator}{before}{token}"
    taken_out = "redacted-" in Redactor(Redact(), b"k").target(target)
    assert taken_out <= ("redacted" in PRESETS.shown(target.encode()))


@given(st.binary(max_size=80))
def test_no_target_is_too_odd_to_be_shown(target: bytes) -> None:
    for targets in (PRESETS, CONFIGURED):
        assert isinstance(targets.shown(target), str)


def test_no_target_is_long_enough_to_keep_a_worker_busy() -> None:
    mails = LoggedTarget(Redact(patterns=(r"[\w.+-]+@[\w-]+\.[\w.]+",)))
    began = time.process_time()
    for target in (b"/" + b"z" * 4000, b"/" + b"z" * 60_000, b"/p/?" + b"&".join([b"z" * 250] * 16)):
        mails.shown(target)
    assert time.process_time() - began < 1
    assert mails.shown(b"/p/?q=" + b"z" * 300) == "/p/?q=redacted"
    assert mails.shown(b"/p/?q=" + b"z" * 5000) == "redacted"
