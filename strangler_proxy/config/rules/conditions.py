"""The rules of what else a route asks of a request: methods, hosts, headers."""

from collections.abc import Iterator

from strangler_proxy.config import patterns
from strangler_proxy.config.errors import Code
from strangler_proxy.config.own_headers import why_never_matched
from strangler_proxy.config.patterns import fits
from strangler_proxy.config.problem import OTHER, Draft, Entry, Problem
from strangler_proxy.config.rules.places import regex_mistake
from strangler_proxy.config.words import did_you_mean, quoted

METHODS = tuple(patterns.METHOD.split("|"))
_NEVER_ROUTED = {
    "TRACE": "It would show a user's cookies to whoever makes their browser send it; the proxy answers it with 405.",
    "CONNECT": "It asks for a tunnel, and the proxy makes none.",
}


def methods_are_known(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each method is one that a route may take, in capitals."""
    for index, method in enumerate(entry.table["methods"]):
        if method in METHODS:
            continue
        what, remedy = _method_mistake(method)
        yield Problem(
            code=Code.BAD_METHOD,
            at=(*entry.at, "methods", index),
            what=f"{quoted(method)} in {entry.name('methods')} {what}",
            remedy=remedy,
        )


def _method_mistake(method: str) -> tuple[str, str]:
    capitals = method.upper()
    if capitals in METHODS:
        return "is not in capitals, and methods are told apart by case.", f"Write {quoted(capitals)}."
    if capitals in _NEVER_ROUTED:
        return "is never routed.", f"Take it out. {_NEVER_ROUTED[capitals]}"
    guess = did_you_mean(capitals, [known.lower() for known in METHODS]).upper().replace("DID YOU MEAN", "Did you mean")
    guess = guess or did_you_mean(method, METHODS)
    return "is no method that a route takes.", f"{guess}Known are {', '.join(METHODS)}."


def hosts_are_patterns(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each host is a name or `*.name`, without scheme, port and path."""
    for index, host in enumerate(entry.table["hosts"]):
        if not fits(patterns.HOST_PATTERN, host):
            yield Problem(
                code=Code.BAD_HOST,
                at=(*entry.at, "hosts", index),
                what=f"{quoted(host)} in {entry.name('hosts')} is neither a host name nor *.name.",
                remedy='Write "shop.example.com" or "*.example.com", without scheme, port or path.',
            )


def headers_are_right(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each header has a name that HTTP allows, is there once in any case, and its `~regex` compiles."""
    first: dict[str, str] = {}
    for name, value in entry.table["headers"].items():
        at = (*entry.at, "headers", name)
        what, remedy = _header_mistake(name, value)
        if what:
            yield Problem(
                code=Code.BAD_HEADER, at=at, what=f"header {quoted(name)} of {entry.label} {what}", remedy=remedy
            )
        twin = first.setdefault(name.lower(), name)
        if twin != name:
            yield Problem(
                code=Code.DUPLICATE_ENTRY,
                at=at,
                what=f"header {quoted(name)} of {entry.label} is the same as {quoted(twin)} on {OTHER}.",
                remedy="Keep one of the two: the case of a header's name says nothing.",
                other=(*entry.at, "headers", twin),
            )


def _header_mistake(name: str, value: str) -> tuple[str, str]:
    if not fits(patterns.TOKEN, name):
        return "is no name that HTTP allows.", "Write letters, digits and -, e.g. X-Api-Version."
    never = why_never_matched(name)
    if never:
        return f"{never[0]}: no request would ever match.", never[1]
    if value == "~":
        return "has an empty expression.", 'Write "*" when the header must only be there.'
    mistake = regex_mistake(value[1:]) if value.startswith("~") else ""
    if mistake:
        return f"has the expression {quoted(value[1:])}, which does not compile: {mistake}.", "Mend the expression."
    return "", ""
