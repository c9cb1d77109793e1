"""What a valid file becomes, and what an unreadable one says."""

import os
from pathlib import Path

import pytest

from strangler_proxy.config.errors import ConfigInvalid, ConfigUnreadable
from strangler_proxy.config.load import load, parse
from strangler_proxy.config.model import (
    Backend,
    Canary,
    Compare,
    Config,
    Control,
    Evidence,
    Gate,
    Proxy,
    Redact,
    Route,
    StageGates,
    Step,
    Sticky,
    StickyKind,
    TaskRoute,
    Tls,
)
from strangler_proxy.config.stage import Stage

VALID = Path(__file__).parent / "valid.toml"
MONOLITH = 'backends.monolith.urls = ["http://127.0.0.1:8001"]\n'


def test_a_file_that_says_everything_becomes_these_records() -> None:
    assert load(VALID) == Config(
        proxy=Proxy(
            listen="[::1]:8000",
            workers=2,
            trusted_proxies=("10.0.0.0/8", "::1"),
            answer_header=False,
            append_slash=False,
            metrics_listen=None,
            access_log="access.log",
            drain_seconds=5.0,
        ),
        backends={
            "monolith": Backend(name="monolith", urls=("http://127.0.0.1:8001", "http://[::1]:8001")),
            "catalog": Backend(name="catalog", urls=("http://catalog",), health="/healthz", timeout_ms=5000),
        },
        converters={"year": "[0-9]{4}"},
        routes=(
            Route(
                name="product-detail",
                path="/api/products/<int:pk>/",
                methods=("GET", "HEAD"),
                hosts=("shop.example.com", "*.example.org"),
                headers={"x-api-version": "~2|3", "accept": "*"},
                service="catalog",
                stage=Stage.CANARY,
                canary=Canary(percent=12.5, sticky=Sticky(kind=StickyKind.HEADER, name="x-user")),
                compare=Compare(
                    sample_percent=50.0,
                    ignore=(
                        "status",
                        "body:$.served_at",
                        "header:etag",
                        "cookie:csrftoken",
                        "body:$..id until 2027-01-31 ~[0-9]+",
                    ),
                    unordered=("body:$.tags", "body:$.results[*]['tags']"),
                    keyed={"body:$.results": "id"},
                    noise_percent=5.0,
                    noise_relative_percent=10.0,
                    noise_absolute_percent=1.0,
                    tolerance={"body:$.price": "0.01", "body:$.updated": "2s"},
                    without=("csrf-tokens",),
                    recheck=False,
                ),
                gate=Gate(
                    min_comparisons=10,
                    max_mismatch_percent=1.0,
                    max_latency_ratio=2.0,
                    max_high_percent=0.1,
                    max_error_percent=0.0,
                    fast_enough_ms=5.0,
                    confidence_percent=99.0,
                    min_shapes=2,
                    max_per_shape=400,
                    min_addresses=12,
                ),
                gates=StageGates(service=Gate(min_comparisons=5000)),
                steps=(
                    Step(percent=5.0, hold_minutes=30.0, min_answers=100, min_comparisons=50),
                    Step(percent=100.0),
                ),
            ),
            Route(name="shop:archive", regex="^/archive/(?P<year>[0-9]{4})/$"),
        ),
        tasks=(TaskRoute(name="notifications.tasks.send_order_email", service="catalog", stage=Stage.SHADOW),),
        redact=Redact(headers=("x-customer",), paths=("body:$..email", "query:email"), patterns=("CUST-[0-9]+",)),
        evidence=Evidence(keep_days=14.0, keep_mb=100.0, samples_per_group=5),
        control=Control(
            listen="0.0.0.0:8100",
            hosts=("strangler.example.com",),
            trusted_proxies=("10.0.0.7",),
            tls=Tls(certificate="tls/fullchain.pem", key="tls/privkey.pem"),
        ),
    )


def test_the_least_file_is_the_monoliths_address() -> None:
    assert parse(MONOLITH) == Config(backends={"monolith": Backend(name="monolith", urls=("http://127.0.0.1:8001",))})


def test_routes_know_their_lines_and_the_config_its_file() -> None:
    config = load(VALID)
    assert config.route_lines == {"product-detail": 23, "shop:archive": 66}
    assert config.source == VALID


def test_moving_a_comment_changes_lines_but_not_equality() -> None:
    text = VALID.read_text()
    moved = parse("# one line more\n" + text)
    assert moved.route_lines["product-detail"] == 24
    assert moved == parse(text)


INLINE_LIST = (
    MONOLITH
    + """
routes = [
  {name = "a", path = "/a"},
  {name = "b", path = "/b"},
]
"""
)
HEADER_IN_A_STRING = """
[proxy]
access_log = '''
[[routes]]
'''
[[routes]]
name = "a"
path = "/a"
[[ "routes" ]]
name = "b"
path = "/b"
[backends.monolith]
urls = ["http://127.0.0.1:8001"]
"""


@pytest.mark.parametrize(("text", "lines"), [(INLINE_LIST, {"a": 4, "b": 5}), (HEADER_IN_A_STRING, {"a": 6, "b": 9})])
def test_lines_are_right_where_headers_alone_would_mislead(text: str, lines: dict[str, int]) -> None:
    assert parse(text).route_lines == lines


def test_line_ends_and_a_byte_order_mark_mean_nothing() -> None:
    text = VALID.read_text()
    assert parse("\ufeff" + text.replace("\n", "\r\n")) == parse(text)


def test_a_metrics_address_on_another_port_of_the_same_host_is_right() -> None:
    config = parse(MONOLITH + 'proxy = {listen = "0.0.0.0:0", metrics_listen = "0.0.0.0:0"}\n')
    assert config.proxy.metrics_listen == "0.0.0.0:0"


@pytest.mark.parametrize(
    "second",
    [
        'methods = ["GET", "POST"]',
        'hosts = ["b.example.com"]',
        'headers = {"X-A" = "1"}',
    ],
)
def test_a_wider_route_below_a_narrower_one_of_the_same_path_is_reached(second: str) -> None:
    narrow = 'methods = ["GET"]\nhosts = ["a.example.com"]\nheaders = {"X-A" = "2"}\n'
    routes = f'[[routes]]\nname = "a"\npath = "/"\n{narrow}[[routes]]\nname = "b"\npath = "/"\n{second}\n'
    assert [route.name for route in parse(MONOLITH + routes).routes] == ["a", "b"]


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    path = tmp_path / "strangler.toml"
    with pytest.raises(ConfigUnreadable) as caught:
        load(path)
    assert str(caught.value) == (
        f"{path}: STR100 there is no such file. Make one with `strangler init`, or name another with --config FILE."
    )
    assert caught.value.exit_code == 4


def test_a_directory_in_the_files_place_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigUnreadable, match=f"STR100 the file cannot be read: {os.strerror(21)}"):
        load(tmp_path)


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "a" + ".a" * 3000 + " = 1"])
def test_absurdly_deep_or_long_values_are_refused_and_do_no_harm(text: str) -> None:
    with pytest.raises(ConfigInvalid):
        parse(text)
