"""What tests of the controller have in common."""

import socket
from collections.abc import Iterator

import pytest


@pytest.fixture
def service() -> Iterator[int]:
    """The port of a service that accepts connections."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        yield listener.getsockname()[1]
