"""`strangler doctor` against real backends, ports and a real project."""

import socket
import sys
from pathlib import Path

from tests.integration.cli.conftest import Strangler


def config_text(backends: dict[str, str], *, listen: str = "127.0.0.1:0", health: str = "/healthz") -> str:
    """A config with both backends."""
    return (
        f'[proxy]\nlisten = "{listen}"\nmetrics_listen = "off"\n'
        f'[backends.monolith]\nurls = ["{backends["monolith"]}"]\n'
        f'[backends.catalog]\nurls = ["{backends["catalog"]}"]\nhealth = "{health}"\n'
        '[[routes]]\nname = "home"\npath = "/"\nservice = "catalog"\n'
    )


def results(document: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    """First word of each check → its result."""
    return {check["check"].split()[0]: check["result"] for check in document["checks"]}


def test_all_is_well_where_everything_answers(strangler: Strangler, backends: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "strangler.toml").write_text(config_text(backends))
    ran = strangler("doctor", "--json")
    assert ran.code == 0, ran.out
    assert ran.json["ok"] is True
    found = results(ran.json)
    assert set(found.values()) <= {"ok", "warning"}
    assert {"python", "uvloop", "config", "state", "listen", "monolith", "catalog", "project"} <= set(found)


def test_a_backend_that_cannot_be_reached_ends_with_4_and_the_others_are_still_looked_at(
    strangler: Strangler, backends: dict[str, str], tmp_path: Path
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{closed.getsockname()[1]}"
        (tmp_path / "strangler.toml").write_text(config_text(backends | {"catalog": gone}))
        ran = strangler("doctor", "--json")
    assert ran.code == 4
    found = results(ran.json)
    assert (found["monolith"], found["catalog"]) == ("ok", "unreachable")
    assert all(check["remedy"] for check in ran.json["checks"] if check["result"] != "ok")


def test_a_failing_health_path_and_a_taken_port_end_with_1(
    strangler: Strangler, backends: dict[str, str], tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        (tmp_path / "strangler.toml").write_text(config_text(backends, listen=listen, health="/broken"))
        ran = strangler("doctor", "--json")
    assert ran.code == 1
    found = results(ran.json)
    assert (found["catalog"], found["listen"]) == ("failed", "failed")


def test_a_monolith_that_refuses_the_host_is_told(
    strangler: Strangler, backends: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "strangler.toml").write_text(config_text(backends, listen="foreign.example.com:8000"))
    monolith = next(
        check for check in strangler("doctor", "--json").json["checks"] if check["check"].startswith("monolith")
    )
    assert monolith["result"] == "warning"
    assert "ALLOWED_HOSTS" in monolith["remedy"]


def test_the_project_beside_the_config_is_asked_for_hosts_and_endpoints(
    strangler: Strangler, backends: dict[str, str], project: Path
) -> None:
    (project / "strangler.toml").write_text(config_text(backends))
    words = ("doctor", "--json", "--config", str(project / "strangler.toml"))
    environment = {"VIRTUAL_ENV": sys.prefix}
    ran = strangler(*words, **environment)
    assert ran.code == 0
    found = results(ran.json)
    assert (found["project"], found["ALLOWED_HOSTS"], found["endpoints"]) == ("ok", "warning", "warning")
    assert "project" not in results(strangler(*words, "--no-project", **environment).json)
