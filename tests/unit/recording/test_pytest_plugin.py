"""A recording as tests, run by a pytest of its own in a project of its own."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from strangler_proxy.recording.exchange import Exchange
from strangler_proxy.recording.har import har_text
from tests.unit.recording.examples import answer, exchange

pytest_plugins = ["pytester"]

SERVICE = """
    import pytest

    @pytest.fixture
    def strangler_against():
        def application(environ, start_response):
            start_response("200 OK", [("Content-Type", "application/json")])
            return [b'{"id": 7, "path": "%s"}' % environ["PATH_INFO"].encode()]
        return application
"""


def recorded(target: str, path: str | None = None, **more: Any) -> Exchange:
    return exchange(target, answer=answer(b'{"id": 7, "path": "%s"}' % (path or target).encode()), **more)


@pytest.fixture
def project(pytester: pytest.Pytester) -> Callable[..., Path]:
    """A project with a recording in its tests."""

    def make(*exchanges: Exchange, conftest: str = SERVICE) -> Path:
        pytester.makeconftest(conftest)
        path = pytester.path / "contract.har"
        path.write_text(har_text(exchanges))
        return path

    return make


def test_each_exchange_is_a_test_that_its_address_names(project: Any, pytester: pytest.Pytester) -> None:
    project(recorded("/a/"), recorded("/b/"), recorded("/b/"))
    ran = pytester.runpytest("-v", "--strangler-recording", "contract.har")
    ran.assert_outcomes(passed=3)
    ran.stdout.fnmatch_lines(
        ["contract.har::GET /a/ PASSED*", "contract.har::GET /b/ PASSED*", "contract.har::GET /b/ #2 P*"]
    )


def test_a_difference_fails_with_both_values_and_nothing_of_ours(project: Any, pytester: pytest.Pytester) -> None:
    project(recorded("/a/", path="/other/"))
    ran = pytester.runpytest("--strangler-recording", "contract.har")
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(
        [
            "GET /a/ is not answered as was recorded",
            "medium value: body:$.path",
            '*recorded: "/other/"',
            '*answered: "/a/"',
        ]
    )
    assert "exchange_tests.py" not in ran.stdout.str()


def test_what_cannot_be_asked_is_skipped_with_the_reason(project: Any, pytester: pytest.Pytester) -> None:
    project(recorded("/a/", method="POST"), recorded("/?token=redacted-01234567"))
    ran = pytester.runpytest("-rs", "--strangler-recording", "contract.har")
    ran.assert_outcomes(skipped=2)
    assert "not asked: method" in ran.stdout.str()
    assert "not asked: redacted" in ran.stdout.str()


def test_a_har_file_that_nobody_named_is_left_alone(project: Any, pytester: pytest.Pytester) -> None:
    project(recorded("/a/"))
    pytester.runpytest().assert_outcomes()


def test_one_exchange_can_be_chosen(project: Any, pytester: pytest.Pytester) -> None:
    project(recorded("/lamps/"), recorded("/rugs/"))
    pytester.runpytest("contract.har::GET /rugs/").assert_outcomes(passed=1)
    pytester.runpytest("contract.har", "-k", "lamps").assert_outcomes(passed=1, deselected=1)


def test_the_ini_file_can_say_it_all(project: Any, pytester: pytest.Pytester) -> None:
    project(recorded("/a/", path="/other/"))
    pytester.makeini("[pytest]\nstrangler_recordings = contract.har\nstrangler_ignore = body:$.path\n")
    pytester.runpytest().assert_outcomes(passed=1)


def test_the_rules_of_a_config_hold_for_its_routes(project: Any, pytester: pytest.Pytester) -> None:
    project(recorded("/a/", path="/other/", route="a"))
    (pytester.path / "strangler.toml").write_text(
        '[backends.monolith]\nurls = ["http://127.0.0.1:1"]\n[[routes]]\nname = "a"\npath = "/a/"\n'
        'compare.ignore = ["body:$.path"]\n'
    )
    words = ("--strangler-recording", "contract.har", "--strangler-config", "strangler.toml")
    pytester.runpytest(*words).assert_outcomes(passed=1)
    pytester.runpytest(*words[:2]).assert_outcomes(failed=1)


@pytest.mark.parametrize(
    "ini",
    ["strangler_ignore = body:$.a ~(", "strangler_keyed = body:$.a", "strangler_unordered = header:a"],
)
def test_a_rule_that_is_none_is_wrong_usage(ini: str, project: Any, pytester: pytest.Pytester) -> None:
    project(recorded("/a/"))
    pytester.makeini(f"[pytest]\n{ini}\n")
    ran = pytester.runpytest("contract.har")
    assert ran.ret == pytest.ExitCode.INTERRUPTED or ran.ret == pytest.ExitCode.USAGE_ERROR
    assert "strangler_ignore, strangler_unordered or strangler_keyed" in ran.stdout.str() + ran.stderr.str()


def test_a_file_that_is_no_recording_is_an_error_with_its_code(project: Any, pytester: pytest.Pytester) -> None:
    project().write_text("{}")
    ran = pytester.runpytest("contract.har")
    ran.assert_outcomes(errors=1)
    assert "STR621" in ran.stdout.str()


def test_it_is_said_when_nobody_is_named_to_ask(project: Any, pytester: pytest.Pytester) -> None:
    project(recorded("/a/"), conftest="")
    ran = pytester.runpytest("contract.har")
    ran.assert_outcomes(errors=1)
    assert "--strangler-against URL" in ran.stdout.str()


class Service(BaseHTTPRequestHandler):
    """Answers as was recorded, and says what it was asked with."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.headers.get("Authorization"))  # type: ignore[attr-defined]
        body = b'{"id": 7, "path": "%s"}' % self.path.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.asked = []  # type: ignore[attr-defined]
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_running_service_is_asked_with_fresh_credentials(
    service: ThreadingHTTPServer, project: Any, pytester: pytest.Pytester
) -> None:
    secret = (b"Authorization", b"Bearer redacted-01234567")
    project(
        recorded("/a/", request_headers=((b"Host", b"shop.example"), secret)), recorded("/b/", path="/c/"), conftest=""
    )
    ran = pytester.runpytest(
        *("--strangler-recording", "contract.har"),
        *("--strangler-against", f"http://127.0.0.1:{service.server_port}/"),
        *("--strangler-header", "Authorization: Bearer fresh"),
    )
    ran.assert_outcomes(passed=1, failed=1)
    assert service.asked == ["Bearer fresh"] * 2  # type: ignore[attr-defined]


def test_a_service_that_is_not_there_fails_each_exchange(project: Any, pytester: pytest.Pytester) -> None:
    project(recorded("/a/"), conftest="")
    ran = pytester.runpytest("contract.har", "--strangler-against", "http://127.0.0.1:1")
    ran.assert_outcomes(failed=1)
    assert "no answer" in ran.stdout.str()


def test_the_tests_can_be_shared_out_over_processes(project: Any, pytester: pytest.Pytester) -> None:
    project(recorded("/a/"), recorded("/b/"), recorded("/c/", path="/d/"))
    ran = pytester.runpytest_subprocess("-n", "2", "--strangler-recording", "contract.har")
    ran.assert_outcomes(passed=2, failed=1)
