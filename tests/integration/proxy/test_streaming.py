"""Bodies stream: nothing is held back, and a slow reader costs no memory."""

import asyncio
import hashlib
import time

from proxy_harness import config, resident_kib

MIB = 1024 * 1024


def test_an_event_reaches_the_client_when_the_backend_sends_it(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        for _ in range(5):
            writer.write(b"data: %.6f\n\n" % time.time())
            await writer.drain()
            await asyncio.sleep(0.05)

    proxy = proxied(config(scripted(serve).url))
    delays = []
    with proxy.client() as client:
        client.send(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.head().header("transfer-encoding") == "chunked"
        for _ in range(5):
            size = int(client._file.readline(), 16)
            sent = float(client.read(size).split()[1])
            delays.append(time.time() - sent)
            client.read(2)
    assert sorted(delays)[2] < 0.02


def test_a_large_upload_arrives_whole_without_being_held(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        seen, digest = 0, hashlib.sha256()
        while seen < 128 * MIB:
            data = await reader.read(MIB)
            seen += len(data)
            digest.update(data)
            if seen < 8 * MIB:
                await asyncio.sleep(0.01)  # slow at first, so that the client must be slowed
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n" + digest.hexdigest().encode())
        await writer.drain()

    proxy = proxied(config(scripted(serve).url).replace("timeout_ms = 1000", "timeout_ms = 60000"))
    (worker,) = proxy.workers()
    before = resident_kib(worker)
    block = bytes(range(256)) * 4096
    with proxy.client(60) as client:
        client.send(b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (128 * MIB))
        peak = 0
        for _ in range(128):
            client.send(block)
            peak = max(peak, resident_kib(worker))
        assert client.answer().body == hashlib.sha256(block * 128).hexdigest().encode()
    assert peak - before < 16 * 1024


def test_a_slow_reader_slows_the_backend_and_costs_no_memory(scripted, proxied):
    sent = [0]

    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (256 * MIB))
        for _ in range(256):
            writer.write(b"x" * MIB)
            await writer.drain()
            sent[0] += MIB

    proxy = proxied(config(scripted(serve).url))
    (worker,) = proxy.workers()
    before = resident_kib(worker)
    with proxy.client() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.head()
        for _ in range(20):
            client.read(10_000)
            time.sleep(0.02)
        assert resident_kib(worker) - before < 16 * 1024
        assert sent[0] < 64 * MIB


def test_an_upload_in_chunks_may_take_longer_than_the_backends_time(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        body = await reader.readuntil(b"0\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()

    proxy = proxied(config(scripted(serve).url).replace("timeout_ms = 1000", "timeout_ms = 300"))
    with proxy.client() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(4):
            time.sleep(0.15)
            client.send(b"1\r\nx\r\n")
        assert client.send(b"0\r\n\r\n").answer().body == b"1\r\nx\r\n" * 4 + b"0\r\n\r\n"
