"""Requests bent by chance, from a seed: the same number always gives the same bytes. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

_LENGTHS = (
    *(b"+%d", b"-%d", b"0x%x", b"%d,%d", b"%d, %d", b"%d;", b"%d.0", b"0%d", b"00000%d", b"%d_0", b" %d ", b"\x0b%d"),
    *(
        b"%d\x0b",
        b"%d\0",
        b"%d a",
        b'"%d"',
        b"%d,",
        b",%d",
        b"",
        b"%d0",
        b"1844674407370955161%d",
        b"%d\t",
        b"\xd9\xa5",
    ),
)
_CODINGS = (
    *(b"Chunked", b"CHUNKED", b"xchunked", b"chunkedx", b"chunked,", b",chunked", b"chunked, chunked", b"identity"),
    *(b"chunked, identity", b"identity, chunked", b"gzip, chunked", b"chunked;q=1", b'"chunked"', b"\x0bchunked"),
    *(
        b"chunked\x0b",
        b"\0chunked",
        b"chunked\0",
        b"",
        b"chunke",
        b"chun\tked",
        b"chunked\t",
        b"\tchunked",
        b"'chunked'",
    ),
)
_HIDDEN = (
    *(b"Transfer-Encoding : chunked", b"Transfer-Encoding\t: chunked", b" Transfer-Encoding: chunked"),
    *(b"\tTransfer-Encoding: chunked", b"X: y\nTransfer-Encoding: chunked", b"X: y\rTransfer-Encoding: chunked"),
    *(b"X: y\r\n\tTransfer-Encoding: chunked", b"Transfer-Encoding:\r\n chunked", b"Transfer-Encoding:\n chunked"),
    *(b"Transfer_Encoding: chunked", b"Transfer-Encoding\0: chunked", b"Transfer-Encoding\x0b: chunked"),
    *(b"Transfer-Encoding: chunked\r", b"\rTransfer-Encoding: chunked", b"\0Transfer-Encoding: chunked"),
    *(
        b"Transfer\xadEncoding: chunked",
        b"Transfer-Encodin: chunked",
        b"Transfer-Encoding",
        b"Transfer-Encoding:chunked",
    ),
    *(
        b"Content-Length : 7",
        b"Content_Length: 7",
        b" Content-Length: 7",
        b"Content-Length\0: 7",
        b"X: y\nContent-Length: 7",
    ),
    *(b"Content-Length:\r\n 7", b"Content-Length", b"Connection: content-length", b"Connection: transfer-encoding"),
    *(
        b"Connection: close, host",
        b"Connection: keep-alive",
        b"Expect: 100-continue",
        b"Host: b",
        b"Trailer: Content-Length",
    ),
    *(
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
        b"TE: trailers, chunked",
    ),
    *(b"X-Forwarded-For: 6.6.6.6", b"X-Request-ID: no id", b"X_Request_ID: smuggled", b":", b"=: =", b"X", b"X:"),
)
_ENDS = (b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n\r\n", b"\r\n ", b"\x0b", b"\x85", b"\0\r\n", b" \r\n", b"")
_BYTES = b"\0\x01\x08\t\n\x0b\x0c\r\x1b \"'(),/:;<=>?@[\\]{}\x7f\x80\x85\xa0\xad\xff"
_SIZES = (
    *(
        b"0x%x",
        b"+%x",
        b"-%x",
        b" %x",
        b"%x ",
        b"%x\t",
        b"0%x",
        b"0000000000%x",
        b"%X",
        b"%x;a=b",
        b'%x;a="b\r\n"',
        b"%x;",
    ),
    *(
        b"%x;a\nb",
        b"%x\r",
        b"%x\0",
        b"%x_0",
        b"g%x",
        b"",
        b"%x,",
        b"1000000000000000%x",
        b"%x;\x01",
        b"%x\x0b",
        b"%x ;a",
    ),
)
_TRAILERS = (
    b"",
    b"",
    b"X: y\r\n",
    b"Content-Length: 5\r\n",
    b"X : y\r\n",
    b"X\r\n",
    b" X: y\r\n",
    b"X: y\n",
    b"Host: b\r\n",
)
_VERSIONS = (
    b"HTTP/1.0",
    b"HTTP/1.2",
    b"HTTP/2.0",
    b"HTTP/0.9",
    b"http/1.1",
    b"HTTP/1.1 ",
    b"HTTP/1.1\x0b",
    b"",
    b"HTTP/1.",
)


@dataclass
class Draft:
    """A request under the hammer."""

    number: int
    method: bytes = b"POST"
    target: bytes = b""
    version: bytes = b"HTTP/1.1"
    lines: list[bytes] = field(default_factory=list)
    body: bytes = b""
    chunks: list[bytes] | None = None
    ends: dict[int, bytes] = field(default_factory=dict)
    """Odd line ends, by line."""
    raw: list[Callable[[Random, bytes], bytes]] = field(default_factory=list)
    """What is done to the whole at last."""

    def made(self, random: Random) -> bytes:
        lines = [b"%b %b %b" % (self.method, self.target, self.version), *self.lines, b""]
        head = b"".join(line + self.ends.get(at, b"\r\n") for at, line in enumerate(lines))
        whole = head + (self.body if self.chunks is None else b"".join(self.chunks))
        for change in self.raw:
            whole = change(random, whole)
        return whole


def _draft(random: Random, number: int) -> Draft:
    draft = Draft(number, target=b"/m/%d?a=b" % number, lines=[b"Host: a"])
    payload = random.choice((b"hello", b"", b"0\r\n\r\n", _request(number, b"inner"), b"a" * 40))
    kind = random.randrange(4)
    if kind == 0:
        draft.method = b"GET"
    elif kind == 1:
        draft.lines.append(b"Content-Length: %d" % len(payload))
        draft.body = payload
    else:
        draft.lines.append(b"Transfer-Encoding: chunked")
        draft.chunks = [b"%x\r\n%b\r\n" % (len(payload), payload)] if payload else []
        draft.chunks.append(b"0\r\n\r\n")
    return draft


def _request(number: int, word: bytes) -> bytes:
    return b"GET /%b/%d HTTP/1.1\r\nHost: a\r\n\r\n" % (word, number)


def _filled(form: bytes, value: int) -> bytes:
    places = form.count(b"%d") + form.count(b"%x") + form.count(b"%X")
    return form % ((value,) * places) if places else form


def _odd_length(random: Random, draft: Draft) -> None:
    odd = b"Content-Length: " + _filled(random.choice(_LENGTHS), len(draft.body) or 5)
    found = [at for at, line in enumerate(draft.lines) if line.startswith(b"Content-Length")]
    if found and random.random() < 0.5:
        draft.lines[found[0]] = odd
    else:
        draft.lines.insert(random.randint(0, len(draft.lines)), odd)


def _wrong_length(random: Random, draft: Draft) -> None:
    wrong = b"Content-Length: %d" % max(0, len(draft.body) + random.choice((-5, -1, 0, 1, 5, 30)))
    draft.lines.insert(random.randint(0, len(draft.lines)), wrong)


def _odd_coding(random: Random, draft: Draft) -> None:
    odd = b"Transfer-Encoding: " + random.choice(_CODINGS)
    found = [at for at, line in enumerate(draft.lines) if line.startswith(b"Transfer-Encoding")]
    if found and random.random() < 0.5:
        draft.lines[found[0]] = odd
    else:
        draft.lines.insert(random.randint(0, len(draft.lines)), odd)


def _hidden_line(random: Random, draft: Draft) -> None:
    draft.lines.insert(random.randint(0, len(draft.lines)), random.choice(_HIDDEN))


def _odd_end(random: Random, draft: Draft) -> None:
    draft.ends[random.randint(0, len(draft.lines) + 1)] = random.choice(_ENDS)


def _odd_size(random: Random, draft: Draft) -> None:
    if draft.chunks is None:
        draft.lines.append(b"Transfer-Encoding: chunked")
        draft.chunks = [b"5\r\nhello\r\n", b"0\r\n\r\n"]
    end = random.choice((b"\r\n", b"\r\n", b"\n", b"\r", b"", b"\r\r\n"))
    size = _filled(random.choice(_SIZES), 5 + random.choice((0, 0, 0, 1, -1)))
    draft.chunks.insert(random.randrange(len(draft.chunks)), b"%b\r\nhello%b" % (size, end))


def _odd_trailer(random: Random, draft: Draft) -> None:
    if draft.chunks:
        size = random.choice((b"0", b"00", b"0;a", b"0 ", b"-0", b"0x0", b""))
        draft.chunks[-1] = b"%b\r\n%b\r\n" % (size, random.choice(_TRAILERS))


def _odd_version(random: Random, draft: Draft) -> None:
    draft.version = random.choice(_VERSIONS)


def _odd_method(random: Random, draft: Draft) -> None:
    draft.method = random.choice(
        (b"GET", b"HEAD", b"OPTIONS", b"PUT", b"post", b"P\tST", b"", b"G\0T", b"TRACE", b"DELETE")
    )


def _odd_target(random: Random, draft: Draft) -> None:
    odd = random.choice(
        (b" x", b"\t", b"#x", b"\0", b"\r", b"\n", b"%00", b"%2f", b"/../x", b"\x7f", b"?\xff", b" HTTP/1.1")
    )
    draft.target += odd


def _moved_line(random: Random, draft: Draft) -> None:
    at = random.randrange(len(draft.lines))
    line = draft.lines.pop(at)
    draft.lines.insert(random.randint(0, len(draft.lines)), line)
    if random.random() < 0.5:
        draft.lines.append(line)


def _lost_line(random: Random, draft: Draft) -> None:
    if len(draft.lines) > 1:
        draft.lines.pop(random.randrange(len(draft.lines)))


def _odd_byte(random: Random, draft: Draft) -> None:
    draft.raw.append(lambda rng, whole: _with_byte(rng, whole, replace=False))


def _changed_byte(random: Random, draft: Draft) -> None:
    draft.raw.append(lambda rng, whole: _with_byte(rng, whole, replace=True))


def _with_byte(random: Random, whole: bytes, *, replace: bool) -> bytes:
    at = random.randrange(len(whole))
    return whole[:at] + bytes([random.choice(_BYTES)]) + whole[at + replace :]


_WAYS: tuple[Callable[[Random, Draft], None], ...] = (
    *(
        _odd_length,
        _wrong_length,
        _odd_coding,
        _hidden_line,
        _hidden_line,
        _odd_end,
        _odd_size,
        _odd_size,
        _odd_trailer,
    ),
    *(_odd_version, _odd_method, _odd_target, _moved_line, _lost_line, _odd_byte, _changed_byte),
)


def mutated(seed: int, number: int) -> list[bytes]:
    """What a client sends on one connection, in the pieces in which it sends them: a bent request, mostly with one
    hidden behind it and a good one at the end."""
    random = Random(f"{seed}/{number}")
    draft = _draft(random, number)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
        random.choice(_WAYS)(random, draft)
    whole = draft.made(random)
    if random.random() < 0.7:
        whole += _request(number, b"smuggled")
    if random.random() < 0.7:
        whole += _request(number, b"end")
    if random.random() < 0.7:
        return [whole]
    at = random.randrange(1, len(whole))
    return [whole[:at], whole[at:]]
