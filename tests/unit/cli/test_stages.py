"""`strangler set`, `promote` and `rollback`: plan, application, audit."""

import errno
import json
import os
from pathlib import Path

import pytest

from strangler_proxy.config.edit import Edit
from strangler_proxy.config.errors import EditRefused
from strangler_proxy.config.stage import Stage
from strangler_proxy.control import rewrite_file
from tests.unit.cli.conftest import Run


def stages(run: Run) -> dict[str, str]:
    """Route → stage, as the file says now."""
    return {route["name"]: route["stage"] for route in run("routes", "--json").json}


def audited(config: Path) -> list[dict[str, object]]:
    """The entries of the audit log."""
    path = config.parent / ".strangler" / "audit.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_promote_goes_one_stage_up_and_changes_nothing_else_in_the_file(run: Run, config: Path) -> None:
    before = config.read_text()
    ran = run("promote", "product-detail", "--json")
    assert ran.code == 0
    assert config.read_text() == before.replace('"shadow"  # since Monday', '"canary"  # since Monday')
    diff = ran.json.pop("diff")
    assert '-stage = "shadow"  # since Monday' in diff
    expected = {
        "route": "product-detail",
        "from": "shadow",
        "to": "canary",
        "from_percent": None,
        "to_percent": 10.0,
        "service": "catalog",
        "changed": True,
        "dry_run": False,
        "forced": False,
        "reason": None,
        "evidence": None,
        "file": "strangler.toml",
        "audited": True,
        "in_force": None,
        "mistakes": [],
    }
    assert {name: value for name, value in ran.json.items() if name != "diff"} == expected


@pytest.mark.parametrize(
    "words",
    [
        ("set", "product-detail", "canary", "--percent", "5"),
        ("promote", "product-detail"),
        ("rollback", "product-detail"),
    ],
)
def test_a_dry_run_shows_the_diff_and_writes_neither_file_nor_audit(
    words: tuple[str, ...], run: Run, config: Path
) -> None:
    before = config.read_text()
    ran = run(*words, "--dry-run")
    assert ran.code == 0
    assert '-stage = "shadow"  # since Monday' in ran.out
    assert "Nothing was written" in ran.out
    assert config.read_text() == before
    assert audited(config) == []
    document = run(*words, "--dry-run", "--json").json
    assert (document["changed"], document["dry_run"]) == (False, True)


def test_the_percentage_alone_can_be_changed_while_in_canary(run: Run) -> None:
    document = run("set", "product-list", "canary", "--percent", "25%", "--json").json
    assert (document["from_percent"], document["to_percent"], document["changed"]) == (10.0, 25.0, True)
    assert run("routes", "--stage", "canary", "--json").json[0]["canary_percent"] == 25


@pytest.mark.parametrize(
    "words",
    [
        ("set", "product-detail", "shadow"),
        ("set", "product-list", "canary", "--percent", "10"),
        ("rollback", "legacy"),
    ],
)
def test_what_is_so_already_is_said_and_nothing_is_written(words: tuple[str, ...], run: Run, config: Path) -> None:
    before = config.stat()
    ran = run(*words)
    assert ran.code == 0
    assert "already" in ran.out
    after = config.stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_size) == (before.st_ino, before.st_mtime_ns, before.st_size)
    assert audited(config) == []


def test_a_leap_is_refused_without_force_and_changes_nothing(run: Run, config: Path) -> None:
    before = config.read_text()
    ran = run("set", "product-detail", "service", "--json")
    assert ran.code == 1
    assert ran.json["error"]["code"] == "STR301"
    assert "--force --reason" in ran.json["error"]["remedy"]
    assert run("set", "product-detail", "service", "--force").code == 2
    assert config.read_text() == before
    assert audited(config) == []


def test_a_forced_leap_is_made_and_its_reason_kept(run: Run, config: Path) -> None:
    ran = run("set", "product-detail", "service", "--force", "--reason", "compared by hand", "--json")
    assert ran.code == 0
    assert ran.json["forced"] is True
    assert stages(run)["product-detail"] == "service"
    (entry,) = audited(config)
    assert set(entry) == {
        "when", "who", "what", "route", "from_stage", "to_stage", "from_percent", "to_percent", "reason",
        "forced", "evidence", "id",
    }  # fmt: skip
    assert (entry["what"], entry["route"]) == ("set", "product-detail")
    assert (entry["from_stage"], entry["to_stage"]) == ("shadow", "service")
    assert (entry["reason"], entry["forced"], entry["evidence"]) == ("compared by hand", True, None)


def test_a_gate_without_evidence_ends_with_3_and_says_how_to_go_on(run: Run, config: Path) -> None:
    before = config.read_text()
    ran = run("promote", "gated")
    assert ran.code == 3
    assert "STR304" in ran.err
    assert "50 are asked for" in ran.err
    assert "--force --reason" in ran.err
    assert config.read_text() == before
    assert run("promote", "gated", "--force", "--reason", "a test").code == 0


