"""Every error as a person or a program sees it: code, what, where, remedy, and the exit code.

Domain code raises; this module alone turns what it raised into text or JSON.
"""

import errno
import traceback
from dataclasses import dataclass
from typing import Any

import click

from strangler_proxy.cli.verb import Verb
from strangler_proxy.config.errors import ConfigError, ConfigInvalid
from strangler_proxy.errors import StranglerError, WrongUsage

EXIT_BUG = 70
"""Exit code of a fault of ours, apart from the answers 0 to 4. Source: sysexits.h, EX_SOFTWARE."""
EXIT_INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""Why the system takes no more of a file, or of standard output that leads to one."""


class FileInTheWay(StranglerError):
    """A file that would be written exists already."""

    code = "STR002"
    exit_code = 1
    usual_remedy = "Write elsewhere with --output, or replace it with --force: the old file is kept as .bak."


class CannotWrite(StranglerError):
    """The operating system refused to read or write a file."""

    code = "STR003"
    exit_code = 4
    usual_remedy = "Make room, or let this user read and write the file and its directory."


class NoSecret(StranglerError):
    """An override was asked for, and there is no secret to sign it with."""

    code = "STR004"
    exit_code = 4
    usual_remedy = "Make one with `openssl rand -hex 32` and set STRANGLER_OVERRIDE_SECRET for the proxy and yourself."


class OurBug(StranglerError):
    """Something happened that the toolkit did not foresee."""

    code = "STR009"
    exit_code = EXIT_BUG
    usual_remedy = "Run it again with --debug and report what it prints."


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """One error, ready to be shown."""

    code: str
    what: str
    where: str | None = None
    remedy: str | None = None
    exit_code: int = 1
    parts: tuple["Failure", ...] = ()
    """The single errors, when several were collected into one."""

    @property
    def fields(self) -> dict[str, str | None]:
        """Its JSON form."""
        return {"code": self.code, "what": self.what, "where": self.where, "remedy": self.remedy}


def failure_of(error: BaseException) -> Failure:
    """What to show for whatever a verb raised; an exception that nobody foresaw becomes a bug of ours."""
    if isinstance(error, click.UsageError):
        return _of_usage_error(error)
    if isinstance(error, click.ClickException):
        return Failure(code=WrongUsage.code, what=error.format_message(), exit_code=WrongUsage.exit_code)
    if isinstance(error, ConfigInvalid):
        return Failure(
            code=error.code,
            what=error.what,
            where=error.where,
            remedy=error.remedy or "Mend each of them; `strangler check` shows what is left.",
            parts=tuple(map(_of_config_error, error.errors)),
            exit_code=error.exit_code,
        )
    if isinstance(error, StranglerError):
        return Failure(
            code=error.code,
            what=error.what,
            where=error.where,
            remedy=error.remedy,
            exit_code=error.exit_code,
        )
    if isinstance(error, OSError) and error.filename and error.strerror:
        return Failure(
            code=CannotWrite.code,
            what=f"{error.strerror}.",
            where=str(error.filename),
            remedy=CannotWrite.usual_remedy,
            exit_code=CannotWrite.exit_code,
        )
    if isinstance(error, OSError) and error.errno in _FULL:  # a write knows its file no more
        return Failure(
            code=CannotWrite.code,
            what=f"{error.strerror}: what was to be written is not there.",
            remedy=CannotWrite.usual_remedy,
            exit_code=CannotWrite.exit_code,
        )
    return Failure(
        code=OurBug.code,
        what=f"this is a bug in strangler: {type(error).__name__}: {error}.",
        where=_last_place(error),
        remedy=OurBug.usual_remedy,
        exit_code=OurBug.exit_code,
    )


def document_of(failure: Failure) -> dict[str, Any]:
    """The JSON form: `{"error": {…}}`, and `"errors": […]` when several were collected."""
    document: dict[str, Any] = {"error": failure.fields}
    if failure.parts:
        document["errors"] = [part.fields for part in failure.parts]
    return document


def text_of(failure: Failure) -> str:
    """The form for a person: the error, or each of the collected ones, with place and remedy below."""
    if not failure.parts:
        return _paragraph(failure)
    paragraphs = [_paragraph(part) for part in failure.parts]
    return "\n".join([*paragraphs, "", click.style(failure.what, bold=True)])


def _of_usage_error(error: click.UsageError) -> Failure:
    """What click found wrong with the words, with an example of how to write them."""
    command = error.ctx.command if error.ctx else None
    path = error.ctx.command_path if error.ctx else "strangler"
    example = f"Write e.g. `{command.examples[0].line}`; " if isinstance(command, Verb) and command.examples else ""
    what = error.format_message()
    if isinstance(error, click.NoSuchOption):
        known = [name for name in error.possibilities or () if name != "--force"]  # never lead anybody into force
        near = f' Did you mean "{known[0]}"?' if known else ""
        what = f"there is no option {error.option_name}.{near}"
    hint = f"{command.hint} " if isinstance(command, Verb) and command.hint else ""
    return Failure(
        code=WrongUsage.code,
        what=what if what.endswith("?") else what.rstrip(".") + ".",
        remedy=f"{hint}{example}`{path} --help` shows all arguments and options.",
        exit_code=WrongUsage.exit_code,
    )


def _of_config_error(error: ConfigError) -> Failure:
    return Failure(code=error.code, what=error.what, where=f"{error.source}:{error.line}", remedy=error.remedy)


def _last_place(error: BaseException) -> str | None:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else None


def _paragraph(failure: Failure) -> str:
    lines = [f"{click.style(f'error {failure.code}', fg='red', bold=True)}: {failure.what}"]
    if failure.where:
        lines.append(f"  where:  {failure.where}")
    if failure.remedy:
        lines.append(f"  remedy: {failure.remedy}")
    return "\n".join(lines)
