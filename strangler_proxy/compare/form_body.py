"""Forms: URL-encoded and multipart, by field."""

import email
import email.policy
from typing import Any
from urllib.parse import parse_qsl

from strangler_proxy.compare.bytes_body import shown
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.media import Kind
from strangler_proxy.compare.text_body import decoded
from strangler_proxy.compare.values import Values

Fields = dict[str, list[Any]]


def read(data: bytes, kind: Kind) -> Fields:
    """Name → values of a URL-encoded form; values of one name in order.

    Raises:
        ValueError: the bytes are no text, or there are far too many fields.
    """
    fields: Fields = {}
    for name, value in parse_qsl(decoded(data, kind), keep_blank_values=True, max_num_fields=100_000):
        fields.setdefault(name, []).append(value)
    return fields


def read_multipart(data: bytes, kind: Kind) -> Fields:
    """Name → parts of a multipart body; parts without a name are under the empty one.

    Raises:
        ValueError: there is no boundary, or no part.
    """
    head = f'Content-Type: multipart/mixed; boundary="{kind.boundary}"\r\n\r\n'
    message = email.message_from_bytes(head.encode("latin-1", "replace") + data, policy=email.policy.compat32)
    if not kind.boundary or not message.is_multipart():
        raise ValueError("no part between its boundaries")
    fields: Fields = {}
    for part in message.get_payload():
        assert not isinstance(part, str)
        name = part.get_param("name", "", header="content-disposition")
        content = part.get_payload(decode=True) or b""
        assert isinstance(content, bytes)
        fields.setdefault(str(name), []).append(
            {
                "type": part.get_content_type(),
                "filename": part.get_filename(),
                "content": _content(content),
            }
        )
    return fields


def compare(primary: Fields, candidate: Fields, findings: Findings) -> None:
    """Find which fields differ; their order does not count, the order of one name's values does."""
    Values(findings).compare(primary, candidate)


def _content(data: bytes) -> str:
    """Text as it is, other bytes by length and hash."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return shown(data)
