"""`strangler audit` and `strangler walks`: what was changed, and what goes on by itself."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from strangler_proxy.cli.since import Since
from strangler_proxy.control.audit_log import AuditEntry, append_audit
from tests.unit.cli.conftest import Run


def entry(route: str, when: datetime, **changes: object) -> AuditEntry:
    values: dict[str, object] = {
        "when": when.isoformat(timespec="seconds"),
        "who": "ada",
        "what": "set",
        "route": route,
        "from_stage": "shadow",
        "to_stage": "canary",
        "from_percent": None,
        "to_percent": 5.0,
        "reason": "enough",
        "forced": False,
    }
    return AuditEntry(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def now(config: Path) -> datetime:
    """Now; the log has an entry of an hour ago and one of three days ago."""
    now = datetime.now(UTC)
    append_audit(config, entry("product-list", now - timedelta(days=3), forced=True))
    append_audit(config, entry("product-detail", now - timedelta(hours=1), evidence={"verdict": "pass"}))
    return now


@pytest.mark.usefixtures("now")
def test_every_entry_is_shown_the_newest_last(run: Run) -> None:
    ran = run("audit")
    assert ran.code == 0
    _, first, second = ran.out.splitlines()
    assert "product-list" in first
    assert "set (forced)" in first
    assert "shadow → canary 5%" in second


@pytest.mark.usefixtures("now")
def test_json_holds_the_whole_entries_with_their_ids(run: Run) -> None:
    found = run("audit", "--json").json
    assert [one["route"] for one in found] == ["product-list", "product-detail"]
    assert found[1]["evidence"] == {"verdict": "pass"}
    assert all(one["id"] for one in found)


@pytest.mark.parametrize(
    ("words", "routes"),
    [
        (("--route", "product-list"), ["product-list"]),
        (("--route", "gone"), []),
        (("--since", "2h"), ["product-detail"]),
        (("--since", "1w"), ["product-list", "product-detail"]),
        (("--since", "30m"), []),
    ],
)
@pytest.mark.usefixtures("now")
def test_it_is_narrowed_by_route_and_time(run: Run, words: tuple[str, ...], routes: list[str]) -> None:
    assert [one["route"] for one in run("audit", "--json", *words).json] == routes


def test_since_a_day_means_its_midnight_in_utc(run: Run, now: datetime) -> None:
    day = (now - timedelta(days=2)).date().isoformat()
    assert [one["route"] for one in run("audit", "--json", "--since", day).json] == ["product-detail"]
    assert Since().convert("2027-01-31", None, None) == datetime(2027, 1, 31, tzinfo=UTC)


def test_a_moment_that_is_none_is_refused(run: Run) -> None:
    ran = run("audit", "--since", "yesterday")
    assert ran.code == 2
    assert "30m, 2h, 3d, 1w" in ran.err


def test_without_a_log_nothing_was_changed(run: Run) -> None:
    ran = run("audit")
    assert (ran.code, ran.out) == (0, "Nothing was changed.\n")
    assert run("audit", "--json").json == []


def test_routes_say_which_of_them_walk(run: Run, config: Path) -> None:
    state = config.parent / ".strangler"
    state.mkdir()
    walk = {"route": "product-list", "state": "walking", "why": "The step lasts 10 minutes."}
    (state / "walks.json").write_text(json.dumps([walk]))
    found = {one["name"]: one["walk"] for one in run("routes", "--json").json}
    assert found["product-list"] == walk
    assert found["product-detail"] is None
    assert "canary 10% walking" in run("routes").out
    (state / "walks.json").write_text('[{"torn')
    assert "walking" not in run("routes").out


def test_a_walk_is_planned_without_beginning_it(run: Run, config: Path) -> None:
    ran = run("promote", "product-detail", "--auto", "--dry-run")
    assert ran.code == 0
    assert "shadow, canary at 1%, 10%, 50%, 100%, service" in ran.out
    assert not (config.parent / ".strangler" / "evidence.sqlite3").exists()


def test_a_route_without_a_service_cannot_walk(run: Run) -> None:
    ran = run("promote", "legacy", "--auto", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "STR302")
    assert run("promote", "product-detail", "--auto", "--force").code == 2
    assert run("walks", "--reason", "x").code == 2
