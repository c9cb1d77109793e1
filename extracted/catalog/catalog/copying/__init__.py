"""Copies the catalog out of the shop's database: whole, in one transaction, as often as wanted."""

from catalog.copying.errors import CopyRefused
from catalog.copying.media import MediaCopied, media_copy
from catalog.copying.rows import image_names, rows_copy
from catalog.copying.schema import schema_check
from catalog.copying.source import source_opened

__all__ = ["CopyRefused", "MediaCopied", "image_names", "media_copy", "rows_copy", "schema_check", "source_opened"]
