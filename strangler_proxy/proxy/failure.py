"""How a backend can fail before its answer began, and what the user is told when nobody else can answer."""

from enum import Enum


class Failure(Enum):
    """(word for metrics and logs, status, sentence for a person)."""

    EJECTED = ("ejected", 503, "The server behind this site is not well.")
    """It was not asked, since it failed lately and someone else can be asked."""
    BUSY = ("busy", 503, "The server behind this site has more to do than it can take.")
    UNREACHABLE = ("unreachable", 502, "The server behind this site can't be reached.")
    CLOSED = ("closed", 502, "The server behind this site closed the connection without an answer.")
    BROKEN = ("broken-answer", 502, "The server behind this site gave an answer that is not valid HTTP.")
    TIMEOUT = ("timeout", 504, "The server behind this site did not answer in time.")
    STATUS = ("server-error", 502, "The server behind this site failed.")
    """It answered 5xx: a failure only where someone else can be asked."""

    def __init__(self, word: str, status: int, text: str) -> None:
        self.word = word
        self.status = status
        self.text = text

    @property
    def blames_origin(self) -> bool:
        """Whether it was one origin that failed, on a connection that was open."""
        return self in (Failure.CLOSED, Failure.BROKEN, Failure.TIMEOUT)
