"""The audit log: appended, one line a change."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from strangler_proxy.control import audit_log
from strangler_proxy.control.audit_log import AuditEntry, append_audit, append_once, audit_path, current_user


def entry(route: str) -> AuditEntry:
    """An entry about `route`."""
    return AuditEntry(
        when="2026-01-02T03:04:05+00:00",
        who="ada",
        what="set",
        route=route,
        from_stage="shadow",
        to_stage="canary",
        from_percent=None,
        to_percent=5.0,
        reason="größer",
        forced=False,
    )


def test_each_entry_is_a_line_and_earlier_ones_stay(tmp_path: Path) -> None:
    config = tmp_path / "strangler.toml"
    append_audit(config, entry("a"))
    first = audit_path(config).read_bytes()
    append_audit(config, entry("b"))
    assert audit_path(config).read_bytes().startswith(first)
    assert [json.loads(line)["route"] for line in audit_path(config).read_text().splitlines()] == ["a", "b"]
    assert "größer" in audit_path(config).read_text()


def test_of_many_who_append_an_entry_once_one_does(tmp_path: Path) -> None:
    config = tmp_path / "strangler.toml"
    ended = [replace(entry("a"), id=f"walk:{number // 8}.end") for number in range(160)]
    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda one: append_once(config, one), ended))
    ids = [json.loads(line)["id"] for line in audit_path(config).read_text().splitlines()]
    assert sorted(ids) == sorted({one.id for one in ended})


def test_an_entry_after_a_torn_one_begins_on_a_line_of_its_own(tmp_path: Path) -> None:
    config = tmp_path / "strangler.toml"
    append_audit(config, entry("a"))
    with audit_path(config).open("a") as log:
        log.write('{"when": "2026-01')
    append_audit(config, entry("b"))
    lines = audit_path(config).read_text().splitlines()
    assert [json.loads(line)["route"] for line in (lines[0], lines[2])] == ["a", "b"]


def test_a_user_without_a_name_is_known_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(audit_log.getpass, "getuser", nameless)
    assert current_user().startswith("uid ")
