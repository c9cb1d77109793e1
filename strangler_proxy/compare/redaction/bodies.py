"""A body without private data, each kind in its own way; what cannot be read as its kind is cleaned as text."""

from dataclasses import dataclass

from strangler_proxy.compare.media import Kind, Media
from strangler_proxy.compare.redaction.json_text import JsonText
from strangler_proxy.compare.redaction.literal import without_places
from strangler_proxy.compare.redaction.mark import Marker
from strangler_proxy.compare.redaction.pairs import clean_pairs
from strangler_proxy.compare.redaction.places import Places
from strangler_proxy.compare.redaction.table import clean_table
from strangler_proxy.compare.redaction.texts import Texts, stable

_PLAIN_CHARSETS = frozenset({"utf-8", "utf8", "ascii", "us-ascii", "latin-1", "iso-8859-1", "windows-1252", "cp1252"})
"""Charsets in which the bytes of plain characters are ASCII's."""
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Bodies:
    """Cleans bodies from which content encodings are taken off already."""

    marker: Marker
    places: Places
    texts: Texts

    def clean(self, data: bytes, kind: Kind) -> bytes:
        """The bytes with marks. Doing it again changes nothing; never raises."""
        text, charset, errors = _decoded(data, kind)
        cleaned = stable(text, lambda one: self._once(one, kind), self.marker.mark)
        if cleaned != text:
            try:
                data = cleaned.encode(charset, errors)
            except (UnicodeError, LookupError):
                return self.marker.mark(text).encode()
        if charset.lower() in _PLAIN_CHARSETS:
            return data
        plain = Texts(self.marker, ())  # the charset may be a lie; what was set is meant for what the text says
        return plain.clean(data.decode("latin-1")).encode("latin-1")

    def _once(self, text: str, kind: Kind) -> str:
        if self.places.named(()):
            return self.marker.mark(text)
        bom = _BOM if text.startswith(_BOM) else ""
        text = text.removeprefix(_BOM)
        if kind.media is Media.JSON or text.lstrip(" \t\r\n")[:1] in ("{", "["):
            cleaned = JsonText(self.marker, self.places, self.texts).clean(text)
            if cleaned.is_json:
                return bom + cleaned.text
            keep = kind.media is not Media.JSON or not self.places.has_paths  # what is at a path there is unknown
            text = cleaned.text + (cleaned.rest if keep else self.marker.mark(cleaned.rest))
        text = self.texts.clean(text)
        if kind.media is Media.FORM:
            text = clean_pairs(text, self.marker, self.texts, lambda name, count: self.places.named((name, count)))
        elif kind.media is Media.CSV:
            text = clean_table(text, self.marker, self.places, self.texts)
        elif self.places.has_paths:
            text = without_places(text, kind, self.marker, self.places)
        return bom + text


def _decoded(data: bytes, kind: Kind) -> tuple[str, str, str]:
    """The bytes as text, and how that text is made bytes again: as they say, or byte for byte."""
    if kind.media is Media.BINARY:
        return data.decode("latin-1"), "latin-1", "replace"
    if kind.charset.lower() not in ("utf-8", "utf8") and (text := _in_charset(data, kind.charset)) is not None:
        return text, kind.charset, "replace"
    return data.decode("utf-8", "surrogateescape"), "utf-8", "surrogateescape"


def _in_charset(data: bytes, charset: str) -> str | None:
    """The text; None where the bytes are not of the charset, or there is none such."""
    try:
        return data.decode(charset)
    except Exception:  # codecs raise what they like on odd names and bytes
        return None
