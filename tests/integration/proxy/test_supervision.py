"""Processes die; users are answered."""

import asyncio
import os
import signal
import subprocess
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from load import Load
from proxy_harness import answering, await_true, config, plain, running_proxy, start_proxy

from strangler_proxy.proxy.in_force import read_in_force
from strangler_proxy.proxy.supervisor import COMPARER_MODULE


def test_a_killed_worker_is_started_again_on_its_socket(scripted, proxied):
    proxy = proxied(config(scripted(answering(plain(b"x"))).url))
    (worker,) = proxy.workers()
    os.kill(worker, signal.SIGKILL)
    started = time.monotonic()
    assert proxy.get("/").status == 200  # waits in the accept queue that the supervisor holds
    assert time.monotonic() - started < 3
    assert "worker 1 died (SIGKILL); it starts again" in proxy.said()
    assert proxy.metric("strangler_worker_restarts_total") == 1


def test_a_worker_that_hangs_is_killed_and_started_again(scripted, tmp_path):
    toml = config(scripted(answering(plain(b"x"))).url, workers=2)
    with running_proxy(tmp_path, toml, limits="HEARTBEAT_SECONDS=0.3, HUNG_SECONDS=1.5") as proxy:
        stopped, other = proxy.workers()
        os.kill(stopped, signal.SIGSTOP)
        assert proxy.await_said("worker 1 has not answered for 1.5 seconds; it is killed")
        proxy.await_said(r"worker 1 died \(SIGKILL\); it starts again")
        await_true(lambda: proxy.metric("strangler_workers ") == 2)
        assert other in proxy.workers()
        assert stopped not in proxy.workers()
        assert [proxy.get("/").status for _ in range(8)] == [200] * 8


def test_a_worker_that_stood_still_answers_what_came_meanwhile(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        await asyncio.sleep(0.3)
        writer.write(plain(b"x"))
        await writer.drain()

    proxy = proxied(config(scripted(serve).url))
    (worker,) = proxy.workers()
    with ExitStack() as stack:
        clients = [stack.enter_context(proxy.client()) for _ in range(4)]
        for client in clients:
            client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.15)
        os.kill(worker, signal.SIGSTOP)
        time.sleep(1.5)  # longer than the second that the backend has
        os.kill(worker, signal.SIGCONT)
        assert [client.answer().status for client in clients] == [200] * 4


def test_workers_are_not_blamed_for_a_supervisor_that_stood_still(scripted, tmp_path):
    toml = config(scripted(answering(plain(b"x"))).url)
    with running_proxy(tmp_path, toml, limits="HEARTBEAT_SECONDS=0.2, HUNG_SECONDS=0.8") as proxy:
        workers = proxy.workers()
        os.kill(proxy.process.pid, signal.SIGSTOP)
        time.sleep(1.5)
        os.kill(proxy.process.pid, signal.SIGCONT)
        time.sleep(0.6)
        assert proxy.workers() == workers


def test_a_killed_comparer_is_noticed_by_nobody_but_the_supervisor(scripted, proxied):
    proxy = proxied(config(scripted(answering(plain(b"x"))).url))
    (comparer,) = proxy.children(COMPARER_MODULE)
    os.kill(comparer, signal.SIGKILL)
    assert proxy.get("/").status == 200
    proxy.await_said("comparer died")
    await_true(lambda: proxy.children(COMPARER_MODULE))


def test_a_comparer_that_dies_again_and_again_is_started_more_and_more_seldom(scripted, proxied):
    proxy = proxied(config(scripted(answering(plain(b"x"))).url))
    for wait in (1, 2):
        (comparer,) = await_true(lambda: proxy.children(COMPARER_MODULE))
        os.kill(comparer, signal.SIGKILL)
        assert proxy.await_said(rf"comparer died \(SIGKILL\); it starts again in {wait} s")


def test_the_comparer_gives_way_to_those_who_serve_from_its_start_on(scripted, proxied):
    proxy = proxied(config(scripted(answering(plain(b"x"))).url))
    (comparer,) = proxy.children(COMPARER_MODULE)
    (worker,) = proxy.workers()
    assert os.sched_getscheduler(comparer) == os.SCHED_BATCH
    assert os.sched_getscheduler(worker) == os.sched_getscheduler(0)
    niceness = os.getpriority(os.PRIO_PROCESS, worker)
    assert os.getpriority(os.PRIO_PROCESS, comparer) == min(niceness + 19, 19)
    assert os.getsid(comparer) == comparer


