"""Private data taken out of exchanges and differences, before anything is stored, logged or sent.

What is taken out: see `config.model.Redact`. In its place stands a mark, `redacted-` and eight hexadecimal digits, of
the value's type where JSON has one: equal values have equal marks, so that what differs still shows as different.
Pure; never raises, whatever the bytes; doing it again changes nothing.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.cookies import SPELLINGS
from strangler_proxy.compare.difference import DEEPEST, Difference, Note
from strangler_proxy.compare.encoding import Undecodable, decode_body
from strangler_proxy.compare.groups import folded_name
from strangler_proxy.compare.media import kind_of
from strangler_proxy.compare.paths import PathPattern, Step, Steps, body_path, steps_of
from strangler_proxy.compare.redaction.bodies import Bodies
from strangler_proxy.compare.redaction.mark import MARK, Marker
from strangler_proxy.compare.redaction.names import Role, is_first_of_pair, is_private_header, role_of, telling_of
from strangler_proxy.compare.redaction.pairs import clean_target
from strangler_proxy.compare.redaction.places import Places, may_be_labelled, may_be_second_of_pair
from strangler_proxy.compare.redaction.shapes import is_card_as_number
from strangler_proxy.compare.redaction.texts import Texts, stable
from strangler_proxy.config.model import Redact

Headers = tuple[tuple[bytes, bytes], ...]

KEPT_BYTES = 256 * 1024
"""Bytes of a decoded body that are kept unless a caller asks for more; a longer one is cut, and says so."""
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9-]{0,20}) +(?P<rest>\S.*)", re.DOTALL)
_HASH = re.compile(r"(?<=sha256 )[0-9a-f]{64}")
"""As `bytes_body.shown` writes it: without a key, so that a short body could be guessed from it."""
_ATTRIBUTE = re.compile(rf"(?:{'|'.join(SPELLINGS)})(?:=[^;]*)?", re.IGNORECASE)
_MASKS = frozenset({"<secret>", "<signature>", "<csrf token>", "<nonce>"})


class Redactor:
    """Takes private data out. `key` is random and secret, one for each state directory: it keeps marks from being
    guessed back, and equal from one run to the next."""

    __slots__ = ("_bodies", "_headers", "_marker", "_parameters", "_places", "_texts")

    def __init__(self, settings: Redact, key: bytes) -> None:
        self._marker = Marker(key)
        self._headers = frozenset(name.lower() for name in settings.headers)
        bodies = [path for path in settings.paths if path.startswith("body:")]
        self._parameters = frozenset(path.removeprefix("query:") for path in settings.paths if path not in bodies)
        self._places = Places([PathPattern.of(path) for path in bodies])
        in_urls = [rf"(?<=[?&;]{re.escape(name)}=)[^&;\s\"'<>#]+" for name in sorted(self._parameters)]
        self._texts = Texts(self._marker, [re.compile(pattern) for pattern in (*settings.patterns, *in_urls)])
        self._bodies = Bodies(self._marker, self._places, self._texts)

    def text(self, text: str) -> str:
        """Any text, e.g. a line for the log."""
        return self._texts.clean(text)

    def target(self, target: str) -> str:
        """A request's target, or any URL."""
        return stable(target, self._target, self._marker.mark)

    def headers(self, headers: Headers) -> Headers:
        """Headers of a request or an answer; of cookies the names stay, of Set-Cookie the attributes too."""
        return tuple((name, self._header_bytes(name, value)) for name, value in headers)

    def answer(self, answer: Answer, *, most_bytes: int = KEPT_BYTES) -> Answer:
        """An answer. Its body is decoded, so that Content-Encoding is gone; beyond `most_bytes` it is cut."""
        coding, content_type = _value(answer.headers, b"content-encoding"), _value(answer.headers, b"content-type")
        decoded = self._decoded(answer.body, coding)
        body, was_cut = decoded[:most_bytes], answer.truncated or len(decoded) > most_bytes
        cleaned = self._bodies.clean(body, kind_of(content_type, body))
        missing = len(decoded) - len(body) + answer.whole_size - len(answer.body)
        return Answer(
            status=answer.status,
            headers=self.headers(_without_coding(answer.headers)),
            body=cleaned,
            body_size=len(cleaned) + missing if was_cut else None,
        )

    def request_body(self, headers: Headers, body: bytes, *, most_bytes: int = KEPT_BYTES) -> bytes:
        """A request's body, decoded; `headers` are the request's."""
        decoded = self._decoded(body, _value(headers, b"content-encoding"))[:most_bytes]
        return self._bodies.clean(decoded, kind_of(_value(headers, b"content-type"), decoded))

    def difference(self, difference: Difference) -> Difference:
        """A difference: its values, and the names in its path."""
        part, _, name = difference.path.partition(":")
        steps = steps_of(difference.path)
        if part == "header":
            shown = [self._shown(value, lambda text: self._header(name, text)) for value in _sides(difference)]
            return difference._replace(primary=shown[0], candidate=shown[1])
        if part == "cookie":
            shown = [self._shown(value, self._cookie_part) for value in _sides(difference)]
            return difference._replace(path=f"cookie:{self.text(name)}", primary=shown[0], candidate=shown[1])
        if part != "body":
            shown = [self._value(value, ()) for value in _sides(difference)]
            return difference._replace(primary=shown[0], candidate=shown[1])
        if steps is None:  # the path of a group, or one written by another version: its values say nothing of a place
            shown = [self._hidden(value) for value in _sides(difference)]
            return difference._replace(path=self.text(difference.path), primary=shown[0], candidate=shown[1])
        shown = [self._alone(value, steps) for value in _sides(difference)]
        return difference._replace(path=body_path(self._steps(steps)), primary=shown[0], candidate=shown[1])

    def differences(self, differences: Iterable[Difference]) -> tuple[Difference, ...]:
        """Each of them."""
        return tuple(map(self.difference, differences))

    def note(self, note: Note) -> Note:
        """A note, whose text may quote a name."""
        return note._replace(text=self.text(note.text))

    def _target(self, target: str) -> str:
        cleaned = clean_target(target, self._marker, self._texts, lambda name, _: name in self._parameters)
        return self._texts.clean(cleaned)  # what is told from more than one segment, as a password before a host

    def _decoded(self, body: bytes, coding: str) -> bytes:
        """The body under its codings; bytes that cannot be decoded are kept only where they are plain text."""
        try:
            return decode_body(body, coding).data
        except Undecodable:
            try:
                body.decode()
            except UnicodeDecodeError:
                return self._marker.mark(body.decode("latin-1")).encode()
            return body if b"\0" not in body else self._marker.mark(body.decode()).encode()

    def _header_bytes(self, name: bytes, value: bytes) -> bytes:
        text = value.decode("utf-8", "surrogateescape")
        cleaned = self._header(name.decode("latin-1"), text)
        return value if cleaned == text else cleaned.encode("utf-8", "surrogateescape")

    def _header(self, name: str, text: str) -> str:
        name = name.lower()
        if name == "content-type":
            return text  # says how the body is read; what it holds is drawn by the program, and for this message alone
        if name == "set-cookie":
            return self._cookie(text, attributes=True)
        if name == "cookie":
            return self._cookie(text, attributes=False)
        if name in self._headers or folded_name(name) in self._headers:
            return self._marker.mark(text)
        if is_private_header(name):
            found = _SCHEME.fullmatch(text) if "authorization" in name else None
            return f"{found['scheme']} {self._marker.mark(found['rest'])}" if found else self._marker.mark(text)
        if name in ("location", "content-location", "referer", "refresh", ":path"):
            return stable(text, self._target, self._marker.mark)
        return self._texts.clean(text)

    def _cookie(self, text: str, *, attributes: bool) -> str:
        """`name=value` with the value marked; what has no name is marked whole."""
        pieces = []
        for at, pair in enumerate(text.split(";")):
            if attributes and at:
                pieces.append(self._texts.clean(pair))
                continue
            name, equals, value = pair.partition("=")
            if not equals:
                pieces.append(_padded(pair, self._marker.mark))
            else:
                pieces.append(f"{self._texts.clean(name)}={_padded(value, self._marker.mark)}")
        return ";".join(pieces)

    def _cookie_part(self, text: str) -> str:
        """What a difference shows of a cookie: its attributes, or one of them, or its value."""
        if text in _MASKS or text == "…" or text.startswith("…; ") or _ATTRIBUTE.fullmatch(text):
            return self._texts.clean(text)
        return self._marker.mark(text)

    def _shown(self, value: Any, clean: Any) -> Any:
        return clean(value) if isinstance(value, str) else value

    def _steps(self, steps: Steps) -> Steps:
        """The steps with marks for the names that are private themselves."""
        return tuple(self._step(steps[: at + 1]) for at in range(len(steps)))

    def _step(self, steps: Steps) -> Step:
        last = steps[-1]
        if not isinstance(last, str):
            return last
        return self._marker.mark(last) if self._places.hides_name(steps) else self._texts.clean(last)

    def _alone(self, value: Any, steps: Steps) -> Any:
        """A value of a difference; what stood beside it is not known."""
        if isinstance(value, str) and may_be_second_of_pair(steps):
            return self._hidden(value)
        return self._value(value, steps)

    def _value(self, value: Any, steps: Steps) -> Any:
        """A value of a difference, what is private at its place and below it marked."""
        if self._places.named(steps):
            return self._hidden(value)
        if self._places.holds(steps) or may_be_labelled(steps):
            return self._hidden(value, keep_words=True)
        if len(steps) > DEEPEST:
            return "…"
        if isinstance(value, str):
            return _HASH.sub(lambda found: self._marker.mark(found[0]), self._texts.clean(value))
        if isinstance(value, dict):
            inner = {name: (*steps, name) for name in value}
            tells = telling_of(value)
            return {
                self._step(inner[name]): self._hidden(one, keep_words=True)
                if role_of(name) is Role.VALUE and tells.hides(name, is_text=isinstance(one, str))
                else self._value(one, inner[name])
                for name, one in value.items()
            }
        if isinstance(value, list | tuple):
            return self._items(value, steps)
        if isinstance(value, int | float | Decimal) and is_card_as_number(str(value)):
            return self._marker.number(value)
        return value

    def _items(self, value: Sequence[Any], steps: Steps) -> list[Any]:
        """The items of a list."""
        cleaned = [self._value(one, (*steps, at)) for at, one in enumerate(value)]
        if len(value) == 2 and all(isinstance(one, str) for one in value) and is_first_of_pair(value[0]):
            cleaned[1] = self._hidden(value[1])
        return cleaned

    def _hidden(self, value: Any, depth: int = 0, *, keep_words: bool = False) -> Any:
        """Marks in place of all that is in the value; `keep_words` leaves true, false and names of fields."""
        if depth > DEEPEST:
            return "…"
        if isinstance(value, dict):
            return {
                self._hidden_name(name, keep_words=keep_words): self._hidden(one, depth + 1, keep_words=keep_words)
                for name, one in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._hidden(one, depth + 1, keep_words=keep_words) for one in value]
        if value is None or (isinstance(value, bool) and keep_words):
            return value
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return self._marker.number(value)
        return self._marker.mark(str(value))

    def _hidden_name(self, name: str, *, keep_words: bool) -> str:
        return self._step(("token", name)) if keep_words else self._marker.mark(name)  # type: ignore[return-value]


def _sides(difference: Difference) -> tuple[Any, Any]:
    return difference.primary, difference.candidate


def _padded(text: str, mark: Any) -> str:
    """The text marked, white space and quotes around it left where they are."""
    inner = text.strip(' \t"')
    if not inner or MARK.fullmatch(inner):
        return text
    start = text.index(inner)
    return f"{text[:start]}{mark(inner)}{text[start + len(inner) :]}"


def _value(headers: Headers, name: bytes) -> str:
    return ", ".join(value.decode("latin-1") for key, value in headers if key.lower() == name)


def _without_coding(headers: Headers) -> Headers:
    return tuple((name, value) for name, value in headers if name.lower() != b"content-encoding")
