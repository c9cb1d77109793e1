"""Notices that `strangler.toml` changed, by looking at it often: works for editors, renames, symlink swaps, ConfigMaps.

A stat costs some two microseconds, so that looking every 5 ms costs nothing, while inotify misses network file
systems, bind mounts and swapped symlinks.
"""

import os
import time
from pathlib import Path
from typing import NamedTuple

LOOK_SECONDS = 0.005

_SETTLED_NS = 50_000_000
"""Nanoseconds after which an unchanged time proves an unchanged file: clocks of file systems are coarse."""

_QUIET_SECONDS = 0.025
"""Seconds without a change after which a file written in place is taken for whole: half of the 50 ms in which a saved
change is to act."""

_TROUBLE_SECONDS = 0.5
"""Seconds after which a file that is not there is worth a word: editors take it away for a moment."""


class _Signature(NamedTuple):
    device: int
    inode: int
    modified_ns: int
    changed_ns: int
    size: int


class _Pending(NamedTuple):
    signature: _Signature
    content: bytes
    since: float


class Watcher:
    """Gives the text of the file when it differs from the last one given."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text.encode()
        self._seen: _Signature | None = None
        self._pending: _Pending | None = None
        self._missed: tuple[str, float] | None = None
        self._told: str | None = None

    def look(self, now: float) -> bytes | None:
        """The new content, or None when it is the same, missing, empty, or perhaps still being written. `now` is in
        monotonic seconds.

        A file replaced by a rename is taken when two looks show the same; one written in place, when nothing has
        changed for `_QUIET_SECONDS`.
        """
        try:
            signature = self._signature()
            settled = signature == self._seen and time.time_ns() - signature.changed_ns >= _SETTLED_NS
            if settled and self._pending is None:
                self._missed = None
                return None
            content = self._path.read_bytes()
        except FileNotFoundError:
            self._miss("is gone", now)
            return None
        except OSError as error:
            self._miss(f"can't be read ({error.strerror})", now)
            return None
        if not content:
            self._miss("is empty", now)
            return None
        self._missed = None
        if content == self._text:
            self._seen, self._pending = signature, None
            return None
        pending = self._pending
        if pending is None or pending.signature != signature or pending.content != content:
            self._pending = _Pending(signature, content, now)
            return None
        in_place = self._seen is not None and self._seen[:2] == signature[:2]
        if in_place and now - pending.since < _QUIET_SECONDS:
            return None
        self._seen, self._text, self._pending = signature, content, None
        return content

    def news(self, now: float) -> str | None:
        """What is to be said of the file itself, once: that it is not there to be read, or that it is again."""
        trouble, since = self._missed or (None, now)
        if trouble == self._told or (trouble is not None and now - since < _TROUBLE_SECONDS):
            return None
        self._told = trouble
        return "can be read again" if trouble is None else f"{trouble}; serving on by the last valid one"

    def _miss(self, trouble: str, now: float) -> None:
        self._pending = None
        if self._missed is None or self._missed[0] != trouble:
            self._missed = trouble, now

    def _signature(self) -> _Signature:
        found = os.stat(self._path)
        return _Signature(found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)
