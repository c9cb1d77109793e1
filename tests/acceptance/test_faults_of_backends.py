"""A backend misbehaves under a steady load, in every way that is known of backends; what every user saw is counted.

`docs/explanation/processes.md` says in its table what is proven here.
"""

import asyncio
import random
import socket
import struct
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
from named_backend import answer_of, read_request
from proxy_harness import RunningProxy, ScriptedBackend, await_true, backend, config, route, running_proxy
from steady_load import SteadyLoad

TIMEOUT_SECONDS = 0.3
FAULT = 0.7
"""Seconds for which the backend is in its mood."""
RECOVERY = 10.0
"""Seconds within which all is well again, on however busy a machine."""

Misbehave = Callable[[asyncio.StreamWriter, bytes], Awaitable[None]]
"""What is done with a whole answer instead of sending it; the connection is closed afterwards."""


async def is_slow(writer: asyncio.StreamWriter, answer: bytes) -> None:
    await asyncio.sleep(TIMEOUT_SECONDS * 3)
    writer.write(answer)


async def resets(writer: asyncio.StreamWriter, answer: bytes) -> None:
    reset(writer)


async def closes(writer: asyncio.StreamWriter, answer: bytes) -> None:
    pass


async def talks_garbage(writer: asyncio.StreamWriter, answer: bytes) -> None:
    writer.write(b"\x16\x03\x01 no HTTP at all\r\n\r\n" + answer)


async def contradicts_itself(writer: asyncio.StreamWriter, answer: bytes) -> None:
    writer.write(answer.replace(b"\r\n\r\n", b"\r\nContent-Length: 1\r\n\r\n"))


async def stops_in_the_head(writer: asyncio.StreamWriter, answer: bytes) -> None:
    writer.write(answer[:20])


async def fails(writer: asyncio.StreamWriter, answer: bytes) -> None:
    writer.write(b"HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")


async def dies_in_the_body(writer: asyncio.StreamWriter, answer: bytes) -> None:
    writer.write(answer[:-100])


async def resets_in_the_body(writer: asyncio.StreamWriter, answer: bytes) -> None:
    writer.write(answer[:-100])
    await writer.drain()
    await asyncio.sleep(0.02)
    reset(writer)


def reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


TOLD: dict[Misbehave, str] = {
    is_slow: "504",
    resets: "502",
    closes: "502",
    talks_garbage: "502",
    contradicts_itself: "502",
    stops_in_the_head: "502",
    fails: "500",
    dies_in_the_body: "broken",
    resets_in_the_body: "broken",
}
"""What a user sees for whom nobody else can be asked."""

BEFORE_THE_ANSWER = [mood for mood in TOLD if TOLD[mood] != "broken"]
IN_THE_ANSWER = [mood for mood in TOLD if TOLD[mood] == "broken"]


class Moody(ScriptedBackend):
    """Answers with its name, unless it is in a mood."""

    def __init__(self, name: str) -> None:
        super().__init__(lambda reader, writer, _: self._talk(reader, writer))
        self.mood: Misbehave | None = None
        self.suffered: Counter[str] = Counter()
        """Method → requests that met the mood."""
        self._name = name

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            method, number = await read_request(reader)
            answer = answer_of(self._name, number)
            if self.mood is not None:
                self.suffered[method] += 1
                await self.mood(writer, answer)
                return
            writer.write(answer)
            await writer.drain()

    @contextmanager
    def in_mood(self, mood: Misbehave) -> Iterator[None]:
        self.mood = mood
        try:
            yield
        finally:
            self.mood = None


def await_only(load: SteadyLoad, what: str) -> None:
    """Waits until the answers of the last moments is all `what`."""

    def settled() -> bool:
        recent = load.since(time.monotonic() - 0.3)
        return len(recent) >= 10 and all(one.what == what for one in recent)

    await_true(settled, RECOVERY, f"nothing but {what}")


def toml(monolith: Moody, service: Moody | None = None) -> str:
    timeout_ms = int(TIMEOUT_SECONDS * 1000)
    rest = []
    if service is not None:
        rest = [backend("catalog", service.url, timeout_ms) + "\neject_ms = 100", route("p", "/p/", "service")]
    return config(monolith.url, *rest).replace("timeout_ms = 1000", f"timeout_ms = {timeout_ms}")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningProxy, Moody]]:
    """A proxy before a monolith, for all its moods: the last URL of the monolith is always asked."""
    with Moody("monolith") as monolith, running_proxy(tmp_path_factory.mktemp("alone"), toml(monolith)) as proxy:
        yield proxy, monolith


