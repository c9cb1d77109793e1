"""Stages as they are written in a text that may have mistakes: read and changed without the rest being understood.

The way back must not be barred by a mistake elsewhere in the file, so nothing here asks whether the text is valid.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tomli

from strangler_proxy.config.positions import Positions
from strangler_proxy.config.problem import KeyPath
from strangler_proxy.config.stage import Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenRoute:
    """One route with a name, as far as it can be read."""

    name: str
    service: str | None
    stage: str
    """As it is written, be it a stage or not; `monolith` where none is."""
    percent: float | None
    """Share of its canary; None where none can be read."""
    start: int
    end: int
    """Where the stage's value stands in the text; both 0 where none is."""

    @property
    def known_stage(self) -> Stage | None:
        """The stage; None when what is written is none."""
        return Stage(self.stage) if self.stage in tuple(Stage) else None


def written_routes(text: str) -> tuple[WrittenRoute, ...]:
    """Every route of the text that has a name, in file order; of one that is no TOML, those with a key on a line."""
    try:
        document = tomli.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return tuple(_by_lines(text))
    return tuple(_by_keys(document, Positions(text)))


def with_stage(text: str, names: Collection[str], stage: Stage) -> str:
    """The text with the written stage of every route of one of these names replaced, and no other byte changed."""
    for route in sorted(written_routes(text), key=lambda one: one.start, reverse=True):
        if route.name in names and route.end and route.stage != stage:
            text = f'{text[: route.start]}"{stage}"{text[route.end :]}'
    return text


def _by_keys(document: Mapping[str, Any], positions: Positions) -> Iterator[WrittenRoute]:
    routes = document.get("routes")
    tables: list[tuple[KeyPath, Any]] = (
        [(("routes",), routes)]
        if isinstance(routes, dict)
        else [(("routes", index), table) for index, table in enumerate(routes)]
        if isinstance(routes, list)
        else []
    )
    for at, table in tables:
        if not isinstance(table, dict) or not isinstance(table.get("name"), str):
            continue
        service, canary = table.get("service"), table.get("canary")
        percent = canary.get("percent") if isinstance(canary, dict) else None
        place = positions.places.get((*at, "stage"))
        yield WrittenRoute(
            name=table["name"],
            service=service if isinstance(service, str) else None,
            stage=str(table.get("stage", Stage.MONOLITH)),
            percent=float(percent) if isinstance(percent, int | float) else None,
            start=place.value_start if place else 0,
            end=place.value_end if place else 0,
        )


_HEADER = re.compile(r"^[ \t]*\[[^\n]*\][ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)
_ROUTE = re.compile(r"[ \t]*\[{1,2}[ \t]*routes[ \t]*\]")
_LINE = r"^[ \t]*{key}[ \t]*=[ \t]*(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s#]+)"
_NAME, _SERVICE, _STAGE = (re.compile(_LINE.format(key=key), re.MULTILINE) for key in ("name", "service", "stage"))


def _by_lines(text: str) -> Iterator[WrittenRoute]:
    headers = list(_HEADER.finditer(text))
    ends = [*(header.start() for header in headers[1:]), len(text)]
    for header, end in zip(headers, ends, strict=False):
        name = _NAME.search(text, header.end(), end)
        if not _ROUTE.match(header[0]) or name is None:
            continue
        service, stage = _SERVICE.search(text, header.end(), end), _STAGE.search(text, header.end(), end)
        yield WrittenRoute(
            name=_bare(name),
            service=_bare(service) if service else None,
            stage=_bare(stage) if stage else Stage.MONOLITH.value,
            percent=None,
            start=stage.start("value") if stage else 0,
            end=stage.end("value") if stage else 0,
        )


def _bare(found: re.Match[str]) -> str:
    return found["value"].strip("\"'")
