"""A change of the file by the control process: killed between any two of its steps, it is in the audit log once."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from strangler_proxy.config.load import load, read
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.write import hold
from strangler_proxy.control import rewrite_file
from strangler_proxy.control.audit_log import AuditEntry, audit_path, read_audit
from strangler_proxy.control.controller import change as module
from strangler_proxy.control.controller.change import UNDER_WAY, change, settle
from strangler_proxy.control.controller.place import Place
from strangler_proxy.control.controller.plans import step_planned
from strangler_proxy.control.rewrite_file import entry_of
from strangler_proxy.control.toggle import Change, Rewrite

FILE = """# the team's own words
[backends.monolith]
urls = ["http://127.0.0.1:8001"]
[backends.catalog]
urls = ["http://127.0.0.1:8002"]
[[routes]]
name = "product-detail"  # one
path = "/p/"
service = "catalog"
stage = "shadow"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "strangler.toml"
    path.write_text(FILE)
    return path


def promote(path: Path) -> None:
    """The step from shadow to canary."""

    def plan(text: str) -> Rewrite:
        return step_planned(text, path, "product-detail", Place(Stage.CANARY, 5.0))

    def entry(made: Change) -> AuditEntry:
        return entry_of(made, who="controller", what="step")

    change(path, plan, entry)


def killed(work: Callable[[], None]) -> None:
    """Does it in a process that is killed by it."""
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def kill(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def settled(path: Path) -> list[str]:
    """The stages that the audit log says the route came to, once the next one has looked."""
    with hold(path):
        settle(path, read(path))
    assert not (path.parent / ".strangler" / UNDER_WAY).exists()
    return [line.entry["to_stage"] for line in read_audit(path)]


def test_a_change_is_made_with_every_comment_kept_and_one_entry(path: Path) -> None:
    promote(path)
    assert path.read_text().startswith("# the team's own words\n")
    assert 'name = "product-detail"  # one' in path.read_text()
    assert load(path).routes[0].canary.percent == 5.0
    assert settled(path) == ["canary"]


@pytest.mark.parametrize(
    ("where", "name", "made"),
    [(module, "_note", False), (rewrite_file, "apply", False), (module, "append_audit", True)],
)
def test_a_kill_leaves_a_change_that_is_in_both_or_in_neither(
    path: Path, monkeypatch: pytest.MonkeyPatch, where: object, name: str, made: bool
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(where, name, kill)
        killed(lambda: promote(path))
    assert (load(path).routes[0].stage is Stage.CANARY) is made
    assert settled(path) == (["canary"] if made else [])
    assert settled(path) == (["canary"] if made else []), "once, however often one looks"


def test_a_kill_after_the_entry_was_written_does_not_write_it_twice(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = module.append_audit

    def append_and_die(config: Path, entry: AuditEntry) -> None:
        append(config, entry)
        kill()

    with monkeypatch.context() as patched:
        patched.setattr(module, "append_audit", append_and_die)
        killed(lambda: promote(path))
    assert settled(path) == ["canary"]


def test_a_person_who_edits_the_file_after_the_kill_hides_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(module, "append_audit", kill)
        killed(lambda: promote(path))
    path.write_text(path.read_text() + "# more words\n")
    assert settled(path) == ["canary"]


def test_a_torn_note_is_of_a_change_that_was_not_made(path: Path) -> None:
    (path.parent / ".strangler").mkdir()
    (path.parent / ".strangler" / UNDER_WAY).write_text('{"before": "')
    assert settled(path) == []


def test_a_file_that_changed_underneath_is_planned_anew(path: Path) -> None:
    texts: list[str] = []

    def plan(text: str) -> Rewrite:
        texts.append(text)
        planned = step_planned(text, path, "product-detail", Place(Stage.CANARY, 5.0))
        if len(texts) == 1:
            path.write_text(text + "# an editor was quicker\n")
        return planned

    change(path, plan, lambda made: entry_of(made, who="controller", what="step"))
    assert path.read_text().endswith("# an editor was quicker\n")
    assert len(texts) == 2
    assert settled(path) == ["canary"]


def test_every_line_of_the_log_has_an_id_of_its_own_and_old_ones_get_one(path: Path) -> None:
    promote(path)
    with audit_path(path).open("a") as log:
        log.write(json.dumps({"when": "2026-01-01T00:00:00+00:00", "route": "old", "what": "set"}) + "\n")
        log.write('{"torn": ')
    lines = list(read_audit(path))
    assert len({line.id for line in lines}) == 2
    assert lines[-1].id.startswith("line:")
    assert [line.id for line in read_audit(path, lines[0].end)] == [lines[1].id]
