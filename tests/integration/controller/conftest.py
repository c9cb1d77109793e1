"""What tests of the controller have in common."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from strangler_proxy.control.database import FILE
from tests.integration.control.conftest import Place


@pytest.fixture
def service() -> Iterator[int]:
    """The port of a service that accepts connections."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        yield listener.getsockname()[1]


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its tables and nothing in them, made once, as that takes a second."""
    state = tmp_path_factory.mktemp("empty")
    Place(state, {}).open()
    from django.db import connections

    connections.close_all()
    return state / FILE


@pytest.fixture
def state(tmp_path: Path, empty_store: Path) -> Iterator[Path]:
    """A state directory whose store this process has open."""
    state = tmp_path / ".strangler"
    state.mkdir()
    shutil.copy(empty_store, state / FILE)
    Place(state, {}).open()
    yield state
    from django.db import connections

    connections.close_all()
