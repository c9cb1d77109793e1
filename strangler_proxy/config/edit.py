"""Edits of `strangler.toml` that change what was asked for and no other byte: first a plan, then its application.

The plan is made from the places of keys in the text (`config.positions`): comments, order, spaces and line ends stay.
"""

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from strangler_proxy.config import patterns
from strangler_proxy.config.errors import EditRefused, UnknownRoute
from strangler_proxy.config.load import parse, read
from strangler_proxy.config.model import Route
from strangler_proxy.config.positions import Place, Positions, Written
from strangler_proxy.config.problem import KeyPath
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.words import did_you_mean, quoted


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """A planned change of one file: printable, and applied by `config.write.apply`."""

    path: Path
    before: str
    after: str

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after

    @property
    def diff(self) -> str:
        """The change as a unified diff; empty when there is none."""
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True), self.after.splitlines(keepends=True), str(self.path), str(self.path)
        )
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def plan_route_edit(
    path: Path,
    route: str,
    *,
    stage: Stage | None = None,
    service: str | None = None,
    canary_percent: float | None = None,
    urls: Sequence[str] = (),
) -> Edit:
    """Return the edit of the file at `path` that gives `route` the stage, service and canary share; None: as it is.

    With `urls`, the backend `service` is added with them.

    Raises: ConfigUnreadable and ConfigInvalid as `load` does, ConfigInvalid also when the file would not be valid
    afterwards; UnknownRoute when there is no such route; EditRefused when the backend of `urls` is there already.
    """
    before = read(path)
    after = edited(before, route, source=path, stage=stage, service=service, canary_percent=canary_percent, urls=urls)
    return Edit(path=path, before=before, after=after)


def edited(
    text: str,
    route: str,
    *,
    source: Path | None = None,
    stage: Stage | None = None,
    service: str | None = None,
    canary_percent: float | None = None,
    urls: Sequence[str] = (),
) -> str:
    """Return `text` with the change of `plan_route_edit`. The same text when it says so already.

    Raises: as `plan_route_edit`, but for ConfigUnreadable.
    """
    config = parse(text, source)
    index = next((at for at, known in enumerate(config.routes) if known.name == route), None)
    if index is None:
        raise unknown_route(route, [known.name for known in config.routes], source)
    at: KeyPath = ("routes", index)
    after = text
    if urls:
        after = _with_backend(after, service, list(config.backends), urls)
    if service is not None and service != config.routes[index].service:
        after = with_value(after, at, "service", string_value(service))
    if stage is not None and stage != config.routes[index].stage:
        after = with_value(after, at, "stage", string_value(stage))
    if canary_percent is not None and canary_percent != config.routes[index].canary.percent:
        after = _with_canary_percent(after, at, canary_percent)
    if after != text:
        _check(after, source, _changed(config.routes[index], stage, service, canary_percent))
    return after


def _changed(route: Route, stage: Stage | None, service: str | None, percent: float | None) -> tuple[object, ...]:
    return (
        route.name,
        route.stage if stage is None else stage,
        route.service if service is None else service,
        route.canary.percent if percent is None else float(percent),
    )


def _check(after: str, source: Path | None, wanted: tuple[object, ...]) -> None:
    """Refuse a text that is not valid; that it says what was wanted is our own promise."""
    config = parse(after, source)
    got = [(route.name, route.stage, route.service, route.canary.percent) for route in config.routes]
    if wanted not in got:
        raise EditRefused(
            "the change could not be made in place.",
            where=None if source is None else str(source),
            remedy="Make it by hand, and please report how the route is written.",
        )


def unknown_route(route: str, known: list[str], source: Path | None) -> UnknownRoute:
    """The error for a route that is not there, with the name that was perhaps meant."""
    return UnknownRoute(
        f"there is no route {quoted(route)}.",
        where=None if source is None else str(source),
        remedy=f"{did_you_mean(route, known)}See them all with `strangler routes`.",
    )


