"""Whether the file has the right shape: no unknown key, each value of its type and within its range.

What is of the wrong shape is reported once, here, and is not there for the rules that look at the meaning.
"""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from strangler_proxy.config.errors import Code
from strangler_proxy.config.keys import Key, Kind, keys_of
from strangler_proxy.config.model import Backend, Config, Route, TaskRoute, Webhook
from strangler_proxy.config.problem import Draft, Entry, KeyPath, Problem, item
from strangler_proxy.config.words import describe, did_you_mean, quoted

_STRINGS_ONLY = frozenset({str})
_TABLE_KINDS = (Kind.TABLE, Kind.NAMED_TABLES, Kind.TABLES)


def check_shape(document: Mapping[str, Any], known: Container[int] = ()) -> tuple[Draft, list[Problem]]:
    """Return what of the document is of the right shape, and all that is not. `known` routes are, by their indexes."""
    problems: list[Problem] = []
    table = _clean(Entry((), "the file", "", document, document), Config, problems)
    top = Entry((), "the file", "", table, document)
    backends = {name: _backend(name, backend, problems) for name, backend in table.get("backends", {}).items()}
    converters = _converters(document.get("converters"))
    return Draft(
        top=top,
        proxy=Entry(("proxy",), "[proxy]", "", table.get("proxy", {}), document.get("proxy", {})),
        backends=backends,
        converters=converters,
        converter_names=frozenset(converters),
        routes=_entries("routes", "route", table.get("routes", ()), Route, problems, known),
        tasks=_entries("tasks", "task", table.get("tasks", ()), TaskRoute, problems, ()),
        webhooks=_entries("webhooks", "webhook", table.get("webhooks", ()), Webhook, problems, ()),
        redact=Entry(("redact",), "[redact]", "", table.get("redact", {}), document.get("redact", {})),
        control=Entry(("control",), "[control]", "", table.get("control", {}), document.get("control", {})),
    ), problems


def _backend(name: str, table: Any, problems: list[Problem]) -> Entry:
    """Return the backend; one that is no table is still a name that routes may use, and its URLs are not missed."""
    at: KeyPath = ("backends", name)
    if type(table) is dict:
        return _entry(at, "backend", name, table, Backend, problems)
    entry = Entry(at, "backend", name, {}, {"urls": table})
    problems.append(_wrong_type(at, entry.label, table, Kind.TABLE, ""))
    return entry


def _converters(written: Any) -> Mapping[str, str]:
    """Return the converters, a stand-in for each of the wrong type: the paths that use it are not wrong for that."""
    if type(written) is not dict:
        return {}
    return {name: regex if type(regex) is str else ".+" for name, regex in written.items()}


def _entries(
    key: str, word: str, tables: Iterable[Any], record: type, problems: list[Problem], known: Container[int]
) -> tuple[Entry, ...]:
    """Return the entries of a list of tables; each is called by its name, or without one by its number."""
    entries = []
    for index, table in enumerate(tables):
        if type(table) is not dict:
            problems.append(_wrong_type((key, index), f"{word} number {index + 1}", table, Kind.TABLE, ""))
            continue
        name = table.get("name")
        called = name if type(name) is str and name else index + 1
        at: KeyPath = (key, index)
        if index in known:
            entries.append(Entry(at, word, called, table, table))
        else:
            entries.append(_entry(at, word, called, table, record, problems))
    return tuple(entries)


def _entry(at: KeyPath, word: str, called: str | int, table: Any, record: type, problems: list[Problem]) -> Entry:
    raw = Entry(at, word, called, table, table)
    cleaned = _clean(raw, record, problems)
    return raw if cleaned is table else raw._replace(table=cleaned)


def _clean(entry: Entry, record: type, problems: list[Problem]) -> Mapping[str, Any]:
    """Return the table without the keys whose shape is wrong (the very table when none is), and report those."""
    keys, before = keys_of(record), len(problems)
    bad: list[str] = []
    cleaned: dict[str, Any] = {}
    for name, value in entry.table.items():
        key = keys.get(name)
        if key is not None and type(value) is key.plain:
            continue
        if key is None:
            problems.append(_unknown_key(entry, name, keys))
        elif not _shape_fits(key, value):
            problems.append(_misfit(entry, key, value))
        elif key.kind is Kind.TABLE:
            cleaned[name] = _clean(_inner(entry, name, value), key.record, problems)
            continue
        elif key.kind is Kind.TABLES and entry.at:
            cleaned[name] = _inner_tables(entry, key, value, problems)
            continue
        else:
            continue
        bad.append(name)
    if len(problems) == before:
        return entry.table
    return {name: cleaned.get(name, value) for name, value in entry.table.items() if name not in bad}


def _inner(entry: Entry, name: str, table: Mapping[str, Any]) -> Entry:
    at = (*entry.at, name)
    if not entry.at:
        return Entry(at, f"[{name}]", "", table, table)
    return Entry(at, entry.word, entry.called, table, table, f"{entry.prefix}{name}.")


