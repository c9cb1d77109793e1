"""The command as a process: standard output, exit codes, signals, speed of start."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from strangler_proxy.cli.main import cli
from tests.integration.cli.conftest import STRANGLER, Strangler

ROUTES = """
[[routes]]
name = "detail"
path = "/products/<int:pk>/"
methods = ["GET", "HEAD"]
service = "catalog"
stage = "canary"
[routes.canary]
percent = 50
[[routes]]
name = "by-header"
path = "/products/<int:pk>/"
headers = {"X-Version" = "2"}
service = "catalog"
stage = "service"
[[routes]]
name = "by-host"
regex = '^/api/v[12]/'
hosts = ["*.example.com"]
service = "catalog"
stage = "service"
[[routes]]
name = "by-ip"
path = "/ip/"
service = "catalog"
stage = "canary"
canary = {percent = 50, sticky = "none"}
"""


@pytest.fixture
def config(tmp_path: Path, backends: dict[str, str]) -> Path:
    """A config with a canary, and conditions on method, header and host."""
    path = tmp_path / "strangler.toml"
    tables = "".join(f'[backends.{name}]\nurls = ["{url}"]\n' for name, url in backends.items())
    head = '[proxy]\nlisten = "127.0.0.1:0"\nmetrics_listen = "off"\naccess_log = "off"\n'
    path.write_text(head + tables + ROUTES)
    return path


@pytest.fixture
def proxy(config: Path) -> Iterator[str]:
    """The URL of `strangler up`, which must end well on SIGTERM."""
    process = subprocess.Popen(
        [STRANGLER, "up", "--workers", "1", "--json"], cwd=config.parent, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.stdout.close()
        assert process.wait(15) == 0


def test_explain_and_the_running_proxy_agree(proxy: str, config: Path) -> None:
    chance = random.Random(7)
    for number in range(60):
        path = chance.choice(
            ["/products/7/", "/products/7", "/products/x/", "/api/v1/a", "/api/v3/", "/ip/", "/a%2fb/", "/ip/?q=%20"]
        )
        headers = {
            "Host": chance.choice(["shop.example.com", "localhost:8000"]),
            "X-Request-ID": f"request-{number}",
            "Cookie": f"theme=dark; sessionid={chance.randrange(1000)}",
        } | chance.choice([{}, {"X-Version": "2"}])
        answer = requests.get(proxy + path, headers=headers, timeout=10)
        options = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
        explained = CliRunner().invoke(cli, ["explain", "GET", path, "--json", "--config", str(config), *options])
        said = json.loads(explained.stdout)
        header = answer.headers["X-Strangler"]
        assert f"backend={said['backend']};" in header, (path, headers, header, said)
        assert f"why={said['why']}" in header
        assert (f"route={said['route']};" in header) or said["route"] is None
        assert answer.text == said["backend"]


def test_a_rollback_acts_on_the_running_proxy(proxy: str, strangler: Strangler) -> None:
    before = requests.get(f"{proxy}/api/v1/", headers={"Host": "a.example.com"}, timeout=10)
    assert before.text == "catalog"
    assert strangler("rollback", "by-host").code == 0
    after = ""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        after = requests.get(f"{proxy}/api/v1/", headers={"Host": "a.example.com"}, timeout=10).text
        if after == "monolith":
            break
    assert after == "monolith"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check",), 0),
        (("routes", "--stage", "canary"), 0),
        (("explain", "GET", "/products/7/"), 0),
        (("set", "detail", "canary", "--percent", "60", "--dry-run"), 0),
        (("promote", "by-host", "--dry-run"), 0),
        (("rollback", "detail", "--dry-run"), 0),
        (("completion", "zsh"), 0),
        (("override", "detail"), 0),
        (("set", "by-ip", "retired"), 1),
        (("promote", "nobody"), 2),
        (("nonsense",), 2),
        (("check", "--config", "nowhere.toml"), 4),
        (("up", "--config", "nowhere.toml"), 4),
    ],
)
def test_with_json_standard_output_is_one_document_whatever_happens(
    words: tuple[str, ...], code: int, config: Path, strangler: Strangler
) -> None:
    ran = strangler(*words, "--json", STRANGLER_OVERRIDE_SECRET="0123456789abcdef0123456789abcdef")
    assert ran.code == code, ran
    assert ran.json is not None


def test_the_module_is_the_same_command(config: Path, tmp_path: Path, strangler: Strangler) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "strangler_proxy.cli", "routes"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == strangler("routes").out


def test_a_reader_who_leaves_early_sees_no_complaint(config: Path, tmp_path: Path) -> None:
    many = "".join(f'[[routes]]\nname = "r{n}"\npath = "/{"x" * 200}/{n}/"\n' for n in range(800))
    config.write_text(config.read_text() + many)
    done = subprocess.run(
        ["bash", "-c", f"'{STRANGLER}' routes | head -1; echo ${{PIPESTATUS[0]}}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.split()[-1] == "0"


def test_bash_completes_a_route(config: Path, tmp_path: Path) -> None:
    script = (
        f'export PATH="{STRANGLER.parent}:$PATH"; eval "$(strangler completion bash)"; '
        "COMP_WORDS=(strangler promote by-h); COMP_CWORD=2; _strangler_completion strangler; echo ${COMPREPLY[@]}"
    )
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["by-header", "by-host"]


@pytest.mark.parametrize(
    ("words", "never_loaded"),
    [
        (["--help"], ("strangler_proxy.config.load", "uvloop", "asyncio", "django", "tomlkit")),
        (["explain", "GET", "/"], ("uvloop", "asyncio", "django", "tomlkit", "subprocess")),
        (["routes"], ("uvloop", "asyncio", "django", "tomlkit", "http.client")),
    ],
)
def test_a_quick_verb_loads_nothing_that_it_does_not_need(
    words: list[str], never_loaded: tuple[str, ...], config: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; from strangler_proxy.cli.main import cli\n"
        f"try: cli.main({words!r})\nexcept SystemExit as end: assert end.code == 0\n"
        f"loaded = [name for name in {never_loaded!r} if name in sys.modules]\n"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_up_warns_of_a_secret_that_is_too_short(config: Path, strangler: Strangler) -> None:
    config.write_text(config.read_text().replace('"127.0.0.1:0"', '"192.0.2.1:1"', 1))  # an address of nobody: up ends
    ran = strangler("up", STRANGLER_OVERRIDE_SECRET="short")
    assert ran.code == 4
    assert "warning: STRANGLER_OVERRIDE_SECRET has 5 bytes" in ran.err
    assert "warning" not in strangler("up", STRANGLER_OVERRIDE_SECRET="0123456789abcdef").err
