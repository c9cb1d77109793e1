"""Writes a file whole or not at all, and keeps the one that it replaces."""

import contextlib
import os
import tempfile
from itertools import count
from pathlib import Path


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Put `text` into the file at `path`, with that mode: a reader sees the old file or the new one, never a part.

    Raises: OSError when it cannot be written; the old file is then as it was.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def keep_aside(path: Path) -> Path:
    """Copy the file at `path` to `NAME.bak`, or `NAME.bak.2` and so on when that is taken; return where it is kept.

    Raises: OSError when it cannot be copied.
    """
    content = path.read_bytes()
    for number in count(1):
        kept = path.with_name(f"{path.name}.bak" + (f".{number}" if number > 1 else ""))
        with contextlib.suppress(FileExistsError), kept.open("xb") as file:
            file.write(content)
            return kept
    raise AssertionError("count() does not end")