def _inner_tables(entry: Entry, key: Key, tables: Iterable[Any], problems: list[Problem]) -> list[Any]:
    """Return the tables of a list within a table, each cleaned; in place of what is none stands an empty one."""
    cleaned: list[Any] = []
    for index, table in enumerate(tables):
        at = (*entry.at, key.name, index)
        if type(table) is dict:
            cleaned.append(_clean(item(entry, key.name, index, table), key.record, problems))
        else:
            label = item(entry, key.name, index, {}).label
            problems.append(_wrong_type(at, label, table, Kind.TABLE, _example(key, (*entry.at, key.name))))
            cleaned.append({})
    return cleaned


def _shape_fits(key: Key, value: Any) -> bool:
    """Say whether `value` has the type of `key` and lies in its range. `true` is no number."""
    kind, got = key.kind, type(value)
    if kind is Kind.STRING:
        return got is str
    if kind is Kind.STRINGS:
        return got is list and _STRINGS_ONLY.issuperset(map(type, value))
    if kind is Kind.INTEGER or kind is Kind.NUMBER:
        return (got is int or (got is float and kind is Kind.NUMBER)) and _in_range(key, value)
    if kind is Kind.BOOLEAN:
        return got is bool
    if kind is Kind.STRING_TABLE:
        return got is dict and _STRINGS_ONLY.issuperset(map(type, value.values()))
    return got is list if kind is Kind.TABLES else got is dict


def _in_range(key: Key, value: float) -> bool:
    """Say whether `value` is in the range of `key`, if it has one. NaN is in no range."""
    low, high = key.facts.minimum, key.facts.maximum
    return low is None or high is None or low <= value <= high


def _misfit(entry: Entry, key: Key, value: Any) -> Problem:
    at = (*entry.at, key.name)
    number = type(value) in (int, float) and key.kind in (Kind.INTEGER, Kind.NUMBER)
    if number and not (type(value) is float and key.kind is Kind.INTEGER):
        return Problem(
            code=Code.OUT_OF_RANGE,
            at=at,
            what=f"{entry.name(key.name)} is {value}.",
            remedy=f"It takes {key.facts.span}.",
        )
    if key.kind is Kind.TABLES and type(value) is dict:
        return Problem(
            code=Code.WRONG_TYPE,
            at=at,
            what=f"[{_dotted(at)}] is a single table, where a list of tables belongs.",
            remedy=f"Write it with double brackets, [[{_dotted(at)}]], once for each.",
        )
    return _wrong_type(_culprit(at, key, value), entry.name(key.name), value, key.kind, _example(key, at))


def _culprit(at: KeyPath, key: Key, value: Any) -> KeyPath:
    """Return where in a list or table of strings the first value is that is none."""
    if key.kind is Kind.STRINGS and type(value) is list:
        return (*at, next(index for index, item in enumerate(value) if type(item) is not str))
    if key.kind is Kind.STRING_TABLE and type(value) is dict:
        return (*at, next(name for name, item in value.items() if type(item) is not str))
    return at


def _dotted(at: KeyPath) -> str:
    """Return how a header names the table at `at`."""
    return ".".join(name for name in at if isinstance(name, str))


def _example(key: Key, at: KeyPath) -> str:
    if key.kind in _TABLE_KINDS:
        header = f"[[{_dotted(at)}]]" if key.kind is Kind.TABLES else f"[{_dotted(at)}]"
        return f"Write it as {header} with its keys on the lines below."
    if key.facts.example:
        return f"Write e.g. {key.name} = {key.facts.example}."
    default = str(key.default).lower() if key.kind is Kind.BOOLEAN else key.default
    shown = f'"{default}"' if key.kind is Kind.STRING else default
    return f"Write e.g. {key.name} = {shown:g}." if type(shown) is float else f"Write e.g. {key.name} = {shown}."


def _wrong_type(at: KeyPath, label: str, value: Any, kind: Kind, remedy: str) -> Problem:
    return Problem(
        code=Code.WRONG_TYPE,
        at=at,
        what=f"{label} is {describe(value)}, where {kind.value} belongs.",
        remedy=remedy or "Write it as a table with its keys on the lines below its header.",
    )


def _unknown_key(entry: Entry, name: str, keys: Mapping[str, Key]) -> Problem:
    word = "table or key" if not entry.at else "key"
    inner = next((key.name for key in keys.values() if key.kind is Kind.TABLE and name in keys_of(key.record)), None)
    hint = did_you_mean(name, keys)
    if inner is not None and entry.at:
        header = ".".join(str(step) for step in (*entry.at, inner) if isinstance(step, str))
        hint = f"It belongs into [{header}], which stands below the other keys. "
    return Problem(
        code=Code.UNKNOWN_KEY,
        at=(*entry.at, name),
        what=f"unknown {word} {quoted(entry.prefix + name)} in {entry.label}.",
        remedy=f"{hint}Known are {', '.join(keys)}.",
    )
