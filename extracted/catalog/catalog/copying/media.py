"""Image files from the shop's media folder into that of the service."""

import dataclasses
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.core.exceptions import SuspiciousFileOperation
from django.utils._os import safe_join

from catalog.copying.errors import CopyRefused


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MediaCopied:
    copied: int
    unchanged: int
    missing: tuple[str, ...]
    """Names that the database knows and the source's folder does not have."""


def media_copy(names: Iterable[str], *, source: Path, target: Path) -> MediaCopied:
    """Brings the named files to the target, those left out that are there with the same size and time of change.

    Files of the target that are not named stay. A file appears under its name only when it is complete.

    Raises: CopyRefused when the source is no folder, or a name would lead out of it.
    """
    if not source.is_dir():
        raise CopyRefused(f"--media {source} is no folder: name the shop's MEDIA_ROOT.")
    copied = unchanged = 0
    missing = []
    for name in names:
        try:
            origin, copy = Path(safe_join(source, name)), Path(safe_join(target, name))
        except SuspiciousFileOperation as error:
            raise CopyRefused(f"The image {name!r} lies outside of {source}: mend its row in the shop.") from error
        if not origin.is_file():
            missing.append(name)
        elif _is_same(origin, copy):
            unchanged += 1
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            unfinished = copy.with_name(f"{copy.name}.unfinished")
            shutil.copy2(origin, unfinished)
            unfinished.replace(copy)
            copied += 1
    return MediaCopied(copied=copied, unchanged=unchanged, missing=tuple(missing))


def _is_same(origin: Path, copy: Path) -> bool:
    if not copy.exists():
        return False
    one, other = origin.stat(), copy.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)