@pytest.mark.parametrize("stage", Stage)
def test_rollback_leads_to_the_monolith_from_every_stage_and_asks_no_gate(stage: Stage, run: Run, config: Path) -> None:
    config.write_text(
        config.read_text().replace('stage = "shadow"\n[routes.gate]', f'stage = "{stage}"\n[routes.gate]')
    )
    ran = run("rollback", "gated", "--reason", "prices differ")
    assert ran.code == 0
    assert stages(run)["gated"] == "monolith"
    assert [entry["reason"] for entry in audited(config)] == ([] if stage is Stage.MONOLITH else ["prices differ"])


def test_rollback_to_a_stage_goes_down_and_never_up(run: Run) -> None:
    assert run("rollback", "product-list", "--to", "shadow").code == 0
    assert stages(run)["product-list"] == "shadow"
    up = run("rollback", "product-list", "--to", "service")
    assert up.code == 2
    assert "strangler set product-list service" in up.err


@pytest.mark.parametrize(
    "words", [("set", "prodct-detail", "canary"), ("promote", "prodct-detail"), ("rollback", "prodct-detail")]
)
def test_an_unknown_route_is_wrong_usage_and_suggests_the_one_that_was_meant(words: tuple[str, ...], run: Run) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert 'Did you mean "product-detail"?' in ran.err


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("set", "legacy", "cannary"), 'Did you mean "canary"?'),
        (("set", "legacy", "shadow"), "--service NAME"),
        (("set", "legacy", "shadow", "--service", "catalogue"), 'Did you mean "catalog"?'),
        (("set", "legacy", "shadow", "--service", "orders"), "--service orders --url URL"),
        (("set", "product-detail", "shadow", "--percent", "7"), "canary --percent 7"),
        (("set", "product-list", "canary", "25"), "--percent"),
        (("promote", "product-list", "service"), "strangler set ROUTE STAGE"),
        (("rollback", "product-list", "shadow"), "--to shadow"),
        (("rollback",), "--all"),
        (("set", "product-list"), "strangler set product-detail shadow"),
        (("set", "product-list", "canary", "--percent", "many"), "from 0 to 100"),
        (("set", "product-list", "canary", "--percent", "101"), "from 0 to 100"),
        (("set", "product-list", "canary", "--percent", "nan"), "from 0 to 100"),
    ],
)
def test_a_common_mistake_is_answered_with_what_to_write(
    words: tuple[str, ...], remedy: str, run: Run, config: Path
) -> None:
    before = config.read_text()
    ran = run(*words)
    assert ran.code in (1, 2)
    assert remedy in ran.err
    assert config.read_text() == before


def test_a_route_gets_its_service_and_a_new_backend_in_one_command(run: Run, config: Path) -> None:
    ran = run("set", "legacy", "shadow", "--service", "orders", "--url", "http://127.0.0.1:8003")
    assert ran.code == 0
    assert "service orders" in ran.out
    assert '[backends.orders]\nurls = ["http://127.0.0.1:8003"]' in config.read_text()
    assert run("check").code == 0


@pytest.mark.parametrize("verb", ["set", "promote", "rollback"])
def test_an_audit_log_that_cannot_be_written_is_a_warning_after_the_change(verb: str, run: Run, config: Path) -> None:
    (config.parent / ".strangler").write_text("a file in the way")
    words = {
        "set": ("set", "product-detail", "canary"),
        "promote": ("promote", "product-detail"),
        "rollback": ("rollback", "product-detail"),
    }[verb]
    ran = run(*words, "--json")
    assert ran.code == 0
    assert ran.json["audited"] is False
    assert "not in the audit log" in ran.err
    assert stages(run)["product-detail"] != "shadow"


def full_disk(_edit: Edit, **_how: bool) -> None:
    """Fails as `config.write.apply` does where no second file fits."""
    try:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise EditRefused("the file cannot be written: no space left on device.") from error


def test_the_way_back_works_on_a_full_disk_and_no_other_way_takes_its_risk(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrite_file, "apply", full_disk)
    before = config.read_text()
    assert run("promote", "product-detail").code == 1
    assert config.read_text() == before
    back = run("rollback", "product-detail")
    assert back.code == 0
    assert "written over in place" in back.err
    assert config.read_text() == before.replace('"shadow"  #', '"monolith"  #')


