"""Compiles the translations without GNU gettext, so that what is committed can be checked anywhere."""

import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compiled(po_file: Path) -> bytes:
    """The `.mo` of a `.po` file, the same bytes each time.

    Raises: ValueError when an entry is not translated.
    """
    with po_file.open("rb") as source:
        catalog = read_po(source, locale=po_file.parts[-3])
    missing = [message.id for message in catalog if message.id and (not message.string or message.fuzzy)]
    if missing:
        raise ValueError(f"{po_file} lacks translations of {missing}")
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()
