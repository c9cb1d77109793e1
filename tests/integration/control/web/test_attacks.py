"""What somebody who means harm tries at the dashboard: by guessing, by another's browser, by text that is stored."""

import json
import re
import socket
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

import pytest
import requests
from running_dashboard import PASSWORD, Dashboard

from strangler_proxy.control.audit_log import audit_path
from strangler_proxy.control.web.login_limit import OF_ADDRESS, OF_NAME, OF_NAME_FROM_ADDRESS
from tests.integration.control.web.conftest import Person, person
from tests.integration.control.web.test_access import forgive

CHANGE = "/routes/product-list/change"
STRINGS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</textarea><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7|add:1 }}{% debug %}",
    "\u202egnp.exe\u2066\x1b[31m",
    "</script><!--",
)


@pytest.fixture(autouse=True)
def forgiven(dashboard: Dashboard) -> Iterator[None]:
    """Failed logins of one test are none of the next."""
    forgive()
    yield
    forgive()


class Markup(HTMLParser):
    """What a browser would make of a page, as far as it could run something."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("img", "svg", "iframe", "object", "embed") and not (values.get("class") or values.get("aria-hidden")
                or values.get("role") or str(values.get("src")).startswith("/static/")):  # fmt: skip
            self.bad.append(self.get_starttag_text() or tag)
        if tag == "script" and not str(values.get("src")).startswith("/static/"):
            self.bad.append(self.get_starttag_text() or tag)
        for name, value in attrs:
            if name.startswith("on") or (name in ("href", "src", "action") and _runs(value or "")):
                self.bad.append(self.get_starttag_text() or tag)


def _runs(address: str) -> bool:
    return urlsplit(address.strip()).scheme.lower() not in ("", "http", "https")


def what_runs(html: str) -> list[str]:
    markup = Markup()
    markup.feed(html)
    return markup.bad


def test_what_would_run_in_a_browser_is_found() -> None:
    assert len(what_runs("<p onclick=a()><a href='javascript:b()'><script>c()</script><img src=x>")) == 4
    assert what_runs('<a href="/x?next=javascript:a()">&lt;script&gt;</a>') == []


@pytest.mark.parametrize("text", STRINGS)
def test_a_reason_and_a_name_in_the_audit_log_are_text_and_nothing_else(
    dashboard: Dashboard, people: dict[str, Person], text: str
) -> None:
    """By the form of the dashboard, and by the log's file, which anybody on the machine may write to."""
    people["operator"].submit(f"{CHANGE}/?to=rollback", f"{CHANGE}/", to="rollback", reason=text)
    path = audit_path(dashboard.config)
    entry = json.loads(path.read_text().splitlines()[-1])
    forged = {**entry, "id": f"forged-{STRINGS.index(text)}", "who": text, "route": text, "what": text[:50]}
    with path.open("a") as file:
        file.write(json.dumps(forged) + "\n")
    for page in ("/audit/", "/overview/", "/routes/product-list/", f"/audit/?q={quote(text)}"):
        html = people["viewer"].at(page).text
        assert what_runs(html) == [], page
        if "?q=" not in page:  # what one has typed oneself stands in its field as it was typed
            assert "\u202e" not in html, page
        assert ">8<" not in html, page
    newest = people["viewer"].at("/audit.json").json()["entries"][0]
    assert (newest["who"], newest["why"]) == (text, entry["reason"])


@pytest.mark.parametrize("text", STRINGS)
def test_what_an_address_asks_for_comes_back_as_text(
    dashboard: Dashboard, people: dict[str, Person], text: str
) -> None:
    word = quote(text, safe="")
    for address in (
        *(f"/routes/?q={word}", f"/routes/?sort={word}&stage={word}&service={word}", f"/audit/?q={word}&page={word}"),
        *(f"{CHANGE}/?to={word}", f"{CHANGE}/?to=canary&percent={word}&reason={word}", f"/routes/{word}/"),
        *(f"{dashboard.group}ignore/?matching={word}&until={word}&reason={word}", f"/login/?next={word}", f"/{word}"),
    ):
        assert what_runs(people["operator"].at(address).text) == [], address


