"""What the comparer hands to its store: one record for each capture, so that the counts add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.difference import Difference


class CandidateFailure(StrEnum):
    """How a candidate failed to answer. It is a mismatch, and counted apart besides."""

    UNREACHABLE = "unreachable"
    """No connection to the service."""
    TIMED_OUT = "timed-out"
    """No whole answer within the service's `timeout_ms`."""
    BROKEN = "broken"
    """The connection broke in the middle, or what came is no HTTP."""


class NotCompared(StrEnum):
    """Why a capture came to no comparison. Never counted as equal."""

    NO_COMPARER = "no-comparer"
    """The comparer was not there when the worker had the capture."""
    SOCKET_FULL = "queue-full"
    """The comparer did not take it in time, and the worker's own queue was full."""
    BACKLOG = "backlog"
    """The comparer's queue was full: the service answers slower than requests come."""
    LOST = "lost"
    """Handed over, and gone with a comparer that was killed."""
    UNREADABLE = "unreadable"
    """What arrived was no capture."""
    METHOD = "method"
    """Neither GET nor HEAD: not asked twice."""
    LOOP = "loop"
    """The request was itself a shadow request."""
    ROUTE_GONE = "route-gone"
    """The route was no longer compared when its turn came."""
    STOPPED = "stopped"
    """The comparer was stopping."""
    UNFINISHED = "unfinished"
    """The user left, or the monolith broke off, before the answer was whole."""
    UNRECORDED = "unrecorded"
    """Compared, but the store could not be written for so long that the comparer could keep no more."""
    REQUEST_CUT = "request-cut"
    """The request's own body was longer than a capture holds, so it cannot be asked again."""
    FAULT = "fault"
    """A fault of the comparer itself; its traceback is in the log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A whole exchange behind a difference, with what is private taken out already."""

    method: str
    target: str
    request_headers: tuple[tuple[bytes, bytes], ...]
    request_body: bytes
    primary: Answer
    candidate: Answer | None
    """None: the candidate failed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """One comparison."""

    route: str
    epoch: str
    """Hash of the route's rules, its service's name and the service's version; see `shadow/epoch.py`."""
    at: float
    """Unix time in seconds at which the user's request came."""
    shape: str
    """The kind of request, for coverage: parameter shape, anonymous or logged in, the primary's status."""
    address: int | None = None
    """Tells paths apart without naming them (`shadow/address.py`); None: the path was none of the route's any more."""
    primary_status: int
    candidate_status: int | None
    failure: CandidateFailure | None = None
    primary_ms: float
    candidate_ms: float | None
    differences: tuple[Difference, ...] = ()
    """What counts, one of each group, noise not taken out; list positions not folded. Never empty when the candidate
    failed: then there is one at `status`."""
    noise: tuple[Difference, ...] | None = None
    """What the monolith's second answer differed in; None: it was not asked."""
    not_seen: bool = False
    """Something could not be compared (a coding unknown here): not equal, though no difference was found."""
    rechecked: bool = False
    """The answers differed, and differed in this no more when both were asked again: `differences` is what stayed."""
    excused: tuple[str, ...] = ()
    """The ignore rules, as the config has them, that took something out of this comparison."""
    sample: Sample | None = None
    """The exchange, where there are differences: given for the first ones of a difference group, then now and then
    (`shadow/sampling.py`)."""


@dataclass(frozen=True, slots=True)
class Left:
    """A number of captures of a route that were not compared, for one reason."""

    route: str
    at: float
    reason: NotCompared
    count: int = 1


class Store(Protocol):
    """Where the comparer's records go. Every call is one transaction: whole or not at all."""

    def record(self, compared: Sequence[Compared], left: Sequence[Left], taken: "Sequence[Taken]" = ()) -> None:
        """Adds them. Raises `OSError` or `StoreUnavailable` when it cannot; the caller keeps them and tries again."""

    def taken_of(self, connection: str) -> dict[str, int]:
        """Captures by route that were recorded for a worker's connection; empty: none."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Captures of a route that the records of this same call account for, by the worker's connection they came on.

    Written in the same transaction, so that after a kill the worker's own count tells how many were lost.
    """

    connection: str
    route: str
    count: int


class StoreUnavailable(Exception):
    """The store cannot be written now: locked, full, unreachable."""
