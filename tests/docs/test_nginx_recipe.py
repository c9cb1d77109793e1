"""The nginx of the recipe, run before a real proxy: who asks, over what, with which host, and what must not be cut."""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from websocket_server import __file__ as websocket_server
from websockets.sync.client import connect

from tests.stack.echo import echo_backend
from tests.stack.processes import Part, free_port
from tests.stack.proxy import backend_table, proxy_part

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "behind-nginx.md").read_text()
SOCKETS = '[[routes]]\nname = "sockets"\npath = "/ws/"\nservice = "live"\nstage = "service"\n'


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@dataclass(frozen=True, slots=True)
class Addresses:
    nginx: str
    log: Path


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    folder = tmp_path_factory.mktemp("nginx")
    ports = {"80": free_port(), "8000": free_port()}
    live = free_port()
    with ExitStack() as running:
        monolith = running.enter_context(echo_backend("monolith"))
        sockets = Part(
            "live", [sys.executable, websocket_server, str(live)],
            url=f"http://127.0.0.1:{live}", ready_path="/", cwd=folder, log=folder / "live.log",
        )  # fmt: skip
        running.enter_context(sockets)
        proxy = block("toml").replace(":8000", f":{ports['8000']}") + 'metrics_listen = "off"\naccess_log = "off"\n'
        config = folder / "strangler.toml"
        backends = backend_table("monolith", monolith) + backend_table("live", f"http://127.0.0.1:{live}")
        config.write_text(proxy + backends + SOCKETS)
        running.enter_context(proxy_part(config, listen_port=ports["8000"]))
        site = block("nginx").replace("listen 80;", f"listen 127.0.0.1:{ports['80']};")
        site = site.replace("127.0.0.1:8000", f"127.0.0.1:{ports['8000']}")
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\nevents {{}}\n"
            f"http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
            f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{site}\n}}\n"
        )
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        nginx = Part(
            "nginx", [program, "-c", folder / "nginx.conf", "-e", folder / "error.log"],
            url=f"http://127.0.0.1:{ports['80']}", ready_path="/", cwd=folder, log=folder / "nginx.log",
        )  # fmt: skip
        running.enter_context(nginx)
        yield Addresses(nginx.url, folder / "error.log")


def headers_at_the_monolith(addresses: Addresses, **sent: str) -> dict[str, str]:
    answer = requests.get(addresses.nginx, headers={name.replace("_", "-"): value for name, value in sent.items()})
    return {name.lower(): value for name, value in answer.json()["headers"]}


def test_the_monolith_is_told_the_users_host_with_its_port_scheme_and_address(addresses: Addresses) -> None:
    got = headers_at_the_monolith(addresses, Host="shop.example.com:8080", X_Forwarded_For="203.0.113.9")
    assert got["host"] == "shop.example.com:8080"
    assert got["x-forwarded-proto"] == "http"
    assert got["x-forwarded-for"].split(", ")[:2] == ["203.0.113.9", "127.0.0.1"]


def test_a_large_upload_passes(addresses: Addresses) -> None:
    answer = requests.post(addresses.nginx + "/upload/", data=b"x" * (5 * 1024 * 1024), timeout=30)
    assert (answer.status_code, answer.json()["method"]) == (200, "POST")


def test_a_websocket_passes(addresses: Addresses) -> None:
    with connect(addresses.nginx.replace("http", "ws") + "/ws/") as socket:
        socket.send(json.dumps({"hello": "you"}))
        assert socket.recv(timeout=10) == '{"hello": "you"}'


def test_nginx_has_nothing_to_warn_of(addresses: Addresses) -> None:
    log = addresses.log.read_text() if addresses.log.exists() else ""
    assert [line for line in log.splitlines() if re.search(r"\[(warn|error|crit|emerg)\]", line)] == []
