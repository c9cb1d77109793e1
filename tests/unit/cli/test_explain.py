"""`strangler explain`."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

SECRET = "0123456789abcdef0123456789abcdef"


def test_json_has_the_members_that_others_build_on(run: Run) -> None:
    assert run("explain", "GET", "/api/products/7/?x=1", "--json").json == {
        "route": "product-detail",
        "stage": "shadow",
        "backend": "monolith",
        "captured": True,
        "reason": "route product-detail is in stage shadow: the monolith answers, "
        "and the exchange is captured for catalog",
        "why": "stage",
        "fallback": None,
        "file": "strangler.toml",
        "line": 11,
        "depends_on": None,
        "captured_percent": None,
    }


def test_a_request_that_no_route_takes_has_no_route_and_goes_to_the_monolith(run: Run) -> None:
    document = run("explain", "POST", "/api/products/7/", "--json").json
    assert document["route"] is None
    assert (document["stage"], document["backend"], document["captured"]) == ("monolith", "monolith", False)
    assert document["why"] == "no-route"


def test_the_text_says_line_stage_fallback_and_capture(run: Run, config: Path) -> None:
    config.write_text(config.read_text().replace("percent = 10", "percent = 100"))
    text = run("explain", "GET", "/api/products/").out
    assert "GET /api/products/ → catalog" in text
    assert "strangler.toml:18" in text
    assert "canary 100%" in text
    assert "monolith, when catalog fails" in text


def test_a_canary_without_its_key_depends_on_the_request_and_says_so(run: Run) -> None:
    ran = run("explain", "GET", "/api/products/")
    assert "depends on the request: catalog 10%, monolith 90%" in ran.out
    assert "without cookie sessionid" in ran.out
    document = run("explain", "GET", "/api/products/", "--json").json
    assert document["depends_on"] == "request id"
    assert document["share"] == {"catalog": 10.0, "monolith": 90.0}
    assert document["backend"] in ("catalog", "monolith")


@pytest.mark.parametrize("header", ["Cookie: sessionid=abc", "X-Request-ID: 7f3a"])
def test_a_canary_with_a_key_or_an_id_is_settled(header: str, run: Run) -> None:
    documents = [run("explain", "GET", "/api/products/", "-H", header, "--json").json for _ in range(5)]
    assert documents[0]["depends_on"] is None
    assert documents == documents[:1] * 5


def test_a_sampled_capture_is_told_with_its_percentage(run: Run, config: Path) -> None:
    config.write_text(config.read_text().replace('"shadow"  #', '"shadow"\ncompare.sample_percent = 20  #'))
    assert run("explain", "GET", "/api/products/7/", "--json").json["captured_percent"] == 20
    assert "of 20% of such requests" in run("explain", "GET", "/api/products/7/").out
    settled = run("explain", "GET", "/api/products/7/", "-H", "X-Request-ID: 7f3a", "--json").json
    assert settled["captured_percent"] is None


def test_the_host_of_a_whole_url_and_a_host_header_are_the_same_to_a_route(run: Run, config: Path) -> None:
    config.write_text(config.read_text().replace("regex = ", 'hosts = ["old.example.com"]\nregex = '))
    by_url = run("explain", "get", "https://user@OLD.example.com:8443/old/x#top", "--json").json
    by_header = run("explain", "GET", "/old/x", "-H", "Host: old.example.com", "--json").json
    assert by_url == by_header
    assert by_url["route"] == "legacy"
    assert run("explain", "GET", "/old/x", "--json").json["route"] is None


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(run: Run, config: Path) -> None:
    text = config.read_text().replace("percent = 10", 'percent = 50\nsticky = "ip"')
    config.write_text(text.replace("[proxy]", '[proxy]\ntrusted_proxies = ["10.0.0.0/8"]'))

    def backends(*words: str) -> list[str]:
        return [
            run("explain", "GET", "/api/products/", "--json", *(word.format(number) for word in words)).json["backend"]
            for number in range(20)
        ]

    direct = backends("--ip", "203.0.113.{}")
    assert set(direct) == {"catalog", "monolith"}
    assert backends("--ip", "10.0.0.9", "-H", "X-Forwarded-For: 203.0.113.{}") == direct
    assert len(set(backends("--ip", "192.0.2.9", "-H", "X-Forwarded-For: 203.0.113.{}"))) == 1


def test_an_override_counts_when_its_secret_is_known(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRANGLER_OVERRIDE_SECRET", SECRET)
    value = run("override", "product-detail", "--json").json["value"]
    asked = ("explain", "GET", "/api/products/7/", "--json")
    taken = run(*asked, "--override", value)
    assert (taken.json["backend"], taken.json["why"]) == ("catalog", "override")
    assert taken.json == run(*asked, "-H", f"X-Strangler-Override: {value}").json
    forged = run(*asked, "--override", value[:-1] + ("A" if value[-1] != "A" else "B"))
    assert forged.json["why"] == "stage"
    assert "not valid" in forged.err
    monkeypatch.delenv("STRANGLER_OVERRIDE_SECRET")
    unknown = run(*asked, "--override", value)
    assert unknown.json["why"] == "stage"
    assert "is not set here" in unknown.err


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("/api/products/", "GET"), "strangler explain GET /api/products/"),
        (("GET", "api/products/"), "A path begins with /"),
        (("GET", "localhost:8000/api/"), "a URL with http://"),
        (("GET", "/x", "-H", "Host old.example.com"), "-H 'Name: value'"),
        (("GET", "/x", "--ip", "somewhere"), "--ip 203.0.113.9"),
        (("GET", "/x", "-H", "Bad Name: 1"), "what is refused reaches no backend"),
        (("CONNECT", "/x"), "what is refused reaches no backend"),
    ],
)
def test_what_makes_no_request_is_wrong_usage_with_a_remedy(words: tuple[str, ...], remedy: str, run: Run) -> None:
    ran = run("explain", *words)
    assert ran.code == 2
    assert remedy in ran.err


def test_a_path_with_letters_beyond_ascii_is_sent_as_browsers_do(run: Run, config: Path) -> None:
    config.write_text(config.read_text().replace("regex = '^/old/[a-z]+$'", "path = '/käse/<str:name>/'"))
    typed = run("explain", "GET", "/käse/a b/", "--json").json
    assert typed["route"] == "legacy"
    assert typed == run("explain", "GET", "/k%C3%A4se/a%20b/", "--json").json


@pytest.mark.parametrize(
    "url",
    [
        *("http://[::1", "http://[x]/", "http://a:b/", "http://é.com/", "http://℀.com/", "http://a b/", "http://"),
        *("http:///", "", "*", "a", "http:/a", "http://?x"),
    ],
)
def test_a_url_that_the_proxy_would_refuse_is_wrong_usage(run: Run, url: str) -> None:
    ran = run("explain", "GET", url)
    assert (ran.code, ran.out) == (2, "")
    assert "STR001" in ran.err


@pytest.mark.parametrize(
    "url",
    [
        *("/\udcff\udcfe", "/é", "/a b", "/a\nb", "/%", "//a/b", "/[", "/\\", '/"', "/?#", "/" + "a" * 3000),
        *("http://a:99999/", "http://a@b@c/", "http://[fe80::1%25eth0]/", "HTTP://A/", "http://a?x", "http://[::1]#x"),
    ],
)
def test_a_url_that_the_proxy_would_take_is_explained_however_odd(run: Run, url: str) -> None:
    assert run("explain", "GET", url, "--json").json["backend"] == "monolith"


def test_a_header_of_any_bytes_is_taken_as_the_proxy_does(run: Run) -> None:
    assert run("explain", "GET", "/", "-H", "X: \udcff", "-H", "Cookie: \udce9=é").code == 0


def test_a_route_may_ask_for_the_cookie_header_as_in_the_proxy(run: Run, config: Path) -> None:
    text = config.read_text().replace('methods = ["GET", "HEAD"]', 'headers = {Cookie = "~.*beta=1.*"}')
    config.write_text(text)
    with_cookie = run("explain", "GET", "/api/products/7/", "-H", "Cookie: a=b; beta=1", "--json").json
    assert with_cookie["route"] == "product-detail"
    assert run("explain", "GET", "/api/products/7/", "--json").json["route"] is None
