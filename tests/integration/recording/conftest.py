"""A proxy and backends of the tests' own, and the command run beside them."""

from tests.integration.proxy.conftest import proxied, scripted

__all__ = ["proxied", "scripted"]
