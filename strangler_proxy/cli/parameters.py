"""The kinds of argument that several verbs take: a route's name, a stage, a percentage; each completes and corrects."""

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from strangler_proxy.cli.session import CONFIG_VARIABLE, Session, found_config
from strangler_proxy.config.model import MONOLITH
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.words import did_you_mean
from strangler_proxy.errors import WrongUsage

if TYPE_CHECKING:
    _Type = click.ParamType[Any]  # generic from click 8.4 on
else:
    _Type = click.ParamType


class RouteName(_Type):
    """The name of a route; whether it exists is checked against the loaded config, not here."""

    name = "route"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names in the config, each with its stage; nothing when the file cannot be read."""
        return [
            CompletionItem(name, help=stage)
            for name, stage in named_routes(_config_of(ctx)).items()
            if name.startswith(incomplete)
        ]


class ServiceName(_Type):
    """The name of a backend other than the monolith; whether it exists is checked against the loaded config."""

    name = "service"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The services in the config; nothing when the file cannot be read."""
        backends = _tables(_config_of(ctx)).get("backends")
        names = backends if isinstance(backends, dict) else ()
        return [CompletionItem(name) for name in names if name != MONOLITH and name.startswith(incomplete)]


class BackendName(_Type):
    """The name of any backend, or a base URL."""

    name = "backend"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The backends in the config; nothing when the file cannot be read."""
        names = _tables(_config_of(ctx)).get("backends", {})
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


class StageName(_Type):
    """One of the five stages."""

    name = "stage"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Stage:
        """The stage, in whatever case it was typed.

        Raises: WrongUsage when there is no such stage.
        """
        try:
            return Stage(str(value).lower())
        except ValueError:
            raise WrongUsage(
                f'there is no stage "{value}".',
                remedy=f"{did_you_mean(str(value).lower(), list(Stage))}The stages are {', '.join(Stage)}.",
            ) from None

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The stages that begin so."""
        return [CompletionItem(stage.value) for stage in Stage if stage.startswith(incomplete.lower())]


class Percent(_Type):
    """A number from 0 to 100, with or without a percent sign."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number.

        Raises: WrongUsage when it is none, or out of range.
        """
        try:
            number = float(str(value).rstrip("% "))
        except ValueError:
            number = -1.0
        if not 0 <= number <= 100:
            raise WrongUsage(f'"{value}" is no percentage.', remedy="Give a number from 0 to 100, e.g. --percent 25.")
        return number


ROUTE = RouteName()
SERVICE = ServiceName()
BACKEND = BackendName()
STAGE = StageName()
PERCENT = Percent()


def named_routes(config_path: Path) -> dict[str, str]:
    """Route name → stage, read without validation, so that completion works in a file that is being edited."""
    try:
        return {
            str(route["name"]): str(route.get("stage", Stage.MONOLITH))
            for route in _tables(config_path).get("routes", ())
        }
    except (KeyError, TypeError, AttributeError):
        return {}


def _tables(config_path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(config_path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def _config_of(context: click.Context) -> Path:
    session = context.find_object(Session)
    if session is not None:
        return session.config_path
    return found_config(Path.cwd(), os.environ.get(CONFIG_VARIABLE))
