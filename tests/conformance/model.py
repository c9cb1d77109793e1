"""A case: the bytes that a client sends, what a backend does, and what both must see. Data alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

PLACE = b"{case}"
"""Stands in a case's bytes for the case's own mark, which has the same length: a backend that serves many cases at
once knows by it whose request it got."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is sent for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Await:
    """Nothing is sent before these bytes have come from the other side."""

    text: bytes


class Act(Enum):
    """What a side does besides sending bytes."""

    HALF_CLOSE = auto()
    """Ends its sending side."""
    CLOSE = auto()
    RESET = auto()
    READ_BODY = auto()
    """A backend reads the request's body; it does so before anything else unless its steps say when."""
    AT_ONCE = auto()
    """A backend does not read the request's body before what follows."""


Step = bytes | Pause | Await | Act


class Ending(Enum):
    """How a client's connection stood in the end."""

    KEPT = "kept: it served another request"
    CLOSED = "closed"
    RESET = "reset"
    OPEN = "open, but not heard to serve another request"


@dataclass(slots=True)
class Answer:
    """A response as a client read it."""

    version: bytes
    status: int
    fields: list[tuple[bytes, bytes]]
    """Lower-case names, and values, in order."""
    body: bytes = b""
    trailers: list[tuple[bytes, bytes]] = field(default_factory=list)
    chunked: bool = False
    whole: bool = False
    """Its end was seen; one that ends with the connection is whole when the connection ended in order."""

    def values(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.fields if key == name]


@dataclass(slots=True)
class Received:
    """A request as the backend got it."""

    head: bytes
    """As it came, with its last CRLF CRLF."""
    line: bytes
    fields: list[tuple[bytes, bytes]]
    body: bytes = b""
    trailers: bytes = b""
    whole: bool = False

    def values(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.fields if key == name]


@dataclass(slots=True)
class Observed:
    """All that was seen of one case."""

    answers: list[Answer] = field(default_factory=list)
    """Final ones."""
    interims: list[Answer] = field(default_factory=list)
    raw: bytes = b""
    """All bytes that the client got."""
    fault: str = ""
    """Why the client could not read what came; empty when it could."""
    ending: Ending = Ending.OPEN
    requests: list[Received] = field(default_factory=list)
    """What the backend got, probes left out."""
    tunnel: bytes = b""
    """What the backend got on an upgraded connection."""
    stray: bytes = b""
    """What the backend got that was no request."""


Check = Callable[[Observed], str | None]
"""What is wrong about what was seen, or None."""


class Listener(Enum):
    """Which of a target's addresses a case talks to."""

    PLAIN = auto()
    TRUSTING = auto()
    """Believes what 127.0.0.1 says about who the client is."""
    IPV6 = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One conversation."""

    name: str
    """A sentence: what must be so."""
    source: str
    """Where it is asked for."""
    send: tuple[Step, ...]
    """What the client does, in order; `PLACE` is replaced in its bytes."""
    replies: tuple[tuple[Step, ...], ...] = ((OK,),)
    """What the backend does for the first, second, ... request; the last one for all that follow."""
    methods: tuple[str, ...] = ("GET",)
    """Methods of the requests that get an answer, so that the client knows which answers have no body."""
    expect: tuple[Check, ...] = ()
    """What the standard asks for: counted for every proxy."""
    ours: tuple[Check, ...] = ()
    """Strictness beyond the standard's MUST: asked of our proxy alone."""
    listener: Listener = Listener.PLAIN
    alone: bool = False
    """Played while no other case is, as its backend leaves connections behind that are not fit for another request.
    So is each case whose backend closes or resets."""
    seconds: float = 7.0
    """How long the client waits for what must come."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Cases about one thing."""

    title: str
    cases: tuple[Case, ...]
