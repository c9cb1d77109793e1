"""A service in another language answers as the monolith does.

It is asked through the proxy, the monolith directly, and `strangler compare` holds the answers against each other.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.difference import Comparison
from strangler_proxy.compare.recorded import recorded
from strangler_proxy.compare.route_rules import rules_of
from strangler_proxy.config.load import load
from tests.stack.processes import free_port
from tests.stack.proxy import STRANGLER, backend_table, proxy_part, proxy_table
from tests.stack.rates import rates_part
from tests.stack.shop import prepare_shop, shop_part

PATH = "/api/shipping/rates/"
ROUTE = "shipping-api-rate-list"
ROUTE_TABLE = f"""
[[routes]]
name = "{ROUTE}"
path = "{PATH}"
methods = ["GET", "HEAD", "OPTIONS"]
service = "rates"
stage = "service"
"""

WEIGHTS = ["0", "1", "2000", "2001", "3000", "999999", "1000000", "1_000", "12.00", "%2B5", "%20120%20"]
SUBTOTALS = ["99.99", "100", "100.00", "1e2", ".5", "", "-0", "+1_0+", "99999999.99"]
GOOD = [
    *[f"country={country}&weight_grams={grams}" for country in ("DE", "AT", "CH", "GB") for grams in WEIGHTS],
    *[f"country=DE&weight_grams=1&subtotal={subtotal}" for subtotal in SUBTOTALS],
    *[
        "country=%20DE%20&weight_grams=1",
        "country=DE&country=AT&weight_grams=1",
        "format=json&country=DE&weight_grams=1",
    ],
]
BAD_COUNTRIES = ["FR", "de", "DEU", "", "+", "%27", "%22%27", "%C3%A4", "%00", "D%00E", "%5C", "%0A"]
BAD_WEIGHTS = ["", "+", "x", "-1", "1000001", "1.5", "1e3", "1__0", "_1", "0x10", "9" * 1001]
BAD_SUBTOTALS = ["-1", "x", "+", "NaN", "Infinity", "1.234", "1,5", "123456789", "12345678901", "1e999", "1" * 1001]
REFUSED = [
    *["", "country=DE", "weight_grams=1", "country=&weight_grams=x&subtotal=x", "format=xml&country=DE&weight_grams=1"],
    *[f"country={country}&weight_grams=1" for country in BAD_COUNTRIES],
    *[f"country=DE&weight_grams={grams}" for grams in BAD_WEIGHTS],
    *[f"country=DE&weight_grams=1&subtotal={subtotal}" for subtotal in BAD_SUBTOTALS],
]


@dataclass(frozen=True, slots=True)
class Sides:
    """The shop, and the proxy that has the rates answered by the service."""

    shop: str
    proxied: str
    config: Path

    def compared(self, query: str, method: str = "GET", path: str = PATH, **headers: str) -> tuple[Answer, Comparison]:
        """The shop's answer, and how the service's differs from it by the route's rules."""
        config = load(self.config)
        rules = rules_of(config, config.routes[0])
        primary, candidate = (ask(url + path, query, method, headers) for url in (self.shop, self.proxied))
        return primary, compare(primary, candidate, rules)


def ask(url: str, query: str, method: str, headers: dict[str, str]) -> Answer:
    """One answer as it came, the proxy's own header checked and taken away."""
    sent = {"Host": "localhost", "Accept-Encoding": "identity", **{k.replace("_", "-"): v for k, v in headers.items()}}
    address = url + (f"?{query}" if query else "")
    got = requests.request(method, address, headers=sent, timeout=30, allow_redirects=False)
    if "X-Strangler" in got.headers:
        assert f"backend=rates; route={ROUTE}; stage=service" in got.headers["X-Strangler"]
    lines = tuple((name.encode(), value.encode("latin-1")) for name, value in got.raw.headers.items())
    return Answer(status=got.status_code, headers=lines, body=got.content)


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    folder = tmp_path_factory.mktemp("rates")
    prepare_shop(folder, products=5)
    with ExitStack() as running:
        shop = running.enter_context(shop_part(folder, free_port()))
        rates = running.enter_context(rates_part(folder, free_port()))
        port, config = free_port(), folder / "strangler.toml"
        config.write_text(
            proxy_table(listen_port=port, workers=1)
            + backend_table("monolith", shop.url)
            + backend_table("rates", rates.url)
            + ROUTE_TABLE
        )
        proxy = running.enter_context(proxy_part(config, listen_port=port, ready_path="/healthz"))
        yield Sides(shop.url, proxy.url, config)


