"""The route and the rules of a recorded exchange."""

from datetime import date

from strangler_proxy.compare.compare import compare
from strangler_proxy.config.load import parse
from strangler_proxy.recording.route_of import RouteRules, with_routes
from tests.unit.cli.conftest import CONFIG
from tests.unit.recording.examples import answer, exchange

TODAY = date(2027, 1, 15)
IGNORING = CONFIG.replace('"shadow"  #', '"shadow"\ncompare.ignore = ["body:$.at"]  #')


def test_an_exchange_without_a_route_gets_the_one_that_matches() -> None:
    config = parse(CONFIG)
    found = with_routes([exchange(route=None), exchange("/nowhere/", route="gone"), exchange(route="gated")], config)
    assert [one.route for one in found] == ["product-detail", None, "gated"]


def test_its_route_s_ignores_hold() -> None:
    rules = RouteRules(parse(IGNORING), TODAY).of(exchange())
    assert compare(answer(b'{"at": 1}'), answer(b'{"at": 2}'), rules).equal


def test_links_to_the_recorded_site_and_to_the_asked_one_are_the_same_place() -> None:
    recorded, fresh = answer(b'{"next": "http://shop.example/p/"}'), answer(b'{"next": "http://127.0.0.1:9/p/"}')
    for config in (None, parse(CONFIG)):
        rules = RouteRules(config, TODAY, urls=["http://127.0.0.1:9"]).of(exchange())
        assert compare(recorded, fresh, rules).equal
    assert not compare(recorded, fresh, RouteRules(None, TODAY).of(exchange())).equal


def test_an_ignore_that_has_ended_hides_nothing() -> None:
    config = parse(IGNORING.replace("$.at", "$.at until 2027-01-15"))
    for today, equal in ((date(2027, 1, 14), True), (date(2027, 1, 15), False)):
        rules = RouteRules(config, today).of(exchange())
        assert compare(answer(b'{"at": 1}'), answer(b'{"at": 2}'), rules).equal is equal
