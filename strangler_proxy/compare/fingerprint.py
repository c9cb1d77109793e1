"""ETags that are a hash of the body say nothing that the comparison of the bodies does not say.

Django's ConditionalGetMiddleware makes such ones, so that a page with a CSRF token has another ETag each time.
Source: django/utils/cache.py, `set_response_etag`.
"""

import hashlib
import re

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.encoding import Undecodable, decode_body

ETAG_NAME = "etag"
_FINGERPRINT = re.compile(rb'(?:W/)?"([0-9a-f]{32})"')
"""An MD5 in hexadecimal; weak where GZipMiddleware compressed the body afterwards."""


def are_fingerprints(primary: Answer, candidate: Answer) -> bool:
    """Whether the ETags of both answers are the hashes of their own bodies."""
    return _is_fingerprint(primary) and _is_fingerprint(candidate)


def _is_fingerprint(answer: Answer) -> bool:
    fields = {name.lower(): value for name, value in answer.headers}
    tag = _FINGERPRINT.fullmatch(fields.get(ETAG_NAME.encode(), b""))
    if tag is None or answer.truncated:
        return False
    try:
        body = decode_body(answer.body, fields.get(b"content-encoding", b"").decode("latin-1")).data
    except Undecodable:
        return False
    return hashlib.md5(body, usedforsecurity=False).hexdigest().encode() == tag[1]
