"""The audit log's copy in the database, the lease and the walks, on both databases."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from strangler_proxy.config.load import parse
from strangler_proxy.config.model import Route
from strangler_proxy.control.audit_log import AuditEntry, append_audit, audit_path, now_text
from tests.integration.control.conftest import Place

NOON = 1_800_000_000.0


def append(path: Path, reason: str, **changes: Any) -> str:
    values: dict[str, Any] = {
        "when": now_text(),
        "who": "ada",
        "what": "set",
        "route": "product-detail",
        "from_stage": "shadow",
        "to_stage": "canary",
        "from_percent": None,
        "to_percent": 5.0,
        "reason": reason,
        "forced": True,
        "evidence": {"verdict": "pass"},
    }
    entry = AuditEntry(**(values | changes))
    append_audit(path, entry)
    return entry.id


def rows() -> list[Any]:
    from strangler_proxy.control.models import AuditEntry as Row

    return list(Row.objects.order_by("id"))


def test_each_line_is_copied_once_whoever_copies_and_however_often(place: Place) -> None:
    from strangler_proxy.control.audit_import import AuditImport

    path = place.state / "strangler.toml"
    first = append(path, "größer\0")
    one, another = AuditImport(path), AuditImport(path)
    for imports in (one, another, one):
        imports.run()
    second = append(path, "again")
    another.run()
    one.run()
    assert [row.step for row in rows()] == [first, second]
    row = rows()[0]
    assert (row.who, row.what, row.route, row.forced) == ("ada", "set", "product-detail", True)
    assert (row.before, row.after) == ({"stage": "shadow", "percent": None}, {"stage": "canary", "percent": 5.0})
    assert row.why == "größer\\x00"
    assert row.evidence == {"verdict": "pass"}
    assert abs((row.when - datetime.now(UTC)).total_seconds()) < 60


def test_lines_of_an_older_version_and_torn_ones_hold_up_nothing(place: Place) -> None:
    from strangler_proxy.control.audit_import import AuditImport

    path = place.state / "strangler.toml"
    last = append(path, "whole")
    old = {"when": "2026-01-31T10:00:00", "who": "eve", "what": "promote", "route": "r", "from_stage": "monolith"}
    log = audit_path(path)
    log.write_text('{"torn": \n' + json.dumps(old) + "\n[1]\n" + log.read_text() + '{"under way')
    AuditImport(path).run()
    AuditImport(path).run()
    assert [row.who for row in rows()] == ["eve", "ada"]
    assert rows()[1].step == last
    assert rows()[0].when == datetime(2026, 1, 31, 10, tzinfo=UTC)


def test_more_lines_than_one_batch_are_all_copied(sqlite: Place) -> None:
    from strangler_proxy.control.audit_import import BATCH, AuditImport

    path = sqlite.state / "strangler.toml"
    append(path, "one")
    log = audit_path(path)
    line = json.loads(log.read_text())
    log.write_text("".join(json.dumps({**line, "id": str(number)}) + "\n" for number in range(2 * BATCH + 1)))
    AuditImport(path).run()
    assert len(rows()) == 2 * BATCH + 1


def test_one_leads_until_its_lease_ends_and_then_never_again_by_mistake(place: Place) -> None:
    from strangler_proxy.control.controller.lease import Lease

    one, another = Lease("one", 5.0), Lease("another", 5.0)
    assert one.take(NOON)
    assert not another.take(NOON + 4)
    assert one.take(NOON + 4), "renewed"
    assert not another.take(NOON + 8)
    assert one.holds(NOON + 8)
    assert another.take(NOON + 10), "the first is dead, as it seems"
    assert not one.holds(NOON + 8), "it stood still, and goes on with the time that it had"
    assert not one.take(NOON + 11)
    another.give_up()
    assert one.take(NOON + 11), "at once"
    assert not another.holds(NOON + 11)


def route(stage: str, percent: int = 5) -> Route:
    return parse(
        "[backends.monolith]\nurls = ['http://127.0.0.1:1']\n[backends.catalog]\nurls = ['http://127.0.0.1:2']\n"
        f"[[routes]]\nname = 'r'\npath = '/'\nservice = 'catalog'\nstage = '{stage}'\n"
        f"canary = {{percent = {percent}}}\n"
    ).routes[0]


def test_a_walk_is_begun_once_and_anew_when_the_route_was_taken_back_meanwhile(place: Place) -> None:
    from strangler_proxy.control.walks import walk_begin, walk_list, walk_stop

    begun = walk_begin(route=route("canary"), who="ada", now=NOON)
    assert begun is not None
    assert walk_begin(route=route("canary"), who="eve", now=NOON + 1) is None
    assert walk_begin(route=route("canary", 50), who="eve", now=NOON + 1) is None
    (walk,) = walk_list("r")
    assert (walk.state, walk.began_by, walk.steps) == ("walking", "ada", 0)
    again = walk_begin(route=route("shadow"), who="eve", now=NOON)
    assert again is not None
    assert again != begun
    assert walk_stop(route="r", why="Enough.") == again.replace("begin", "end")
    assert walk_stop(route="r", why="Enough.") is None
    (walk,) = walk_list()
    assert (walk.state, walk.why) == ("paused", "Enough.")


def test_a_walk_is_named_as_none_was_before_though_the_store_was_lost(place: Place) -> None:
    from strangler_proxy.control.models import Walk
    from strangler_proxy.control.walks import walk_begin

    first = walk_begin(route=route("shadow"), who="ada", now=NOON)
    Walk.objects.all().delete()
    assert walk_begin(route=route("shadow"), who="ada", now=NOON + 5) != first
