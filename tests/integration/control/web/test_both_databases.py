"""Every page's document, read from either database."""

import time

from dashboard_store import fill, write_config

from tests.integration.control.conftest import Place


def test_pages_say_the_same_on_either_database(place: Place) -> None:
    from strangler_proxy.control.metrics_page import Answered
    from strangler_proxy.control.traffic import stages_record, traffic_record
    from strangler_proxy.control.web.pages.health import health_document
    from strangler_proxy.control.web.pages.overview import overview_document
    from strangler_proxy.control.web.pages.route import route_document
    from strangler_proxy.control.web.pages.routes import routes_document
    from strangler_proxy.control.web.site import Site

    now = time.time()
    path = write_config(place.state)
    fill(now)
    site = Site(path, place.state)
    for _ in range(2):
        traffic_record({("search", "catalog"): Answered(3, 1), ("-", "proxy"): Answered(9, 9)}, now)
        stages_record(site.config, now)
    overview = overview_document(site, now)
    assert [one["route"] for one in overview["attention"]] == ["search", "product-detail", "order-list"]
    assert overview["traffic_over_time"][-1]["errors"] == 2
    assert overview["stages_over_time"][-1]["shadow"] == 3
    assert routes_document(site, {"sort": "traffic"}, now)["routes"][0]["name"] == "category-tree"
    route = route_document(site, "product-detail", now)
    assert [one["path"] for one in route["groups"]] == ["body:$.price", "body:$.tags"]
    assert sum(one["comparisons"] for one in route["over_time"]) == route["route"]["comparisons"]
    assert [one["reason"] for one in health_document(site, now)["not_compared"]] == ["backlog", "queue-full"]
