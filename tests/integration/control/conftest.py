"""A store on each of the two databases, with a server of the tests' own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from strangler_proxy.control.setup import ready
from tests.stack.postgresql import Server, postgresql


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store is: what `ready` and other processes need to know."""

    state: Path
    environment: dict[str, str]

    def open(self) -> None:
        """Lets this process's models be of this store."""
        ready(self.state, self.environment)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running PostgreSQL."""
    with postgresql() as running:
        yield running


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Place]:
    """An opened store in a file."""
    yield from _opened(Place(tmp_path, {}))


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An opened store of either kind."""
    environment: dict[str, str] = {}
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("server")
        environment["STRANGLER_DATABASE_URL"] = server.new_database("store")
    yield from _opened(Place(tmp_path, environment))


def _opened(place: Place) -> Iterator[Place]:
    place.open()
    yield place
    from django.db import connections

    connections.close_all()
