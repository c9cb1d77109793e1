"""Evidence begins anew when rules, service or version change, and not otherwise."""

from dataclasses import fields, replace
from datetime import date
from types import MappingProxyType

import pytest

from strangler_proxy.compare.rules import Rules
from strangler_proxy.config.model import Compare, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.shadow.epoch import epoch_of as epoch_by
from strangler_proxy.shadow.epoch import version_in

ROUTE = Route(name="detail", path="/p/", service="catalog", stage=Stage.SHADOW)


def epoch_of(route, version, today=date(2027, 1, 1)):
    return epoch_by(route, Rules.of(route.compare).on(today), version)


CHANGED = {
    "ignore": ("header:etag",),
    "unordered": ("body:$.tags",),
    "keyed": MappingProxyType({"body:$.results": "id"}),
    "sample_percent": 50.0,
    "noise_percent": 5.0,
    "noise_relative_percent": 1.0,
    "noise_absolute_percent": 1.0,
    "recheck": True,
    "tolerance": MappingProxyType({"body:$.price": "0.01"}),
    "without": ("same-moment",),
}
BEGINS_ANEW = {"ignore", "unordered", "keyed", "tolerance", "without"}


@pytest.mark.parametrize("name", [field.name for field in fields(Compare)])
def test_a_rule_begins_a_new_epoch_and_a_share_does_not(name) -> None:
    changed = replace(ROUTE, compare=replace(Compare(), **{name: CHANGED[name]}))
    assert (epoch_of(changed, "1") != epoch_of(ROUTE, "1")) is (name in BEGINS_ANEW)


def test_service_and_version_begin_a_new_epoch_and_a_stage_does_not() -> None:
    assert epoch_of(replace(ROUTE, stage=Stage.CANARY), "1") == epoch_of(ROUTE, "1")
    others = [epoch_of(ROUTE, "2"), epoch_of(replace(ROUTE, service="other"), "1"), epoch_of(ROUTE, "")]
    assert len({epoch_of(ROUTE, "1"), *others}) == 4


def test_the_order_of_paired_lists_is_no_change() -> None:
    one, two = {"body:$.a": "id", "body:$.b": "id"}, {"body:$.b": "id", "body:$.a": "id"}
    epochs = {epoch_of(replace(ROUTE, compare=Compare(keyed=MappingProxyType(keyed))), "") for keyed in (one, two)}
    assert len(epochs) == 1


def test_the_version_is_read_from_the_header_that_the_backend_names() -> None:
    headers = ((b"content-type", b"text/html"), (b"x-service-version", b"1.4"))
    assert version_in(headers, "X-Service-Version") == "1.4"
    assert version_in(headers, "X-Release") == ""


def test_an_ignore_that_ends_begins_a_new_epoch() -> None:
    route = replace(ROUTE, compare=Compare(ignore=("header:etag until 2027-01-31",)))
    before, then = (epoch_of(route, "", date(2027, 1, day)) for day in (30, 31))
    assert before != then