def test_the_way_back_never_writes_over_somebody_elses_change(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_meanwhile(edit: Edit, **_how: bool) -> None:
        config.write_text(edit.before + "# somebody else\n")
        full_disk(edit)

    monkeypatch.setattr(rewrite_file, "apply", changed_meanwhile)
    ran = run("rollback", "product-detail")
    assert ran.code == 1
    assert "STR161" in ran.err
    assert config.read_text().endswith("# somebody else\n")


def test_several_routes_go_back_in_one_change_of_the_file(run: Run, config: Path) -> None:
    ran = run("rollback", "product-detail", "product-list", "legacy", "--json")
    assert ran.code == 0
    assert [(change["route"], change["from"]) for change in ran.json["changes"]] == [
        ("product-detail", "shadow"),
        ("product-list", "canary"),
        ("legacy", "monolith"),
    ]
    assert [entry["route"] for entry in audited(config)] == ["product-detail", "product-list"]
    assert stages(run)["gated"] == "shadow"


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("--all",), set()),
        (("--service", "catalog"), set()),
        (("--all", "--to", "shadow"), {"product-detail", "product-list", "gated"}),
    ],
)
def test_all_routes_of_a_service_or_of_the_file_go_back(words: tuple[str, ...], left: set[str], run: Run) -> None:
    assert run("rollback", *words).code == 0
    assert {name for name, stage in stages(run).items() if stage != "monolith"} == left
    again = run("rollback", *words)
    assert again.code == 0
    assert "nothing to do" in again.out


@pytest.mark.parametrize("words", [("--all",), ("--service", "catalog")])
def test_a_retired_route_goes_back_by_name_alone(words: tuple[str, ...], run: Run, config: Path) -> None:
    config.write_text(config.read_text().replace('"shadow"  #', '"retired"  #'))
    ran = run("rollback", *words)
    assert ran.code == 0
    assert "product-detail stays retired" in ran.out
    assert {name for name, stage in stages(run).items() if stage != "monolith"} == {"product-detail"}
    assert run("rollback", *words, "--json").json["retired"] == ["product-detail"]
    assert run("rollback", *words, "product-detail").code == 0
    assert stages(run)["product-detail"] == "monolith"


def test_a_service_that_no_route_has_is_wrong_usage(run: Run) -> None:
    ran = run("rollback", "--service", "catalgo")
    assert ran.code == 2
    assert 'Did you mean "catalog"?' in ran.err


def test_a_rollback_is_made_in_a_file_that_is_no_toml_and_says_what_is_wrong_with_it(run: Run, config: Path) -> None:
    config.write_text(config.read_text() + "nonsense\n")
    ran = run("rollback", "product-list", "--json")
    assert ran.code == 4
    assert (ran.json["changed"], ran.json["in_force"], ran.json["error"]["code"]) == (True, False, "STR005")
    assert "STR101" in ran.err
    assert 'stage = "monolith"\n[routes.canary]' in config.read_text()


def test_a_rollback_mends_a_stage_that_is_none(run: Run, config: Path) -> None:
    config.write_text(config.read_text().replace('"shadow"  #', '"shaddow"  #'))
    ran = run("rollback", "product-detail")
    assert ran.code == 0
    assert 'product-detail: "shaddow" → monolith' in ran.out
    assert stages(run)["product-detail"] == "monolith"


def test_a_change_is_planned_anew_when_an_editor_saved_the_file_meanwhile(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, saves = rewrite_file.apply, [1, 2, 3]

    def saved_meanwhile(edit: Edit, *, held: bool, valid_only: bool) -> None:
        if saves:
            config.write_text(config.read_text() + f"# save {saves.pop()}\n")
        real(edit, held=held, valid_only=valid_only)

    monkeypatch.setattr(rewrite_file, "apply", saved_meanwhile)
    assert run("promote", "product-detail").code == 0
    assert stages(run)["product-detail"] == "canary"
    assert config.read_text().count("# save") == 3


def test_a_service_that_does_not_answer_gets_no_users_unless_forced(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("strangler_proxy.control.reach.why_unreached", lambda backend, host: f"{backend.urls[0]}: gone")
    before = config.read_text()
    for words in (("promote", "product-detail"), ("set", "product-list", "canary", "--percent", "20")):
        ran = run(*words)
        assert ran.code == 4
        assert "STR306" in ran.err
        assert "http://127.0.0.1:8002: gone" in ran.err
        assert "--force --reason" in ran.err
    assert config.read_text() == before
    assert run("set", "product-list", "canary", "--percent", "5").code == 0  # fewer users
    assert run("set", "product-list", "shadow").code == 0
    assert run("promote", "product-detail", "--force", "--reason", "it starts in a minute").code == 0


def test_a_canary_of_0_percent_proved_nothing(run: Run) -> None:
    assert run("set", "product-list", "canary", "--percent", "0").code == 0
    ran = run("promote", "product-list")
    assert ran.code == 1
    assert "STR307" in ran.err
    assert "canary --percent 5" in ran.err
    assert run("promote", "product-list", "--force", "--reason", "tried on staging").code == 0


def test_retired_says_that_there_is_no_fallback(run: Run) -> None:
    assert run("promote", "product-list").code == 0
    assert "NO fallback" in run("promote", "product-list").out


def test_the_remedy_of_a_forced_step_keeps_force_and_reason(run: Run) -> None:
    ran = run("set", "legacy", "service", "--force", "--reason", "by hand")
    assert 'strangler set legacy service --service NAME --force --reason "by hand"' in ran.err
