"""How many clients a worker's file descriptors are enough for."""

import pytest

from strangler_proxy.proxy.acceptor import connections_for


@pytest.mark.parametrize(
    ("descriptors", "origins", "clients"),
    [(1024, 2, 416), (1024, 1000, 256), (1_048_576, 10, 523_936), (20, 1, 16)],
)
def test_each_client_has_room_for_a_connection_to_a_backend(descriptors, origins, clients):
    assert connections_for(descriptors, origins) == clients
