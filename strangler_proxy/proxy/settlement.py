"""What a worker and the comparer tell each other besides captures, so that no capture is missing from the counts. Pure.

1. A worker names each of its connections (`hello`), and counts by route what it sends on it.
2. When a connection has ended, or captures could not be sent at all, it states what must be accounted for
   (`Settlement`): so many of each route, and the reason for those that nobody has accounted for yet.
3. It states it again on each new connection until the comparer says that it is written down (`settled`). A statement
   that is made twice changes nothing, since what was accounted for under its name is known.

Frames have the length of a capture's frame, and another version: u32 length | u8 kind | JSON. What comes back is lines.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

HELLO: Final = 100
SETTLEMENT: Final = 101
"""Kinds of frame, where a capture's frame has its version."""

_HEAD = struct.Struct("!IB")


@dataclass(frozen=True, slots=True)
class Settlement:
    """Captures that a worker handed over under one name, or could not hand over."""

    name: str
    """The connection that has ended, or a name of its own."""
    reason: str
    """Why those that are accounted for under no other reason were not compared: a value of `NotCompared`."""
    counts: Mapping[str, int]
    """By route; all of them, those that were accounted for already included."""


def hello(connection: str) -> bytes:
    """The frame with which a connection begins."""
    return _frame(HELLO, connection)


def settlement(stated: Settlement) -> bytes:
    """The frame that states what must be accounted for."""
    return _frame(SETTLEMENT, {"name": stated.name, "reason": stated.reason, "counts": dict(stated.counts)})


def kind_of(frame: bytes) -> int:
    """The kind of a frame that is whole; of a capture its version."""
    return frame[4] if len(frame) > 4 else 0


def read_hello(frame: bytes) -> str:
    """The connection's name. Raises: ValueError when it is none."""
    name = json.loads(frame[_HEAD.size :])
    if not isinstance(name, str):
        raise ValueError("a hello without a name")
    return name


def read_settlement(frame: bytes) -> Settlement:
    """What a worker states. Raises: ValueError when it is not what `settlement` makes."""
    try:
        stated = json.loads(frame[_HEAD.size :])
        counts = {str(route): int(count) for route, count in stated["counts"].items()}
        return Settlement(str(stated["name"]), str(stated["reason"]), counts)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no statement: {error}") from error


def settled(name: str) -> bytes:
    """The comparer's answer: what was stated under this name is written down."""
    return name.encode("ascii") + b"\n"


def _frame(kind: int, content: object) -> bytes:
    body = json.dumps(content, separators=(",", ":")).encode()
    return _HEAD.pack(len(body) + 1, kind) + body
