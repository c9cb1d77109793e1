"""`strangler record` beside a running proxy: what passes is in the file, what is private is in none."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from proxy_harness import RunningProxy, answering, await_true, backend, config, plain, route

from strangler_proxy.compare.capture_frame import frame_length
from strangler_proxy.shadow.recorder_tap import MOST_WAITING_BYTES, dropped_in, record_socket

STRANGLER = Path(sys.executable).with_name("strangler")

CARD = "4111 1111 1111 1111"
PASSWORD = "correct-horse-battery"
SESSION = "q8w7e6r5t4y3u2i1o0p9a8s7d6f5g4h3"
BEARER = "abcdefghij0123456789ABCDEFGHIJ"
EMAIL = "ada@lovelace.example"
SECRETS = (CARD, CARD.replace(" ", ""), PASSWORD, SESSION, BEARER, EMAIL)
BODY = json.dumps(
    {"id": 7, "card_number": CARD, "note": f"paid with {CARD}", "password": PASSWORD, "customer": {"email": EMAIL}}
).encode()


def shadowed(url: str, more: str = "") -> str:
    return config(url, backend("catalog", url), route("p", "/p/<int:pk>/", "shadow"), more)


def recorder(folder: Path, *words: str) -> "subprocess.Popen[str]":
    """`strangler record` in the proxy's folder, once it listens."""
    process = subprocess.Popen(
        [STRANGLER, "record", "-o", "out.har", "--json", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "recording" in process.stderr.readline()
    return process


def ended(process: "subprocess.Popen[str]", code: int = 0) -> dict[str, object]:
    out, err = process.communicate(timeout=30)
    assert process.returncode == code, err
    document: dict[str, object] = json.loads(out)
    return document


def entries(folder: Path) -> list[dict[str, dict[str, object]]]:
    found: list[dict[str, dict[str, object]]] = json.loads((folder / "out.har").read_text())["log"]["entries"]
    return found


def send(proxy: RunningProxy, targets: Sequence[str], headers: str = "") -> None:
    for target in targets:
        assert proxy.get(target, headers).status == 200


@pytest.fixture
def proxy(scripted, proxied) -> RunningProxy:
    extra = f"Content-Type: application/json\r\nSet-Cookie: sessionid={SESSION}; Path=/\r\n".encode()
    monolith = scripted(answering(plain(BODY, extra=extra)))
    running = proxied(shadowed(monolith.url, '[redact]\npaths = ["body:$.customer.email"]'))
    await_comparer_of(running)
    return running


def await_comparer_of(running: RunningProxy) -> None:
    """Waits until the worker has reached the comparer, and nothing of what was sent for that is on its way."""
    await_true(lambda: send(running, ["/p/1/"]) or received(running) > 0, 30, "a comparer that takes captures")

    def all_taken() -> bool:
        before = received(running)
        time.sleep(0.3)
        return received(running) == before

    await_true(all_taken, 30, "an end of captures")


def received(running: RunningProxy) -> float:
    return running.metric("strangler_captures_received_total")


def test_what_passes_is_recorded_until_the_limit(proxy: RunningProxy) -> None:
    process = recorder(proxy.directory, "--limit", "3", "--seconds", "20")
    send(proxy, [f"/p/{number}/" for number in range(5)])
    document = ended(process)
    assert (document["exchanges"], document["ended"], document["routes"]) == (3, "limit", {"p": 3})
    assert [str(entry["request"]["url"]).rpartition("/p/")[2] for entry in entries(proxy.directory)] == [
        "0/",
        "1/",
        "2/",
    ]
    assert (proxy.directory / "out.har").stat().st_mode & 0o077 == 0


def test_no_planted_secret_is_in_the_file_or_in_what_is_said(proxy: RunningProxy) -> None:
    process = recorder(proxy.directory, "--limit", "1")
    send(
        proxy,
        [f"/p/1/?token={BEARER}&card={CARD.replace(' ', '%20')}"],
        f"Authorization: Bearer {BEARER}\r\nCookie: sessionid={SESSION}; theme=dark\r\nX-Api-Key: {PASSWORD}\r\n",
    )
    out, err = process.communicate(timeout=30)
    text = (proxy.directory / "out.har").read_text()
    assert "sessionid" in text, "the exchange was recorded"
    for secret in SECRETS:
        assert secret not in text + out + err
        assert secret.replace(" ", "%20") not in text + out + err


def test_ctrl_c_keeps_what_was_recorded(proxy: RunningProxy) -> None:
    process = recorder(proxy.directory, "--distinct")
    send(proxy, ["/p/1/", "/p/2/", "/p/1/"])
    time.sleep(0.5)  # the copies are on their way for some milliseconds
    process.send_signal(signal.SIGINT)
    document = ended(process)
    assert (document["ended"], document["exchanges"], document["left_out"]) == ("interrupted", 2, {"seen": 1})


def test_a_recording_goes_on_when_the_comparer_is_started_anew(proxy: RunningProxy) -> None:
    process = recorder(proxy.directory, "--limit", "2", "--seconds", "20")
    send(proxy, ["/p/1/"])
    (comparer,) = proxy.children("strangler_proxy.control.comparer")
    os.kill(comparer, signal.SIGKILL)
    await_true(lambda: process.poll() is not None or (not send(proxy, ["/p/2/"]) and process.poll() is not None), 15)
    document = ended(process)
    assert document["exchanges"] == 2
    assert document["interruptions"]


def test_a_recorder_that_does_not_read_costs_itself_copies_and_nobody_else(scripted, proxied) -> None:
    monolith = scripted(answering(plain(b"x" * 500_000)))
    running = proxied(shadowed(monolith.url))
    await_comparer_of(running)
    with socket.socket(socket.AF_UNIX) as hung:
        hung.connect(str(record_socket(running.directory / ".strangler")))
        enough = received(running) + 2 * MOST_WAITING_BYTES / 500_000
        await_true(lambda: send(running, ["/p/1/"] * 8) or received(running) > enough, 20)
        hung.shutdown(socket.SHUT_WR)
        heard = b"".join(iter(lambda: hung.recv(1 << 20), b""))
    at, lost = 0, 0
    while at < len(heard):
        length = frame_length(heard[at : at + 4])
        assert length is not None
        lost += dropped_in(heard[at : at + length]) or 0
        at += length
    assert at == len(heard), "it ends with a whole frame"
    assert lost > 0, "it is told how many copies it lost"


def test_nothing_is_written_where_nothing_passed(proxy: RunningProxy) -> None:
    process = recorder(proxy.directory, "--seconds", "0.5")
    document = ended(process, 3)
    assert document["error"]["code"] == "STR624"  # type: ignore[index]
    assert not (proxy.directory / "out.har").exists()


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [STRANGLER, "record", *words], cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )


def test_without_a_proxy_there_is_nothing_to_record_from(tmp_path: Path) -> None:
    (tmp_path / "strangler.toml").write_text(shadowed("http://127.0.0.1:1"))
    done = run(tmp_path, "--seconds", "1")
    assert done.returncode == 4
    assert "STR622" in done.stderr


def test_a_route_that_is_not_captured_is_named_with_the_way_to_capture_it(tmp_path: Path) -> None:
    (tmp_path / "strangler.toml").write_text(re.sub('"shadow"', '"service"', shadowed("http://127.0.0.1:1")))
    for words in ((), ("--route", "p")):
        done = run(tmp_path, *words)
        assert done.returncode == 2
        assert "STR623" in done.stderr


def test_a_file_that_is_there_is_not_replaced_unless_so_told(proxy: RunningProxy) -> None:
    (proxy.directory / "traffic.har").write_text("old")
    assert "STR002" in run(proxy.directory, "--seconds", "1").stderr
    process = recorder(proxy.directory, "--limit", "1", "--force", "-o", "traffic.har")
    send(proxy, ["/p/1/"])
    ended(process)
    assert (proxy.directory / "traffic.har.bak").read_text() == "old"
