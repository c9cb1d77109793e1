"""The probe's answer as records: one project, its facts, and its endpoints in the order in which Django tries them."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from strangler_proxy.config.django_path import DJANGO_CONVERTERS
from strangler_proxy.discover.pattern import Link, LinkKind, Pattern, Tongue, converters_in, join

FORMAT = 2
"""Version of the document that `read_answer` understands; `probe.py` writes it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One URL pattern of the project."""

    pattern: Pattern
    view: str
    """Dotted name of the view, as Django's error pages give it."""
    app: str
    """Label of the installed app that the view's module is in; the module's first part if it is in none."""
    name: str | None
    """The URL's name, without namespaces."""
    namespaces: tuple[str, ...]
    """From the outermost in."""
    methods: tuple[str, ...] | None
    """Methods that the view answers, in capitals; None when only running it would tell."""
    may_refuse: tuple[str, ...] = ()
    """What may refuse a path that the pattern matches, so that Django goes on: `converter NAME`, or a dotted class."""

    @property
    def full_name(self) -> str | None:
        """The name as `reverse()` takes it, e.g. `admin:login`."""
        return ":".join([*self.namespaces, self.name]) if self.name else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the probe found out about a project."""

    python: str
    django: str
    settings: str
    root_urlconf: str
    append_slash: bool
    """Whether the project redirects to the path with a slash: APPEND_SLASH is on, and CommonMiddleware installed."""
    allowed_hosts: tuple[str, ...]
    debug: bool
    middleware: tuple[str, ...]
    secure_proxy_ssl_header: tuple[str, ...] | None
    wsgi_application: str | None
    asgi_application: str | None
    converters: Mapping[str, str]
    """Name → expression of the project's own path converters that its URLconf uses."""
    endpoints: tuple[Endpoint, ...]
    """In the order in which Django tries them."""


def read_answer(document: Mapping[str, Any]) -> Answer:
    """The records of a document that `probe.py` wrote.

    Raises: KeyError or ValueError for a document that is not of this version of the probe.
    """
    if document["format"] != FORMAT:
        raise ValueError(f"the probe's document has format {document['format']!r}, not {FORMAT}")
    converters = document["converters"]
    tongue = Tongue(
        languages=tuple(document["languages"]),
        default_language=document["language_code"],
        unprefixed_is_default=document["unprefixed_is_default"],
        converters={**DJANGO_CONVERTERS, **{name: found["regex"] for name, found in converters.items()}},
    )
    refusing = frozenset(name for name, found in converters.items() if found["may_refuse"])
    ssl_header = document["secure_proxy_ssl_header"]
    return Answer(
        python=document["python"],
        django=document["django"],
        settings=document["settings"],
        root_urlconf=document["root_urlconf"],
        append_slash=document["append_slash"],
        allowed_hosts=tuple(document["allowed_hosts"]),
        debug=document["debug"],
        middleware=tuple(document["middleware"]),
        secure_proxy_ssl_header=None if ssl_header is None else tuple(ssl_header),
        wsgi_application=document["wsgi_application"],
        asgi_application=document["asgi_application"],
        converters=MappingProxyType({name: found["regex"] for name, found in converters.items() if found["custom"]}),
        endpoints=tuple(_endpoint(found, document["apps"], tongue, refusing) for found in document["endpoints"]),
    )


def _endpoint(
    found: Mapping[str, Any], apps: Sequence[tuple[str, str]], tongue: Tongue, refusing: Set[str]
) -> Endpoint:
    chain = [_link(link) for link in found["chain"]]
    return Endpoint(
        pattern=join(chain, tongue),
        view=found["view"],
        app=_app_of(found["view"], apps),
        name=found["name"],
        namespaces=tuple(found["namespaces"]),
        methods=None if found["methods"] is None else tuple(found["methods"]),
        may_refuse=tuple(dict.fromkeys(name for link in chain for name in _may_refuse(link, refusing))),
    )


def _link(link: Mapping[str, Any]) -> Link:
    kind = LinkKind(link["kind"])
    if kind is LinkKind.LOCALE:
        return Link(kind=kind, prefix_default=link["prefix_default"], decided_by=link["decided_by"])
    by_language = MappingProxyType(dict(link["by_language"]))
    return Link(kind=kind, text=link["text"], by_language=by_language, decided_by=link["decided_by"])


def _may_refuse(link: Link, refusing: Set[str]) -> Iterator[str]:
    if link.decided_by:
        yield link.decided_by
    elif link.kind is LinkKind.PATH:
        yield from (f"converter {name}" for name in converters_in(link.text) if name in refusing)


def _app_of(view: str, apps: Sequence[tuple[str, str]]) -> str:
    """The label of the app whose module is the longest beginning of the view's dotted name."""
    holders = [(len(module), label) for label, module in apps if view.startswith(f"{module}.")]
    return max(holders)[1] if holders else view.partition(".")[0]
