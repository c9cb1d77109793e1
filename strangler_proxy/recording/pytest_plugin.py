"""A recording as tests: one for each exchange, so that a service's own CI guards the contract.

    pytest --strangler-recording traffic.har --strangler-against http://127.0.0.1:8002

Who is asked is what the fixture `strangler_against` gives: that option, the ini value `strangler_against`, or what a
conftest.py makes of it: a base URL, or a WSGI application, which is asked in this process. A HAR file is collected that
an option, the ini value `strangler_recordings` or the command line names; no other is touched.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TIMEOUT_SECONDS = 30.0
"""Of one answer."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, and the ini values for those who put them into their project's file."""
    group = parser.getgroup("strangler", "recorded exchanges as tests")
    group.addoption(
        "--strangler-recording", action="append", default=[], metavar="FILE", help="A HAR file; repeatable."
    )
    group.addoption("--strangler-against", metavar="URL", help="Base URL of the service that is asked.")
    group.addoption("--strangler-config", metavar="FILE", help="A strangler.toml, whose routes' rules compare.")
    group.addoption(
        "--strangler-header",
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="Send this header instead of the recorded one; repeatable.",
    )
    group.addoption("--strangler-unsafe", action="store_true", help="Ask POST, PUT, PATCH and DELETE too.")
    parser.addini("strangler_recordings", "HAR files, relative to the ini file", type="paths", default=[])
    parser.addini("strangler_against", "base URL of the service that is asked")
    parser.addini("strangler_config", "a strangler.toml, relative to the ini file", type="paths", default=[])
    parser.addini("strangler_ignore", "paths whose differences do not count, as in strangler.toml", type="linelist")
    parser.addini("strangler_unordered", "paths of lists that are compared as bags", type="linelist")
    parser.addini("strangler_keyed", "paths of lists and what pairs their items: body:$.results = id", type="linelist")


def pytest_configure(config: pytest.Config) -> None:
    """Recordings that an option names are collected, wherever they lie."""
    if not hasattr(config, "workerinput"):  # a worker of pytest-xdist is handed the arguments as they are here
        config.args += [str(Path(name).absolute()) for name in config.getoption("--strangler-recording")]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A HAR file that was named."""
    if file_path.suffix != ".har" or not _is_named(file_path, parent.config):
        return None
    from strangler_proxy.recording.exchange_tests import RecordingFile

    file: pytest.Collector = RecordingFile.from_parent(parent, path=file_path)
    return file


@pytest.fixture(scope="session")
def strangler_against(pytestconfig: pytest.Config) -> Any:
    """Who is asked: a base URL, or a WSGI application. Override it to start the service, or to fill its database."""
    url = pytestconfig.getoption("--strangler-against") or pytestconfig.getini("strangler_against")
    if not url:
        pytest.fail(
            "it is not said which service is asked: give --strangler-against URL, set strangler_against in the ini "
            "file, or write a fixture strangler_against that returns a URL or a WSGI application",
            pytrace=False,
        )
    return url


@pytest.fixture(scope="session")
def _strangler_ask() -> Iterator[Any]:
    """Asks whatever `strangler_against` gives, one connection for all exchanges."""
    from strangler_proxy.recording.ask import Backend
    from strangler_proxy.recording.ask_wsgi import WsgiBackend

    backends: dict[str, Backend] = {}

    def ask_of(against: Any) -> Any:
        if callable(against):
            return WsgiBackend(against)
        url = str(against).rstrip("/")
        if url not in backends:
            backends[url] = Backend((url,), TIMEOUT_SECONDS)
        return backends[url]

    yield ask_of
    for backend in backends.values():
        backend.close()


def _is_named(path: Path, config: pytest.Config) -> bool:
    given = (argument.partition("::")[0] for argument in config.args)
    named = (*config.getoption("--strangler-recording"), *config.getini("strangler_recordings"), *given)
    return any(path == (config.invocation_params.dir / one).absolute() for one in named)


def names_of(labels: list[str]) -> list[str]:
    """A name for each label that no other has: a number is put behind the second and later ones."""
    seen: Counter[str] = Counter()
    names = []
    for label in labels:
        seen[label] += 1
        names.append(label if seen[label] == 1 else f"{label} #{seen[label]}")
    return names
