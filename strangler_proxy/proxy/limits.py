"""The limits of the data plane that are not for a config: unit, value, reason, and what peers take.

Those that a client meets are in `config.model.Limits`.
"""

from typing import Final

HEAD_BYTES: Final = 64 * 1024
"""Bytes of a response's head. nginx 32 KiB, HAProxy 16 KiB, Envoy 60 KiB: cookies and CSP need room."""

HEADER_COUNT: Final = 100
"""Header lines of one head at most. gunicorn's own default."""

CHUNK_LINE_BYTES: Final = 4096
"""Bytes of one chunk-size line with its extensions; nobody sends long ones in earnest."""

TRAILER_BYTES: Final = 16 * 1024
"""Bytes of all trailers of a chunked body. Node 16 KiB."""

SILENT_STREAM_SECONDS: Final = 3600.0
"""Seconds without a byte on an upgraded connection, or from a backend in the middle of an answer: server-sent events
may rest long. HAProxy's manual suggests one hour for tunnels."""

HALF_CLOSED_SECONDS: Final = 5.0
"""Seconds without a byte sent to a client that has ended its side: time for an answer to one that still
listens, and the end of the backend's work for one that has gone. The two look the same on the wire."""

LINGER_SECONDS: Final = 2.0
"""Seconds in which what a client still sends is thrown away before its connection closes, so that the answer
is not lost to a reset (RFC 9112 section 9.6). nginx 5."""

QUEUE_SECONDS: Final = 1.0
"""Seconds that a request waits where its backend has as many connections as it may: a burst passes, a jam is told."""

HEALTH_CHECK_SECONDS: Final = 2.0
"""Seconds for a health check, where its interval and the backend's time are not shorter. HAProxy: its interval, 2."""

BACKEND_IDLE_SECONDS: Final = 55.0
"""Seconds that a free backend connection is kept. Just below nginx's 60, so that this side closes first mostly."""

FRESH_SECONDS: Final = 1.0
"""Seconds of rest after which a free backend connection is no longer trusted with a request that can't be sent
twice: gunicorn closes after 2 seconds, uvicorn after 5."""

SPARE_DESCRIPTORS: Final = 64
"""File descriptors of a worker that are neither a client's nor a backend's: log, channels, health checks."""

FEWEST_CONNECTIONS: Final = 16
"""Clients' connections of a worker for which file descriptors are assumed, however few there are."""

RESUME_SHARE: Final = 0.95
"""Share of its connections at which a full worker accepts again: not at each one that leaves."""

IDLE_PER_BACKEND: Final = 64
"""Free connections kept for each backend URL and worker."""

WRITE_BUFFER_BYTES: Final = 256 * 1024
"""Bytes waiting for a slow reader before the other side is no longer read."""

PENDING_BODY_BYTES: Final = 256 * 1024
"""Bytes of a request's body that wait while a backend connection is opened; then the client is no longer read."""

CAPTURE_BODY_BYTES: Final = 1024 * 1024
"""Bytes of each body that a capture copies."""

CAPTURE_QUEUE_BYTES: Final = 4 * 1024 * 1024
"""Bytes of captures waiting in a worker for the comparer; beyond it they are dropped."""

LOG_QUEUE_BYTES: Final = 1024 * 1024
"""Bytes of access log waiting in a worker for a slow disk or pipe; beyond it lines are dropped and counted."""

SWEEP_SECONDS: Final = 0.1
"""Seconds between two looks at all deadlines: how late a timeout may be. One sweep instead of a timer a request."""

HEARTBEAT_SECONDS: Final = 2.0
"""Seconds between two questions of the supervisor whether a worker lives."""

HUNG_SECONDS: Final = 10.0
"""Seconds of silence after which a worker is killed and started again: five unanswered questions. A busy loop turns in
milliseconds, so this is no load; gunicorn waits 30, but its workers may be silent during a request."""

STALL_SECONDS: Final = 0.5
"""Seconds by which a sweep is late where the worker itself stood still: a paused machine, a long swap. Meanwhile the
answers that were waited for may have come unread."""

RESTED_SECONDS: Final = 1.0
"""Seconds that a kept connection has rested before it makes room for a newcomer in a full worker."""

RELEASED_SHARE: Final = 0.1
"""Share of its connections that a full worker lets go at once, those that rest longest first."""

SERIES: Final = 5000
"""Different label sets of a worker's metrics; what comes beyond is counted together under `other`."""
