"""`compose.yaml` is what the Compose specification says, and its parts fit each other."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from strangler_proxy.config.load import load

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "compose.yaml"
CONFIG = load(ROOT / "deploy" / "compose" / "strangler" / "strangler.toml")
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]


def schema_says(file: Path) -> subprocess.CompletedProcess[str]:
    """Holds a file against the schema of the Compose specification, as shipped by check-jsonschema."""
    program = Path(sys.executable).with_name("check-jsonschema")
    return subprocess.run(
        [program, "--builtin-schema", "vendor.compose-spec", file], capture_output=True, text=True
    )  # fmt: skip


def test_it_is_valid_by_the_specifications_schema() -> None:
    done = schema_says(FILE)
    assert done.returncode == 0, done.stdout


def test_the_schema_would_find_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {proxy: {image: a, prots: [80]}}\n")
    assert "prots" in schema_says(tmp_path / "compose.yaml").stdout


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_is_there_and_can_become_so(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        if how["condition"] == "service_completed_successfully":
            assert SERVICES[other]["restart"] == "no"
        else:
            assert how["condition"] == "service_healthy"
            assert "healthcheck" in SERVICES[other] or "HEALTHCHECK" in container_file(other).read_text()


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if "build" in service])
def test_what_is_built_has_its_container_file(name: str) -> None:
    assert container_file(name).is_file()


def container_file(name: str) -> Path:
    build = SERVICES[name]["build"]
    return ROOT / build["context"] / build["dockerfile"]


def test_every_mounted_file_is_in_the_repository_and_every_volume_is_declared() -> None:
    for service in SERVICES.values():
        for source in [volume.split(":")[0] for volume in service.get("volumes", [])]:
            assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], source


def test_every_backend_of_the_proxy_is_a_service_here_that_it_waits_for() -> None:
    hosts = {urlsplit(url).hostname for backend in CONFIG.backends.values() for url in backend.urls}
    assert hosts == set(SERVICES["proxy"]["depends_on"])


def test_only_this_machine_reaches_what_is_published() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_the_proxy_may_drain_before_it_is_killed() -> None:
    assert int(SERVICES["proxy"]["stop_grace_period"].removesuffix("s")) > CONFIG.proxy.drain_seconds
