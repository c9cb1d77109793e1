"""The server itself: TLS, the tally of traffic, and users made by the command."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import trustme
from dashboard_store import config_text, write_config
from proxy_harness import ScriptedBackend, answering, await_true, backend, config, plain, route, running_proxy

from tests.integration.control.conftest import Place

SERVE = """
import sys
from pathlib import Path
from strangler_proxy.control.serve import serve
from strangler_proxy.proxy.state import state_directory
path = Path(sys.argv[1])
serve("127.0.0.1:0", state_directory(path), path, lambda address: print(address, flush=True))
"""
TLS = """
[control]
listen = "127.0.0.1:0"
hosts = ["localhost", "*.example.com"]
tls = {certificate = "both.pem", key = "both.pem"}
"""
COMMAND = [sys.executable, "-m", "strangler_proxy.cli", "user"]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of a dashboard with a certificate of its own, in a process of its own."""
    authority = trustme.CA()
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    path = write_config(tmp_path, config_text().replace('[control]\nlisten = "off"\n', TLS))
    command = [sys.executable, "-c", SERVE, str(path)]
    with (
        (tmp_path / "said").open("w") as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True) as process,
    ):
        assert process.stdout is not None
        yield process.stdout.readline().strip().rstrip("/").replace("127.0.0.1", "localhost")
        process.terminate()


def test_over_tls_cookies_are_for_tls_alone_and_browsers_are_told_to_stay(address: str, tmp_path: Path) -> None:
    answer = requests.get(f"{address}/login/", verify=str(tmp_path / "ca.pem"))
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Secure" in answer.headers["Set-Cookie"]
    for host, status in (("a.example.com", 200), ("127.0.0.1", 400), ("example.org", 400)):
        named = requests.get(f"{address}/login/", headers={"Host": host}, verify=str(tmp_path / "ca.pem"))
        assert named.status_code == status, host
    assert requests.get(f"{address}/nowhere/", verify=str(tmp_path / "ca.pem")).status_code == 404
    assert (tmp_path / "said").read_text() == "", "what strangers ask for in vain fills no console"


def run(directory: Path, *words: str, password: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*COMMAND, *words], cwd=directory, input=password, text=True, capture_output=True)


def test_users_are_made_by_the_command_and_no_password_is_too_easy(tmp_path: Path) -> None:
    write_config(tmp_path)
    assert "There is no user yet" in run(tmp_path, "list").stdout
    add = ("add", "ada", "--role", "admin", "--password-stdin")
    weak = run(tmp_path, *add, password="password\n")
    assert (weak.returncode, "STR912" in weak.stderr) == (2, True)
    assert run(tmp_path, *add, password="a word of chance\n").returncode == 0
    again = run(tmp_path, *add, password="a word of chance\n")
    assert (again.returncode, "STR910" in again.stderr) == (1, True)
    assert run(tmp_path, "role", "ada", "viewer").returncode == 0
    listed = run(tmp_path, "list", "--json").stdout
    assert '"name": "ada"' in listed
    assert '"role": "viewer"' in listed
    assert "chance" not in listed
    assert run(tmp_path, "remove", "ada").returncode == 0
    assert "STR911" in run(tmp_path, "password", "ada", "--password-stdin", password="x\n").stderr


def test_a_token_is_printed_once_and_nothing_beside_it(tmp_path: Path) -> None:
    write_config(tmp_path)
    run(tmp_path, "add", "ci", "--role", "viewer", "--password-stdin", password="a word of chance\n")
    made = run(tmp_path, "token", "ci")
    assert (made.returncode, made.stdout.count("\n"), made.stderr) == (0, 1, "")
    assert made.stdout.startswith("strangler_")
    assert made.stdout.strip() not in run(tmp_path, "list", "--json").stdout
    kept = b"".join(one.read_bytes() for one in (tmp_path / ".strangler").glob("evidence.sqlite3*"))
    assert b"SQLite" in kept
    assert made.stdout.strip().encode() not in kept
    assert run(tmp_path, "token", "ci", "--revoke").stdout == "ci: the token has ended\n"
    assert run(tmp_path, "token", "ci", "--revoke").stdout == "ci: there was no token\n"
    assert "STR911" in run(tmp_path, "token", "nobody").stderr
    assert run(tmp_path, "list", "--revoke").returncode == 2
    assert run(tmp_path, "token", "ci", "--expires-days", "1", "--revoke").returncode == 2
    assert run(tmp_path, "list", "--expires-days", "1").returncode == 2
    assert run(tmp_path, "token", "ci", "--expires-days", "0").returncode == 2
    assert run(tmp_path, "token", "ci", "--expires-days", "1").stdout.startswith("strangler_")


@pytest.mark.parametrize("words", ["add", "add ada", "role ada", "role ada king", "dance ada"])
def test_what_is_no_action_is_wrong_usage(tmp_path: Path, words: str) -> None:
    write_config(tmp_path)
    assert run(tmp_path, *words.split()).returncode == 2


def test_a_new_password_and_a_removal_end_the_sessions(sqlite: Place) -> None:
    from django.contrib.auth import get_user_model
    from django.test import Client

    from strangler_proxy.control.users import password_set, user_add, user_remove
    from strangler_proxy.control.web.site import ENVIRON, Site

    path = write_config(sqlite.state)
    user_add(name="ada", role="viewer", password="a word of chance")
    for end in (lambda: password_set(name="ada", password="another of chance"), lambda: user_remove(name="ada")):
        browser = Client(headers={"host": "localhost"}, **{ENVIRON: Site(path, sqlite.state)})
        browser.force_login(get_user_model().objects.get(username="ada"))
        assert browser.get("/routes/").status_code == 200
        end()
        assert browser.get("/routes/").status_code == 302


def test_traffic_is_tallied_by_the_hour_from_a_running_proxy(sqlite: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from strangler_proxy.control import traffic
    from strangler_proxy.control.serve import keep_tally
    from strangler_proxy.control.traffic import route_traffic, stages_over_time, traffic_shares
    from strangler_proxy.control.web.site import Site

    monkeypatch.setattr(traffic, "SAMPLE_SECONDS", 0.2)
    with ScriptedBackend(answering(plain(b"m"))) as monolith, ScriptedBackend(answering(plain(b"c"))) as catalog:
        toml = config(monolith.url, backend("catalog", catalog.url), route("detail", "/detail/", "service"))
        with running_proxy(sqlite.state, toml) as proxy:
            path = sqlite.state / "strangler.toml"
            metrics = proxy.metrics_url.partition("//")[2].partition("/")[0]
            path.write_text(toml.replace('metrics_listen = "127.0.0.1:0"', f'metrics_listen = "{metrics}"'))
            site, stop = Site(path, sqlite.state), threading.Event()
            keeper = threading.Thread(target=_kept, args=(keep_tally, site, stop))
            keeper.start()
            try:
                await_true(lambda: site.metrics, 10, "a first look at the counters")
                for target in ("/detail/", "/detail/", "/other/"):
                    proxy.get(target)
                await_true(lambda: "detail" in route_traffic(since_hour=0), 10, "the tally")
            finally:
                stop.set()
                keeper.join()
    shares = traffic_shares(since_hour=0)
    assert (sum(one.services for one in shares), sum(one.monolith for one in shares)) == (2, 1)
    assert route_traffic(since_hour=0)["detail"].services == 2
    assert [one["service"] for one in stages_over_time(since_hour=0)] == [1] * len(stages_over_time(since_hour=0))


def _kept(keep_tally, site, stop) -> None:  # type: ignore[no-untyped-def]
    keep_tally(site, stop)
    from django.db import connections

    connections.close_all()
