"""A hundred toggles under full load: not one failed request among fifty thousand and more."""

import threading
import time

from load import Load
from proxy_harness import ScriptedBackend, answering, backend, config, plain, route, running_proxy

REQUESTS = 50_000
TOGGLES = 100


def test_a_hundred_toggles_under_full_load_fail_not_one_of_fifty_thousand_requests(tmp_path):
    with (
        ScriptedBackend(answering(plain(b"monolith"))) as monolith,
        ScriptedBackend(answering(plain(b"service"))) as catalog,
    ):

        def toml(stage):
            return config(monolith.url, backend("catalog", catalog.url), route("p", "/p/", stage), workers=2)

        with running_proxy(tmp_path, toml("monolith")) as proxy:
            load = Load(proxy.address, "/p/", 16, REQUESTS)
            thread = threading.Thread(target=load.run)
            thread.start()
            toggles = 0
            while thread.is_alive():
                if toggles * REQUESTS < load.count * TOGGLES:
                    toggles += 1
                    proxy.save(toml("service" if toggles % 2 else "monolith"))
                time.sleep(0.02)
            thread.join()
            assert load.failures == []
            assert proxy.metric("strangler_requests_total{") == load.count >= REQUESTS
            assert toggles >= TOGGLES
            assert set(load.last_asked) == {b"monolith", b"service"}
            proxy.await_said(f"config {toggles + 1} is in force on all workers")
