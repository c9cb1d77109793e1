"""What `compose.yaml` would run is run, with its own commands and environment, by the machine's own programs.

Images are not built. Of each container file the environment and the command are taken, of `compose.yaml` the rest;
names of services become addresses of this machine, and folders of images folders of the test.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.deploy.test_compose import COMPOSE, ROOT, SERVICES, container_file
from tests.deploy.test_container_files import last_stage
from tests.stack.postgres import postgres
from tests.stack.processes import Part, free_port
from tests.stack.proxy import STRANGLER
from tests.stack.rates import NODE

pytestmark = pytest.mark.slow

BIN = {"shop": STRANGLER.parent, "catalog": ROOT / ".venvs" / "catalog" / "bin", "rates": NODE.parent}
"""Where the programs of each image are found here."""
FOLDERS = ("/srv/shop-static", "/srv/shop-media", "/srv/catalog/static", "/srv/catalog/media", "/tmp/celery")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where on this machine the names of `compose.yaml` are."""

    folder: Path
    places: dict[str, str]
    """Text of the files → text that stands for it here."""

    def here(self, text: str) -> str:
        for there, here in self.places.items():
            text = text.replace(there, here)
        return text

    def environment(self, service: str) -> dict[str, str]:
        """Of the image, then of the service; nothing of this process but where programs are."""
        image = [pair for name, rest in last_stage(container_file(service)) if name == "ENV" for pair in rest.split()]
        given = dict(pair.split("=", 1) for pair in image) | SERVICES[service].get("environment", {})
        path = f"{BIN[service.partition('-')[0]]}:{os.environ['PATH']}"
        return {name: self.here(value) for name, value in given.items()} | {"PATH": path, "HOME": str(self.folder)}

    def command(self, service: str) -> list[str]:
        command = SERVICES[service].get("command") or json.loads(dict(last_stage(container_file(service)))["CMD"])
        return [self.here(word) for word in command]

    def run(self, service: str) -> None:
        """Runs a service that ends by itself."""
        subprocess.run(
            self.command(service), cwd=container_file(service).parent, env=self.environment(service), check=True
        )  # fmt: skip

    def part(self, service: str, port: int) -> Part:
        """A service that stays, listening on `port`."""
        command = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in self.command(service)]
        part = Part(
            service, command, url=f"http://127.0.0.1:{port}", ready_path="/healthz",
            cwd=container_file(service).parent, log=self.folder / f"{service}.log",
        )  # fmt: skip
        part.env = self.environment(service) | ({"HOST": "127.0.0.1", "PORT": str(port)} if service == "rates" else {})
        return part


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All that `compose.yaml` names, running, save the worker."""

    url: str
    """The proxy's."""
    config: Path
    machine: Machine


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    folder = tmp_path_factory.mktemp("compose")
    ports = {name: free_port() for name in ("proxy", "shop", "catalog", "rates", "redis")}
    with ExitStack() as running:
        database = running.enter_context(postgres(ROOT / "deploy" / "compose" / "databases.sql"))
        server = ["redis-server", "--port", str(ports["redis"]), "--save", "", "--dir", str(folder)]
        redis = subprocess.Popen(server, stdout=subprocess.DEVNULL)
        running.callback(redis.wait)
        running.callback(redis.terminate)
        places = {"postgres:5432": database, "redis:6379": f"127.0.0.1:{ports['redis']}"}
        places |= {there: str(folder / there.strip("/").replace("/", "-")) for there in FOLDERS}
        places |= {f"http://{name}:8000": f"http://127.0.0.1:{ports[name]}" for name in ("shop", "catalog", "rates")}
        machine = Machine(folder, places)
        for service in ("shop", "catalog"):
            subprocess.run(
                ["python", "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
                cwd=container_file(service).parent, env=machine.environment(service), check=True,
            )  # fmt: skip
        machine.run("shop-data")
        machine.run("catalog-data")
        for service in ("shop", "catalog", "rates"):
            running.enter_context(machine.part(service, ports[service]))
        config = folder / "strangler" / "strangler.toml"
        shutil.copytree(ROOT / "deploy" / "compose" / "strangler", config.parent)
        text = machine.here(config.read_text()).replace("0.0.0.0:8000", f"127.0.0.1:{ports['proxy']}")
        config.write_text(re.sub(r'metrics_listen = "[^"]*"', 'metrics_listen = "off"', text))
        url = f"http://127.0.0.1:{ports['proxy']}"
        proxy = Part(
            "proxy", [STRANGLER, "up"], url=url, ready_path="/healthz", cwd=folder, log=folder / "proxy.log",
            env={"STRANGLER_CONFIG": str(config), "STRANGLER_STATE": str(folder / "state")},
        )  # fmt: skip
        running.enter_context(proxy)
        yield Rehearsal(url, config, machine)


def test_the_shop_is_served_with_its_static_files(rehearsal: Rehearsal) -> None:
    page = requests.get(rehearsal.url, timeout=30)
    assert (page.status_code, page.headers["X-Strangler"].partition(";")[0]) == (200, "backend=monolith")
    assert requests.get(f"{rehearsal.url}/static/shop/shop.css", timeout=30).status_code == 200


@pytest.mark.parametrize(
    ("route", "path", "backend"),
    [
        ("catalog-api-product-list", "/api/products/", "catalog"),
        ("catalog-api-product-detail", "/api/products/1/", "catalog"),
        ("shipping-api-rate-list", "/api/shipping/rates/?country=DE&weight_grams=1200", "rates"),
    ],
)
def test_every_route_of_the_file_can_be_taken_to_its_service(
    rehearsal: Rehearsal, route: str, path: str, backend: str
) -> None:
    url, config = rehearsal.url, rehearsal.config
    before = requests.get(url + path, timeout=30)
    set_to = [STRANGLER, "set", route, "service", "--force", "--reason", "a rehearsal", "--config", config]
    state = {"STRANGLER_STATE": str(config.parents[1] / "state")}
    done = subprocess.run(set_to, capture_output=True, text=True, env={**os.environ, **state})
    assert "In force on 2 workers." in done.stdout, done.stdout + done.stderr
    after = requests.get(url + path, timeout=30)
    assert (before.status_code, after.status_code) == (200, 200)
    assert after.headers["X-Strangler"].startswith(f"backend={backend};")
    assert after.json() == before.json()


def test_the_worker_takes_tasks_from_redis(rehearsal: Rehearsal) -> None:
    machine, folder = rehearsal.machine, container_file("shop-worker").parent
    environment = machine.environment("shop-worker")
    with (machine.folder / "worker.log").open("w") as log:
        worker = subprocess.Popen(machine.command("shop-worker"), cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        ping = ["celery", "-A", "shop", "inspect", "ping", "--timeout", "3"]
        deadline = time.monotonic() + 60
        while subprocess.run(ping, cwd=folder, env=environment, capture_output=True).returncode != 0:
            assert worker.poll() is None, (machine.folder / "worker.log").read_text()
            assert time.monotonic() < deadline, (machine.folder / "worker.log").read_text()
    finally:
        worker.terminate()
        worker.wait(30)


def test_every_part_of_the_file_is_rehearsed() -> None:
    assert set(SERVICES) == {
        *("proxy", "shop", "shop-data", "shop-worker", "catalog", "catalog-data", "rates", "postgres", "redis")
    }
    assert COMPOSE["name"] == "strangler-shop"
