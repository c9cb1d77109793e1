"""Headers by which this proxy and its comparer know requests of their own again. Constants alone.

A client cannot put them on: those that come without this supervisor's own hop token are taken out.
"""

from typing import Final

SHADOW_HEADER: Final = "X-Strangler-Shadow"
SHADOW_VALUE: Final = "1"
"""On every request that the comparer sends, to a service or to the monolith: nobody waits for the answer."""

HOP_HEADER: Final = "X-Strangler-Hop"
"""On every request that goes to a backend: `TOKEN COUNT`, the supervisor's token (see `hops.py`) and how often the
request has gone through its workers. A program that copies the headers of the request that it serves carries it along.
"""

MOST_HOPS: Final = 8
"""Times that a request may go through one proxy; the next is answered 508. More than one, since a monolith may call
itself through the proxy on purpose, and with copied headers; few, since each turn of a loop ties up a worker of the
backend."""

LOOP: Final = "loop"
"""Why an exchange is not captured whose request has been here before: it belongs to another that may be."""
