"""Changes made through the dashboard: shown exactly, written once, told, undone."""

import json
import re
from html import unescape

import pytest
from dashboard_store import config_text
from running_dashboard import Dashboard

from strangler_proxy.control.audit_log import audit_path
from tests.integration.control.web.conftest import Person
from tests.integration.control.web.test_access import group_of

LIST = "/routes/product-list/change/"
DOWN = "/routes/product-list/change/?to=canary&percent=5"


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def diff_of(page: dict[str, str]) -> list[str]:
    return [line for line in page["diff"].splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_the_page_shows_the_very_change_that_is_then_written(dashboard: Dashboard, people: dict[str, Person]) -> None:
    shown = people["operator"].at("/routes/product-list/change.json?to=canary&percent=5").json()
    assert diff_of(shown) == ["-canary.percent = 25", "+canary.percent = 5"]
    assert dashboard.config.read_text() == config_text()
    done = people["operator"].submit(DOWN, LIST, to="canary", percent="5", reason="too many differences")
    assert done.headers["Location"] == "/routes/product-list/"
    assert dashboard.config.read_text() == config_text().replace("canary.percent = 25", "canary.percent = 5")


def test_a_change_is_told_with_who_and_why_and_offers_its_undoing(
    dashboard: Dashboard, people: dict[str, Person]
) -> None:
    people["operator"].submit(LIST + "?to=rollback", LIST, to="rollback", reason="prices differ <b>")
    entry = json.loads(audit_path(dashboard.config).read_text().splitlines()[-1])
    assert [entry[key] for key in ("who", "what", "route", "from_stage", "from_percent", "to_stage", "reason")] == [
        *("operator", "rollback", "product-list", "canary", 25.0, "monolith", "prices differ <b>"),
    ]
    newest = people["viewer"].at("/audit.json").json()["entries"][0]
    assert (newest["who"], newest["from"], newest["to"], newest["why"]) == (
        *("operator", "canary 25 %", "monolith", "prices differ <b>"),
    )
    page = people["operator"].at("/routes/product-list/").text
    (undo,) = re.findall(r'href="([^"]+)"[^>]*>Undo<', page)
    shown = people["operator"].at(unescape(undo)).text
    assert "Undo: product-list monolith → canary 25 %" in text_of(shown)


def test_the_undoing_brings_back_the_file_as_it_was(dashboard: Dashboard, people: dict[str, Person]) -> None:
    people["operator"].submit(DOWN, LIST, to="canary", percent="5", reason="less")
    back = LIST + "?to=canary&percent=25&undo=1&reason=Undo"
    refused = people["operator"].submit(back, LIST, to="canary", percent="25", reason="Undo")
    assert refused.status_code == 409
    assert "catalog does not answer" in text_of(refused.text)
    people["admin"].submit(back, LIST, to="canary", percent="25", reason="Undo", force="yes")
    assert dashboard.config.read_text() == config_text()


def test_a_change_without_a_reason_is_refused(dashboard: Dashboard, people: dict[str, Person]) -> None:
    answer = people["admin"].submit(LIST, LIST, to="rollback", reason="  ")
    assert answer.status_code == 409
    assert dashboard.config.read_text() == config_text()


@pytest.mark.parametrize("mistaken", [False, True])
def test_a_file_that_changed_since_it_was_shown_is_left_alone(
    dashboard: Dashboard, people: dict[str, Person], mistaken: bool
) -> None:
    admin = people["admin"]
    page = admin.at(LIST + "?to=rollback").text
    form = page.partition('method="post" action="/routes')[2]
    fields = dict(re.findall(r'name="(csrfmiddlewaretoken|before_digest|to)" value="([^"]*)"', form))
    changed = config_text() + ("\n[[[" if mistaken else "\n# somebody was here\n")
    dashboard.config.write_text(changed)
    sent = admin.post(f"{dashboard.url}{LIST}", {**fields, "reason": "r"}, headers={"Referer": dashboard.url})
    assert sent.status_code == 409
    assert "changed by somebody else" in sent.text
    assert dashboard.config.read_text() == changed


def test_a_gate_that_does_not_pass_is_said_with_its_reasons(dashboard: Dashboard, people: dict[str, Person]) -> None:
    shown = people["operator"].at("/routes/product-detail/change.json?to=promote").json()
    assert shown["refused"]["code"] == "STR303"
    assert diff_of(shown) == ['-stage = "shadow"', '+stage = "canary"']
    page = people["operator"].at("/routes/product-detail/change/?to=promote").text
    assert "Change the file" not in page
    sent = people["operator"].submit("/overview/", "/routes/product-detail/change/", to="promote", reason="r")
    assert (sent.status_code, dashboard.config.read_text()) == (409, config_text())


def test_the_way_back_is_open_in_a_file_with_mistakes_elsewhere(
    dashboard: Dashboard, people: dict[str, Person]
) -> None:
    assert people["operator"].at("/overview/").status_code == 200  # the file was valid once
    broken = config_text().replace('urls = ["http://127.0.0.1:8003"]', 'urls = ["nonsense"]')
    dashboard.config.write_text(broken)
    overview = people["operator"].at("/overview/").text
    assert "has 1 mistake" in text_of(overview)
    done = people["operator"].submit(LIST + "?to=rollback", LIST, to="rollback", reason="now")
    assert done.status_code == 302
    assert dashboard.config.read_text() == broken.replace('stage = "canary"', 'stage = "monolith"', 1)


@pytest.mark.parametrize(
    "asked", ["to=nowhere", "to=canary&percent=101", "to=canary&percent=x", "to=canary&percent=nan"]
)
def test_what_is_no_stage_or_share_is_refused_in_words(people: dict[str, Person], asked: str) -> None:
    answer = people["admin"].at(f"/routes/product-list/change/?{asked}")
    assert answer.status_code == 409
    assert "STR001" in answer.text


def test_an_ignore_shows_what_it_hides_and_is_written(dashboard: Dashboard, people: dict[str, Person]) -> None:
    address = f"{group_of()}ignore/"
    shown = people["operator"].at(address.rstrip("/") + ".json").json()
    assert [one["path"] for one in shown["hides"]["groups"]] == ["body:$.price"]
    assert shown["hides"]["mismatches_left"] < shown["hides"]["mismatches"]
    assert diff_of(shown) == ['+compare.ignore = ["body:$.price"]']
    done = people["operator"].submit(address, address, reason="a known change")
    assert done.status_code == 302
    assert 'compare.ignore = ["body:$.price"]' in dashboard.config.read_text()
    assert people["viewer"].at("/audit.json").json()["entries"][0]["why"] == "body:$.price: a known change"


def test_an_ignore_that_is_no_rule_is_refused_before_it_is_written(
    dashboard: Dashboard, people: dict[str, Person]
) -> None:
    address = f"{group_of()}ignore"
    for query in ("matching=(", "until=2020-01-01"):
        assert people["operator"].at(f"{address}.json?{query}").json()["refused"]["code"] == "STR001"
    sent = people["operator"].submit("/overview/", f"{address}/", reason="r", matching="(")
    assert (sent.status_code, dashboard.config.read_text()) == (409, config_text())


def test_a_program_gets_what_came_of_it_as_json(dashboard: Dashboard, people: dict[str, Person]) -> None:
    done = people["admin"].submit(LIST, "/routes/product-list/change.json", to="rollback", reason="r")
    assert (done.status_code, done.json()["changed"], done.json()["audited"], done.json()["in_force"]) == (
        *(200, True, True, None),
    )
