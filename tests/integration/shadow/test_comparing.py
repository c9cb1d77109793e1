"""What the comparer makes of captures: real proxy, real backends, real store."""

import asyncio
import re
import time

from evidence import await_accounted, await_comparer, evidence, file_of
from named_backend import named_backend
from proxy_harness import answering, await_true, backend, config, plain, route
from steady_load import SteadyLoad

JSON = b"Content-Type: application/json\r\n"


def shadowing(scripted, proxied, primary, candidate, more="", service="", proxy=""):
    """A proxy that shadows /p/ and /q/, with its two backends."""
    monolith, catalog = scripted(primary), scripted(candidate)
    running = proxied(
        config(
            monolith.url,
            backend("catalog", catalog.url) + f"\n{service}",
            route("p", "/p/<int:pk>/", "shadow", more=more),
            route("q", "/q/", "shadow"),
            proxy=proxy,
        )
    )
    return running, monolith, catalog


def test_a_difference_is_found_and_what_is_private_is_written_nowhere(scripted, proxied):
    proxy, _, catalog = shadowing(
        scripted,
        proxied,
        answering(plain(b'{"price": 10, "password": "hunter2-secret"}', extra=JSON)),
        answering(plain(b'{"price": 11, "password": "hunter3-secret"}', extra=JSON + b"Set-Cookie: stolen=1\r\n")),
    )
    asked = await_comparer(proxy, "/p/1/")
    headers = "Cookie: sessionid=topsecretsession\r\nAuthorization: Bearer topsecrettoken\r\nX-Strangler-Shadow: 1\r\n"
    for _ in range(10):
        answer = proxy.get("/p/7/?sort=name&token=topsecretquery", headers)
        assert (answer.status, answer.header("set-cookie")) == (200, None)
    found = await_accounted(proxy, asked + 10)
    assert found.groups["body:$.price", "value"] == found.compared == found.mismatches
    assert found.shapes["GET pk=number ?sort,token logged-in 200"] == 10
    assert found.addresses == 2
    head = next(head for head in catalog.heads if b"topsecretsession" in head)
    assert head.count(b"X-Strangler-Shadow: 1\r\n") == 1
    assert b"Authorization: Bearer topsecrettoken\r\n" in head
    assert not any(b"stolen" in head for head in catalog.heads)
    proxy.stop()
    written = b"".join(path.read_bytes() for path in file_of(proxy.directory).parent.glob("evidence*"))
    for secret in (b"hunter2", b"hunter3", b"topsecret"):
        assert secret not in written
    assert "hunter" not in proxy.said()


def test_equal_answers_are_equal_whatever_their_framing_and_a_head_compares_heads(scripted, proxied):
    body = b"z" * 3_000_000
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2DC6C0\r\n" + body + b"\r\n0\r\n\r\n"

    def by_method(whole):
        async def serve(reader, writer, backend):
            while True:
                head = await backend.read_head(reader)
                end = whole.find(b"\r\n\r\n") + 4
                writer.write(whole[:end] if head.startswith(b"HEAD") else whole)
                await writer.drain()

        return serve

    proxy, *_ = shadowing(scripted, proxied, by_method(plain(body)), by_method(chunks))
    await_comparer(proxy, "/q/", at_once=1)
    for method in ("GET", "HEAD"):
        assert proxy.get("/p/1/", method=method).status == 200
    await_true(
        lambda: sum(count for shape, count in evidence(proxy.directory).shapes.items() if "pk=" in shape) == 2, 20
    )
    assert evidence(proxy.directory).mismatches == 0


def test_a_body_of_another_size_beyond_the_cap_is_a_difference(scripted, proxied):
    proxy, *_ = shadowing(scripted, proxied, answering(plain(b"z" * 3_000_000)), answering(plain(b"z" * 3_000_001)))
    await_comparer(proxy, "/q/", at_once=1)
    assert await_true(lambda: evidence(proxy.directory).mismatches, 20)


def test_a_dead_a_hung_and_a_broken_service_are_mismatches_and_no_user_waits_for_them(scripted, proxied):
    async def hung(reader, writer, backend):
        await backend.read_head(reader)
        await reader.read()

    async def broken(reader, writer, backend):
        await backend.read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    monolith = scripted(answering(plain(b"x")))
    routes = [route(name, f"/{name}/", "shadow", service=name) for name in ("hung", "broken", "dead")]
    services = [
        backend("hung", scripted(hung).url, timeout_ms=300),
        backend("broken", scripted(broken).url),
        backend("dead", "http://127.0.0.1:1"),
    ]
    proxy = proxied(config(monolith.url, *services, route("w", "/w/", "shadow", service="dead"), *routes))
    asked = await_comparer(proxy, "/w/")
    slowest = 0.0
    for name in ("hung", "broken", "dead"):
        for _ in range(5):
            started = time.monotonic()
            assert proxy.get(f"/{name}/").status == 200
            slowest = max(slowest, time.monotonic() - started)
    found = await_accounted(proxy, asked + 15)
    assert found.failures.keys() == {"timed-out", "broken", "unreachable"}
    assert found.failures["timed-out"] == found.failures["broken"] == 5
    assert found.mismatches == found.compared
    assert slowest < 0.25


