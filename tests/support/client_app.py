"""The ASGI application that real clients talk to: it counts and hashes what comes, and sends what is asked for."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

BLOCK = bytes(range(256)) * 256
"""64 KiB that large bodies are made of."""

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_seen: dict[str, asyncio.Event] = {}

_PAGE = b"""<!doctype html><meta charset="utf-8"><title>clients</title><pre id="said"></pre><script>
const said = document.getElementById("said")
function say(line) { said.textContent += line + "\\n" }
async function upload() {
  const body = new Uint8Array(3000000).fill(7)
  const answer = await fetch("/upload", {method: "POST", body})
  say("upload " + (await answer.json()).bytes)
}
async function download() {
  say("download " + (await (await fetch("/download?blocks=64")).arrayBuffer()).byteLength)
}
function events() {
  return new Promise(done => {
    const source = new EventSource("/events?name=" + Math.random())
    source.onmessage = event => {
      const [name, number] = event.data.split(" ")
      if (number == "1") { fetch("/seen?name=" + name, {method: "POST"}) }
      else { source.close(); say("events " + number); done() }
    }
  })
}
function socket() {
  return new Promise(done => {
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws/")
    socket.onopen = () => socket.send("gr\\u00fc\\u00dfe")
    socket.onmessage = event => { say("socket " + event.data); socket.send("close 4321 enough") }
    socket.onclose = event => { say("closed " + event.code + " " + event.reason); done() }
  })
}
(async () => { await upload(); await download(); await events(); await socket(); say("done") })()
</script>"""


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serves `/upload`, `/download`, `/events`, `/seen`, `/scheme` and the page for browsers."""
    if scope["type"] != "http":
        raise RuntimeError("only HTTP here")
    query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
    path = scope["path"]
    if path == "/upload":
        await _answer(send, await _upload(receive))
    elif path == "/download":
        await _download(send, int(query["blocks"]))
    elif path == "/events":
        await _events(send, query["name"])
    elif path == "/seen":
        _seen[query["name"]].set()
        await _answer(send, {})
    elif path == "/moved":
        headers = [(b"location", b"/scheme"), (b"set-cookie", b"was=here; Path=/"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 302, "headers": headers})
        await send({"type": "http.response.body"})
    elif path == "/scheme":
        told = {name.decode(): value.decode() for name, value in scope["headers"]}
        await _answer(send, {"scheme": told.get("x-forwarded-proto"), "cookie": told.get("cookie", "")})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": _PAGE})


async def _upload(receive: Receive) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    while True:
        message = await receive()
        body = message.get("body", b"")
        digest.update(body)
        size += len(body)
        if not message.get("more_body"):
            return {"bytes": size, "sha256": digest.hexdigest()}


async def _download(send: Send, blocks: int) -> None:
    headers = [(b"content-length", str(blocks * len(BLOCK)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for number in range(blocks):
        await send({"type": "http.response.body", "body": BLOCK, "more_body": number + 1 < blocks})


async def _events(send: Send, name: str) -> None:
    """Two events, of which the second is sent only when the client has said that it saw the first."""
    _seen[name] = asyncio.Event()
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": f"data: {name} 1\n\n".encode(), "more_body": True})
    await _seen[name].wait()
    await send({"type": "http.response.body", "body": f"data: {name} 2\n\n".encode()})


async def _answer(send: Send, content: dict[str, Any]) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
