"""Who gets in, and who may do what."""

import pytest
import requests
from running_dashboard import PASSWORD, ROLES, Dashboard

from strangler_proxy.control.web.headers import HEADERS
from strangler_proxy.control.web.login_limit import OF_NAME_FROM_ADDRESS
from tests.integration.control.web.conftest import Person
from tests.integration.control.web.conftest import person as person_of

PAGES = ("/overview/", "/routes/", "/routes/product-detail/", "/audit/", "/health/")
CHANGE = "/routes/product-list/change/"


def forgive() -> None:
    """Forgets failed logins."""
    from strangler_proxy.control.models import LoginFailure

    LoginFailure.objects.all().delete()


def group_of(route: str = "product-detail") -> str:
    from strangler_proxy.control.models import Group

    found = Group.objects.filter(epoch__route=route, path="body:$.price").get()
    return f"/routes/{route}/groups/{found.pk}/"


@pytest.mark.parametrize("page", [*PAGES, CHANGE])
def test_nobody_sees_a_page_without_logging_in(dashboard: Dashboard, page: str) -> None:
    nobody = person_of(dashboard)
    assert nobody.at(page, allow_redirects=False).headers["Location"].startswith("/login/?next=")
    as_json = nobody.at(page.rstrip("/") + ".json")
    assert (as_json.status_code, as_json.json()["error"]["code"]) == (401, "STR920")


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [("/health/", "/health/"), ("//evil.example/", "/overview/"), ("https://evil.example", "/overview/")],
)
def test_who_logs_in_comes_to_the_page_that_was_wanted_and_nowhere_else(
    dashboard: Dashboard, wanted: str, reached: str
) -> None:
    answer = Person(dashboard.url).submit("/login/", "/login/", username="viewer", password=PASSWORD, next=wanted)
    assert answer.headers["Location"] == reached


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(dashboard: Dashboard) -> None:
    forgive()
    wrong = [person_of(dashboard).log_in(name, "not it at all") for name in ("viewer", "nobody-of-that-name")]
    assert [one.status_code for one in wrong] == [401, 401]
    bodies = [one.text.partition("csrfmiddlewaretoken")[2].partition(">")[2] for one in wrong]
    assert bodies[0] == bodies[1]


def test_guessing_is_stopped_also_for_the_right_password(dashboard: Dashboard) -> None:
    forgive()
    person = Person(dashboard.url)
    for _ in range(OF_NAME_FROM_ADDRESS):
        assert person.log_in("viewer", "a wrong one").status_code == 401
    stopped = person.log_in("viewer")
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 60
    assert person.log_in("operator").status_code == 302
    forgive()


def test_who_logs_out_is_out(dashboard: Dashboard) -> None:
    person = person_of(dashboard, "viewer")
    session = person.cookies["strangler_session"]
    assert person.submit("/overview/", "/logout/").status_code == 302
    person.cookies.set("strangler_session", session)
    assert person.at("/overview/", allow_redirects=False).status_code == 302


def test_a_user_without_a_role_sees_nothing(dashboard: Dashboard) -> None:
    from django.contrib.auth import get_user_model

    get_user_model().objects.create_user("guest", password=PASSWORD)
    person = Person(dashboard.url)
    person.log_in("guest")
    assert [person.at(page).status_code for page in PAGES] == [403] * len(PAGES)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_every_page(dashboard: Dashboard, people: dict[str, Person], role: str) -> None:
    for page in (*PAGES, group_of()):
        assert people[role].at(page).status_code == 200, page
        assert people[role].at(page.rstrip("/") + ".json").json(), page


