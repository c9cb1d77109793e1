"""Exchanges to play with."""

from typing import Any

from strangler_proxy.compare.answer import Answer
from strangler_proxy.recording.exchange import Exchange

JSON = (b"Content-Type", b"application/json")
HOST = (b"Host", b"shop.example")


def answer(body: bytes = b'{"id": 7}', status: int = 200, *headers: tuple[bytes, bytes]) -> Answer:
    return Answer(status=status, headers=(JSON, *headers), body=body)


def exchange(target: str = "/api/products/7/", **more: Any) -> Exchange:
    settings: dict[str, Any] = {
        "method": "GET",
        "origin": "http://shop.example",
        "target": target,
        "request_headers": (HOST,),
        "answer": answer(),
        "route": "product-detail",
    }
    return Exchange(**settings | more)