@pytest.mark.parametrize("name", ["<script>", "a b", "a\nb", "\u202eada", "", "a" * 151])
def test_a_user_cannot_be_called_what_is_no_name(dashboard: Dashboard, name: str) -> None:
    from strangler_proxy.control.users import user_add
    from strangler_proxy.errors import StranglerError

    with pytest.raises(StranglerError):
        user_add(name=name, role="viewer", password=PASSWORD)


def test_an_address_that_guesses_is_stopped_whatever_it_says_of_itself(dashboard: Dashboard) -> None:
    """It may call itself anything in X-Forwarded-For: no proxy is trusted here."""
    somebody = Person(dashboard.url)
    for number in range(OF_NAME_FROM_ADDRESS):
        somebody.headers["X-Forwarded-For"] = f"198.51.100.{number}"
        assert somebody.log_in("viewer", "a wrong one").status_code == 401
    somebody.headers["X-Forwarded-For"] = "203.0.113.77"
    assert somebody.log_in("viewer").status_code == 429


def test_an_address_that_tries_one_password_on_many_names_is_stopped(dashboard: Dashboard) -> None:

    from strangler_proxy.control.models import LoginFailure

    LoginFailure.objects.bulk_create(
        LoginFailure(at=time.time(), name=f"user{number}", address="127.0.0.1") for number in range(OF_ADDRESS)
    )
    assert Person(dashboard.url).log_in("viewer").status_code == 429


def test_many_addresses_that_try_one_name_are_stopped_together(dashboard: Dashboard) -> None:

    from strangler_proxy.control.models import LoginFailure

    LoginFailure.objects.bulk_create(
        LoginFailure(at=time.time(), name="viewer", address=f"2001:db8::{number:x}") for number in range(OF_NAME)
    )
    assert Person(dashboard.url).log_in("viewer").status_code == 429
    assert Person(dashboard.url).log_in("operator").status_code == 302


def test_a_name_is_counted_however_it_is_written(dashboard: Dashboard) -> None:
    """A form field is normalised (NFKC) before it is looked up: all ways to write a name are one name."""
    somebody = Person(dashboard.url)
    ways = ("viewer", "\uff56iewer", "v\uff49ewer", "viewe\uff52", " viewer ", "viewer")
    assert len(ways) > OF_NAME_FROM_ADDRESS
    statuses = [somebody.log_in(name, "a wrong one").status_code for name in ways]
    assert statuses == [401] * OF_NAME_FROM_ADDRESS + [429]


def test_a_session_that_was_there_before_the_login_is_worth_nothing_after_it(dashboard: Dashboard) -> None:
    attacker, victim = person(dashboard, "viewer"), Person(dashboard.url)
    planted = attacker.cookies["strangler_session"]
    victim.cookies.set("strangler_session", planted)
    victim.get(f"{dashboard.url}/login/")
    assert victim.log_in("admin").status_code == 302
    mine = {one.value for one in victim.cookies if one.name == "strangler_session"} - {planted}
    assert mine
    as_planted = requests.get(f"{dashboard.url}{CHANGE}.json", cookies={"strangler_session": planted})
    assert as_planted.status_code in (401, 403)


def test_a_session_key_that_the_server_did_not_give_is_not_taken(dashboard: Dashboard) -> None:
    somebody = Person(dashboard.url)
    somebody.cookies.set("strangler_session", "a" * 32)
    answer = somebody.log_in("viewer")
    assert answer.cookies["strangler_session"] != "a" * 32


@pytest.mark.parametrize(
    "wanted",
    [
        *("https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example"),
        *("http:evil.example", "javascript:alert(1)", " //evil.example", "/\t/evil.example", "https:///evil.example"),
        *("//127.0.0.1@evil.example", "http://127.0.0.1:1@evil.example/", "%2f%2fevil.example", "/%0d%0aX-A: b"),
    ],
)
@pytest.mark.parametrize("where", ["query", "form"])
def test_the_login_leads_to_no_other_site(dashboard: Dashboard, wanted: str, where: str) -> None:
    somebody = Person(dashboard.url)
    form = f"/login/?next={quote(wanted, safe='')}" if where == "query" else "/login/"
    fields = {} if where == "query" else {"next": wanted}
    answer = somebody.submit(form, form, username="viewer", password=PASSWORD, **fields)
    assert answer.status_code == 302
    location = answer.headers["Location"]
    reached = urlsplit(requests.compat.urljoin(dashboard.url, re.sub(r"[\t\r\n]", "", location)))
    assert f"{reached.scheme}://{reached.netloc}" == dashboard.url, location
    assert "X-A" not in answer.headers