def _with_backend(text: str, name: str | None, known: list[str], urls: Sequence[str]) -> str:
    """Return the text with `[backends.NAME]` at its end, or with NAME in the inline table of backends."""
    if name is None or name in known:
        what = "URLs were given without a service." if name is None else f"the backend {quoted(name)} is there already."
        raise EditRefused(what, remedy="Name a new service with its URLs, or edit the file for one that is there.")
    if not re.fullmatch(patterns.BACKEND_NAME, name):
        raise EditRefused(
            f"{quoted(name)} is no name for a backend.", remedy="Use letters, digits, `_` and `-`, e.g. `catalog`."
        )
    listed = ", ".join(string_value(url) for url in urls)
    if Positions(text).places[("backends",)].written is Written.KEY:
        return with_value(text, ("backends",), name, f"{{urls = [{listed}]}}")
    end = line_end(text)
    gap = "" if text.endswith("\n") or not text else end
    return f"{text}{gap}{end}[backends.{name}]{end}urls = [{listed}]{end}"


def _with_canary_percent(text: str, route: KeyPath, percent: float) -> str:
    """Return the text with `percent` in the route's canary table, which a dotted key opens when there is none."""
    value = f"{percent:g}" if float(f"{percent:g}") == percent else repr(percent)
    canary = (*route, "canary")
    if canary in Positions(text).places:
        return with_value(text, canary, "percent", value)
    return with_value(text, route, "canary.percent", value)


def with_value(text: str, table: KeyPath, key: str, value: str) -> str:
    """Return the text with `key = value` in `table`: in place of the old value, or as the last of the table's keys."""
    positions = Positions(text)
    old = positions.places.get((*table, key))
    if old is not None:
        return text[: old.value_start] + _in_quotes_of(text[old.value_start], value) + text[old.value_end :]
    place = positions.places[table]
    if place.written is Written.DOTTED:
        return with_value(text, table[:-1], f"{table[-1]}.{key}", value)
    last = _last_pair(positions, table)
    if place.written is Written.HEADER:
        return _with_line_below(text, last or place, f"{key} = {value}")
    if last is None:
        return f"{text[: place.value_start + 1]}{key} = {value}{text[place.value_start + 1 :]}"
    return f"{text[: last.value_end]}, {key} = {value}{text[last.value_end :]}"


def _last_pair(positions: Positions, table: KeyPath) -> Place | None:
    """Return the last key and value that stand in the table itself, not below a header of their own."""
    start = positions.places[table].start
    headers = (place.start for place in positions.places.values() if place.written is Written.HEADER)
    end = min((header for header in headers if header > start), default=len(positions.text))
    depth = len(table)
    own = (
        place
        for at, place in positions.places.items()
        if len(at) > depth and at[:depth] == table and place.written is Written.KEY and place.start < end
    )
    return max(own, key=lambda place: place.value_end, default=None)


def _with_line_below(text: str, place: Place, line: str) -> str:
    """Return the text with `line` below the last line of `place`, indented as its first line is."""
    indent = text[text.rfind("\n", 0, place.start) + 1 : place.start].lstrip("\ufeff")
    newline = text.find("\n", place.value_end)
    if newline == -1:
        return f"{text}{line_end(text)}{indent}{line}"
    ending = "\r\n" if text[newline - 1] == "\r" else "\n"
    return f"{text[: newline + 1]}{indent}{line}{ending}{text[newline + 1 :]}"


def line_end(text: str) -> str:
    """What ends the text's lines."""
    return "\r\n" if "\r\n" in text else "\n"


def string_value(value: str) -> str:
    """A string as TOML writes it."""
    return json.dumps(value, ensure_ascii=False)


def _in_quotes_of(old: str, value: str) -> str:
    """Return a string value in the quotes of the value it replaces."""
    return f"'{value[1:-1]}'" if old == "'" and value[0] == '"' and "\\" not in value and "'" not in value else value
