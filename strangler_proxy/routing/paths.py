"""The path of a request, when the proxy, Django and a service are sure to read it the same; otherwise why they may not.

A path that two programs read differently could pass the proxy as one route and act in the service as another, so such
a path never leaves the monolith, which has always read it. What is refused, and what is not, on purpose:

- `;` is refused raw, because Java servers cut `;name=value` out of each segment, and as `%3B` too, because nginx, where
  it stands before a service and rewrites the path, passes `%3B` on as a raw `;`.
- `%2F` and `%5C`, and a raw backslash: Django and WSGI servers decode them to separators, most others do not.
- `%25` before two hex digits: whoever decodes twice reads something else.
- `%3F` and `%23` are taken: whoever decodes once reads the same character, and nginx encodes them again.
- Double slashes are refused in front only, where `//name/` is also a network-path reference (RFC 3986, 4.2). Further in
  they are part of the path for Django, and a route with `<path:…>` may mean them.

- A path of more than `LONGEST` bytes is not tried on any route. Two parameters side by side (`<slug:a>-<slug:b>`) make
  the time of a match grow with the square of the path's length or worse, and one such match holds up every user of a
  worker. Paths of that length are hardly ever links; the monolith answers them, as it did.

Source: RFC 3986 sections 2.2, 3.3, 5.2.4; `django.core.handlers.wsgi.get_path_info`.
"""

import re
from enum import Enum
from typing import Final
from urllib.parse import unquote_to_bytes


class Ambiguity(Enum):
    """What makes a path ambiguous; the value completes the sentence `the path …`."""

    NO_ORIGIN_FORM = "does not begin with a slash"
    DOUBLE_SLASH = "begins with two slashes"
    FRAGMENT = "has a fragment"
    RAW_BYTE = "has a raw byte that a URL must encode"
    BAD_ENCODING = "has a percent sign without two hex digits"
    SLASH = "has an encoded slash or a backslash"
    SEMICOLON = "has a semicolon"
    TWICE_ENCODED = "is percent-encoded twice"
    NOT_UTF8 = "is not UTF-8"
    CONTROL = "has a control character"
    DOT_SEGMENT = "has a dot segment"
    TOO_LONG = "is longer than the paths that routes are tried on"


LONGEST: Final = 1024
"""Bytes of a path, percent-encoded, up to which routes are tried; browsers and servers take some 2,000 to 8,000."""

_PLAIN: Final = re.compile(r"/(?!/)[A-Za-z0-9/._~!$&'()*+,=:@-]*")
"""What needs no decoding and no further look, save for dot segments."""

_REFUSALS_BEFORE_DECODING: Final = (
    (Ambiguity.NO_ORIGIN_FORM, re.compile(rb"\A(?!/)")),
    (Ambiguity.DOUBLE_SLASH, re.compile(rb"\A//")),
    (Ambiguity.FRAGMENT, re.compile(rb"#")),
    (Ambiguity.RAW_BYTE, re.compile(rb"[\x00-\x20\x7f-\xff]")),
    (Ambiguity.BAD_ENCODING, re.compile(rb"%(?![0-9A-Fa-f]{2})")),
    (Ambiguity.SLASH, re.compile(rb"\\|%2[Ff]|%5[Cc]")),
    (Ambiguity.SEMICOLON, re.compile(rb";|%3[Bb]")),
    (Ambiguity.TWICE_ENCODED, re.compile(rb"%25[0-9A-Fa-f]{2}")),
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DOT_SEGMENT: Final = re.compile(r"/\.\.?(?:/|\Z)")


def read_path(target: bytes) -> str | Ambiguity:
    """Return the percent-decoded path of a target in origin form, without its query; or why it is ambiguous."""
    path, _, query = target.decode("latin-1").partition("?")
    if "#" in query:
        return Ambiguity.FRAGMENT
    if len(path) > LONGEST:
        return Ambiguity.TOO_LONG
    if _PLAIN.fullmatch(path) and "/." not in path:
        return path
    return _read_closely(path.encode("latin-1"))


def _read_closely(raw: bytes) -> str | Ambiguity:
    for ambiguity, pattern in _REFUSALS_BEFORE_DECODING:
        if pattern.search(raw):
            return ambiguity
    try:
        path = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return Ambiguity.NOT_UTF8
    if _CONTROL.search(path):
        return Ambiguity.CONTROL
    if _DOT_SEGMENT.search(path):
        return Ambiguity.DOT_SEGMENT
    return path
