"""Heads that were understood once, and so need not be read again.

A site's heads differ in one or two lines mostly: a cookie, a length. With that line cut out, the rest is a block that
comes over and over, and what it means is looked up instead of read. A block is remembered only when every line in it
means the same whatever the cut line says, so that reading the whole gives the same.
"""

from typing import Final, Generic, TypeVar

T = TypeVar("T")

_BLOCKS: Final = 1024
_BLOCK_BYTES: Final = 2048
"""Together 2 MiB at most for each direction of a worker. Once full, it forgets all: common ones come back."""


class KnownBlocks(Generic[T]):
    """Block → what it means."""

    def __init__(self) -> None:
        self._known: dict[bytes, T] = {}
        self.get = self._known.get
        """What a block means; None when it is not known."""

    def forget(self) -> None:
        """Forgets all."""
        self._known.clear()

    def remember(self, block: bytes, meaning: T) -> None:
        """Keeps what `block` means, unless it is too long."""
        if len(block) <= _BLOCK_BYTES:
            if len(self._known) >= _BLOCKS:
                self._known.clear()
            self._known[block] = meaning
