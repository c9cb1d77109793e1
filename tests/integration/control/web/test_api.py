"""The JSON of the pages: as the description says, for programs with a token and for browsers with a session."""

import time
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator
from running_dashboard import ROLES, Dashboard

from tests.integration.control.web.conftest import Person
from tests.integration.control.web.test_access import ACTIONS, MAY

CHANGE = "/routes/product-list/change"


@pytest.fixture(scope="module")
def tokens(served: Dashboard) -> dict[str, str]:
    """A token of each role's user."""
    from strangler_proxy.control.tokens import token_make

    return {role: token_make(name=role) for role in ROLES}


@pytest.fixture(scope="module")
def described(served: Dashboard) -> dict[str, Any]:
    """The description as it is served, to anybody."""
    answer = requests.get(f"{served.url}/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    document: dict[str, Any] = answer.json()
    return document


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def against(described: dict[str, Any], path: str, status: int, answer: requests.Response, method: str = "get") -> None:
    """Fails where the answer is not what the description says of it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    response = described["paths"][path][method]["responses"][str(status)]
    if "$ref" in response:
        response = described["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    schema = {**response["content"]["application/json"]["schema"], "components": described["components"]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer.json())


READ = {
    "/overview": "/overview.json",
    "/routes": "/routes.json",
    "/routes?q=product&stage=shadow&sort=traffic&page=1": "/routes.json",
    "/routes/product-detail": "/routes/{name}.json",
    "/routes/checkout": "/routes/{name}.json",
    "/routes/order-list": "/routes/{name}.json",
    f"{CHANGE}?to=canary&percent=5": "/routes/{name}/change.json",
    f"{CHANGE}?to=service": "/routes/{name}/change.json",
    "/routes/product-list/walk": "/routes/{name}/walk.json",
    "/audit": "/audit.json",
    "/audit?q=ada": "/audit.json",
    "/health": "/health.json",
    "GROUP": "/routes/{name}/groups/{number}.json",
    "GROUP/ignore": "/routes/{name}/groups/{number}/ignore.json",
    "GROUP/ignore?matching=%5B0-9%5D%2B&until=2100-01-01": "/routes/{name}/groups/{number}/ignore.json",
    "GROUP/ignore?matching=(": "/routes/{name}/groups/{number}/ignore.json",
}


@pytest.mark.parametrize("address", READ)
def test_every_document_is_as_described_and_no_field_is_undescribed(
    dashboard: Dashboard, described: dict[str, Any], tokens: dict[str, str], address: str
) -> None:
    page, mark, query = address.replace("GROUP", dashboard.group.rstrip("/")).partition("?")
    answer = requests.get(f"{dashboard.url}{page}.json{mark}{query}", headers=bearer(tokens["operator"]))
    against(described, READ[address], 200, answer)


def test_every_json_address_is_described_and_read_here(described: dict[str, Any]) -> None:
    assert sorted(described["paths"]) == sorted(set(READ.values()))


@pytest.mark.parametrize(
    ("status", "path", "address", "role"),
    [
        (400, "/routes.json", "/routes.json?page=nine", "viewer"),
        (400, "/routes.json", "/routes.json?stage=gone", "viewer"),
        (400, "/routes.json", "/routes.json?nothing=1", "viewer"),
        (400, "/routes.json", "/routes.json?q=1&q=2", "viewer"),
        (401, "/routes.json", "/routes.json?page=nine", None),
        (403, "/routes/{name}/change.json", f"{CHANGE}.json", "viewer"),
        (404, "/routes/{name}.json", "/routes/nothing.json", "viewer"),
        (404, "/routes/{name}/groups/{number}.json", "/routes/product-detail/groups/0.json", "viewer"),
    ],
)
def test_a_refusal_is_an_error_as_the_command_says_it(
    dashboard: Dashboard,
    described: dict[str, Any],
    tokens: dict[str, str],
    status: int,
    path: str,
    address: str,
    role: str | None,
) -> None:
    headers = bearer(tokens[role]) if role else {}
    against(described, path, status, requests.get(dashboard.url + address, headers=headers))


def test_what_is_no_page_no_method_no_form_and_no_host_of_ours_is_said_in_json_too(
    dashboard: Dashboard, tokens: dict[str, str]
) -> None:
    mine = bearer(tokens["admin"])
    address = f"{dashboard.url}{CHANGE}.json"
    answers = [
        (404, requests.get(f"{dashboard.url}/nothing.json", headers=mine)),
        (405, requests.delete(address, headers=mine)),
        (415, requests.post(address, json={"to": "rollback", "reason": "r"}, headers=mine)),
        (400, requests.get(address, headers={**mine, "Host": "evil.example"})),
        (400, requests.post(address, {"reason": "r" * 300_000}, headers=mine)),
        (400, requests.post(address, {"to": "rollback"}, headers=mine)),
    ]
    for status, answer in answers:
        assert answer.status_code == status, answer.text
        assert answer.json()["error"]["code"].startswith("STR")
    assert answers[1][1].headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ROLES)
def test_a_token_may_what_its_user_may_and_needs_no_form_of_ours(
    dashboard: Dashboard, described: dict[str, Any], tokens: dict[str, str], role: str, action: str
) -> None:
    before = dashboard.config.read_text()
    address, fields = ACTIONS[action]
    page = (address or f"{dashboard.group}ignore/").rstrip("/")
    answer = requests.post(f"{dashboard.url}{page}.json", fields, headers=bearer(tokens[role]))
    allowed = action in MAY[role]
    path = "/routes/{name}/change.json" if address else "/routes/{name}/groups/{number}/ignore.json"
    against(described, path, 200 if allowed else 403, answer, "post")
    assert (dashboard.config.read_text() != before) is allowed
    assert not answer.cookies


def test_a_session_needs_the_csrf_token_for_json_as_well(dashboard: Dashboard, people: dict[str, Person]) -> None:
    before, admin = dashboard.config.read_text(), people["admin"]
    address, fields = f"{dashboard.url}{CHANGE}.json", {"to": "rollback", "reason": "r"}
    refused = admin.post(address, fields)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "STR920")
    assert dashboard.config.read_text() == before
    done = admin.post(address, fields, headers={"X-CSRFToken": admin.cookies["strangler_csrf"]})
    assert (done.status_code, done.json()["changed"]) == (200, True)


@pytest.mark.parametrize("token", ["", "strangler_", "x" * 5000, "strangler_\x80", "' OR 1=1 --"])
def test_a_token_that_is_nobodys_is_refused_whatever_session_comes_with_it(
    dashboard: Dashboard, people: dict[str, Person], token: str
) -> None:
    answer = people["admin"].at("/overview.json", headers=bearer(token))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "STR923")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_counts_in_place_of_the_session_that_comes_with_it(
    dashboard: Dashboard, people: dict[str, Person], tokens: dict[str, str]
) -> None:
    answer = people["admin"].at(f"{CHANGE}.json", headers=bearer(tokens["viewer"]))
    assert answer.status_code == 403


def test_a_token_opens_no_page_and_no_other_form(dashboard: Dashboard, tokens: dict[str, str]) -> None:
    mine = bearer(tokens["admin"])
    assert requests.get(f"{dashboard.url}/overview/", headers=mine, allow_redirects=False).status_code == 302
    assert requests.post(f"{dashboard.url}/theme/", {"theme": "dark"}, headers=mine).status_code == 403


def test_a_token_ends_with_the_next_one_with_revoking_and_with_its_user_and_is_kept_as_a_hash(
    dashboard: Dashboard,
) -> None:
    from strangler_proxy.control.models import ApiToken
    from strangler_proxy.control.tokens import token_make, token_revoke
    from strangler_proxy.control.users import user_add, user_remove, user_role_set

    def status(token: str) -> int:
        return requests.get(f"{dashboard.url}{CHANGE}.json", headers=bearer(token)).status_code

    user_add(name="ci", role="operator", password="four words of chance")
    first = token_make(name="ci")
    assert status(first) == 200
    second = token_make(name="ci")
    assert (status(first), status(second)) == (401, 200)
    row = ApiToken.objects.get(user__username="ci")
    assert second not in str(vars(row))
    assert second.removeprefix("strangler_") not in str(vars(row))
    user_role_set(name="ci", role="viewer")
    assert status(second) == 403
    assert token_revoke(name="ci")
    assert not token_revoke(name="ci")
    assert status(second) == 401
    third = token_make(name="ci")
    user_remove(name="ci")
    assert status(third) == 401
    assert not ApiToken.objects.filter(digest=row.digest).exists()


def test_a_token_with_an_end_opens_nothing_from_then_on_and_one_without_has_none(dashboard: Dashboard) -> None:
    from strangler_proxy.control.tokens import DAY, token_make, user_of_token
    from strangler_proxy.control.users import user_add

    user_add(name="nightly", role="viewer", password="four words of chance")
    made_at = time.time() - 2 * DAY
    ended = token_make(name="nightly", days=2, now=made_at)
    assert user_of_token(ended, now=made_at + 2 * DAY - 1).username == "nightly"  # type: ignore[union-attr]
    assert user_of_token(ended, now=made_at + 2 * DAY) is None
    answer = requests.get(f"{dashboard.url}/overview.json", headers=bearer(ended))
    assert (answer.status_code, "has ended" in answer.text) == (401, True)
    endless = token_make(name="nightly", now=made_at)
    assert user_of_token(endless, now=made_at + 5000 * DAY).username == "nightly"  # type: ignore[union-attr]
    assert requests.get(f"{dashboard.url}/overview.json", headers=bearer(endless)).status_code == 200


def test_long_lists_come_a_page_at_a_time_and_name_the_next(dashboard: Dashboard, tokens: dict[str, str]) -> None:
    from django.utils import timezone

    from strangler_proxy.control.models import AuditEntry

    for number in range(60):
        AuditEntry.objects.create(when=timezone.now(), who="paging", what="set", why=f"{number:02}")
    found, query = [], "?q=paging"
    while query:
        page = requests.get(f"{dashboard.url}/audit.json{query}", headers=bearer(tokens["viewer"])).json()
        found += [entry["why"] for entry in page["entries"]]
        query = page["paging"]["next"]
    assert found == [f"{number:02}" for number in reversed(range(60))]


def test_a_token_may_begin_and_end_a_walk_where_its_user_may(
    dashboard: Dashboard, described: dict[str, Any], tokens: dict[str, str]
) -> None:
    address = f"{dashboard.url}/routes/order-list/walk.json"
    for role, status in (("viewer", 403), ("operator", 200)):
        for do in ("begin", "end"):
            answer = requests.post(address, {"do": do, "reason": "r"}, headers=bearer(tokens[role]))
            against(described, "/routes/{name}/walk.json", status, answer, "post")
    assert requests.post(address, {"do": "fly", "reason": "r"}, headers=bearer(tokens["operator"])).status_code == 400
