"""How an answer goes on to a client: where its body ends, and whether the connection lives on after it. Pure.

Source: RFC 9112 sections 6 and 9.3.
"""

from typing import Final

from strangler_proxy.proxy.request_head import RequestHead
from strangler_proxy.proxy.response_head import ResponseHead

KEEP_1_0: Final = b"Connection: keep-alive\r\n"
CLOSE: Final = b"Connection: close\r\n"


def framing_of(head: ResponseHead, request: RequestHead, may_keep: bool) -> tuple[bytes, bool, bool]:
    """The header lines that frame it, whether its body goes in chunks, and whether the connection is kept.

    `may_keep`: nothing else speaks against keeping it.
    """
    length = head.length
    if head.status == 204:
        lines, to_chunks, keep = b"", False, may_keep  # RFC 9110 section 8.6, RFC 9112 section 6.1: neither header
    elif head.body_length is not None and not head.fields.chunked:
        lines, to_chunks, keep = b"" if length is None else b"Content-Length: %d\r\n" % length, False, may_keep
    elif request.http_1_0:
        lines, to_chunks, keep = b"", False, may_keep and head.body_length == 0
    else:
        lines, to_chunks, keep = b"Transfer-Encoding: chunked\r\n", True, may_keep
    if not keep:
        lines += CLOSE
    elif request.http_1_0:
        lines += KEEP_1_0
    return lines, to_chunks, keep
