"""Tells the addresses of a route apart, for coverage, without keeping any: a path may hold a name or a number of
somebody. Pure."""

from hashlib import blake2b
from typing import Final

_BYTES: Final = 8
"""Of 1,000 paths, any two have one digest in a chance of one to 3.7e13."""


def address_of(path: str, key: bytes) -> int:
    """A signed number of 64 bits that stands for a percent-decoded path: equal for equal ones under one key, and
    without the key nobody can try out guesses. The key has at most 64 bytes."""
    digest = blake2b(path.encode("utf-8", "surrogatepass"), digest_size=_BYTES, key=key, person=b"address").digest()
    return int.from_bytes(digest, signed=True)
