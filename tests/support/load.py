"""A load that notices every failed request, and when which side answered."""

import asyncio
import time


class Load:
    """Clients that ask for one target over kept connections, as fast as answers come."""

    def __init__(self, address: tuple[str, int], target: str, clients: int, requests: int | None = None) -> None:
        self._address = address
        self._request = f"GET {target} HTTP/1.1\r\nHost: shop.test\r\nAccept: */*\r\n\r\n".encode()
        self._clients = clients
        self._left = requests
        self._stopped = False
        self.count = 0
        self.failures: list[str] = []
        self.last_asked: dict[bytes, float] = {}
        """Body of an answer → monotonic seconds at which the last request so answered was sent."""

    def run(self) -> None:
        """Sends until `stop` is called or the requests are used up."""
        asyncio.run(self._run())

    def stop(self) -> None:
        self._stopped = True

    def last_other_than(self, body: bytes) -> float:
        """When the last request was sent that was answered with another body."""
        return max((asked for answer, asked in list(self.last_asked.items()) if answer != body), default=0.0)

    async def _run(self) -> None:
        await asyncio.gather(*(self._client() for _ in range(self._clients)))

    async def _client(self) -> None:
        reader = writer = None
        while not self._stopped and (self._left is None or self.count < self._left):
            try:
                if writer is None or reader is None:
                    reader, writer = await asyncio.open_connection(*self._address)
                asked = time.monotonic()
                writer.write(self._request)
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                body = await reader.readexactly(length)
            except (OSError, asyncio.IncompleteReadError, ValueError) as error:
                self.failures.append(repr(error))
                writer = None
                continue
            if not head.startswith(b"HTTP/1.1 200 "):
                self.failures.append(head.decode("latin-1"))
            self.count += 1
            self.last_asked[body] = max(asked, self.last_asked.get(body, 0.0))
            if b"\r\nconnection: close\r\n" in head.lower():
                writer.close()
                writer = None
        if writer is not None:
            writer.close()
