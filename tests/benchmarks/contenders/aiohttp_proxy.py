"""A straightforward proxy: aiohttp's server and client, hop-by-hop headers dropped, bodies streamed, access log on."""

import logging
import sys

import aiohttp
import uvloop
from aiohttp import web

HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


async def proxy(request: web.Request) -> web.StreamResponse:
    headers = [(name, value) for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP]
    headers.append(("X-Forwarded-For", request.remote or ""))
    async with request.app[SESSION].request(
        request.method,
        request.app[BACKEND] + request.raw_path,
        headers=headers,
        data=request.content if request.can_read_body else None,
        allow_redirects=False,
    ) as answer:
        response = web.StreamResponse(status=answer.status, reason=answer.reason)
        for name, value in answer.headers.items():
            if name.lower() not in HOP_BY_HOP:
                response.headers.add(name, value)
        await response.prepare(request)
        async for piece in answer.content.iter_any():
            await response.write(piece)
        await response.write_eof()
        return response


SESSION = web.AppKey("session", aiohttp.ClientSession)
BACKEND = web.AppKey("backend", str)


async def application(backend: str) -> web.Application:
    app = web.Application(client_max_size=0)
    app[BACKEND] = backend
    app[SESSION] = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), auto_decompress=False, skip_auto_headers=["User-Agent", "Accept"]
    )
    app.router.add_route("*", "/{path:.*}", proxy)
    return app


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, filename="access.log", format="%(message)s")
    uvloop.install()
    web.run_app(application(f"http://127.0.0.1:{sys.argv[2]}"), host="127.0.0.1", port=int(sys.argv[1]), print=None)