def test_workers_go_on_without_a_supervisor_until_another_one_takes_over(scripted, tmp_path):
    monolith = scripted(answering(plain(b"x")))
    toml = config(monolith.url)
    with running_proxy(tmp_path, toml) as proxy:
        (worker,) = proxy.workers()
        port = proxy.address[1]
        proxy.process.kill()
        proxy.process.wait()
        time.sleep(0.2)
        assert proxy.get("/").status == 200
        toml = toml.replace('listen = "127.0.0.1:0"', f'listen = "127.0.0.1:{port}"', 1)
        with running_proxy(tmp_path, toml) as successor:
            assert successor.address == proxy.address
            await_true(lambda: not alive(worker), 5, "the end of the orphan")
            assert successor.get("/").status == 200


def alive(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_stop_finishes_what_runs_and_loses_no_request(scripted, proxied):
    proxy = proxied(config(scripted(answering(plain(b"x"))).url, workers=2))
    load = Load(proxy.address, "/", 4)
    thread = threading.Thread(target=load.run)
    thread.start()
    time.sleep(0.3)
    proxy.process.send_signal(signal.SIGTERM)
    proxy.await_said("stopping: running requests get")
    time.sleep(0.1)
    load.stop()
    thread.join(10)
    assert proxy.process.wait(10) == 0
    assert load.count > 100
    assert [failure for failure in load.failures if "ConnectionRefused" not in failure] == []


def test_a_slow_request_is_finished_before_a_stop_and_a_second_signal_ends_it(scripted, proxied):
    release = threading.Event()

    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        await asyncio.to_thread(release.wait, 5)
        writer.write(plain(b"slow"))
        await writer.drain()

    proxy = proxied(config(scripted(serve).url).replace("timeout_ms = 1000", "timeout_ms = 20000"))
    with proxy.client() as client, proxy.client() as other:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.1)
        proxy.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert proxy.process.poll() is None
        release.set()
        answer = client.answer()
        assert (answer.body, answer.header("connection")) == (b"slow", "close")
        release.clear()
        assert other.at_end()
    assert proxy.process.wait(5) == 0


def test_a_second_signal_stops_at_once(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        await reader.read()

    monolith = scripted(serve)
    proxy = proxied(config(monolith.url).replace("timeout_ms = 1000", "timeout_ms = 20000"))
    with proxy.client() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await_true(lambda: monolith.heads)
        proxy.process.send_signal(signal.SIGINT)
        proxy.await_said("stopping")
        proxy.process.send_signal(signal.SIGINT)
        assert proxy.process.wait(2) == 0
        assert client.at_end()


def test_a_taken_port_is_said_with_its_remedy(scripted, proxied, tmp_path):
    monolith = scripted(answering(plain(b"x")))
    proxy = proxied(config(monolith.url))
    other = tmp_path / "other"
    other.mkdir()
    listen = f'listen = "127.0.0.1:{proxy.address[1]}"'
    (other / "strangler.toml").write_text(config(monolith.url).replace('listen = "127.0.0.1:0"', listen, 1))
    process = start_proxy(other)
    assert process.wait(10) == 4
    assert (
        f"STR402 127.0.0.1:{proxy.address[1]} is taken by another program. Stop that program"
        in (other / "stderr").read_text()
    )


@pytest.mark.parametrize("file", ["strangler.toml", "second.toml"])
def test_one_state_directory_is_held_by_one_proxy(file, scripted, proxied, tmp_path):
    proxy = proxied(config(scripted(answering(plain(b"x"))).url))
    await_true(lambda: read_in_force(tmp_path / ".strangler"))
    (tmp_path / "second.toml").write_text((tmp_path / "strangler.toml").read_text())
    words = [file if word == "strangler.toml" else word for word in proxy.process.args]
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=10, check=False)
    assert said.returncode == 4
    assert f"{tmp_path}/.strangler: STR401 this state directory is held by a running proxy" in said.stderr
    assert f"(process {proxy.process.pid}, which serves {tmp_path}/strangler.toml). Stop that one" in said.stderr
    assert "Another file needs a state directory of its own" in said.stderr


def test_a_taken_metrics_port_keeps_nobody_from_being_served(scripted, proxied):
    monolith = scripted(answering(plain(b"x")))
    taken = monolith.url.removeprefix("http://")
    proxy = proxied(config(monolith.url).replace('metrics_listen = "127.0.0.1:0"', f'metrics_listen = "{taken}"'))
    assert f"warning: no metrics: {taken}: another program listens there; users are served all the same" in proxy.said()
    assert proxy.get("/").status == 200
