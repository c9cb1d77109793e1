"""What is probably not meant in a valid config: warned of, and no reason to refuse it."""

from collections.abc import Iterator
from dataclasses import dataclass

import click

from strangler_proxy.config.backtracking import can_run_away
from strangler_proxy.config.expression import doubts
from strangler_proxy.config.model import MONOLITH, Config, Route
from strangler_proxy.config.stage import Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class Oddity:
    """One such thing."""

    what: str
    remedy: str
    line: int | None = None


def oddities_of(config: Config) -> tuple[Oddity, ...]:
    """All that the config alone shows: an unused service, a canary without a share, a dangerous expression."""
    return (*_unused_services(config), *_empty_canaries(config), *_doubtful_expressions(config))


def oddity_text(odd: Oddity, file: str) -> str:
    """It for a person, on two lines."""
    place = f"{file}:{odd.line}: " if odd.line else ""
    return f"{click.style('warning', fg='yellow', bold=True)}: {place}{odd.what}\n  remedy: {odd.remedy}"


def _unused_services(config: Config) -> Iterator[Oddity]:
    used = {route.service for route in config.routes} | {task.service for task in config.tasks}
    for name in config.backends:
        if name not in used and name != MONOLITH:
            yield Oddity(
                what=f'no route uses the service "{name}".',
                remedy="Give a route this service, or take the backend out.",
            )


def _empty_canaries(config: Config) -> Iterator[Oddity]:
    for route in config.routes:
        if route.stage is Stage.CANARY and route.canary.percent == 0:
            yield Oddity(
                what=f'route "{route.name}" is in stage canary at 0 percent: the service answers nobody.',
                remedy=f"`strangler set {route.name} canary --percent 5` begins the canary.",
                line=config.route_lines.get(route.name),
            )


def _doubtful_expressions(config: Config) -> Iterator[Oddity]:
    for name, expression in config.converters.items():
        yield from _doubts_of(expression, f'converter "{name}"', None)
    for route in config.routes:
        line = config.route_lines.get(route.name)
        for key, expression in _expressions(route):
            yield from _doubts_of(expression, f'{key} of route "{route.name}"', line)


def _expressions(route: Route) -> Iterator[tuple[str, str]]:
    if route.regex is not None:
        yield "regex", route.regex
    for name, value in route.headers.items():
        if value.startswith("~"):
            yield f'header "{name}"', value[1:]
    for path in route.compare.ignore:
        what, _, guard = path.partition(" ~")
        if guard:
            yield f'the guard of "{what}"', guard


def _doubts_of(expression: str, where: str, line: int | None) -> Iterator[Oddity]:
    if can_run_away(expression):
        yield Oddity(
            what=f"{where} has a repetition in a repetition that shares its characters, as in (a+)+: a text that "
            "almost matches can hold a worker up for minutes.",
            remedy="Let each turn end with a character that the inner repetition cannot take, e.g. (?:[^/]+/)*, or "
            "repeat once: a+.",
            line=line,
        )
    doubt = doubts(expression)
    if doubt:
        yield Oddity(
            what=f"{where} may mean something else in a later Python: {doubt}.",
            remedy="Put a backslash before what stands for itself, e.g. [\\[a] for a bracket in a set.",
            line=line,
        )
