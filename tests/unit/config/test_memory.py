"""Loading with the last file's routes in memory says just what loading afresh says."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.config import load
from strangler_proxy.config.errors import ConfigInvalid
from strangler_proxy.config.memory import Memory
from strangler_proxy.config.model import Config

backends = st.sampled_from(
    [
        'backends.monolith.urls = ["http://m:1"]\nbackends.a.urls = ["http://a:1"]\n',
        'backends.monolith.urls = ["http://m:1"]\nbackends.b.urls = ["http://b:1"]\n',
        'backends.a.urls = ["http://a:1"]\n',
        "backends = 1\n",
    ]
)
converters = st.sampled_from(["", "converters.year = '[0-9]{4}'\n", "converters.year = '['\n"])
routes = st.lists(
    st.sampled_from(
        [
            'name = "a"\npath = "/<year:y>/"\n',
            'name = "a"\npath = "/"\nservice = "a"\n',
            'name = "b"\npath = "/"\nservice = "b"\nstage = "canary"\n',
            'name = "c"\npath = "/c"\ncanary.percent = 1\n',
            'name = "c"\npath = "/c"\ncanary.percent = true\n',
            'name = "d"\npath = "/c"\nmethods = ["GET"]\n',
        ]
    ),
    max_size=4,
)
texts = st.builds(
    lambda backends, converters, routes: backends + converters + "".join(f"[[routes]]\n{route}" for route in routes),
    backends,
    converters,
    routes,
)


@pytest.fixture(autouse=True)
def _forget_afterwards() -> Iterator[None]:
    yield
    load._last_valid = Memory()


def outcome(text: str) -> Config | str:
    try:
        return load.parse(text)
    except ConfigInvalid as error:
        return str(error)


@given(st.lists(texts, min_size=2, max_size=6))
def test_a_reload_says_what_a_first_load_would(saved: list[str]) -> None:
    reloaded = [outcome(text) for text in saved]
    for text, said in zip(saved, reloaded, strict=True):
        load._last_valid = Memory()
        assert outcome(text) == said


def test_a_route_that_did_not_change_is_the_very_record_of_the_last_load() -> None:
    text = 'backends.monolith.urls = ["http://m:1"]\n[[routes]]\nname = "a"\npath = "/"\n'
    before = load.parse(text)
    after = load.parse(text + '[[routes]]\nname = "b"\npath = "/b"\n')
    assert after.routes[0] is before.routes[0]
