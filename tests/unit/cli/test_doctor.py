"""What `strangler doctor` makes of what it sees."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from strangler_proxy.cli import checkup
from strangler_proxy.cli.checkup import Finding, exit_code
from strangler_proxy.cli.project_checkup import allowed_hosts, drift, lost, secure_header
from strangler_proxy.cli.render import Mark
from strangler_proxy.config.load import parse
from strangler_proxy.control.reach import visited_host
from strangler_proxy.discover.answer import Answer, Endpoint
from strangler_proxy.discover.pattern import Pattern
from tests.unit.cli.conftest import CONFIG, Run

ANSWER = Answer(
    python="3.12.1",
    django="5.2",
    settings="shop.settings",
    root_urlconf="shop.urls",
    append_slash=True,
    allowed_hosts=("127.0.0.1",),
    debug=False,
    middleware=(),
    secure_proxy_ssl_header=None,
    wsgi_application=None,
    asgi_application=None,
    converters=MappingProxyType({}),
    endpoints=(),
)
PARSED = parse(CONFIG)


def finding(mark: Mark) -> Finding:
    """A finding with this mark."""
    return Finding(check="x", mark=mark, what="x")


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        ([Mark.OK, Mark.WARNING], 0),
        ([Mark.OK, Mark.UNREACHABLE], 4),
        ([Mark.UNREACHABLE, Mark.FAILED], 1),
        ([Mark.FAILED, Mark.OK], 1),
    ],
)
def test_the_exit_code_tells_failed_from_unreachable_and_takes_warnings_for_well(marks: list[Mark], code: int) -> None:
    assert exit_code([finding(mark) for mark in marks]) == code


@pytest.mark.parametrize(
    ("allowed", "debug", "mark"),
    [
        (("127.0.0.1",), False, Mark.OK),
        (("*",), False, Mark.OK),
        (("shop.example.com",), False, Mark.WARNING),
        ((), False, Mark.WARNING),
        ((), True, Mark.OK),
    ],
)
def test_a_host_that_django_would_refuse_is_told(allowed: tuple[str, ...], debug: bool, mark: Mark) -> None:
    found = allowed_hosts(replace(ANSWER, allowed_hosts=allowed, debug=debug), PARSED)
    assert found.mark is mark
    assert (found.remedy is None) is (mark is Mark.OK)


def test_a_proxy_on_every_address_is_visited_as_localhost() -> None:
    assert visited_host(parse(CONFIG.replace("127.0.0.1:8000", "0.0.0.0:8000"))) == "localhost:8000"
    assert visited_host(PARSED) == "127.0.0.1:8000"


def test_a_name_below_an_allowed_domain_is_allowed() -> None:
    config = parse(CONFIG.replace("127.0.0.1:8000", "shop.example.com:8000"))
    assert allowed_hosts(replace(ANSWER, allowed_hosts=(".example.com",)), config).mark is Mark.OK
    assert allowed_hosts(replace(ANSWER, allowed_hosts=("example.com",)), config).mark is Mark.WARNING


def test_https_behind_a_terminator_that_is_not_trusted_is_told() -> None:
    behind = replace(ANSWER, secure_proxy_ssl_header=("HTTP_X_FORWARDED_PROTO", "https"))
    trusting = parse(CONFIG.replace("[proxy]", '[proxy]\ntrusted_proxies = ["10.0.0.5"]'))
    assert secure_header(ANSWER, PARSED).mark is Mark.OK
    assert secure_header(behind, trusting).mark is Mark.OK
    assert secure_header(behind, PARSED).mark is Mark.WARNING


def test_endpoints_that_the_file_lacks_are_named_and_the_rest_counted() -> None:
    endpoints = tuple(
        Endpoint(
            pattern=Pattern(path=f"/new-{number}/", regex=None, expression=rf"^/new\-{number}/\Z"),
            view="shop.views.new",
            app="shop",
            name=None,
            namespaces=(),
            methods=None,
        )
        for number in range(5)
    )
    found = drift(replace(ANSWER, endpoints=endpoints), PARSED, Path("strangler.toml"))
    assert found.mark is Mark.WARNING
    assert "/new-0/, /new-1/, /new-2/ and 2 more" in found.what
    assert drift(ANSWER, PARSED, Path("strangler.toml")).mark is Mark.OK


def test_routes_that_the_project_has_lost_are_named_up_to_three() -> None:
    (found,) = lost(ANSWER, PARSED, Path("strangler.toml"))
    assert found.mark is Mark.WARNING
    assert "product-detail, product-list, legacy and 1 more" in found.what
    assert list(lost(ANSWER, replace(PARSED, routes=()), Path("strangler.toml"))) == []


@pytest.mark.parametrize(("secret", "mark"), [("", Mark.OK), ("short", Mark.FAILED), ("0123456789abcdef", Mark.OK)])
def test_a_weak_secret_fails_and_none_is_well(secret: str, mark: Mark) -> None:
    assert checkup.secret(secret).mark is mark


@pytest.mark.parametrize(("soft", "mark"), [(256, Mark.WARNING), (4096, Mark.OK), (-1, Mark.OK)])
def test_few_descriptors_are_a_warning(soft: int, mark: Mark, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup.resource, "getrlimit", lambda _kind: (soft, -1))
    assert checkup.descriptors().mark is mark


def test_an_invalid_config_is_one_failed_check_for_each_error(run: Run, config: Path) -> None:
    config.write_text(
        config.read_text().replace('"shadow"  #', '"shaddow"  #').replace("percent = 10", "percent = 200")
    )
    ran = run("doctor", "--json")
    assert ran.code == 1
    failed = [check for check in ran.json["checks"] if check["result"] == "failed"]
    assert [check["what"].partition(": ")[0] for check in failed] == ["strangler.toml:16", "strangler.toml:24"]
    assert all(check["remedy"] for check in failed)


def test_without_a_terminal_the_signs_are_words(run: Run, config: Path) -> None:
    config.unlink()
    text = run("doctor").out
    assert "failed" in text
    assert not set("✓✗") & set(text)
