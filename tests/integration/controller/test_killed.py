"""The controller killed at random moments, and several at once: each walk ends where it should, each step is taken and
written down exactly once."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import controllers
import pytest

from strangler_proxy.config.load import load
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.audit_log import read_audit
from tests.integration.control.conftest import Place

ROUTES = 20
WAY = [
    ("monolith", None, "shadow", None),
    ("shadow", None, "canary", 1.0),
    ("canary", 1.0, "canary", 50.0),
    ("canary", 50.0, "canary", 100.0),
    ("canary", 100.0, "service", None),
]


@pytest.fixture
def config(tmp_path: Path, service: int) -> Path:
    """A file with comments, and routes that all walk."""
    routes = "\n".join(
        f'[[routes]]\nname = "route-{number}"  # the {number}th\npath = "/{number}/"\nservice = "catalog"\n'
        'stage = "monolith"\n'
        + "".join(f"[[routes.steps]]\npercent = {share}\nhold_minutes = 0\nmin_answers = 0\n" for share in (1, 50, 100))
        for number in range(ROUTES)
    )
    path = tmp_path / "strangler.toml"
    path.write_text(
        "# kept\n[backends.monolith]\nurls = ['http://127.0.0.1:1']\n"
        f"[backends.catalog]\nurls = ['http://127.0.0.1:{service}']\n{routes}"
    )
    (tmp_path / ".strangler").mkdir()
    return path


def begin(config: Path, place: Place) -> None:
    """Lets every route walk."""
    place.open()
    from django.db import connections

    from strangler_proxy.control.walks import walk_begin

    for route in load(config).routes:
        assert walk_begin(route=route, who="test", now=1_800_000_000.0) is not None
    connections.close_all()


def run(config: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, controllers.__file__, str(config), *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def must_have_walked(config: Path, place: Place) -> None:
    """Every route is where its walk ends, and went there step by step."""
    assert {route.stage for route in load(config).routes} == {Stage.SERVICE}
    assert config.read_text().startswith("# kept\n")
    assert "# the 7th" in config.read_text()
    lines = list(read_audit(config))
    assert max(Counter(line.id for line in lines).values()) == 1
    for number in range(ROUTES):
        told = [line.entry for line in lines if line.entry["route"] == f"route-{number}"]
        steps = [
            (one["from_stage"], one["from_percent"], one["to_stage"], one["to_percent"])
            for one in told
            if one["what"] == "step"
        ]
        assert steps == WAY
        assert [one["what"] for one in told if one["what"] != "step"] == ["walk-ended"]
    place.open()
    from strangler_proxy.control.models import AuditEntry
    from strangler_proxy.control.walks import walk_list

    assert Counter(AuditEntry.objects.values_list("step", flat=True)) == Counter(line.id for line in lines)
    assert {walk.state for walk in walk_list()} == {"arrived"}
    assert {walk.steps for walk in walk_list()} == {len(WAY)}
    assert not (config.parent / ".strangler" / "change-under-way.json").exists()


def test_killed_at_fifty_random_moments_it_skips_and_repeats_no_step(config: Path) -> None:
    place = Place(config.parent / ".strangler", {})
    begin(config, place)
    said = run(config, "kill", "50", "1")
    assert int(said.split()[1]) >= 40, "nearly all were killed while they worked"
    must_have_walked(config, place)


def test_two_controllers_at_once_take_each_step_once(config: Path) -> None:
    place = Place(config.parent / ".strangler", {})
    begin(config, place)
    run(config, "together", "2")
    must_have_walked(config, place)
