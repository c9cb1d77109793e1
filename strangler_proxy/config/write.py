"""The application of a planned edit: the whole new file or none, and never over somebody else's change."""

import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from strangler_proxy.config.edit import Edit
from strangler_proxy.config.errors import EditRefused, FileChanged
from strangler_proxy.config.load import parse, read


def apply(edit: Edit, *, held: bool = False, valid_only: bool = True) -> None:
    """Write the edit's text to its file, all or nothing.

    1. A symbolic link is followed: its target is replaced, the link stays.
    2. The directory is locked against other editors of this toolkit, unless the caller has it `held` already.
    3. The new text is written beside the file with its mode and owner, and brought to disk.
    4. The file is compared with the one of the plan, and at once the new one renamed over it: a reader sees the old
       file or the new one, and a save by an editor that knows no lock is overwritten only in that last instant.

    Raises: ConfigInvalid when the new text is not valid, unless `valid_only` is off; FileChanged when the file is not
    as it was when the plan was made; EditRefused when the directory cannot be written. The file is then as it was.
    """
    if not edit.changes:
        return
    if valid_only:
        parse(edit.after, edit.path)
    target = edit.path.resolve()
    with nullcontext() if held else hold(edit.path):
        try:
            _replace(target, edit)
        except OSError as error:
            raise _not_writable(edit.path, error) from error


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Keep other editors of this toolkit away from the file at `path`, so that an edit can be planned and applied.

    What is locked is its directory: the file itself is replaced, and a lock on it would be lost with it.

    Raises: EditRefused when the directory cannot be locked.
    """
    try:
        descriptor = os.open(path.resolve().parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _not_writable(path, error) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            raise _not_writable(path, error) from error
        yield
    finally:
        os.close(descriptor)


def _not_writable(path: Path, error: OSError) -> EditRefused:
    return EditRefused(
        f"the file cannot be written: {error.strerror}.",
        where=str(path),
        remedy=_remedy(error, path.resolve().parent),
    )


def _remedy(error: OSError, directory: Path) -> str:
    """How to make the file writable; it is replaced by a new one, which its directory must allow."""
    if error.errno in (errno.EBUSY, errno.EXDEV):
        return "It is mounted on its own, and so can't be replaced: mount its directory instead."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"Make room on the disk of {directory}."
    if error.errno == errno.EROFS:
        return f"{directory} is mounted read-only: change the file where it comes from."
    return f"Give the user that runs strangler the right to write into {directory}."


def _replace(target: Path, edit: Edit) -> None:
    old = target.stat()
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(edit.after.encode())
            file.flush()
            os.fchmod(file.fileno(), old.st_mode & 0o7777)
            _give(file.fileno(), old.st_uid, old.st_gid)
            os.fsync(file.fileno())
        if read(target) != edit.before:
            raise FileChanged(
                "the file was changed by somebody else since the edit was planned; nothing was written.",
                where=str(edit.path),
                remedy="Run the command again: it will start from the file as it is now.",
            )
        os.replace(name, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
    _sync_directory(target.parent)


def _give(descriptor: int, user: int, group: int) -> None:
    """Keep owner and group as far as this user may: in a team's directory the group is what counts."""
    for owner in (user, -1):
        with suppress(PermissionError):
            os.fchown(descriptor, owner, group)
            return


def _sync_directory(directory: Path) -> None:
    """Bring the rename to disk, so that a power cut does not undo it."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