@pytest.mark.parametrize("mood", TOLD)
def test_what_the_monolith_does_is_told_to_exactly_those_whom_it_did_it_to(alone, mood):
    proxy, monolith = alone
    monolith.suffered.clear()
    with SteadyLoad(proxy.address, posting=True) as load:
        await_only(load, "200 monolith")
        with monolith.in_mood(mood):
            time.sleep(FAULT)
        await_only(load, "200 monolith")
    assert load.counted().keys() == {"200 monolith", TOLD[mood]}
    assert load.counted("POST")[TOLD[mood]] == monolith.suffered["POST"] > 0
    repeated = monolith.suffered["GET"] - load.counted("GET")[TOLD[mood]]
    if mood in (resets, closes):  # a GET whose kept connection closes without a byte is sent once more
        assert 0 <= repeated <= load.counted("GET")[TOLD[mood]]
    else:
        assert repeated == 0


@pytest.mark.parametrize("mood", BEFORE_THE_ANSWER)
def test_what_a_service_does_before_it_answers_costs_readers_nothing(tmp_path, mood):
    with (
        Moody("monolith") as monolith,
        Moody("service") as service,
        running_proxy(tmp_path, toml(monolith, service)) as proxy,
    ):
        with SteadyLoad(proxy.address, posting=True) as load:
            await_only(load, "200 service")
            with service.in_mood(mood):
                time.sleep(FAULT)
            await_only(load, "200 service")
        left_out = proxy.metric('strangler_fallbacks_total{reason="ejected",route="p"}')
    assert load.counted("GET").keys() == {"200 service", "200 monolith"}
    assert load.counted("POST").keys() == {"200 service", TOLD[mood]}
    assert load.counted("POST")[TOLD[mood]] == service.suffered["POST"] > 0
    assert left_out > 0, "once it was known to be sick, readers were answered without asking it"


@pytest.mark.parametrize("mood", IN_THE_ANSWER)
def test_an_answer_that_a_service_does_not_end_is_never_taken_for_a_whole_one(tmp_path, mood):
    with (
        Moody("monolith") as monolith,
        Moody("service") as service,
        running_proxy(tmp_path, toml(monolith, service)) as proxy,
        SteadyLoad(proxy.address, posting=True) as load,
    ):
        await_only(load, "200 service")
        with service.in_mood(mood):
            time.sleep(FAULT)
        await_only(load, "200 service")
    assert load.counted("GET").keys() <= {"200 service", "200 monolith", "broken"}
    assert load.counted("POST").keys() == {"200 service", "broken"}
    for method in ("GET", "POST"):
        assert load.counted(method)["broken"] == service.suffered[method] > 0


def test_a_service_that_ends_no_answer_is_left_out_after_a_few(tmp_path):
    with (
        Moody("monolith") as monolith,
        Moody("service") as service,
        running_proxy(tmp_path, toml(monolith, service)) as proxy,
        service.in_mood(dies_in_the_body),
        SteadyLoad(proxy.address, clients=1, per_second=50) as load,
    ):
        time.sleep(FAULT)
    assert "200 monolith" in load.counted()


def test_kept_connections_that_close_at_the_worst_moment_cost_readers_nothing(tmp_path):
    """Every kept connection ends after one to three answers, of which the backend says nothing before: half of them
    right behind an answer, half once the next request has come."""
    closed_on: Counter[str] = Counter()
    chance = random.Random(5)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, backend: ScriptedBackend) -> None:
        at_once = backend.connections % 2
        for _ in range(chance.randint(1, 3)):
            _, number = await read_request(reader)
            writer.write(answer_of("monolith", number))
            await writer.drain()
        if not at_once:
            method, _ = await read_request(reader)
            closed_on[method] += 1

    with (
        ScriptedBackend(talk) as monolith,
        running_proxy(tmp_path, config(monolith.url)) as proxy,
        SteadyLoad(proxy.address, posting=True) as load,
    ):
        await_true(lambda: min(closed_on["GET"], closed_on["POST"]) >= 10, RECOVERY * 2, "connections that close")
    assert load.counted("GET").keys() == {"200 monolith"}
    assert load.counted("POST").keys() == {"200 monolith", "502"}
    unseen = load.counted("POST")["502"] - closed_on["POST"]
    assert unseen >= 0, "a request that may have been done is sent again by its user alone"
    assert unseen <= len(load.seen) * 0.05, "sent in the very moment in which the backend closed"
