"""Webhooks, with a real receiver: signed, in order, again until they are taken, also by the next process."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from proxy_harness import await_true

from strangler_proxy.config.load import parse
from strangler_proxy.control import telling
from strangler_proxy.control.audit_log import AuditEntry, append_audit, now_text
from strangler_proxy.control.telling import Telling

SECRET = "a secret of a team"


@dataclass
class Receiver:
    """What was posted, and what is answered."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    """Answered one after the other; then 200."""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def ids(self) -> list[str]:
        return [headers["X-Strangler-Id"] for headers, _ in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append((dict(self.headers), body))
            status = kept.statuses.pop(0) if kept.statuses else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", kept.url)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(telling, "FIRST_WAIT_SECONDS", 0.02)
    monkeypatch.setenv("HOOK_SECRET", SECRET)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / ".strangler").mkdir()
    return tmp_path / "strangler.toml"


class Process:
    """The webhooks' part of a control process, that is ended with the block."""

    def __init__(self, path: Path, webhook: str) -> None:
        self.said: list[str] = []
        self._stop = threading.Event()
        self._telling = Telling(path, path.parent / ".strangler", self.said.append)
        self._telling.config = parse(f"[backends.monolith]\nurls = ['http://127.0.0.1:1']\n[[webhooks]]\n{webhook}\n")
        self._thread = threading.Thread(target=self._telling.run, args=(self._stop,))

    def __enter__(self) -> "Process":
        self._thread.start()
        time.sleep(0.05)  # it has seen where the log ends
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)


def happened(path: Path, what: str = "auto-rollback", reason: str = "It <failed> & burned.") -> str:
    """Writes an entry; gives its id."""
    entry = AuditEntry(
        when=now_text(),
        who="controller",
        what=what,
        route="product-detail",
        from_stage="canary",
        to_stage="monolith",
        from_percent=10.0,
        to_percent=None,
        reason=reason,
        forced=False,
    )
    append_audit(path, entry)
    return entry.id


def test_an_entry_is_told_whole_and_signed(path: Path, receiver: Receiver) -> None:
    happened(path, reason="before there was a webhook")
    with Process(path, f'url = "{receiver.url}"\nsecret_env = "HOOK_SECRET"'):
        name = happened(path)
        await_true(lambda: receiver.got, 5, "a message")
    ((headers, body),) = receiver.got
    told = json.loads(body)
    assert (told["id"], told["event"], told["entry"]["route"]) == (name, "auto-rollback", "product-detail")
    assert headers["X-Strangler-Id"] == name
    stamp = headers["X-Strangler-Timestamp"]
    assert abs(time.time() - int(stamp)) < 10
    digest = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Strangler-Signature"] == f"sha256={digest}"


def test_it_is_told_again_until_it_is_taken_and_the_next_one_waits(path: Path, receiver: Receiver) -> None:
    receiver.statuses = [500, 302, 404]
    with Process(path, f'url = "{receiver.url}"') as process:
        first, second = happened(path), happened(path)
        await_true(lambda: len(receiver.got) == 5, 5, "five messages")
    assert receiver.ids() == [first, first, first, first, second]
    assert len({body for _, body in receiver.got[:4]}) == 1, "each try says the same"
    assert "X-Strangler-Signature" not in receiver.got[0][0]
    assert process.said == [f"a webhook was not told of {first}: it answers 500; that is tried again"]


def test_the_next_process_goes_on_where_the_last_one_stopped(path: Path, receiver: Receiver) -> None:
    webhook = f'url = "{receiver.url}"'
    with Process(path, webhook):
        first = happened(path)
        await_true(lambda: receiver.got, 5, "a message")
    second = happened(path)
    with Process(path, webhook):
        await_true(lambda: len(receiver.got) == 2, 5, "the second message")
        time.sleep(0.1)
    assert receiver.ids() == [first, second]


def test_only_the_events_that_are_wanted_are_told(path: Path, receiver: Receiver) -> None:
    with Process(path, f'url = "{receiver.url}"\nevents = ["alarm", "changed"]'):
        happened(path, "step")
        happened(path, "auto-rollback")
        wanted = [happened(path, "alarm"), happened(path, "promote")]
        await_true(lambda: len(receiver.got) == 2, 5, "two messages")
    assert receiver.ids() == wanted


def test_slack_gets_a_text_in_which_nothing_is_markup(
    path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_URL", receiver.url)
    with Process(path, 'url_env = "SLACK_URL"\nform = "slack"'):
        happened(path)
        await_true(lambda: receiver.got, 5, "a message")
    assert json.loads(receiver.got[0][1]) == {
        "text": "*product-detail* was taken back: canary 10 % → monolith\nIt &lt;failed&gt; &amp; burned."
    }


def test_without_its_secret_nothing_is_told_and_no_secret_is_said(path: Path, receiver: Receiver) -> None:
    with Process(path, f'url = "{receiver.url}"\nsecret_env = "NO_SUCH_SECRET"') as process:
        happened(path)
        await_true(lambda: process.said, 5, "a complaint")
    assert receiver.got == []
    assert "NO_SUCH_SECRET is not set" in process.said[0]


def test_a_receiver_that_is_gone_stops_nobody(path: Path) -> None:
    with Process(path, 'url = "http://127.0.0.1:9/"') as process:
        happened(path)
        await_true(lambda: process.said, 5, "a complaint")
        begin = time.monotonic()
        happened(path)
        assert time.monotonic() - begin < 1
    assert "refused" in process.said[0].lower()