def test_a_route_whose_get_writes_is_kept_out_by_sampling_nothing(scripted, proxied):
    proxy, _, catalog = shadowing(
        scripted, proxied, answering(plain(b"x")), answering(plain(b"x")), "[routes.compare]\nsample_percent = 0\n"
    )
    asked = await_comparer(proxy, "/q/")
    for _ in range(20):
        assert proxy.get("/p/1/").status == 200
    await_accounted(proxy, asked)
    assert not [head for head in catalog.heads if b" /p/" in head]


def test_a_post_never_reaches_the_service(scripted, proxied):
    proxy, monolith, catalog = shadowing(scripted, proxied, answering(plain(b"x")), answering(plain(b"x")))
    asked = await_comparer(proxy, "/q/")
    with proxy.client() as client:
        client.send(b"POST /p/1/ HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 2\r\n\r\nhi")
        assert client.answer("POST").status == 200
    await_accounted(proxy, asked)
    assert any(head.startswith(b"POST") for head in monolith.heads)
    assert not any(head.startswith(b"POST") for head in catalog.heads)


def test_the_monolith_is_asked_again_for_its_noise_and_only_for_a_share(scripted, proxied):
    answers = iter(range(1_000_000))

    async def noisy(reader, writer, backend):
        while True:
            await backend.read_head(reader)
            writer.write(plain(b'{"n": %d}' % next(answers), extra=JSON))
            await writer.drain()

    proxy, monolith, _ = shadowing(
        scripted,
        proxied,
        noisy,
        answering(plain(b'{"n": -1}', extra=JSON)),
        "[routes.compare]\nnoise_percent = 50\n",
    )
    asked = await_comparer(proxy, "/q/")
    for _ in range(60):
        assert proxy.get("/p/1/").status == 200
    found = await_accounted(proxy, asked + 60)
    marked = sum(b" /p/" in head and b"X-Strangler-Shadow: 1\r\n" in head for head in monolith.heads)
    assert 10 < found.asked_twice < 50
    assert marked == found.asked_twice
    assert proxy.metric('strangler_asked_twice_total{result="different"') == found.asked_twice


def test_a_new_version_of_the_service_begins_a_new_epoch(scripted, proxied):
    version = [b"1"]

    async def versioned(reader, writer, backend):
        while True:
            await backend.read_head(reader)
            writer.write(plain(b"x", extra=b"X-Release: %b\r\n" % version[0]))
            await writer.drain()

    proxy, *_ = shadowing(scripted, proxied, answering(plain(b"x")), versioned, service='version_header = "X-Release"')
    asked = await_comparer(proxy, "/q/")
    assert await_accounted(proxy, asked).epochs == 1
    version[0] = b"2"
    proxy.get("/q/")
    assert await_accounted(proxy, asked + 1).epochs == 2


def test_a_changed_rule_holds_without_a_restart(scripted, proxied):
    monolith = scripted(answering(plain(b'{"n": 1}', extra=JSON)))
    catalog = scripted(answering(plain(b'{"n": 2}', extra=JSON)))

    def toml(rules):
        return config(monolith.url, backend("catalog", catalog.url), route("q", "/q/", "shadow", more=rules))

    proxy = proxied(toml(""))
    asked = await_comparer(proxy, "/q/")
    before = await_accounted(proxy, asked)
    assert before.mismatches == before.compared > 0
    proxy.save(toml('[routes.compare]\nignore = ["body:$.n"]\n'))
    proxy.await_said("config 2 is in force")
    time.sleep(0.2)
    for _ in range(10):
        proxy.get("/q/")
    after = await_accounted(proxy, asked + 10)
    assert (after.compared, after.mismatches) == (before.compared + 10, before.mismatches)
    assert after.epochs == 2


def test_a_service_gets_no_more_at_a_time_and_a_second_than_the_config_says(scripted, proxied):
    under_way, most, times = 0, 0, []

    async def slow(reader, writer, backend):
        nonlocal under_way, most
        while True:
            await backend.read_head(reader)
            times.append(time.monotonic())
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.05)
            under_way -= 1
            writer.write(plain(b"x"))
            await writer.drain()

    proxy, *_ = shadowing(
        scripted,
        proxied,
        answering(plain(b"x")),
        slow,
        service="shadow_concurrency = 2\nshadow_per_second = 20",
        proxy="[comparer]\nwait_seconds = 1.5\nqueue_captures = 50",
    )
    asked = await_comparer(proxy, "/q/")
    for _ in range(100):
        proxy.get("/q/")
    found = await_accounted(proxy, asked + 100)
    assert most == 2
    window = [sum(start <= one < start + 1 for one in times) for start in times]
    assert max(window) <= 42  # a burst of one second's worth, and the second itself
    assert found.left["backlog"] > 0
    assert set(found.left) <= {"backlog", "no-comparer"}


