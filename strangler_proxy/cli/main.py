"""The root of the command: finds the verb, loads only its module, and turns every ending into an exit code."""

import contextlib
import importlib
import io
import json
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from strangler_proxy import __version__
from strangler_proxy.cli.failure import EXIT_INTERRUPTED, document_of, failure_of, text_of
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import common_options
from strangler_proxy.errors import WrongUsage

PROGRAM = "strangler"


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a verb lives, and its line in the list of verbs, so that the list is shown without loading them."""

    module: str
    attribute: str
    summary: str


VERBS: Mapping[str, Entry] = {
    "init": Entry("init", "init", "Find a Django project's endpoints and write strangler.toml."),
    "check": Entry("check", "check", "Say all that is wrong with strangler.toml, with line and remedy."),
    "up": Entry("up", "up", "Run the proxy in the foreground."),
    "routes": Entry("routes", "routes", "List the routes with their stages."),
    "explain": Entry("explain", "explain", "Say which backend would answer a request, and why."),
    "set": Entry("stages", "set_stage", "Put a route into a stage."),
    "promote": Entry("stages", "promote", "Take a route one stage up, when its gate allows it."),
    "walks": Entry("walks", "walks", "List the routes that walk by themselves, or end a walk."),
    "rollback": Entry("stages", "rollback", "Take routes back to the monolith, or to an earlier stage, at once."),
    "diff": Entry("diff", "diff", "Say where the service's answers differ from the monolith's."),
    "ignore": Entry("ignore", "ignore", "Leave the differences at a path out of the count."),
    "verdict": Entry("verdict", "verdict", "Say whether the evidence lets a route climb, and why."),
    "compare": Entry("compare", "compare", "Say where two recorded answers differ."),
    "record": Entry("record", "record", "Write the exchanges that pass the running proxy to a HAR file."),
    "replay": Entry("replay", "replay_verb", "Ask a recording again, and say where the answers differ."),
    "audit": Entry("audit", "audit", "Say who changed what, when and why."),
    "purge": Entry("purge", "purge", "Remove evidence: comparisons, difference groups and samples."),
    "move-store": Entry(
        "move_store", "move_store", "Copy evidence, audit log and users into another database: all or nothing."
    ),
    "doctor": Entry("doctor", "doctor", "Check everything that the proxy needs, and say how to mend it."),
    "user": Entry("user", "user", "Say who may use the dashboard, and what they may do."),
    "override": Entry("override", "override", "Make the signed header that sends a tester to one side."),
    "completion": Entry("completion", "completion", "Print the completion script of a shell."),
}

OTHER_NAMES: Mapping[str, str] = {
    "run": "up",
    "start": "up",
    "serve": "up",
    "runserver": "up",
    "validate": "check",
    "lint": "check",
    "list": "routes",
    "ls": "routes",
    "status": "routes",
    "why": "explain",
    "which": "explain",
    "stage": "set",
    "evidence": "verdict",
    "judge": "verdict",
    "gate": "verdict",
    "log": "audit",
    "history": "audit",
    "walk": "walks",
    "auto": "walks",
    "back": "rollback",
    "revert": "rollback",
    "undo": "rollback",
}
"""What people type for a verb, learnt from other tools; only ever suggested, never run."""


class Root(click.Group):
    """The group of verbs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order in which a project meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the verb's module; None when there is no such verb."""
        entry = VERBS.get(cmd_name)
        if entry is None:
            return None
        command = getattr(importlib.import_module(f"strangler_proxy.cli.{entry.module}"), entry.attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or suggest the one that was meant."""
        name = args[0]
        if name not in VERBS and not name.startswith("-") and not ctx.resilient_parsing:
            import difflib

            near = difflib.get_close_matches(name.lower(), [*VERBS, *OTHER_NAMES], n=1)
            hint = f'Did you mean "{OTHER_NAMES.get(near[0], near[0])}"? ' if near else ""
            raise WrongUsage(f'there is no verb "{name}".', remedy=f"{hint}`strangler --help` lists the verbs.")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs from the table, without loading them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, entry.summary) for name, entry in VERBS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete verbs from the table, and the common options."""
        verbs = [
            CompletionItem(name, help=entry.summary)
            for name, entry in VERBS.items()
            if name.startswith(incomplete) and not incomplete.startswith("-")
        ]
        return [*verbs, *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb. A reader (`| head`) who has all it wanted is no failure, though click would make it one."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _give_up_stdout()
            return 0

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run one call and exit; whatever is raised is shown in one way, as text or as JSON."""
        arguments = list(sys.argv[1:] if args is None else args)
        if sys.stdout is None:  # closed by whoever started this: they want nothing
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process lives
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal that has no arrow gets a `?`, not a failure
        try:
            code = super().main(arguments, PROGRAM, complete_var, standalone_mode=False, **extra)
        except (KeyboardInterrupt, click.Abort):
            click.echo("interrupted", err=True)
            code = EXIT_INTERRUPTED
        except Exception as error:
            code = show_failure(error, arguments)
        sys.exit(code if isinstance(code, int) else 0)


def show_failure(error: Exception, arguments: Sequence[str]) -> int:
    """Show an error and return its exit code.

    Whether `--json` and `--debug` were given is read from the bare arguments, as the error may be that they could not
    be parsed.
    """
    failure = failure_of(error)
    with contextlib.suppress(OSError):  # where standard error is full too, the exit code says it
        if "--debug" in arguments:
            click.echo("".join(traceback.format_exception(error)), err=True)
        if "--json" in arguments and _is_printed(json.dumps(document_of(failure), ensure_ascii=False, indent=2)):
            return failure.exit_code
        click.echo(text_of(failure), err=True, color=_colour())
    return failure.exit_code


def _is_printed(text: str) -> bool:
    """Whether the text is on standard output now; nothing can be said there on a full disk."""
    try:
        click.echo(text)
    except OSError:
        _give_up_stdout()
        return False
    return True


def _give_up_stdout() -> None:
    """What is left in the buffer goes nowhere: the interpreter must not complain when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _colour() -> bool | None:
    """Colour as click decides it (on a terminal), never when NO_COLOR is set. Source: no-color.org."""
    return False if os.environ.get("NO_COLOR") else None


@click.group(
    cls=Root,
    name=PROGRAM,
    invoke_without_command=True,
    params=common_options(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name=PROGRAM)
@click.pass_context
def cli(context: click.Context) -> int | None:
    """Take a Django monolith apart one endpoint at a time, while it serves users.

    The file strangler.toml says which endpoint is answered by which backend. Begin with `strangler init` in your
    project's directory, then `strangler up`.

    Exit codes: 0 done; 1 the thing asked about is not so; 2 wrong usage; 3 not enough evidence; 4 cannot reach or
    write what is needed; 70 a bug in strangler.
    """
    context.color = _colour()
    context.ensure_object(Session)
    if context.invoked_subcommand is None and not context.resilient_parsing:
        click.echo(context.get_help(), err=True)
        raise WrongUsage("a verb is missing.", remedy="`strangler init` is the first one of a new project.")
    return None


def main() -> NoReturn:
    """Run the command with the process's own arguments."""
    cli.main()
