"""The recorded contract is about this service, and about all of it.

The exchanges themselves are tests of their own, which the toolkit's pytest plugin makes of the recording: `make
contract`.
"""

import json
from urllib.parse import urlsplit

import pytest
from django.urls import URLPattern, resolve

from catalog import urls
from tests.contract.conftest import HERE


@pytest.fixture(scope="module")
def recorded() -> list[str]:
    """The path of each recorded exchange."""
    log = json.loads((HERE / "catalog.har").read_text())["log"]
    return [urlsplit(entry["request"]["url"]).path for entry in log["entries"]]


def test_every_recorded_exchange_is_of_an_address_of_this_service(recorded: list[str]) -> None:
    for path in recorded:
        assert resolve(path).app_names == ["catalog"], path


def test_every_address_of_this_service_is_in_the_contract(recorded: list[str]) -> None:
    names = {pattern.name for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)}
    assert {resolve(path).url_name for path in recorded} == names
