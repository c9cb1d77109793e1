"""Fixtures of the integration tests of proxy and comparer: everything real, on free ports."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from proxy_harness import RunningProxy, ScriptedBackend, Serve, running_proxy


@pytest.fixture
def scripted() -> Iterator[Callable[[Serve], ScriptedBackend]]:
    """Makes scripted backends that end with the test."""
    with ExitStack() as stack:
        yield lambda serve: stack.enter_context(ScriptedBackend(serve))


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Callable[..., RunningProxy]]:
    """Starts proxies that end with the test."""
    with ExitStack() as stack:
        yield lambda toml, env=None: stack.enter_context(running_proxy(tmp_path, toml, env))
