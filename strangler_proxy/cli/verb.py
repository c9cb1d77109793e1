"""A verb of the command: click's command, with the common options and a block of examples."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from strangler_proxy.cli.session import Session
from strangler_proxy.config.errors import ConfigUnreadable

VerbFunction = TypeVar("VerbFunction", bound=Callable[..., int | None])

COMMON_PARAMETERS = frozenset({"common_json", "common_config", "common_debug"})


@dataclass(frozen=True, slots=True)
class Example:
    """One command line that the help shows, and what it does."""

    line: str
    does: str


class Verb(click.Command):
    """A command that takes the common options, shows examples in its help, and returns its exit code."""

    def __init__(self, *args: Any, examples: tuple[Example, ...] = (), hint: str = "", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.extend(common_options())
        self.examples = examples
        self.hint = hint
        """What to tell someone who got the arguments wrong; may be empty."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verb's own options first, the common ones below."""
        own: list[tuple[str, str]] = []
        common: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Argument):
                continue
            record = parameter.get_help_record(ctx)
            if record is not None:
                (common if parameter.name in COMMON_PARAMETERS else own).append(record)
        with formatter.section("Options"):
            formatter.write_dl(own)
        with formatter.section("Common options"):
            formatter.write_dl(common)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, each below what it does."""
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}# {example.does}\n")
                    formatter.write(f"{'':{formatter.current_indent}}{example.line}\n")
        super().format_epilog(ctx, formatter)


def verb(name: str, *, examples: tuple[Example, ...], hint: str = "") -> Callable[[VerbFunction], Verb]:
    """Make a function a verb; its docstring is the help, and what it returns the exit code (None: 0)."""

    def decorate(function: VerbFunction) -> Verb:
        @functools.wraps(function)
        def call(session: Session, *args: Any, **options: Any) -> int | None:
            try:
                return function(session, *args, **options)
            except ConfigUnreadable as error:
                raise session.with_folders_searched(error) from error

        return click.command(name, cls=Verb, examples=examples, hint=hint)(click.pass_obj(call))

    return decorate


def common_options() -> list[click.Parameter]:
    """`--json`, `--config`, `--debug`: made anew for each command, accepted before and after the verb."""
    return [
        click.Option(
            ["--json", "common_json"],
            is_flag=True,
            expose_value=False,
            callback=_set_json,
            help="Print one JSON document on standard output.",
        ),
        click.Option(
            ["--config", "common_config"],
            metavar="FILE",
            type=click.Path(dir_okay=False, path_type=Path),
            expose_value=False,
            callback=_set_config,
            help="The config; default: $STRANGLER_CONFIG, or strangler.toml here or in a directory above.",
        ),
        click.Option(
            ["--debug", "common_debug"],
            is_flag=True,
            expose_value=False,
            callback=_set_debug,
            help="Show the traceback of an error.",
        ),
    ]


def _set_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    _session(context).as_json |= value


def _set_config(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        _session(context).config_option = value


def _set_debug(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    _session(context).debug |= value


def _session(context: click.Context) -> Session:
    """The call's session; the root command comes first and makes it."""
    return context.ensure_object(Session)
