"""Joins the chain of patterns that Django walks to one endpoint into one path or one regular expression.

Pure. A chain of nothing but `path()` stays in Django's path syntax. As soon as a `re_path()`, the prefix of
`i18n_patterns()` or a translated pattern is in it, the whole becomes one expression that begins with `^/` and matches a
path exactly when Django does:

1. each link is matched where the one before it ended, so a `^` inside the whole is dropped, and a link without `^` may
   skip text (`re.search`), except the last if it ends with `$`, which has to match the whole rest (`re.fullmatch`);
2. Django never goes back into a link that has matched, so a link that could end in several places and is followed by
   another is atomic: `(?>…)`;
3. flags such as `(?i)` hold for their link only: `(?i:…)`;
4. group names used twice are numbered (`pk`, `pk_2`), and numbered references moved along; Django lets a later
   name win, which changes the view's arguments and never which path matches.

Source: `URLResolver.resolve`, `RegexPattern.match`, `LocalePrefixPattern.match` in django/urls/resolvers.py.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from strangler_proxy.config.django_path import DJANGO_CONVERTERS
from strangler_proxy.discover.expression import ends_in_one_way, is_converter_for_file
from strangler_proxy.discover.groups import NAMED_GROUP, Groups
from strangler_proxy.discover.regex_part import regex_part

PARAMETER = re.compile(r"<(?:(?P<converter>[^>:]+):)?(?P<name>[^>]+)>")
"""A parameter in a `path()` route. Source: `_PATH_PARAMETER_COMPONENT_RE` in django/urls/resolvers.py."""

MATCHES_NOTHING = "(?!)"
"""What an expression has in the place of a link that has none."""


class LinkKind(StrEnum):
    """What a link of the chain was made with."""

    PATH = "path"
    REGEX = "regex"
    LOCALE = "locale"
    UNREADABLE = "unreadable"
    """By a class of the project that has no expression."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One pattern of the chain: a `path()`, a `re_path()`, or the prefix that `i18n_patterns()` puts before its own."""

    kind: LinkKind
    text: str = ""
    by_language: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Language → text of a lazily translated pattern; empty for one that is the same in every language."""
    prefix_default: bool = True
    """Of a `locale` link: whether the default language has a prefix, too."""
    decided_by: str | None = None
    """The project's class whose own code decides what the link matches; None: Django's does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tongue:
    """What the project says about languages and converters, which its patterns are read with."""

    languages: tuple[str, ...] = ()
    """Those that a request may be answered in."""
    default_language: str = "en-us"
    unprefixed_is_default: bool = False
    """Whether a path without a language's prefix is read in the default language, whatever the user's is."""
    converters: Mapping[str, str] = field(default_factory=lambda: DJANGO_CONVERTERS)
    """Name → expression of each converter in use; Django's own by default."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pattern:
    """What one endpoint matches. Exactly one of `path` and `regex` is what a route is written with."""

    path: str | None
    """Django's path syntax with its leading slash."""
    regex: str | None
    """A whole expression, `^/…`, matched with `re.search` against the path with its leading slash."""
    expression: str
    """The same as one expression, whichever of the two it is; one that matches nothing if it is not readable."""
    is_readable: bool = True
    """Whether all links have an expression."""
    caveats: tuple[str, ...] = ()
    """Where Django may take other paths than the expression does, a sentence each."""


def join(chain: Sequence[Link], tongue: Tongue) -> Pattern:
    """The one path or expression that matches what Django matches with `chain`."""
    by_text: dict[str, str] = {}
    for language in _languages_that_matter(chain, tongue):
        by_text.setdefault(_join_in_language(chain, language, tongue, Groups()), language)
    groups = Groups()
    parts = [_join_in_language(chain, language, tongue, groups) for language in by_text.values()]
    expression = "^/" + _any_of(parts)
    as_path = "/" + "".join(link.text for link in chain) if _is_sayable_as_path(chain, tongue) else None
    return Pattern(
        path=as_path,
        regex=None if as_path else expression,
        expression=expression,
        is_readable=all(link.kind is not LinkKind.UNREADABLE for link in chain),
        caveats=tuple(_caveats(chain, in_several_texts=len(parts) > 1)),
    )


def converters_in(route: str) -> list[str]:
    """The names of the converters that a `path()` route uses."""
    return [match["converter"] or "str" for match in PARAMETER.finditer(route)]


