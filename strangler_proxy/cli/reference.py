"""`docs/reference/commands.md` and `errors.md`: `python -m strangler_proxy.cli.reference [DIRECTORY]` writes both."""

import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

import click

from strangler_proxy.cli.error_catalogue import PARTS, Entry, catalogue
from strangler_proxy.cli.main import VERBS, cli
from strangler_proxy.cli.move_store import VARIABLE as MOVE_VARIABLE
from strangler_proxy.cli.session import CONFIG_VARIABLE, SECRET_VARIABLE
from strangler_proxy.cli.verb import COMMON_PARAMETERS, Verb, common_options
from strangler_proxy.control.database import VARIABLE as DATABASE_VARIABLE
from strangler_proxy.proxy.state import STATE_VARIABLE

WRITTEN_BY = "<!-- Written by `python -m strangler_proxy.cli.reference` from the code; do not edit. -->"

ENVIRONMENT: Mapping[str, str] = {
    CONFIG_VARIABLE: "The config, where `--config` is not given.",
    STATE_VARIABLE: "Directory for the running proxy's state and the audit log; default: `.strangler` beside "
    "the config. For a config that is mounted where nothing can be written; the proxy and every verb must agree on it.",
    SECRET_VARIABLE: "The secret that signs overrides, at least 16 bytes; the proxy reads it at its start.",
    DATABASE_VARIABLE: "URL of the database that holds the evidence; default: a SQLite file in the state directory.",
    MOVE_VARIABLE: "What `move-store` takes for `--to`, so that a password stands in no command line.",
    "NO_COLOR": "Anything but an empty text turns colours off.",
}
"""Variables that the command reads."""


def pages() -> Mapping[str, str]:
    """File name → text of every generated page."""
    return {"commands.md": commands_page(), "errors.md": errors_page()}


def commands_page() -> str:
    """The reference of all verbs."""
    context = click.Context(cli, info_name="strangler")
    lines = ["# Commands", "", WRITTEN_BY, "", *_paragraphs(cli.help or "")]
    lines += ["| verb | what it does |", "|---|---|"]
    lines += [f"| [`{name}`](#strangler-{name}) | {_cell(entry.summary)} |" for name, entry in VERBS.items()]
    lines += ["", "## Common options", "", "Accepted before and after the verb.", ""]
    lines += _options(common_options(), context)
    lines += ["| environment variable | |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in ENVIRONMENT.items()]
    lines += ["", "With `--json` an error is one document, too:", ""]
    lines += ["```json", '{"error": {"code": "STR162", "what": "…", "where": "strangler.toml", "remedy": "…"}}', "```"]
    for name in VERBS:
        lines += ["", *_verb(name, context)]
    return "\n".join(lines) + "\n"


def errors_page() -> str:
    """The reference of all error codes."""
    lines = ["# Error codes", "", WRITTEN_BY, ""]
    lines += ["Every error says what is wrong, where, and the remedy; a code never changes its meaning.", ""]
    for digit, entries in groupby(catalogue(), key=lambda entry: entry.code[3]):
        lines += [f"## {PARTS[digit]}", "", "| code | cause | remedy | exit code |", "|---|---|---|---|"]
        lines += [_row(entry) for entry in entries]
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Write the pages into the directory of the first argument, by default `docs/reference`."""
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (directory / name).write_text(text, encoding="utf-8")


def _verb(name: str, parent: click.Context) -> Iterator[str]:
    command = cli.get_command(parent, name)
    assert isinstance(command, Verb)
    context = click.Context(command, info_name=name, parent=parent)
    yield f"## strangler {name}"
    yield ""
    yield "```"
    yield f"strangler {name} {' '.join(command.collect_usage_pieces(context))}"
    yield "```"
    yield ""
    yield from _paragraphs(command.help or "")
    own = [parameter for parameter in command.params if parameter.name not in COMMON_PARAMETERS]
    yield from _options(own, context)
    yield "```console"
    for example in command.examples:
        yield f"# {example.does}"
        yield f"$ {example.line}"
    yield "```"


def _options(parameters: list[click.Parameter], context: click.Context) -> Iterator[str]:
    records = [
        record
        for parameter in parameters
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context)) is not None
    ]
    if records:
        yield "| option | |"
        yield "|---|---|"
        for names, text in records:
            yield f"| `{_cell(names)}` | {_cell(text)} |"
        yield ""


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield " ".join(paragraph.split())
        yield ""


def _row(entry: Entry) -> str:
    return f"| {entry.code} | {_cell(entry.cause)} | {_cell(entry.remedy)} | {entry.exit_code} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
