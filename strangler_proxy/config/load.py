"""From the file to the records: parse, validate, compile. A file with mistakes is refused with all of them at once."""

import re
from pathlib import Path
from typing import Any

import tomli

from strangler_proxy.config.compile import compile_config
from strangler_proxy.config.errors import Code, ConfigError, ConfigInvalid, ConfigUnreadable
from strangler_proxy.config.memory import Memory, remember
from strangler_proxy.config.model import Config
from strangler_proxy.config.positions import Positions, route_header_lines
from strangler_proxy.config.problem import OTHER, Problem
from strangler_proxy.config.validate import validate


def load(path: Path) -> Config:
    """Return the configuration in the file at `path`.

    Raises: ConfigUnreadable when there is no such file or it cannot be read; ConfigInvalid with every mistake in it.
    """
    return parse(read(path), path)


def read(path: Path) -> str:
    """Return the text of the file at `path`, its line ends and byte order mark as they are.

    Raises: ConfigUnreadable when there is no such file or it cannot be read; ConfigInvalid when it is not UTF-8.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        remedy = "Make one with `strangler init`, or name another with --config FILE."
        raise ConfigUnreadable(path, "there is no such file.", remedy) from None
    except OSError as error:
        remedy = "Give the user that runs strangler the right to read it, or name another with --config FILE."
        raise ConfigUnreadable(path, f"the file cannot be read: {error.strerror}.", remedy) from error
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _not_toml(str(path), line, "the file is not UTF-8.", "Save it as UTF-8, as TOML wants it.") from None


_last_valid = Memory()
"""Only ever replaced as a whole. It makes `parse` quicker and never another: see the tests that compare the two."""


def parse(text: str, source: Path | None = None) -> Config:
    """Return the configuration that `text` means; `source` is the file that messages name.

    Raises: ConfigInvalid with every mistake in the text.
    """
    global _last_valid
    document = _parse_toml(text, _name(source))
    known = _last_valid.known(document)
    problems = validate(document, known)
    if problems:
        raise ConfigInvalid(_located(problems, text, _name(source)))
    routes = document.get("routes", ())
    lines = route_header_lines(text, len(routes))
    by_name = {route["name"]: line for route, line in zip(routes, lines, strict=True)}
    config = compile_config(document, source, by_name, known)
    _last_valid = remember(document, config)
    return config


def _name(source: Path | None) -> str:
    return "<text>" if source is None else str(source)


def _located(problems: list[Problem], text: str, source: str) -> tuple[ConfigError, ...]:
    """Return the problems with their lines, by line; on one line in the order in which they were found."""
    positions = Positions(text)

    def placed(sentence: str, problem: Problem) -> str:
        if problem.other is None:
            return sentence
        return sentence.replace(OTHER, f"line {positions.line(problem.other)}")

    errors = (
        ConfigError(
            code=problem.code,
            source=source,
            line=positions.line(problem.at),
            what=placed(problem.what, problem),
            remedy=placed(problem.remedy, problem),
        )
        for problem in problems
    )
    return tuple(sorted(errors, key=lambda error: error.line))


def _parse_toml(text: str, source: str) -> dict[str, Any]:
    try:
        return tomli.loads(text.removeprefix("\ufeff"))
    except tomli.TOMLDecodeError as error:
        line, reason = _line_and_reason(error, text)
        raise _not_toml(source, line, f"not TOML: {reason}.", _remedy(reason)) from None
    except (ValueError, RecursionError) as error:
        raise _not_toml(source, 1, f"not usable TOML: {error}.", "Take out what is so long or so deep.") from None


def _line_and_reason(error: tomli.TOMLDecodeError, text: str) -> tuple[int, str]:
    """Return where the parser stumbled and over what; the end of the document is its last line with anything on it."""
    reason, _, place = str(error).removesuffix(")").rpartition(" (at ")
    line = re.match(r"line (\d+), column (\d+)", place)
    reason = _KEY_TUPLE.sub(
        lambda key: f"[{'.'.join(re.findall(_IN_QUOTES, key[0]))}]", reason[:1].lower() + reason[1:]
    )
    if line and reason == "unclosed array" and _begins_a_value(text, int(line[1]), int(line[2])):
        reason = "a comma is missing in a list"
    return (int(line[1]) if line else text.rstrip().count("\n") + 1), reason


def _begins_a_value(text: str, line: int, column: int) -> bool:
    """Whether another string of the list begins at this place, where a comma or the end of the list belongs."""
    return text.removeprefix("\ufeff").split("\n")[line - 1][column - 1 : column] in ('"', "'")


_KEY_TUPLE = re.compile(r"\('.*\)")
_IN_QUOTES = r"'([^']*)'"
_REMEDIES = {
    "cannot overwrite a value": "The key is there twice: keep one of the two.",
    "cannot declare": "The table is there twice: join the two; routes and tasks have double brackets, [[routes]].",
    "invalid value": 'Write strings in quotes, e.g. stage = "shadow", and true and false in small letters.',
    "invalid statement": "Write a line as key = value, [table] or [[routes]]; a comment begins with #.",
    "expected '='": "Write key = value; a key with other characters than letters, digits, - and _ goes in quotes.",
    "expected newline": "Put each key on a line of its own; a comment begins with #.",
    "a comma is missing": "Put a comma between two entries of the list.",
    "unclosed array": "Close the list with ].",
    "unterminated string": "Close the string with the quote that opened it.",
    "unescaped '\\'": "Write regular expressions between single quotes, where a backslash stands for itself.",
    "illegal character": "Close the string on its line, with the quote that opened it.",
}
"""What the parser says, by its first words → how to mend it."""


def _remedy(reason: str) -> str:
    found = (remedy for words, remedy in _REMEDIES.items() if reason.startswith(words))
    return next(found, "See https://toml.io for how TOML is written.")


def _not_toml(source: str, line: int, what: str, remedy: str) -> ConfigInvalid:
    return ConfigInvalid((ConfigError(code=Code.NOT_TOML, source=source, line=line, what=what, remedy=remedy),))
