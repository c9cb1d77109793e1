"""What a comparison costs: beside DeepDiff, for equal bodies, for long keyed lists, and by kind of body.

Run: python tests/benchmarks/bench_compare.py
"""

import json
import time
from collections.abc import Callable

from deepdiff import DeepDiff

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.rules import PLAIN, Rules
from strangler_proxy.config.model import Compare

KEYED = Rules.of(Compare(keyed={"body:$.results": "id"}))


def product(number: int) -> dict[str, object]:
    return {
        "id": number,
        "name": f"Product number {number}",
        "slug": f"product-number-{number}",
        "price": "19.90",
        "tax": 0.19,
        "stock": number * 7 % 50,
        "active": True,
        "rating": None if number % 3 else 4.5,
        "category": {"id": number % 5, "name": f"Category {number % 5}"},
        "tags": ["new", "sale", f"tag-{number}"],
        "created": "2026-03-01T12:00:00.123456Z",
    }


def document(count: int) -> dict[str, object]:
    return {"count": count, "next": None, "previous": None, "results": [product(number) for number in range(count)]}


def answer(value: object, date: bytes = b"Tue, 03 Mar 2026 10:00:00 GMT") -> Answer:
    headers = (
        (b"Date", date),
        (b"Server", b"gunicorn"),
        (b"Content-Type", b"application/json"),
        (b"Vary", b"Accept, Cookie"),
        (b"Allow", b"GET, HEAD, OPTIONS"),
        (b"X-Frame-Options", b"DENY"),
        (b"X-Content-Type-Options", b"nosniff"),
        (b"Referrer-Policy", b"same-origin"),
        (b"X-Request-ID", date[::-1]),
    )
    return Answer(status=200, headers=headers, body=json.dumps(value).encode())


def page(rows: int, token: str) -> Answer:
    lines = "".join(
        f'<li class="item product"><a href="/p/{n}/">Product {n}</a> <b>{n}.90</b></li>' for n in range(rows)
    )
    field = f'<input type="hidden" name="csrfmiddlewaretoken" value="{token * 64}">'
    body = f"<!DOCTYPE html><html><body><form>{field}</form><ul>{lines}</ul></body></html>".encode()
    return Answer(status=200, headers=((b"Content-Type", b"text/html; charset=utf-8"),), body=body)


def microseconds(work: Callable[[], object], times: int) -> float:
    """The best of five rounds."""
    best = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(times):
            work()
        best = min(best, (time.perf_counter() - begin) / times)
    return best * 1e6


def two_differences() -> tuple[dict[str, object], dict[str, object]]:
    """Two documents of about 3 KB with a changed and a removed member."""
    primary, candidate = document(10), document(10)
    candidate["results"][2]["name"] = "Another"  # type: ignore[index]
    del candidate["results"][7]["stock"]  # type: ignore[attr-defined]
    return primary, candidate


def beside_deepdiff() -> tuple[float, float, int]:
    """Microseconds of a whole comparison, parsing and headers included; of DeepDiff on parsed documents; bytes."""
    mine, other = two_differences()
    primary, candidate = answer(mine), answer(other, b"Tue, 03 Mar 2026 10:00:01 GMT")
    assert len(compare(primary, candidate).differences) == 2
    ours = microseconds(lambda: compare(primary, candidate), 300)
    theirs = microseconds(lambda: DeepDiff(mine, other), 5)
    return ours, theirs, len(primary.body)


def main() -> None:
    ours, theirs, size = beside_deepdiff()
    print(
        f"two JSON answers of {size} bytes, two differences: {ours:.0f} µs; DeepDiff {theirs:.0f} µs: "
        f"{theirs / ours:.0f} times"
    )
    first, second = answer(document(10)), answer(document(10))
    print(f"equal answers: {microseconds(lambda: compare(first, second), 20_000):.2f} µs")
    later = answer(document(10), b"Tue, 03 Mar 2026 10:00:01 GMT")
    print(f"equal bodies, another Date and request id: {microseconds(lambda: compare(first, later), 20_000):.2f} µs")
    for count in (250, 500, 1000, 2000, 4000):
        primary, shuffled = document(count), document(count)
        shuffled["results"] = shuffled["results"][::-1]  # type: ignore[index]
        left, right = answer(primary), answer(shuffled)
        assert compare(left, right, KEYED).equal
        took = microseconds(lambda: compare(left, right, KEYED), 2)  # noqa: B023
        print(f"{count:5} items paired by key, all elsewhere: {took / count:.1f} µs an item")
    for count in (50, 1000):
        longer = document(count)
        longer["results"].insert(0, product(9999))  # type: ignore[attr-defined]
        left, right = answer(document(count)), answer(longer)
        took = microseconds(lambda: compare(left, right, PLAIN), 2)  # noqa: B023
        print(f"{count:5} items in order, one inserted before them: {took / 1000:.1f} ms")
    one, two = page(100, "a"), page(100, "b")
    print(f"HTML of {len(one.body)} bytes, another CSRF token: {microseconds(lambda: compare(one, two), 20):.0f} µs")


if __name__ == "__main__":
    main()
