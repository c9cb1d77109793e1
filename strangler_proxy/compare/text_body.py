"""Plain text: by lines, so that an inserted line is one difference."""

from strangler_proxy.compare.difference import Kind as Differs
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.media import Kind
from strangler_proxy.compare.values import Values


def decoded(data: bytes, kind: Kind) -> str:
    """The bytes as text, without a byte order mark.

    Raises:
        ValueError: they are not of the charset, or there is no such charset.
    """
    try:
        return data.decode(kind.charset).removeprefix("\ufeff")
    except LookupError:
        raise ValueError(f"unknown charset {kind.charset!r}") from None


def read(data: bytes, kind: Kind) -> str:
    """The text; see `decoded`."""
    return decoded(data, kind)


def compare(primary: str, candidate: str, findings: Findings) -> None:
    """Find which lines differ; line ends are compared only when nothing else differs."""
    mine, others = primary.splitlines(), candidate.splitlines()
    if mine != others:
        Values(findings).compare(mine, others)
    elif primary != candidate:
        findings.found_in_body((), Differs.VALUE, _ends(primary), _ends(candidate))


def _ends(text: str) -> str:
    crlf = text.count("\r\n")
    return f"line ends: {crlf} CR LF, {text.count(chr(10)) - crlf} LF, {text.count(chr(13)) - crlf} CR"
