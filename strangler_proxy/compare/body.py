"""Bodies held against each other, each kind in its own way; a plainer way where a body is not what it says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from strangler_proxy.compare import bytes_body, csv_body, form_body, html_body, json_values, text_body, xml_body
from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.difference import Kind as Differs
from strangler_proxy.compare.difference import NoteKind
from strangler_proxy.compare.encoding import Decoded, NoDecoder, Undecodable, decode_body
from strangler_proxy.compare.findings import CANDIDATE, PRIMARY, Findings
from strangler_proxy.compare.media import Kind, Media, kind_of
from strangler_proxy.compare.normalise.one_time import CSRF_TOKENS, without_form_tokens
from strangler_proxy.compare.shared_items import leans_on_a_mark, without_shared_items
from strangler_proxy.compare.unreadable import NoReader
from strangler_proxy.compare.values import Values


@dataclass(frozen=True, slots=True)
class _Way:
    """How one kind of body is read and compared."""

    read: Callable[[bytes, Kind], Any]
    """Raises ValueError when the bytes are not of the kind; NoReader when it cannot be read here at all."""
    compare: Callable[[Any, Any, Findings], None]


WAYS: Mapping[Media, _Way] = {
    Media.JSON: _Way(json_values.read, json_values.compare),
    Media.HTML: _Way(html_body.read, html_body.compare),
    Media.XML: _Way(xml_body.read, xml_body.compare),
    Media.CSV: _Way(csv_body.read, csv_body.compare),
    Media.FORM: _Way(form_body.read, form_body.compare),
    Media.MULTIPART: _Way(form_body.read_multipart, form_body.compare),
    Media.TEXT: _Way(text_body.read, text_body.compare),
    Media.BINARY: _Way(bytes_body.read, bytes_body.compare),
}


class _Side(NamedTuple):
    name: str
    data: bytes
    kind: Kind


def compare_bodies(primary: Answer, candidate: Answer, findings: Findings) -> None:
    """Find what differs between the bodies; content encodings are undone first."""
    told, other_told = _Told.of(primary), _Told.of(candidate)
    encodings = told.encoding, other_told.encoding
    if primary.truncated or candidate.truncated:
        _compare_cut(primary, candidate, encodings, findings)
        return
    if primary.body == candidate.body and encodings[0] == encodings[1]:
        return
    if not encodings[0] and not encodings[1]:
        _compare_read(_side(PRIMARY, told, primary.body), _side(CANDIDATE, other_told, candidate.body), findings)
        return
    try:
        decoded = decode_body(primary.body, encodings[0]), decode_body(candidate.body, encodings[1])
    except NoDecoder as error:
        findings.note(NoteKind.NOT_COMPARED, "both", f"not compared: {error}")
        return
    except Undecodable:
        _compare_undecodable(primary, candidate, encodings, findings)
        return
    for side, one, encoding in zip((PRIMARY, CANDIDATE), decoded, encodings, strict=True):
        if encoding and not one.whole:
            findings.note(NoteKind.BROKEN, side, f"the {encoding} body ends early")
    if decoded[0].data != decoded[1].data:
        _compare_read(_side(PRIMARY, told, decoded[0].data), _side(CANDIDATE, other_told, decoded[1].data), findings)
    elif decoded[0].whole != decoded[1].whole:
        findings.found_in_body((), Differs.VALUE, *("whole" if one.whole else "ends early" for one in decoded))


def _compare_read(primary: _Side, candidate: _Side, findings: Findings) -> None:
    if not primary.data or not candidate.data:
        shown = [bytes_body.shown(side.data) if side.data else None for side in (primary, candidate)]
        findings.found_in_body((), Differs.REMOVED if primary.data else Differs.ADDED, *shown)
        return
    media = primary.kind.media, candidate.kind.media
    if media[0] is not media[1]:
        findings.found_in_body((), Differs.TYPE, media[0].value, media[1].value)
        return
    if media[0] is Media.JSON and _compare_unshared(primary, candidate, findings):
        return
    if media[0] is Media.HTML and _differ_in_form_tokens(primary, candidate, findings):
        return
    way = WAYS[media[0]]
    try:
        mine, other = _read(way, primary, findings), _read(way, candidate, findings)
    except NoReader as error:
        findings.note(NoteKind.NOT_COMPARED, "both", f"not compared: {error}")
        return
    if mine is None and other is None:
        _compare_plainly(primary, candidate, findings)
    elif mine is None or other is None:
        names = [f"broken {media[0]}" if value is None else media[0].value for value in (mine, other)]
        findings.found_in_body((), Differs.TYPE, *names)
    else:
        before = findings.mark()
        try:
            way.compare(mine, other, findings)
        except RecursionError:
            findings.back_to(before)
            for side in (primary, candidate):
                findings.note(NoteKind.BROKEN, side.name, f"the {side.kind.media} body is nested too deeply")
            _compare_plainly(primary, candidate, findings)


def _differ_in_form_tokens(primary: _Side, candidate: _Side, findings: Findings) -> bool:
    """Whether two pages differ in the CSRF tokens of their forms alone, as all pages with a form do; where those are
    not compared."""
    if CSRF_TOKENS.name in findings.rules.without or primary.kind.charset.lower() != candidate.kind.charset.lower():
        return False
    return without_form_tokens(primary.data) == without_form_tokens(candidate.data)


def _compare_unshared(primary: _Side, candidate: _Side, findings: Findings) -> bool:
    """Compare JSON bodies without the items that they share, where that finds the same; False: it may not."""
    if findings.rules.has_lists or not primary.kind.charset.lower() == candidate.kind.charset.lower() == "utf-8":
        return False
    trial = Findings(findings.rules)
    try:
        left = without_shared_items(primary.data, candidate.data)
        if left is None:
            return False
        Values(trial).compare(left.primary, left.candidate, left.steps)
    except (ValueError, RecursionError):
        return False
    if leans_on_a_mark(trial.differences) or leans_on_a_mark(one.difference for one in trial.excused):
        return False
    findings.take(trial)
    return True


def _read(way: _Way, side: _Side, findings: Findings) -> Any:
    """The body as its kind reads it, with notes on it; None: it is broken."""
    try:
        value = way.read(side.data, side.kind)
    except NoReader:
        raise
    except RecursionError:
        findings.note(NoteKind.BROKEN, side.name, f"the {side.kind.media} body is nested too deeply")
        return None
    except Exception as error:  # a parser's own fault on odd bytes must not end the comparison
        findings.note(NoteKind.BROKEN, side.name, f"the {side.kind.media} body is broken: {error}")
        return None
    for kind, text in getattr(value, "remarks", ()):
        findings.note(kind, side.name, text)
    return value


def _compare_plainly(primary: _Side, candidate: _Side, findings: Findings) -> None:
    """Compare two broken bodies as lines of text, or as bytes where they are none."""
    try:
        mine = text_body.read(primary.data, primary.kind)
        other = text_body.read(candidate.data, candidate.kind)
    except (ValueError, LookupError):
        bytes_body.compare(primary.data, candidate.data, findings)
    else:
        text_body.compare(mine, other, findings)


def _compare_undecodable(primary: Answer, candidate: Answer, encodings: tuple[str, str], findings: Findings) -> None:
    """Bytes that are not of their encoding: one such side is a retyping, two are compared as bytes."""
    readable = []
    for name, answer, encoding in zip((PRIMARY, CANDIDATE), (primary, candidate), encodings, strict=True):
        try:
            decode_body(answer.body, encoding)
            readable.append(True)
        except Undecodable as error:
            findings.note(NoteKind.BROKEN, name, f"the body cannot be decoded: {error}")
            readable.append(False)
    if readable[0] != readable[1]:
        findings.found_in_body((), Differs.TYPE, *("readable" if one else "broken encoding" for one in readable))
    else:
        bytes_body.compare(primary.body, candidate.body, findings)


def _compare_cut(primary: Answer, candidate: Answer, encodings: tuple[str, str], findings: Findings) -> None:
    """Compare bodies that were cut by their lengths and by the hash of what both sides have."""
    try:
        mine, other = decode_body(primary.body, encodings[0]), decode_body(candidate.body, encodings[1])
    except Undecodable:
        mine, other = Decoded(primary.body, True), Decoded(candidate.body, True)
    shared = min(len(mine.data), len(other.data))
    for side, answer in ((PRIMARY, primary), (CANDIDATE, candidate)):
        if answer.truncated:
            text = f"{len(answer.body)} of {answer.whole_size} bytes are here; {shared} were compared"
            findings.note(NoteKind.TRUNCATED, side, text)
    encoded = any(encoding and encoding.lower() != "identity" for encoding in encodings)
    if mine.data[:shared] != other.data[:shared]:
        shown = bytes_body.shown(mine.data[:shared]), bytes_body.shown(other.data[:shared])
        findings.found_in_body((), Differs.VALUE, *shown)
    elif not encoded and primary.whole_size != candidate.whole_size:
        findings.found_in_body((), Differs.SIZE, primary.whole_size, candidate.whole_size)
    elif encoded and primary.body != candidate.body:
        text = "not compared: compressed bodies were cut, and what follows the shared start is unknown"
        findings.note(NoteKind.NOT_COMPARED, "both", text)


class _Told(NamedTuple):
    """What an answer's headers say of its body."""

    encoding: str
    content_type: str

    @classmethod
    def of(cls, answer: Answer) -> "_Told":
        """All values of either header, as one."""
        encodings, types = [], []
        for name, value in answer.headers:
            if len(name) == 16 and name.lower() == b"content-encoding":
                encodings.append(value)
            elif len(name) == 12 and name.lower() == b"content-type":
                types.append(value)
        return cls(b", ".join(encodings).decode("latin-1"), b", ".join(types).decode("latin-1"))


def _side(name: str, told: _Told, data: bytes) -> _Side:
    return _Side(name, data, kind_of(told.content_type, data))
