"""A WebSocket server as a program: it sends back what comes, and closes as it is told (`close CODE REASON`)."""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed


async def _talk(connection: ServerConnection) -> None:
    try:
        async for message in connection:
            if isinstance(message, str) and message.startswith("close "):
                _, code, reason = message.split(" ", 2)
                await connection.close(int(code), reason)
            elif message == "ping me":
                await (await connection.ping(b"are you there?"))
                await connection.send("you are")
            else:
                await connection.send(message)
    except ConnectionClosed:
        pass


async def _serve(port: int) -> None:
    async with serve(_talk, "127.0.0.1", port, max_size=8 * 1024 * 1024) as server:
        sys.stdout.write("listens\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
