"""Whether a backend's URL is the proxy's own address."""

import pytest

from strangler_proxy.config.rules.loop import is_same_place


@pytest.mark.parametrize(
    ("url", "listen", "same"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("http://localhost:8000", "127.0.0.1:8000", True),
        ("http://127.0.0.1:8000", "0.0.0.0:8000", True),
        ("http://127.0.0.2:8000", "0.0.0.0:8000", True),
        ("http://[::1]:8000", "[::]:8000", True),
        ("http://127.0.0.1:8000", "[::]:8000", True),
        ("http://Shop.internal:8000", "shop.internal:8000", True),
        ("http://10.0.0.1", "10.0.0.1:80", True),
        ("http://127.0.0.1:8001", "127.0.0.1:8000", False),
        ("http://[::1]:8000", "127.0.0.1:8000", False),
        ("http://127.0.0.1:8000", "10.0.0.1:8000", False),
        ("http://monolith:8000", "0.0.0.0:8000", False),
        ("127.0.0.1:8000", "127.0.0.1:8000", False),
    ],
)
def test_a_backend_at_the_address_of_the_proxy_is_told_from_one_elsewhere(url: str, listen: str, same: bool) -> None:
    assert is_same_place(url, listen) is same
