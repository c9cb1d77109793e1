import re
from pathlib import Path
from textwrap import dedent

import pytest

from strangler_proxy.config.load import parse
from strangler_proxy.config.stage import Stage
from strangler_proxy.discover.drift import missing_endpoints
from strangler_proxy.discover.write_config import config_text
from tests.unit.discover.examples import answer, converter, endpoint

EXAMPLE = answer(
    endpoint("", name="home", view="shop.views.Home", methods=["GET", "HEAD", "OPTIONS"]),
    endpoint("reviews/", "^(?P<pk>\\d+)/$", name="detail", namespaces=["reviews"], view="shop.reviews.views.detail"),
    endpoint("reviews/", "^(?P<id>\\d+)/$", view="shop.reviews.views.old"),
    endpoint("in/<year:y>/", view="shop.views.year"),
    converters={"year": converter("[0-9]{4}"), "int": converter("[0-9]+", custom=False)},
    append_slash=False,
    debug=True,
    allowed_hosts=["shop.example"],
    secure_proxy_ssl_header=["HTTP_X_FORWARDED_PROTO", "https"],
)


def test_the_file_of_an_example_reads_so() -> None:
    text = config_text(EXAMPLE, listen="127.0.0.1:80", monolith_url="http://127.0.0.1:81")
    head, _, body = text.partition("\n[proxy]\n")
    assert head == dedent("""\
        # The 3 endpoints of shop.urls (settings shop.settings, Django 5.2),
        # in the order in which Django tries them. Written by `strangler init`; from now on it is yours to edit.
        #
        # The first toggle:
        #   1. Start the monolith where [backends.monolith] says, and `strangler up`; users come to `listen`.
        #   2. Name the service that shall answer:   [backends.NAME]   urls = ["http://127.0.0.1:8002"]
        #   3. Add to its route below:               service = "NAME"
        #   4. Compare both, unseen by users:        strangler set ROUTE shadow, then strangler diff ROUTE
        #   5. Let it answer users, step by step:    strangler promote ROUTE
        #   6. Take it back, at any time:            strangler rollback ROUTE
        #
        # To mind:
        # - DEBUG was on when this was written; with it off, the project may have fewer endpoints.
        # - The monolith answers only to the hosts shop.example (ALLOWED_HOSTS); the proxy passes the user's Host on.
        # - The monolith believes X-Forwarded-Proto (SECURE_PROXY_SSL_HEADER): put who may set it into trusted_proxies.
        """)
    assert re.sub(" ─+", "", body) == dedent("""\
        listen = "127.0.0.1:80"
        append_slash = false  # as in the project, which redirects no path to the one with a slash

        [backends.monolith]
        urls = ["http://127.0.0.1:81"]

        # The project's own path converters.
        [converters]
        year = "[0-9]{4}"

        # shop

        [[routes]]
        name = "home"  # shop.views.Home
        path = "/"
        methods = ["GET", "HEAD", "OPTIONS"]
        stage = "monolith"

        # reviews

        [[routes]]
        name = "reviews-detail"  # shop.reviews.views.detail
        regex = '^/reviews/(?P<pk>\\d+)/$'
        stage = "monolith"

        # '^/reviews/(?P<id>\\d+)/$'  shop.reviews.views.old
        # Never reached: shop.reviews.views.detail has the same pattern above, and Django takes the first.

        # shop

        [[routes]]
        name = "in-y"  # shop.views.year
        path = "/in/<year:y>/"
        stage = "monolith"
        """)


def test_all_routes_are_on_the_monolith() -> None:
    config = parse(config_text(EXAMPLE))
    assert [route.stage for route in config.routes] == [Stage.MONOLITH] * 3
    assert list(config.backends) == ["monolith"]


@pytest.mark.parametrize(
    "text", ["^a'b\\.c/$", '^"quoted"\\d/$', "(?x)\n  ^a  # why\n/$", "^caf\u00e9/\\w+$", "^del\x7f\\d$", "^tab\t\\d$"]
)
def test_any_pattern_survives_the_way_into_the_file_and_back(text: str) -> None:
    found = answer(endpoint(text))
    (route,) = parse(config_text(found)).routes
    assert route.regex == found.endpoints[0].pattern.expression


def test_a_pattern_that_this_python_cannot_read_does_not_spoil_the_file() -> None:
    text = config_text(answer(endpoint("^a(?i)b/$", view="shop.views.old"), endpoint("c/", name="c")))
    assert [route.name for route in parse(text).routes] == ["c"]
    assert '# "^/a(?i)b/$"  shop.views.old\n# Not a valid expression for Python 3.' in text


def test_a_name_with_a_line_break_cannot_break_out_of_its_comment() -> None:
    parsed = parse(config_text(answer(endpoint("a/", view='x\n[backends.evil]\nurls = ["http://evil"]'))), Path("x"))
    assert list(parsed.backends) == ["monolith"]


def test_what_the_file_lacks_and_what_it_has_too_much_is_told() -> None:
    text = config_text(EXAMPLE)
    grown = answer(
        endpoint("", name="home"), endpoint("new/", name="new"), endpoint("^in/(?P<z>[0-9]{4})/$"), debug=True
    )
    drift = missing_endpoints(parse(text), grown)
    assert [found.full_name for found in drift.missing] == ["new"]
    assert [route.name for route in drift.unknown] == ["reviews-detail"]


def test_a_route_that_is_split_by_method_still_stands_for_its_endpoint() -> None:
    found = answer(endpoint("a/", name="a"))
    backend = '[backends.monolith]\nurls = ["http://127.0.0.1:1"]\n'
    routes = "".join(f'[[routes]]\nname = "{m}"\npath = "/a/"\nmethods = ["{m}"]\n' for m in ("GET", "POST"))
    drift = missing_endpoints(parse(backend + routes), found)
    assert (drift.missing, drift.unknown) == ((), ())


def test_a_document_of_another_version_of_the_probe_is_refused() -> None:
    with pytest.raises(ValueError, match="format 3, not 2"):
        answer(format=3)
