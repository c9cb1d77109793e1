"""Every stage with every event, by the command and by the control process: what is refused changes nothing anywhere."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from strangler_proxy.cli.main import cli
from strangler_proxy.config.load import load
from strangler_proxy.config.model import Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.audit_log import read_audit
from strangler_proxy.control.controller.guard import Ringing
from strangler_proxy.control.controller.guarding import NothingToTakeBack, take_back
from strangler_proxy.control.controller.place import place_of
from strangler_proxy.rollout.alarm import Alarm, Window
from strangler_proxy.rollout.stages import TRANSITIONS, Event
from strangler_proxy.rollout.watch import Rung

UP = tuple(Stage)
STEPS = "".join(f"[[routes.steps]]\npercent = {one}\nhold_minutes = 0\nmin_answers = 0\n" for one in (5, 100))


def lease(holder: str) -> Any:
    """A lease of a minute, for `holder`."""
    from strangler_proxy.control.controller.lease import Lease

    return Lease(holder, 60)


class Project:
    """A file with one route, its store and its audit log."""

    def __init__(self, directory: Path, port: int) -> None:
        self.path = directory / "strangler.toml"
        self.state = directory / ".strangler"
        self._port = port

    def write(self, stage: Stage, more: str = "", service: int | None = None) -> None:
        self.path.write_text(
            "[backends.monolith]\nurls = ['http://127.0.0.1:1']\n"
            f"[backends.catalog]\nurls = ['http://127.0.0.1:{service or self._port}']\n"
            f"[[routes]]\nname = 'r'\npath = '/r/'\nservice = 'catalog'\nstage = '{stage}'  # kept\n"
            f"canary = {{percent = 5}}\n{more}{STEPS}"
        )

    @property
    def route(self) -> Route:
        return load(self.path).routes[0]

    def run(self, *words: str) -> int:
        return CliRunner().invoke(cli, ["--config", str(self.path), *words]).exit_code

    def everything(self) -> tuple[Any, ...]:
        """The bytes of the file, when it was written, the audit log, and what the database has of both."""
        from strangler_proxy.control.models import AuditEntry, Walk

        log = self.state / "audit.jsonl"
        return (
            self.path.read_bytes(),
            self.path.stat().st_mtime_ns,
            self.path.stat().st_ino,
            log.read_bytes() if log.exists() else b"",
            list(AuditEntry.objects.values()),
            list(Walk.objects.values("route", "number", "step", "state")),
        )

    def walk(self) -> None:
        """Lets the route walk."""
        from strangler_proxy.control.walks import walk_begin

        assert walk_begin(route=self.route, who="test", now=time.time()) is not None

    def look(self) -> bool:
        from strangler_proxy.control.controller.controller import Controller

        return Controller(self.path, lease("one"), self.state).look(time.time())

    def walk_state(self) -> tuple[str, str]:
        from strangler_proxy.control.walks import walk_list

        (walk,) = walk_list()
        return walk.state, walk.why


@pytest.fixture
def project(state: Path, service: int) -> Project:
    return Project(state.parent, service)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("event", Event)
def test_the_command_makes_each_event_as_the_table_says_or_changes_nothing(
    project: Project, stage: Stage, event: Event
) -> None:
    project.write(stage)
    before, after = project.everything(), TRANSITIONS[stage].get(event)
    code = project.run(event.value, "r")
    if after is None:
        assert (code, project.everything()) == (0 if event is Event.ROLLBACK else 1, before)
    else:
        assert (code, project.route.stage) == (0, after)
        assert [line.entry["to_stage"] for line in read_audit(project.path)] == [after.value]


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("target", Stage)
def test_set_goes_down_or_one_up_or_changes_nothing(project: Project, stage: Stage, target: Stage) -> None:
    project.write(stage)
    before = project.everything()
    code = project.run("set", "r", target.value)
    if UP.index(target) > UP.index(stage) + 1:
        assert (code, project.everything()) == (1, before)
    elif target is stage:
        assert (code, project.everything()) == (0, before)
    else:
        assert (code, project.route.stage) == (0, target)


@pytest.mark.parametrize("stage", [Stage.SHADOW, Stage.CANARY, Stage.SERVICE])
@pytest.mark.parametrize("words", [("promote", "r"), ("promote", "r", "--force")])
def test_a_step_that_its_gate_refuses_changes_nothing(project: Project, stage: Stage, words: tuple[str, ...]) -> None:
    project.write(stage, "gate = {min_comparisons = 10}\n")
    before = project.everything()
    assert (project.run(*words), project.everything()) == (2 if "--force" in words else 3, before)


@pytest.mark.parametrize("stage", Stage)
def test_a_walk_is_begun_where_there_is_a_way_to_go(project: Project, stage: Stage) -> None:
    project.write(stage)
    before = project.everything()
    code = project.run("promote", "r", "--auto")
    if stage in (Stage.SERVICE, Stage.RETIRED):
        assert (code, project.everything()) == (1, before)
        return
    assert (code, project.walk_state()[0], project.route.stage) == (0, "walking", stage)
    begun = project.everything()
    assert (project.run("promote", "r", "--auto"), project.everything()) == (0, begun), "it walks already"
    assert (project.run("walks", "--stop", "r"), project.walk_state()[0]) == (0, "paused")
    stopped = project.everything()
    assert (project.run("walks", "--stop", "r"), project.everything()) == (1, stopped)
    assert [line.entry["what"] for line in read_audit(project.path)] == ["walk-begun", "walk-ended"]


@pytest.mark.parametrize("stage", Stage)
def test_the_controller_takes_the_step_of_each_stage(project: Project, stage: Stage) -> None:
    project.write(stage)
    project.walk()
    text = project.path.read_bytes()
    assert project.look()
    expected = {Stage.MONOLITH: "shadow", Stage.SHADOW: "canary at 5 percent", Stage.CANARY: "canary at 100 percent"}
    entries = [line.entry["what"] for line in read_audit(project.path)]
    if stage in expected:
        assert str(place_of(project.route)) == expected[stage]
        assert b"# kept" in project.path.read_bytes()
        assert (entries, project.walk_state()[0]) == (["step"], "walking")
    else:
        assert project.path.read_bytes() == text
        assert (entries, project.walk_state()[0]) == (["walk-ended"], "arrived")


def held(project: Project, stage: Stage, more: str = "", service: int | None = None) -> str:
    """What the controller waits for, when nothing but that was changed."""
    project.write(stage, more, service)
    project.walk()
    before = project.everything()
    assert not project.look()
    assert project.everything() == before
    return project.walk_state()[1]


@pytest.mark.parametrize("stage", [Stage.SHADOW, Stage.CANARY])
def test_the_controller_waits_for_the_gate_and_changes_nothing(project: Project, stage: Stage) -> None:
    assert "not enough evidence" in held(project, stage, "gate = {min_comparisons = 10}\n")


@pytest.mark.parametrize("stage", [Stage.SHADOW, Stage.CANARY])
def test_the_controller_sends_nobody_to_a_service_that_does_not_answer(project: Project, stage: Stage) -> None:
    assert "does not answer" in held(project, stage, service=9)


def test_a_controller_that_does_not_lead_changes_nothing(project: Project) -> None:
    project.write(Stage.SHADOW)
    project.walk()
    assert lease("another").take(time.time())
    before = project.everything()
    assert not project.look()
    assert project.everything() == before


def test_a_controller_that_lost_its_lease_in_the_middle_changes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(Stage.SHADOW)
    project.walk()
    kind = type(lease("one"))
    real: Callable[[Any, float], bool] = kind.holds

    def overtaken(ours: Any, now: float) -> bool:
        assert lease("another").take(now + 3600)
        return real(ours, now)

    monkeypatch.setattr(kind, "holds", overtaken)
    before = project.everything()
    assert not project.look()
    assert project.everything() == before
    assert "another controller leads" in project.walk_state()[1]


def test_a_route_that_somebody_takes_back_ends_its_walk_and_says_who_and_why(project: Project) -> None:
    project.write(Stage.SHADOW)
    project.walk()
    assert project.look()
    assert project.route.stage is Stage.CANARY
    project.look()
    assert project.run("rollback", "r", "--reason", "prices differ") == 0
    assert project.look()
    state, why = project.walk_state()
    assert (state, project.route.stage) == ("rolled-back", Stage.MONOLITH)
    assert "prices differ" in why
    before = project.everything()
    assert not project.look()
    assert project.everything() == before


@pytest.mark.parametrize("stage", Stage)
def test_the_guard_takes_back_what_answers_users_and_nothing_else(project: Project, stage: Stage) -> None:
    project.write(stage)
    before = project.everything()
    rung = Rung(alarm=Alarm("bad", "It fails."), window=Window(answers=9, errors=9), seconds=2.0)
    ringing = Ringing(route=replace(project.route, stage=Stage.CANARY), rung=rung, obstacle=None)
    if stage in (Stage.CANARY, Stage.SERVICE):
        take_back(project.path, ringing)
        (line,) = read_audit(project.path)
        assert (project.route.stage, line.entry["reason"]) == (Stage.MONOLITH, "It fails.")
        assert line.entry["evidence"]["errors"] == 9
    else:
        with pytest.raises(NothingToTakeBack):
            take_back(project.path, ringing)
        assert project.everything() == before
