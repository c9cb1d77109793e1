"""A shop of django-oscar, shadowed on every route against a second process of itself: nothing may be said to differ.

Both work on the same data, as a service does that still shares the monolith's database. What a page cannot repeat
itself (a view that counts its visitors, lists in no order) is learnt as noise.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from strangler_proxy.config.load import load
from strangler_proxy.control.setup import ready
from strangler_proxy.discover.project import find_project
from strangler_proxy.discover.run_probe import probe
from strangler_proxy.discover.write_config import config_text
from strangler_proxy.proxy.state import state_directory
from tests.acceptance.test_oscar_through_proxy import JOURNEYS, Client, Step
from tests.projects.oscar_site import PROJECT, PYTHON, oscar_part, oscar_twin
from tests.stack.comparer import counted, settle, wait_for_comparer
from tests.stack.processes import free_port
from tests.stack.proxy import proxy_part

pytestmark = pytest.mark.slow

ROUNDS = 4
"""How often each page is asked for, so that over 300 requests come together."""

SHADOWED = 'service = "twin"\nstage = "shadow"\n[routes.compare]\nnoise_percent = 100\nrecheck = true\n'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """Addresses of proxy and metrics, and the config."""
    folder = tmp_path_factory.mktemp("twins")
    port, metrics_port = free_port(), free_port()
    config = folder / "strangler.toml"
    with oscar_part(folder / "oscar") as monolith, oscar_twin(folder / "oscar") as twin:
        text = config_text(
            probe(find_project(PROJECT, python=str(PYTHON), environ={})),
            listen=f"127.0.0.1:{port}",
            monolith_url=monolith.url,
        )
        text = text.replace("[proxy]\n", f'[proxy]\nworkers = 1\nmetrics_listen = "127.0.0.1:{metrics_port}"\n', 1)
        text = text.replace('stage = "monolith"\n', SHADOWED)
        config.write_text(f'{text}\n[backends.twin]\nurls = ["{twin.url}"]\n')
        metrics = f"http://127.0.0.1:{metrics_port}/metrics"
        with proxy_part(config, listen_port=port, ready_path="/catalogue/") as proxy:
            wait_for_comparer(f"{proxy.url}/catalogue/", metrics)
            yield proxy.url, metrics, config


def pages(steps: list[Step]) -> list[Step]:
    """Those steps of a journey that only read, and that both sides answer in the same way at any time."""
    return [step for step in steps if step.method in ("GET", "HEAD") and "logout" not in step.path]


def test_no_page_differs_from_itself_after_noise(site: tuple[str, str, Path]) -> None:
    url, metrics, config = site
    before = counted(metrics, "strangler_captures_total")
    kinds = set()
    for steps in JOURNEYS.values():
        client = Client(url)
        with client.session:
            for step in steps:
                if step.method == "POST":
                    settle(metrics)  # what was asked for before is to be compared as it was then
                client.take(step)
            for step in [step for _ in range(ROUNDS) for step in pages(steps)]:
                answer = client.take(step)
                kinds.add((step.path.partition("?")[0], answer.status_code))
    compared = settle(metrics)
    assert counted(metrics, "strangler_captures_total") - before > 300
    assert compared > 300
    assert len(kinds) > 40

    ready(state_directory(config), {})
    from strangler_proxy.control.selectors import evidence_of, group_list

    routes = [route for route in load(config).routes if evidence_of(route.name, route.compare).comparisons]
    assert len(routes) > 40
    groups = {route.name: group_list(route.name, route.compare) for route in routes}
    counting = {
        name: [f"{group.path} {group.kind}" for group in found if not group.is_noise] for name, found in groups.items()
    }
    assert {name: found for name, found in counting.items() if found} == {}
    assert sum(evidence_of(route.name, route.compare).mismatches for route in routes) == 0