@pytest.mark.parametrize(
    "target",
    [
        *("/static/x/../../settings.py", "/static/../settings.py", "/static/x/%2e%2e/%2e%2e/settings.py"),
        *("/static/x/..%2f..%2fsettings.py", "/static/x/..%5c..%5csettings.py", "/static/x//etc/passwd"),
        *("/static/x/%00style.css", "/static/x/style.css%00.html", "/static//etc/passwd", "/static/x/.%2e/login.py"),
    ],
)
def test_no_file_but_ours_is_read(dashboard: Dashboard, target: str) -> None:
    """Sent as it stands: a client would tidy the path."""
    where = urlsplit(dashboard.url)
    with socket.create_connection((where.hostname, where.port), timeout=5) as connection:  # type: ignore[arg-type]
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.split()[1] in (b"404", b"400", b"301", b"302"), answer[:200]
    assert b"root:" not in answer
    assert b"SECRET_KEY" not in answer


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example;proto=https"},
        {"X-Original-URL": "/audit/", "X-Rewrite-URL": "/audit/"},
        {"X-HTTP-Method-Override": "POST"},
    ],
)
def test_headers_by_which_some_servers_are_led_astray_do_nothing(dashboard: Dashboard, headers: dict[str, str]) -> None:
    answer = requests.get(f"{dashboard.url}/overview/", headers=headers, allow_redirects=False)
    assert answer.headers["Location"] == "/login/?next=%2Foverview%2F"


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://127.0.0.1:1"])
@pytest.mark.parametrize("form", ["page", "json"])
def test_a_change_from_another_origin_is_refused_also_with_the_right_token(
    dashboard: Dashboard, people: dict[str, Person], origin: str, form: str
) -> None:
    before, admin = dashboard.config.read_text(), people["admin"]
    fields = {"csrfmiddlewaretoken": admin.cookies["strangler_csrf"], "to": "rollback", "reason": "r"}
    address = f"{dashboard.url}{CHANGE}{'/' if form == 'page' else '.json'}"
    assert admin.post(address, fields, headers={"Origin": origin}).status_code == 403
    assert dashboard.config.read_text() == before


def test_no_answer_may_be_read_by_another_origin_or_put_in_a_frame(
    dashboard: Dashboard, people: dict[str, Person]
) -> None:
    for address in ("/overview.json", "/overview/", "/openapi.json", "/login/", "/static/x/app.js", "/nothing.json"):
        headers = people["viewer"].at(address, headers={"Origin": "https://evil.example"}).headers
        assert not [name for name in headers if name.lower().startswith("access-control-")]
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
    preflight = people["viewer"].options(f"{dashboard.url}{CHANGE}.json", headers={"Origin": "https://evil.example"})
    assert preflight.status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.nip.io", "localhost.evil.example", "[::2]", "127.0.0.2"])
@pytest.mark.parametrize("address", ["/login/", "/static/x/app.js", "/openapi.json", "/nothing/", f"{CHANGE}.json"])
def test_a_name_that_was_rebound_to_us_reads_nothing_at_all(dashboard: Dashboard, host: str, address: str) -> None:
    assert requests.get(dashboard.url + address, headers={"Host": host}).status_code == 400


def test_an_answer_with_a_line_break_in_what_was_asked_has_no_new_header(
    dashboard: Dashboard, people: dict[str, Person]
) -> None:
    answer = people["viewer"].at("/routes/a%0d%0aSet-Cookie:%20x=1/", allow_redirects=False)
    assert "x" not in answer.cookies
    assert answer.status_code == 404
