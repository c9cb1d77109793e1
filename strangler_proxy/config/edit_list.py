"""A string put at the end of a list of `strangler.toml`, and no other byte changed."""

from pathlib import Path

from strangler_proxy.config.edit import line_end, string_value, unknown_route, with_value
from strangler_proxy.config.errors import EditRefused
from strangler_proxy.config.load import parse
from strangler_proxy.config.positions import Positions
from strangler_proxy.config.problem import KeyPath


def with_ignore(text: str, route: str, rule: str, *, source: Path | None = None) -> str:
    """The text with `rule` as the last of the route's `compare.ignore`.

    Raises: ConfigInvalid as `parse` does, also when the text would not be valid afterwards; UnknownRoute; EditRefused
    when it cannot be done in place.
    """
    config = parse(text, source)
    index = next((at for at, known in enumerate(config.routes) if known.name == route), None)
    if index is None:
        raise unknown_route(route, [known.name for known in config.routes], source)
    before = config.routes[index].compare.ignore
    after = _with_item(text, ("routes", index), rule)
    got = parse(after, source).routes[index].compare.ignore
    if got != (*before, rule):
        raise EditRefused(
            "the change could not be made in place.",
            where=None if source is None else str(source),
            remedy="Make it by hand, and please report how the route is written.",
        )
    return after


def _with_item(text: str, route: KeyPath, rule: str) -> str:
    compare = (*route, "compare")
    positions = Positions(text)
    found = positions.places.get((*compare, "ignore"))
    if found is not None:
        return _appended(text, positions, (*compare, "ignore"), literal(rule))
    value = f"[{literal(rule)}]"
    if compare in positions.places:
        return with_value(text, compare, "ignore", value)
    return with_value(text, route, "compare.ignore", value)


def _appended(text: str, positions: Positions, at: KeyPath, item: str) -> str:
    """Behind the last item: on the same line, or on one of its own where each item has one."""
    place = positions.places[at]
    items = sorted(
        (inner for path, inner in positions.places.items() if path[:-1] == at), key=lambda inner: inner.value_start
    )
    if not items:
        return f"{text[: place.value_start]}[{item}]{text[place.value_end :]}"
    last = items[-1]
    rest = text[last.value_end : place.value_end]
    start = text.rfind("\n", 0, last.value_start) + 1
    indent = text[start : last.value_start]
    if place.value_start < start and not indent.strip():
        comma = "" if rest.lstrip(" \t").startswith(",") else ","
        at_end = last.value_end + (0 if comma else rest.index(",") + 1)
        newline = text.find("\n", at_end, place.value_end)
        line = f"{line_end(text)}{indent}{item},"
        end = at_end if newline == -1 else newline - (text[newline - 1] == "\r")
        return f"{text[: last.value_end]}{comma}{text[last.value_end : end]}{line}{text[end:]}"
    return f"{text[: last.value_end]}, {item}{text[last.value_end :]}"


def literal(value: str) -> str:
    """The string as TOML writes it: with single quotes where that keeps backslashes as they are."""
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return string_value(value)
