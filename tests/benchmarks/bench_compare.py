"""What a comparison costs: beside DeepDiff, for equal bodies, for long keyed lists, and by kind of body.

Run: python tests/benchmarks/bench_compare.py; compiled: cd .cache/compiled (which `make test-compiled` fills), then
PYTHONPATH=. python tests/benchmarks/bench_compare.py
"""

import json
import time
from collections.abc import Callable

from deepdiff import DeepDiff

from strangler_proxy.compare import values
from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.json_body import parse_json
from strangler_proxy.compare.rules import PLAIN, Rules
from strangler_proxy.compare.values import Values
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
    """Processor time of the best of five rounds: a busy machine takes none of it."""
    best = float("inf")
    for _ in range(5):
        begin = time.process_time()
        for _ in range(times):
            work()
        best = min(best, (time.process_time() - begin) / times)
    return best * 1e6


def two_differences() -> tuple[dict[str, object], dict[str, object]]:
    """Two documents of about 3 KB with a changed and a removed member."""
    primary, candidate = document(10), document(10)
    candidate["results"][2]["name"] = "Another"  # type: ignore[index]
    del candidate["results"][7]["stock"]  # type: ignore[attr-defined]
    return primary, candidate


def small_records() -> tuple[dict[str, object], dict[str, object]]:
    """Two documents of about 3 KB, of many small records, with two changed members."""
    made = [
        {"results": [{"id": n, "name": f"P{n}", "price": f"{n}.90", "tags": ["a", "b"]} for n in range(45)]}
        for _ in range(2)
    ]
    made[1]["results"][3]["name"] = "Another"
    made[1]["results"][30]["price"] = "0.00"
    return made[0], made[1]


def beside_deepdiff(name: str, mine: object, other: object) -> str:
    """A whole comparison (parsing and headers included) and its walk alone, beside DeepDiff on parsed documents."""
    primary, candidate = answer(mine), answer(other, b"Tue, 03 Mar 2026 10:00:01 GMT")
    assert len(compare(primary, candidate).differences) == 2
    parsed = [parse_json(one.body.decode()).value for one in (primary, candidate)]
    ours = microseconds(lambda: compare(primary, candidate), 300)
    walk = microseconds(lambda: Values(Findings(PLAIN)).compare(*parsed), 300)
    parse = microseconds(lambda: (json.loads(primary.body), json.loads(candidate.body)), 300)
    theirs = microseconds(lambda: DeepDiff(mine, other), 5)
    return "\n".join(
        (
            f"{name}, {len(primary.body)} bytes, two differences: DeepDiff on parsed documents {theirs:.0f} µs",
            f"  whole comparison {ours:.0f} µs: {theirs / ours:.0f} times as fast",
            f"  walk of parsed documents {walk:.0f} µs: {theirs / walk:.0f} times as fast",
            f"  json.loads of both bodies, for scale, {parse:.0f} µs",
        )
    )


def main() -> None:
    print("plain Python" if (values.__file__ or "").endswith(".py") else "compiled by mypyc")
    print(beside_deepdiff("ten products", *two_differences()))
    print(beside_deepdiff("45 small records", *small_records()))
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
