"""Bent requests through the proxy to real servers: all three must agree on every request, or it is refused.

`python -m tests.conformance.mutations --count 5000`
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conformance.model import Ending
from tests.conformance.mutator import mutated
from tests.conformance.oracle import Conversation, disagreements
from tests.conformance.reading import Unreadable, read_answers
from tests.stack.processes import Part, free_port
from tests.support.proxy_harness import RunningProxy, config, running_proxy

SERVERS = {
    "gunicorn": "-m gunicorn -k gthread --threads 16 -b 127.0.0.1:{port} tests.conformance.echo_app:wsgi",
    "uvicorn": "-m uvicorn --log-level warning --port {port} tests.conformance.echo_app:asgi",
    "runserver": "-m django runserver --noreload --settings tests.conformance.echo_django 127.0.0.1:{port}",
}
_ROOT = Path(__file__).resolve().parents[2]
_AT_ONCE = 16
_WAIT_SECONDS = 8.0


@contextmanager
def served(server: str, directory: Path) -> Iterator[tuple[RunningProxy, Path]]:
    """The server with the echoing application, our proxy in front of it, and the file of what the application saw."""
    port = free_port()
    notes = directory / "notes"
    env = {"ECHO_LOG": str(notes), "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, *SERVERS[server].format(port=port).split()]
    url = f"http://127.0.0.1:{port}"
    part = Part(server, command, url=url, ready_path="/", cwd=_ROOT, log=directory / "server.log", env=env)
    with part, running_proxy(directory, config(part.url)) as proxy:
        notes.write_text("")
        yield proxy, notes


async def converse(address: tuple[str, int], seed: int, number: int) -> Conversation:
    """Sends one bent request and reads all that comes."""
    pieces = mutated(seed, number)
    reader, writer = await asyncio.open_connection(*address)
    raw, ended = b"", True
    try:
        for piece in pieces:
            writer.write(piece)
            if len(pieces) > 1:
                await asyncio.sleep(0.002)
        writer.write_eof()
        async with asyncio.timeout(_WAIT_SECONDS):
            while data := await reader.read(65536):
                raw += data
    except TimeoutError:
        ended = False
    except OSError:
        pass
    finally:
        writer.close()
    try:
        # More answers than requests could be: the reading stops at the end of what came.
        answers, _, rest = read_answers(raw, _methods(pieces), Ending.CLOSED)
        fault = f"{rest[:60]!r} behind the answers" if rest else ""
    except Unreadable as error:
        answers, fault = [], str(error)
    return Conversation(number, b"".join(pieces), answers, fault, ended)


def _methods(pieces: list[bytes]) -> tuple[str, ...]:
    """The first request's method decides whether its answer has a body; all that follow are GETs."""
    to_head = re.match(rb"(?:\r\n)*HEAD \S+ HTTP/1\.[01]\r\n", b"".join(pieces))
    return ("HEAD" if to_head else "GET", *["GET"] * 9)


async def _converse_all(address: tuple[str, int], seed: int, numbers: range) -> list[Conversation]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> Conversation:
        async with turns:
            return await converse(address, seed, number)

    return await asyncio.gather(*map(one, numbers))


def play(server: str, seed: int, count: int) -> tuple[list[str], Counter[str]]:
    """Disagreements, and what became of the requests."""
    with tempfile.TemporaryDirectory(prefix="mutations-") as text:
        directory = Path(text)
        with served(server, directory) as (proxy, notes):
            talks = asyncio.run(_converse_all(proxy.address, seed, range(count)))
        log = [json.loads(line) for line in (directory / "access.log").read_text().splitlines()]
        noted = [json.loads(line) for line in notes.read_text().splitlines()]
    counts = Counter(f"{answer.status}" for talk in talks for answer in talk.answers)
    counts["no answer"] = sum(not talk.answers for talk in talks)
    return disagreements(server, talks, log, noted), counts


def main() -> None:
    """Plays all servers and says what came of it; exit status 1 with a disagreement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--server", choices=SERVERS, action="append")
    options = parser.parse_args()
    total = 0
    for server in options.server or SERVERS:
        began = time.monotonic()
        wrong, counts = play(server, options.seed, options.count)
        total += len(wrong)
        print(
            f"{server}: {options.count} requests, {dict(sorted(counts.items()))}, {len(wrong)} disagreements, "
            f"{time.monotonic() - began:.0f} s"
        )
        for said in wrong[:50]:
            print(f"  {said[:1500]}")
    sys.exit(bool(total))


if __name__ == "__main__":
    main()
