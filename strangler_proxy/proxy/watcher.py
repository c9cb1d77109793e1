"""Notices that `strangler.toml` changed, by looking at it often: works for editors, renames, symlink swaps, ConfigMaps.

A stat costs some two microseconds, so that looking every 5 ms costs nothing, while inotify misses network file
systems, bind mounts and swapped symlinks.
"""

import os
import time
from pathlib import Path

LOOK_SECONDS = 0.005

_SETTLED_NS = 50_000_000
"""Nanoseconds after which an unchanged time proves an unchanged file: clocks of file systems are coarse."""


class Watcher:
    """Gives the text of the file when it differs from the last one given."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text.encode()
        self._seen = self._signature()
        self._unsettled: bytes | None = None

    def look(self) -> bytes | None:
        """The new content, or None when it is the same, missing, or perhaps still being written.

        A file replaced by a rename is taken at once; one written in place, when two looks show the same.
        """
        signature = self._signature()
        if signature is None:
            return None
        recent = time.time_ns() - signature[2] < _SETTLED_NS
        if signature == self._seen and not recent and self._unsettled is None:
            return None
        replaced = self._seen is None or signature[:2] != self._seen[:2]
        self._seen = signature
        try:
            content = self._path.read_bytes()
        except OSError:
            return None
        if content == self._text:
            self._unsettled = None
            return None
        if not replaced and content != self._unsettled:
            self._unsettled = content
            return None
        self._unsettled = None
        self._text = content
        return content

    def _signature(self) -> tuple[int, int, int, int] | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
