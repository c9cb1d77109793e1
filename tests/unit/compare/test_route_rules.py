"""What the rules of a route know from the rest of the config."""

from pathlib import Path

import pytest

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.difference import Difference
from strangler_proxy.compare.route_rules import rules_of
from strangler_proxy.config.load import parse

CONFIG = """
[proxy]
listen = "127.0.0.1:8000"
[backends.monolith]
urls = ["http://127.0.0.1:8001"]
[backends.catalog]
urls = ["http://127.0.0.1:8002"]
{backend}
[[routes]]
name = "product"
path = "/products/<int:pk>/"
service = "catalog"
stage = "shadow"
"""


def found(header: str, backend: str = "") -> tuple[Difference, ...]:
    """The differences where the service's answer has one header more."""
    config = parse(CONFIG.format(backend=backend), Path("strangler.toml"))
    primary, candidate = (Answer(status=200, headers=lines, body=b"") for lines in ((), ((header.encode(), b"1.4"),)))
    return compare(primary, candidate, rules_of(config, config.routes[0])).differences


@pytest.mark.parametrize(
    ("header", "backend"), [("X-Service-Version", ""), ("X-Release", 'version_header = "X-Release"')]
)
def test_the_header_that_says_the_services_version_is_not_compared(header: str, backend: str) -> None:
    assert found(header, backend) == ()


def test_another_backends_way_to_say_it_is_compared() -> None:
    assert [one.path for one in found("X-Service-Version", 'version_header = "X-Release"')] == [
        "header:x-service-version"
    ]
