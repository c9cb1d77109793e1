"""An upgraded connection: bytes go both ways as they come, until one side ends. What they mean is not looked at."""

from time import monotonic
from typing import TYPE_CHECKING

from strangler_proxy.proxy.backend_connection import BackendConnection
from strangler_proxy.proxy.limits import HALF_CLOSED_SECONDS, SILENT_STREAM_SECONDS

if TYPE_CHECKING:
    from strangler_proxy.proxy.client_connection import ClientConnection
    from strangler_proxy.proxy.exchange import Exchange


class Tunnel:
    """Stands where the exchange stood that it was made of; tells it how the tunnel ended."""

    def __init__(self, exchange: "Exchange", client: "ClientConnection", backend: BackendConnection) -> None:
        self._exchange = exchange
        self._client = client
        self._backend = backend
        client.deadline = monotonic() + SILENT_STREAM_SECONDS

    # from the client

    def client_data(self, data: bytes) -> None:
        """Bytes to the backend."""
        self._backend.write(data)
        self._client.deadline = monotonic() + SILENT_STREAM_SECONDS

    def client_eof(self) -> None:
        """The client ended its side; the backend may still send."""
        self._backend.write_eof()
        self._client.deadline = min(self._client.deadline, monotonic() + HALF_CLOSED_SECONDS)

    def client_gone(self) -> None:
        """The client's connection is lost."""
        self._end("client-gone")

    def client_full(self) -> None:
        """The client reads slowly."""
        self._backend.pause_reading()
        self._client.deadline = monotonic() + self._client.site.limits.progress_seconds

    def client_drained(self) -> None:
        """The client has read."""
        self._backend.resume_reading()
        self._client.deadline = monotonic() + SILENT_STREAM_SECONDS

    def deadline_passed(self) -> None:
        """Nothing has moved for too long."""
        self._end("client-gone" if self._client.ended else "stalled")
        self._client.abort()

    # from the backend

    def backend_data(self, data: bytes) -> None:
        """Bytes to the client."""
        self._exchange.sent_bytes += len(data)
        self._client.write(data)
        self._client.deadline = monotonic() + SILENT_STREAM_SECONDS

    def backend_broke(self) -> None:
        """The backend ended: what came is sent to the client, and then its connection closed."""
        self._end("")
        self._client.close()

    def backend_full(self) -> None:
        """The backend reads slowly."""
        self._client.pause_reading()

    def backend_drained(self) -> None:
        """The backend has read."""
        self._client.resume_reading()

    def _end(self, ended: str) -> None:
        self._backend.close()
        if not self._exchange.over:
            self._exchange.end(ended, monotonic())