def same_language(expression: str) -> str:
    """`expression` without what does not change which paths it matches: equal results match the same paths."""
    return NAMED_GROUP.sub("(", expression).replace(r"\Z", "$")


def _caveats(chain: Sequence[Link], *, in_several_texts: bool) -> Iterator[str]:
    for name in dict.fromkeys(link.decided_by for link in chain if link.decided_by):
        yield f"NOTE: {name} decides by code of its own what it matches; the proxy knows its expression alone."
    if in_several_texts and all(link.kind is not LinkKind.LOCALE for link in chain):
        yield "NOTE: Django takes the text of the user's language alone; the proxy takes that of every language."


def _is_sayable_as_path(chain: Sequence[Link], tongue: Tongue) -> bool:
    """Whether a route's `path` can say it: nothing but `path()`, each parameter name once, and no bracket alone.

    Its text has to be on one line, and its converters such that the file can hold them. Nor may a link end in several
    places: one path would let it, and Django does not (2 of the module's list).
    """
    if any(link.kind is not LinkKind.PATH or link.by_language for link in chain):
        return False
    text = "".join(link.text for link in chain)
    names = [match["name"] for match in PARAMETER.finditer(text)]
    converters = {name: tongue.converters.get(name, "") for name in converters_in(text)}
    return (
        len(set(names)) == len(names)
        and all(is_converter_for_file(name, regex) for name, regex in converters.items())
        and not re.search("[<>\n]", PARAMETER.sub("", text))
        and all(ends_in_one_way(_path_expression(link.text, tongue)) for link in chain[:-1])
    )


def _languages_that_matter(chain: Sequence[Link], tongue: Tongue) -> list[str]:
    """The languages in which the chain may differ; one, if it is the same in all."""
    locales = [link for link in chain if link.kind is LinkKind.LOCALE]
    if not any(link.by_language for link in chain) or (tongue.unprefixed_is_default and not locales):
        return [tongue.default_language]
    if tongue.languages and any(link.prefix_default for link in locales):
        return list(tongue.languages)
    return list(dict.fromkeys([*tongue.languages, tongue.default_language]))


def _join_in_language(chain: Sequence[Link], language: str, tongue: Tongue, groups: Groups) -> str:
    translated = any(link.by_language for link in chain)
    parts = []
    for position, link in enumerate(chain):
        is_last = position == len(chain) - 1
        if link.kind is LinkKind.LOCALE:
            parts.append(_locale_prefix(link, [language] if translated else None, tongue))
        elif link.kind is LinkKind.UNREADABLE:
            parts.append(MATCHES_NOTHING)
        elif link.kind is LinkKind.PATH:
            parts.append(groups.apart(_path_part(link.by_language.get(language, link.text), tongue, is_last)))
        else:
            parts.append(groups.apart(regex_part(link.by_language.get(language, link.text), is_last)))
    return "".join(parts)


def _locale_prefix(link: Link, languages: list[str] | None, tongue: Tongue) -> str:
    """The prefix of `languages`, or of all of the project's.

    Without a prefix for the default language, that language's own prefix matches nothing, and no prefix does.
    """
    if link.prefix_default:
        return _any_of([f"{_literal(code)}/" for code in languages or tongue.languages or [tongue.default_language]])
    if languages:
        return "".join(f"{_literal(code)}/" for code in languages if code != tongue.default_language)
    others = [f"{_literal(code)}/" for code in tongue.languages if code != tongue.default_language]
    return f"(?>{_any_of(others, grouped=True)}?)" if others else ""


def _path_part(route: str, tongue: Tongue, is_last: bool) -> str:
    expression = _path_expression(route, tongue)
    if is_last:
        return rf"{expression}\Z"
    return expression if ends_in_one_way(expression) else f"(?>{expression})"


def _path_expression(route: str, tongue: Tongue) -> str:
    parts = []
    end = 0
    for match in PARAMETER.finditer(route):
        expression = tongue.converters.get(match["converter"] or "str", DJANGO_CONVERTERS["str"])
        parts += [_literal(route[end : match.start()]), f"(?P<{match['name']}>{expression})"]
        end = match.end()
    return "".join([*parts, _literal(route[end:])])


def _any_of(parts: Sequence[str], *, grouped: bool = False) -> str:
    return f"(?:{'|'.join(parts)})" if len(parts) > 1 or grouped else "".join(parts)


def _literal(text: str) -> str:
    """`text` as an expression that matches nothing else, with no more backslashes than are needed to read it well."""
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", text)
