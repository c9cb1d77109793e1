"""Writes the first `strangler.toml` of a project: every endpoint a route, and every route on the monolith. Pure."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import count

from strangler_proxy.discover.answer import Answer, Endpoint
from strangler_proxy.discover.layout import Entry, is_catch_all, lay_out
from strangler_proxy.discover.pattern import MATCHES_NOTHING, converters_in

DEFAULT_LISTEN = "127.0.0.1:8000"
DEFAULT_MONOLITH = "http://127.0.0.1:8001"

_WIDTH = 100
"""Columns of a group's heading."""


def config_text(answer: Answer, *, listen: str = DEFAULT_LISTEN, monolith_url: str = DEFAULT_MONOLITH) -> str:
    """The text of a valid `strangler.toml` with which every request goes to the monolith, as without the proxy."""
    entries = lay_out(answer)
    lines = [*_header(answer, entries), "", *_proxy(answer, listen), "", "[backends.monolith]"]
    lines.append(f"urls = [{_quoted(monolith_url)}]")
    if converters := _converters(answer, entries):
        lines += ["", "# The project's own path converters.", "[converters]"]
        lines += [f"{name} = {_quoted(regex)}" for name, regex in converters.items()]
    group = None
    for entry in entries:
        if _group(entry) != group:
            group = _group(entry)
            lines += ["", *_heading(group)]
        lines += ["", *(_left_out(entry) if entry.left_out else _route(entry))]
    return "\n".join(lines) + "\n"


def _converters(answer: Answer, entries: Sequence[Entry]) -> dict[str, str]:
    """The project's converters that the routes name."""
    paths = [entry.endpoint.pattern.path or "" for entry in entries if entry.left_out is None]
    named = {name for path in paths for name in converters_in(path)}
    return {name: regex for name, regex in answer.converters.items() if name in named}


def routes_text(answer: Answer, wanted: Collection[Endpoint], taken: Collection[str]) -> str:
    """The tables of those endpoints alone, to be pasted into a file whose routes have the names `taken`."""
    lines: list[str] = []
    names = set(taken)
    for entry in lay_out(answer):
        if entry.left_out is None and entry.endpoint in wanted:
            name = _free_name(entry.name, names)
            names.add(name)
            lines += [*_route(replace(entry, name=name)), ""]
    return "\n".join(lines)


def _free_name(name: str, taken: Collection[str]) -> str:
    return name if name not in taken else next(f"{name}-{n}" for n in count(2) if f"{name}-{n}" not in taken)


def _header(answer: Answer, entries: Sequence[Entry]) -> Iterator[str]:
    routes = sum(entry.left_out is None for entry in entries)
    yield f"# The {routes} endpoints of {answer.root_urlconf} (settings {answer.settings}, Django {answer.django}),"
    yield "# in the order in which Django tries them. Written by `strangler init`; from now on it is yours to edit."
    yield "#"
    yield "# The first toggle:"
    yield "#   1. Start the monolith where [backends.monolith] says, and `strangler up`; users come to `listen`."
    yield '#   2. Name the service that shall answer:   [backends.NAME]   urls = ["http://127.0.0.1:8002"]'
    yield '#   3. Add to its route below:               service = "NAME"'
    yield "#   4. Compare both, unseen by users:        strangler set ROUTE shadow, then strangler diff ROUTE"
    yield "#   5. Let it answer users, step by step:    strangler promote ROUTE"
    yield "#   6. Take it back, at any time:            strangler rollback ROUTE"
    notes = list(_to_mind(answer, entries))
    if notes:
        yield "#"
        yield "# To mind:"
        yield from (f"# - {note}" for note in notes)


def _to_mind(answer: Answer, entries: Sequence[Entry]) -> Iterator[str]:
    if answer.debug:
        yield "DEBUG was on when this was written; with it off, the project may have fewer endpoints."
    if answer.allowed_hosts and "*" not in answer.allowed_hosts:
        hosts = ", ".join(map(_printable, answer.allowed_hosts))
        yield f"The monolith answers only to the hosts {hosts} (ALLOWED_HOSTS); the proxy passes the user's Host on."
    if answer.secure_proxy_ssl_header:
        header = _printable(answer.secure_proxy_ssl_header[0].removeprefix("HTTP_").replace("_", "-").title())
        yield f"The monolith believes {header} (SECURE_PROXY_SSL_HEADER): put who may set it into trusted_proxies."
    for entry in entries:
        if entry.left_out is None and is_catch_all(entry.endpoint):
            yield f'Route "{entry.name}" is a catch-all: new routes go above it.'
    if any(_is_admin(entry) for entry in entries):
        yield "Django's admin works on the tables of all apps: its routes are the last to move, if they ever do."


def _proxy(answer: Answer, listen: str) -> Iterator[str]:
    yield "[proxy]"
    yield f"listen = {_quoted(listen)}"
    if not answer.append_slash:
        yield "append_slash = false  # as in the project, which redirects no path to the one with a slash"


def _group(entry: Entry) -> str:
    return ":".join(entry.endpoint.namespaces[:1]) or entry.endpoint.app


def _heading(group: str) -> Iterator[str]:
    yield f"# ── {_printable(group)} ".ljust(_WIDTH, "─")


def _route(entry: Entry) -> Iterator[str]:
    pattern = entry.endpoint.pattern
    yield "[[routes]]"
    yield f"name = {_quoted(entry.name)}  # {_printable(entry.endpoint.view)}"
    yield from (f"# {_printable(note)}" for note in entry.notes)
    yield f"path = {_quoted(pattern.path)}" if pattern.path is not None else f"regex = {_quoted(pattern.expression)}"
    if entry.methods:
        yield f"methods = [{', '.join(map(_quoted, entry.methods))}]"
    yield 'stage = "monolith"'


def _left_out(entry: Entry) -> Iterator[str]:
    pattern = entry.endpoint.pattern
    shown = pattern.expression if pattern.is_readable else pattern.expression.replace(MATCHES_NOTHING, "…")
    yield f"# {_quoted(pattern.path or shown)}  {_printable(entry.endpoint.view)}"
    yield f"# {_printable(entry.left_out or '')}"
    yield from (f"# {_printable(note)}" for note in entry.notes)


def _is_admin(entry: Entry) -> bool:
    return entry.endpoint.view.startswith("django.contrib.admin.")


def _quoted(text: str) -> str:
    """`text` as a TOML string: as it stands between single quotes if it has a backslash, else between double ones."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _printable(text: str) -> str:
    """`text` on one line, for a comment."""
    return text if text.isprintable() else json.dumps(text)
