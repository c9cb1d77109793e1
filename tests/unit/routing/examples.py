"""Requests, configurations and random routes for the tests of routing."""

import os
from collections.abc import Mapping
from urllib.parse import quote

from hypothesis import settings
from hypothesis import strategies as st

from strangler_proxy.config.model import Backend, Canary, Compare, Config, Proxy, Route, Sticky, StickyKind
from strangler_proxy.config.stage import Stage
from strangler_proxy.routing.model import Decision, Request
from strangler_proxy.routing.override import Override
from strangler_proxy.routing.table import RoutingTable

thoroughly = settings(max_examples=int(os.environ.get("ROUTING_EXAMPLES", "100")), deadline=None)
"""A long run may ask for thousands; no deadline, as a busy machine is no defect."""

BACKENDS = {
    name: Backend(name=name, urls=(f"http://127.0.0.1:{port}",))
    for port, name in enumerate(("monolith", "catalog", "orders"), 8001)
}


def request(
    target: str | bytes,
    method: str = "GET",
    *,
    host: str = "shop.example.com",
    headers: Mapping[str, str] | None = None,
    client_ip: str = "192.0.2.1",
    request_id: str = "a-request",
) -> Request:
    return Request(
        method=method,
        target=target if isinstance(target, bytes) else target.encode("ascii"),
        host=host,
        header=(headers or {}).get,
        client_ip=client_ip,
        request_id=request_id,
        now=0.0,
    )


def config(*routes: Route, append_slash: bool = True, converters: Mapping[str, str] | None = None) -> Config:
    return Config(
        proxy=Proxy(append_slash=append_slash), backends=BACKENDS, routes=routes, converters=dict(converters or {})
    )


def table(*routes: Route, append_slash: bool = True) -> RoutingTable:
    return RoutingTable.build(config(*routes, append_slash=append_slash))


def decide(route: Route, asked: Request, override: Override | None = None) -> Decision:
    return table(route).decide(asked, override)


def target_of(path: str) -> bytes:
    return quote(path, safe="/").encode("ascii")


_PATH_PIECES = ("a", "b", "ab", "a.b", "é", "x-y", "<int:{}>", "<slug:{}>", "<{}>", "p-<int:{}>", "<slug:{}>.json")
_REGEX_PIECES = (
    *("a", "b", r"\.", "/", "/", "/", "a?", "/?", "b{1,2}", "é", "(a)", "(?:a|b)", "(?P<n{}>[0-9]+)", r"(?P<n{}>\w+)"),
    *(
        "[^/]+",
        "[^/.]+",
        "[^a]+",
        "[ab/]",
        ".",
        ".*",
        r"\d",
        r"\S+",
        "(?i:A)",
        "(?=a)",
        "(?!a)",
        "(?:a/)?",
        r"\/",
        r"\b",
    ),
)
_REGEX_ENDS = ("$", "$", r"\Z", "/$", "/?$", "", r"\$", "|^/b$", "(?:$|/b$)")


@st.composite
def django_paths(draw: st.DrawFn) -> str:
    """A path in the syntax of Django's `path()`, from few words, so that many routes match one request."""
    pieces = draw(st.lists(st.sampled_from(_PATH_PIECES), max_size=4))
    end = draw(st.sampled_from(("", "/", "/", "/<path:rest>")))
    return "/" + "/".join(piece.format(f"n{n}") for n, piece in enumerate(pieces)) + (end if pieces else "")


@st.composite
def regexes(draw: st.DrawFn) -> str:
    """An expression in the syntax of Django's `re_path()`, with a leading slash."""
    pieces = draw(st.lists(st.sampled_from(_REGEX_PIECES), max_size=7))
    # Not `format`: an expression has braces of its own.
    return (
        "^/"
        + "".join(piece.replace("{}", str(n)) for n, piece in enumerate(pieces))
        + draw(st.sampled_from(_REGEX_ENDS))
    )


request_paths = st.builds(
    lambda segments, end: "/" + "/".join(segments) + (end if segments else ""),
    st.lists(
        st.sampled_from(("a", "b", "ab", "bb", "a.b", "é", "x-y", "A", "1", "12", "p-1", "a.json", "a$", "a b", "a%z")),
        max_size=5,
    ),
    st.sampled_from(("", "/")),
)
"""Decoded paths that no reader disagrees about."""

_short_paths = st.sampled_from(("/", "/a", "/a/", "/b", "/b/", "/ab/", "/a/b", "/a/b/", "/1/"))
"""So few that many requests meet several routes."""

_conditions = st.fixed_dictionaries(
    {
        "methods": st.sampled_from(((), (), ("GET",), ("GET", "HEAD"), ("POST",))),
        "hosts": st.sampled_from(((), (), ("example.com",), ("*.example.com",), ("other.org", "shop.example.com"))),
        "headers": st.sampled_from(({}, {}, {"x-a": "*"}, {"x-a": "1"}, {"x-a": "~[0-9]+", "x-b": "*"})),
    }
)
requests = st.builds(
    lambda path, method, host, headers, ip, request_id: request(
        target_of(path), method, host=host, headers=headers, client_ip=ip, request_id=request_id
    ),
    st.one_of(_short_paths, request_paths),
    st.sampled_from(("GET", "HEAD", "POST", "OPTIONS", "DELETE")),
    st.sampled_from(("example.com", "shop.example.com:8000", "SHOP.example.com", "[::1]:80", "")),
    st.dictionaries(st.sampled_from(("x-a", "x-b", "cookie")), st.sampled_from(("1", "12", "sessionid=u1", ""))),
    st.sampled_from(("192.0.2.1", "2001:db8::1")),
    st.text("abc", min_size=1, max_size=4),
)


@st.composite
def routes(draw: st.DrawFn) -> tuple[Route, ...]:
    """Up to nine routes of every kind."""
    made = []
    for number in range(draw(st.integers(0, 9))):
        kind, strategy = draw(st.sampled_from((("path", django_paths()), ("path", _short_paths), ("regex", regexes()))))
        made.append(
            Route(
                name=f"r{number}",
                **{kind: draw(strategy)},
                **draw(_conditions),
                service=draw(st.sampled_from(("catalog", "orders"))),
                stage=draw(st.sampled_from(Stage)),
                canary=Canary(
                    percent=draw(st.sampled_from((0.0, 0.5, 50.0, 100.0))),
                    sticky=Sticky(kind=draw(st.sampled_from(StickyKind)), name="sessionid"),
                ),
                compare=Compare(sample_percent=draw(st.sampled_from((0.0, 50.0, 100.0)))),
            )
        )
    return tuple(made)
