"""How a client reads answers from raw bytes: strictly, so that a proxy's own mistakes are seen. Pure."""

import re

from tests.conformance.model import Answer, Ending


class Unreadable(Exception):
    """The bytes are no answer."""


def fields_of(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Names in lower case and values.

    Raises:
        Unreadable: a line is no header line.
    """
    found = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not name or name.strip() != name or b"\n" in line or b"\r" in line or b"\0" in line:
            raise Unreadable(f"bad header line {line!r}")
        found.append((name.lower(), value.strip(b" \t")))
    return found


def read_answers(raw: bytes, methods: tuple[str, ...], ending: Ending) -> tuple[list[Answer], list[Answer], bytes]:
    """Final answers, interim answers, and what follows the last one asked for.

    Source: RFC 9112 section 6.3.

    Raises:
        Unreadable: not HTTP.
    """
    finals: list[Answer] = []
    interims: list[Answer] = []
    while len(finals) < len(methods) and raw:
        end = raw.find(b"\r\n\r\n")
        if end < 0:
            break
        answer = _head(raw[:end])
        raw = raw[end + 4 :]
        if 100 <= answer.status < 200 and answer.status != 101:
            interims.append(answer)
            continue
        raw = _body(answer, raw, methods[len(finals)], ending)
        finals.append(answer)
        if not answer.whole or answer.status == 101:
            break
    return finals, interims, raw


def _head(head: bytes) -> Answer:
    lines = head.split(b"\r\n")
    version, _, rest = lines[0].partition(b" ")
    code = rest[:3]
    whole = code.isdigit() and len(code) == 3 and rest[3:4] in (b" ", b"")
    if version not in (b"HTTP/1.0", b"HTTP/1.1") or not whole or re.search(rb"[\r\n\0]", lines[0]):
        raise Unreadable(f"bad status line {lines[0]!r}")
    return Answer(version, int(code), fields_of(lines[1:]))


def _body(answer: Answer, raw: bytes, method: str, ending: Ending) -> bytes:
    lengths, codings = answer.values(b"content-length"), answer.values(b"transfer-encoding")
    if lengths and codings:
        raise Unreadable("answer with both framings")
    if len(lengths) > 1:
        raise Unreadable("answer with two lengths")
    if method == "HEAD" or answer.status in (101, 204, 304):
        answer.whole = True
        return raw
    if codings:
        if codings != [b"chunked"]:
            raise Unreadable(f"coding {codings!r}")
        answer.chunked = True
        return _chunks(answer, raw)
    if lengths:
        if not lengths[0].isdigit():
            raise Unreadable(f"length {lengths[0]!r}")
        length = int(lengths[0])
        answer.body = raw[:length]
        answer.whole = len(answer.body) == length
        return raw[length:]
    answer.body = raw
    answer.whole = ending is Ending.CLOSED
    return b""


def _chunks(answer: Answer, raw: bytes) -> bytes:
    while True:
        line, found, rest = raw.partition(b"\r\n")
        if not found:
            return raw
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError as error:
            raise Unreadable(f"chunk size {line!r}") from error
        if not size:
            if rest.startswith(b"\r\n"):
                answer.whole = True
                return rest[2:]
            block, found, after = rest.partition(b"\r\n\r\n")
            if found:
                answer.trailers = fields_of(block.split(b"\r\n"))
                answer.whole = True
                return after
            return rest
        answer.body += rest[:size]
        if len(rest) < size + 2:
            return b""
        if rest[size : size + 2] != b"\r\n":
            raise Unreadable("chunk longer than its size")
        raw = rest[size + 2 :]
