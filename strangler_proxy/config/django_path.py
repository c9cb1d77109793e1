r"""Django's `path()` syntax as a regular expression: just what the monolith's resolver would match.

Three differences to Django, all of them refusals of what Django lets pass with a warning or trips over later: a bracket
outside a `<converter:name>`, two parameters of one name, and a newline are errors here.

Source: `django.urls.resolvers._route_to_regex`, `django.urls.converters` (Django 5.2).
"""

import difflib
import re
from collections.abc import Mapping
from types import MappingProxyType

from strangler_proxy.errors import StranglerError

DJANGO_CONVERTERS: Mapping[str, str] = MappingProxyType(
    {
        "int": "[0-9]+",
        "path": ".+",
        "slug": "[-a-zA-Z0-9_]+",
        "str": "[^/]+",
        "uuid": "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    }
)
"""The converters that every Django project has: name → regular expression."""

_PARAMETER = re.compile(r"<(?:([^>:]+):)?([^>]+)>")
_WHITESPACE = re.compile(r"[ \t\n\r\v\f]")


class DjangoPathError(StranglerError):
    """A path is not Django's `path()` syntax, or names a converter that nobody declared."""

    code = "STR135"

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy=remedy)


def route_to_regex(path: str, converters: Mapping[str, str]) -> str:
    r"""Return the regular expression, `^` to `\Z`, that matches what Django's `path(path, …)` matches.

    Each parameter becomes a named group, and all text outside parameters is literal. `converters` are the project's own
    (name → regular expression); like Django's registry they win over the built-in ones. When their expressions are
    valid, so is the result.

    Raises: DjangoPathError for an unmatched bracket, whitespace in a parameter, an unknown converter, and a parameter
    name that is twice there or not an identifier.
    """
    parts, end = ["^"], 0
    seen: set[str] = set()
    for match in _PARAMETER.finditer(path):
        converter, parameter = match.groups(default="str")
        _check_parameter(match[0], parameter, seen)
        parts += (
            _literal(path, end, match.start()),
            f"(?P<{parameter}>{_converter_regex(converter, match[0], converters)})",
        )
        end = match.end()
    parts += (_literal(path, end, len(path)), r"\Z")
    return "".join(parts)


def _check_parameter(written: str, parameter: str, seen: set[str]) -> None:
    if _WHITESPACE.search(written):
        raise DjangoPathError(
            f"{written} has whitespace between its brackets.",
            f"Write {_WHITESPACE.sub('', written)}, as Django wants it.",
        )
    if not parameter.isidentifier():
        raise DjangoPathError(
            f'the parameter name "{parameter}" in {written} is not a Python identifier.',
            "Use letters, digits and underscores, not beginning with a digit: <int:pk>.",
        )
    if parameter in seen:
        raise DjangoPathError(
            f'the parameter "{parameter}" is there twice.', "Give each parameter of a path its own name."
        )
    seen.add(parameter)


def _converter_regex(name: str, written: str, converters: Mapping[str, str]) -> str:
    regex = converters.get(name) or DJANGO_CONVERTERS.get(name)
    if regex is not None:
        return regex
    known = sorted({*DJANGO_CONVERTERS, *converters})
    close = difflib.get_close_matches(name, known, n=1)
    guess = f'Did you mean "{close[0]}"? ' if close else ""
    raise DjangoPathError(
        f'unknown converter "{name}" in {written}.',
        f"{guess}Known are {', '.join(known)}; add your own under [converters], with its regular expression.",
    )


def _literal(path: str, start: int, end: int) -> str:
    """Return `path[start:end]` escaped, once it is sure that no bracket was left over in it."""
    text = path[start:end]
    if "<" in text:
        raise DjangoPathError(
            f'the "<" at character {start + text.index("<") + 1} opens no parameter.',
            'Close it, e.g. <int:pk>; a path with a literal "<" is written as regex.',
        )
    if ">" in text:
        raise DjangoPathError(
            f'the ">" at character {start + text.index(">") + 1} closes no parameter.',
            'Open it, e.g. <int:pk>; a path with a literal ">" is written as regex.',
        )
    return re.escape(text)