ACTIONS = {
    "roll back": (CHANGE, {"to": "rollback", "reason": "r"}),
    "canary share down": (CHANGE, {"to": "canary", "percent": "5", "reason": "r"}),
    "past the gate": (CHANGE, {"to": "service", "force": "yes", "reason": "r"}),
    "leap": ("/routes/order-list/change/", {"to": "service", "force": "yes", "reason": "r"}),
    "ignore": ("", {"reason": "r"}),
}
WALK = "/routes/order-list/walk/"
MAY = {
    "viewer": set(),
    "operator": {"roll back", "canary share down", "ignore"},
    "admin": set(ACTIONS),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_does_what_it_may_and_nothing_else(
    dashboard: Dashboard, people: dict[str, Person], role: str, action: str
) -> None:
    before = dashboard.config.read_text()
    address, fields = ACTIONS[action]
    address = address or f"{group_of()}ignore/"
    answer = people[role].submit("/overview/", address, **fields)
    allowed = action in MAY[role]
    assert answer.status_code == (302 if allowed else 403), answer.text
    assert (dashboard.config.read_text() != before) is allowed


@pytest.mark.parametrize("role", ROLES)
def test_who_may_change_a_stage_may_let_a_route_walk_and_end_that(
    dashboard: Dashboard, people: dict[str, Person], role: str
) -> None:
    status = 403 if role == "viewer" else 302
    for do, walks in (("begin", "walking"), ("end", "paused")):
        assert people[role].submit("/overview/", WALK, do=do, reason="r").status_code == status
        state = people[role].at("/routes/order-list.json").json()["walk"]
        if role != "viewer":
            assert (state["state"], state["began_by"]) == (walks, role)
            entry = people[role].at("/audit.json").json()["entries"][0]
            assert (entry["who"], entry["what"]) == (role, "walk-begun" if do == "begin" else "walk-ended")


@pytest.mark.parametrize("role", ROLES)
def test_a_button_is_there_for_who_may_press_it(dashboard: Dashboard, people: dict[str, Person], role: str) -> None:
    assert ("Promote to" in people[role].at("/routes/product-detail/").text) is (role != "viewer")
    assert ("Ignore…" in people[role].at(group_of()).text) is (role != "viewer")


@pytest.mark.parametrize("address", [CHANGE, "/logout/", "/theme/", "/login/"])
def test_a_form_without_our_token_changes_nothing(
    dashboard: Dashboard, people: dict[str, Person], address: str
) -> None:
    before = dashboard.config.read_text()
    sent = people["admin"].post(dashboard.url + address, {"to": "rollback", "reason": "r", "username": "viewer"})
    assert sent.status_code == 403
    assert dashboard.config.read_text() == before
    assert people["admin"].at("/overview/", allow_redirects=False).status_code == 200


def test_a_form_from_another_site_changes_nothing(dashboard: Dashboard, people: dict[str, Person]) -> None:
    admin = people["admin"]
    token = admin.cookies["strangler_csrf"]
    fields = {"csrfmiddlewaretoken": token, "to": "rollback", "reason": "r"}
    sent = admin.post(dashboard.url + CHANGE, fields, headers={"Origin": "https://evil.example"})
    assert sent.status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8100", "127.0.0.1.evil.example", "", "localhost@evil"])
def test_another_host_is_refused_so_that_no_name_can_be_rebound(
    dashboard: Dashboard, people: dict[str, Person], host: str
) -> None:
    assert people["admin"].at("/overview/", headers={"Host": host}).status_code == 400
    assert people["admin"].at("/overview.json", headers={"Host": host}).status_code == 400


def test_every_answer_tells_the_browser_what_to_refuse(dashboard: Dashboard, people: dict[str, Person]) -> None:
    for page in ("/login/", "/overview/", "/routes.json", "/nothing-there/", CHANGE):
        headers = people["admin"].at(page).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS
        assert headers["Cache-Control"] == "no-store"
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_no_page_has_a_script_or_a_style_of_its_own(dashboard: Dashboard, people: dict[str, Person]) -> None:
    for page in (*PAGES, CHANGE, group_of(), f"{group_of()}ignore/"):
        text = people["admin"].at(page).text
        assert not [one for one in ("<style", " style=", " onclick", "javascript:") if one in text]
        assert text.count("<script") == text.count("<script src=") == 2


def test_cookies_are_of_this_program_and_closed_to_scripts_and_other_sites(dashboard: Dashboard) -> None:
    answer = person_of(dashboard).log_in("viewer")
    cookies = [one for one in answer.raw.headers.getlist("Set-Cookie") if "strangler_session" in one]
    assert cookies
    assert all("HttpOnly" in one and "SameSite=Lax" in one for one in cookies)
    assert "sessionid" not in {one.name for one in answer.cookies}


def test_files_are_served_by_name_and_nothing_beside_them(dashboard: Dashboard) -> None:
    for name in ("..%2fstyle.css", "%2e%2e/style.css", "settings.py", "../../settings.py"):
        assert requests.get(f"{dashboard.url}/static/x/{name}").status_code == 404
    assert requests.get(f"{dashboard.url}/static/x/style.css").headers["Content-Type"].startswith("text/css")