def test_a_stopped_proxy_has_everything_accounted_for(scripted, proxied):
    async def hung(reader, writer, backend):
        await backend.read_head(reader)
        await reader.read()

    proxy, *_ = shadowing(scripted, proxied, answering(plain(b"x")), hung, service="shadow_concurrency = 1")
    asked = await_comparer(proxy, "/q/")
    for _ in range(30):
        proxy.get("/q/")
    assert proxy.stop() == 0
    found = evidence(proxy.directory)
    assert found.accounted_for == asked + 30
    assert found.left["stopped"] > 0


def test_metrics_say_what_became_of_captures(scripted, proxied):
    proxy, *_ = shadowing(scripted, proxied, answering(plain(b"x")), answering(plain(b"x")))
    asked = await_comparer(proxy, "/q/")
    await_accounted(proxy, asked)
    made = proxy.metric("strangler_captures_total") + proxy.metric("strangler_captures_dropped_total")
    accounted = proxy.metric("strangler_comparisons_total") + proxy.metric("strangler_not_compared_total")
    assert made == accounted == asked
    assert re.search(r'strangler_comparisons_total\{result="equal",route="q"\}', proxy.metrics())


def test_a_replica_that_lags_is_no_difference_and_a_service_that_is_wrong_is_one(scripted, proxied):
    fresh: dict[bytes, int] = {}

    async def lagging(reader, writer, backend):
        """Answers each path wrongly the first time."""
        while True:
            path = (await backend.read_head(reader)).split(b" ")[1]
            fresh[path] = fresh.get(path, 0) + 1
            stale = b'"old"' if fresh[path] == 1 and path.startswith(b"/p/") else b'"new"'
            wrong = b"2" if path == b"/p/99/" else b"1"
            writer.write(plain(b'{"name": %b, "n": %b}' % (stale, wrong), extra=JSON))
            await writer.drain()

    primary = answering(plain(b'{"name": "new", "n": 1}', extra=JSON))
    proxy, monolith, _ = shadowing(scripted, proxied, primary, lagging, "[routes.compare]\nrecheck = true\n")
    asked = await_comparer(proxy, "/q/")
    for number in (*range(1, 21), 99):
        assert proxy.get(f"/p/{number}/").status == 200
    found = await_accounted(proxy, asked + 21)
    assert found.groups == {("body:$.n", "value"): 1}
    assert found.mismatches == 1
    assert proxy.metric("strangler_rechecked_total") == 21
    assert sum(b"X-Strangler-Shadow" in head for head in monolith.heads) == 21


def test_a_browser_s_own_copy_is_not_taken_for_the_monolith_s_answer(scripted, proxied):
    async def validating(reader, writer, backend):
        while True:
            matched = b'If-None-Match: "monolith"' in await backend.read_head(reader)
            writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "monolith"\r\n\r\n' if matched else plain(b"x"))
            await writer.drain()

    proxy, _, catalog = shadowing(scripted, proxied, validating, answering(plain(b"x")))
    asked = await_comparer(proxy, "/q/")
    with proxy.client() as client:
        assert client.get("/p/1/", 'If-None-Match: "monolith"\r\n').status == 304
    found = await_accounted(proxy, asked + 1)
    assert any(b'If-None-Match: "monolith"' in head for head in catalog.heads)
    assert found.mismatches == 0
    assert proxy.metric('strangler_comparisons_total{result="not-seen"') == 1


def test_a_hung_service_costs_users_no_time(scripted, proxied):
    async def hung(reader, writer, backend):
        await backend.read_head(reader)
        await reader.read()

    with named_backend("monolith") as monolith:
        catalog = scripted(hung)
        stages = [
            config(monolith.url, backend("catalog", catalog.url), route("p", "/p/", stage))
            for stage in ("monolith", "shadow")
        ]
        proxy = proxied(stages[0])
        slow = []
        for stage in stages:
            proxy.save(stage)
            time.sleep(1)
            with SteadyLoad(proxy.address, per_second=150) as load:
                time.sleep(2)
            assert load.failed() == []
            took = sorted(one.seconds for one in load.seen)
            slow.append(took[int(len(took) * 0.9)])
        assert proxy.metric("strangler_captures_received_total") > 0
        assert slow[1] < slow[0] * 2 + 0.02


def test_a_service_that_calls_the_site_with_its_request_s_headers_makes_no_loop(scripted, proxied):
    site = []

    async def calling_back(reader, writer, backend):
        while True:
            head = await backend.read_head(reader)
            if site:
                there, back = await asyncio.open_connection(*site[0].address)
                back.write(head.replace(b" /p/", b" /q/", 1).replace(b"/q/1/", b"/q/", 1))
                await there.readuntil(b"\r\n\r\n")
                back.close()
            writer.write(plain(b"x"))
            await writer.drain()

    proxy, monolith, catalog = shadowing(scripted, proxied, answering(plain(b"x")), calling_back)
    asked = await_comparer(proxy, "/q/")
    await_accounted(proxy, asked)
    before = len(catalog.heads)
    site.append(proxy)
    for _ in range(5):
        assert proxy.get("/p/1/").status == 200
    found = await_accounted(proxy, asked + 10)
    assert found.left["loop"] == 5
    assert len(catalog.heads) == before + 5
    assert sum(b"X-Strangler-Shadow: 1\r\n" in head for head in monolith.heads) == 5
