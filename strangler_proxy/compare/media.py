"""What kind of body an answer has, by its Content-Type and, where that is silent, by its first bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Media(StrEnum):
    """The kinds of body that are compared each in its own way."""

    JSON = "json"
    HTML = "html"
    XML = "xml"
    CSV = "csv"
    FORM = "form"
    MULTIPART = "multipart"
    TEXT = "text"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Kind:
    """A body's kind, with what is needed to read it."""

    media: Media
    charset: str = "utf-8"
    boundary: str = ""


_EXACT: Mapping[str, Media] = {
    "application/json": Media.JSON,
    "text/json": Media.JSON,
    "text/html": Media.HTML,
    "application/xhtml+xml": Media.HTML,
    "application/xml": Media.XML,
    "text/xml": Media.XML,
    "text/csv": Media.CSV,
    "text/tab-separated-values": Media.CSV,
    "application/x-www-form-urlencoded": Media.FORM,
    "application/javascript": Media.TEXT,
    "application/x-ndjson": Media.TEXT,
    "application/yaml": Media.TEXT,
    "application/toml": Media.TEXT,
}
_RULES: tuple[tuple[Callable[[str], bool], Media], ...] = (
    (lambda name: name.endswith("+json"), Media.JSON),
    (lambda name: name.endswith("+xml"), Media.XML),
    (lambda name: name.startswith("multipart/"), Media.MULTIPART),
    (lambda name: name.startswith("text/"), Media.TEXT),
)


def kind_of(content_type: str, body: bytes) -> Kind:
    """The kind of a body; the bytes decide when the type is missing or says nothing."""
    declared = _declared(content_type)
    return declared if declared is not None else Kind(_by_look(body), *_parameters(content_type))


@lru_cache(maxsize=256)
def _declared(content_type: str) -> Kind | None:
    """The kind that the type says; None: it says none."""
    name = content_type.partition(";")[0].strip().lower()
    media = _EXACT.get(name) or next((media for fits, media in _RULES if fits(name)), None)
    if media is None:
        if name in ("", "*/*", "application/octet-stream"):
            return None
        media = Media.BINARY
    return Kind(media, *_parameters(content_type))


def _parameters(content_type: str) -> tuple[str, str]:
    """Charset and boundary."""
    parameters = {}
    for parameter in content_type.split(";")[1:]:
        key, _, value = parameter.partition("=")
        parameters[key.strip().lower()] = value.strip().strip('"')
    return parameters.get("charset") or "utf-8", parameters.get("boundary", "")


def _by_look(body: bytes) -> Media:
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"{", b"[")):
        return Media.JSON
    if start.startswith((b"<!doctype html", b"<html")):
        return Media.HTML
    if start.startswith(b"<?xml"):
        return Media.XML
    if b"\0" in body[:4096]:
        return Media.BINARY
    try:
        body.decode()
    except UnicodeDecodeError:
        return Media.BINARY
    return Media.TEXT