@pytest.mark.parametrize("language", ["en", "de", "fr, de-AT;q=0.5"])
def test_every_query_is_answered_the_same_in_both_languages(sides: Sides, language: str) -> None:
    for queries, status in ((GOOD, {200}), (REFUSED, {400, 404})):
        for query in queries:
            primary, comparison = sides.compared(query, Accept_Language=language)
            assert primary.status in status, query
            assert comparison.equal, (query, comparison.document())


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_other_safe_methods_are_answered_the_same(sides: Sides, method: str) -> None:
    _, comparison = sides.compared(GOOD[0], method)
    assert comparison.equal, comparison.document()


def test_what_a_caller_accepts_and_the_language_switch_change_both_alike(sides: Sides) -> None:
    for headers, status in (
        ({"Accept": "text/html"}, 406),
        ({"Accept": "text/html, application/*;q=0.1"}, 200),
        ({"Cookie": f"csrftoken={'a' * 32}; django_language=de", "Accept_Language": "en"}, 400),
        ({"X_Request_ID": "asked-by-a-test"}, 400),
    ):
        primary, comparison = sides.compared("" if status == 400 else GOOD[0], **headers)
        assert (primary.status, comparison.equal) == (status, True), comparison.document()


def test_the_one_known_difference_is_that_only_the_shop_ends_a_session_that_is_over(sides: Sides) -> None:
    _, comparison = sides.compared(GOOD[0], Cookie="sessionid=0123456789abcdefghijklmnopqrstuv")
    assert [difference["path"] for difference in comparison.document()["differences"]] == ["cookie:sessionid"]


@pytest.mark.parametrize("query", ["", "country=DE&weight_grams=1"])
def test_the_path_without_its_slash_is_redirected_alike(sides: Sides, query: str) -> None:
    primary, comparison = sides.compared(query, path=PATH.removesuffix("/"))
    assert (primary.status, comparison.equal) == (301, True), comparison.document()


def test_the_command_says_equal_and_would_say_different(sides: Sides, tmp_path: Path) -> None:
    texts: list[dict[str, Any]] = [
        recorded(ask(url + PATH, GOOD[0], "GET", {})) for url in (sides.shop, sides.proxied)
    ]  # fmt: skip
    texts.append({**texts[1], "body": texts[1]["body"].replace('"4.90"', "4.90")})
    files = [tmp_path / name for name in ("monolith.json", "service.json", "other.json")]
    for file, document in zip(files, texts, strict=True):
        file.write_text(json.dumps(document))

    def verdict(candidate: Path, *words: str) -> tuple[int, dict[str, Any]]:
        command = [STRANGLER, "compare", files[0], candidate, "--json", *words]
        done = subprocess.run(command, cwd=sides.config.parent, capture_output=True, text=True)
        return done.returncode, json.loads(done.stdout)

    code, document = verdict(files[1], "--route", ROUTE)
    assert (code, document["equal"]) == (0, True)
    assert [found["path"] for found in verdict(files[1])[1]["differences"]] == ["header:x-service-version"]
    code, document = verdict(files[2], "--route", ROUTE)
    assert (code, [(found["path"], found["kind"]) for found in document["differences"]]) == (
        1,
        [("body:$[0].price", "type")],
    )
