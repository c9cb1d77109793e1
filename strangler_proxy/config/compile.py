"""From a document that holds all rules to the records of `config.model`."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from strangler_proxy.config.model import (
    Backend,
    Canary,
    Compare,
    Comparer,
    Config,
    Control,
    Evidence,
    Gate,
    Limits,
    Proxy,
    Redact,
    Route,
    StageGates,
    Step,
    Sticky,
    StickyKind,
    TaskRoute,
    Tls,
    Webhook,
)
from strangler_proxy.config.stage import Stage


def compile_config(
    document: Mapping[str, Any],
    source: Path | None,
    route_lines: Mapping[str, int],
    known: Mapping[int, Route] = MappingProxyType({}),
) -> Config:
    """Return the records of a valid document. What a document without mistakes means is decided here alone.

    `known` are routes that were compiled before, by index.
    """
    return Config(
        proxy=_proxy(document.get("proxy", {})),
        comparer=Comparer(**_with_floats(document.get("comparer", {}), "wait_seconds")),
        backends=MappingProxyType({name: _backend(name, table) for name, table in document["backends"].items()}),
        converters=MappingProxyType(dict(document.get("converters", {}))),
        routes=tuple([known.get(at) or _route(table) for at, table in enumerate(document.get("routes", ()))]),
        redact=_redact(document.get("redact", {})),
        tasks=tuple(_task(table) for table in document.get("tasks", ())),
        evidence=Evidence(**_with_floats(document.get("evidence", {}), "keep_days", "keep_mb")),
        control=_control(document.get("control", {})),
        webhooks=tuple(Webhook(**_with_tuples(table, "events")) for table in document.get("webhooks", ())),
        source=source,
        route_lines=MappingProxyType(route_lines),
    )


def sticky(text: str) -> Sticky:
    """Return what `cookie:NAME`, `header:NAME`, `ip` or `none` means. A header's name is put in lower case."""
    kind, _, name = text.partition(":")
    return Sticky(kind=StickyKind(kind), name=name.lower() if kind == "header" else name)


def _proxy(table: Mapping[str, Any]) -> Proxy:
    values = _with_tuples(table, "trusted_proxies")
    if values.get("metrics_listen") == "off":
        values["metrics_listen"] = None
    if "tls" in values:
        values["tls"] = Tls(**values["tls"])
    if "limits" in values:
        values["limits"] = Limits(**_with_floats(values["limits"], "idle_seconds", "head_seconds", "progress_seconds"))
    return Proxy(**_with_floats(values, "drain_seconds"))


def _control(table: Mapping[str, Any]) -> Control:
    values = _with_tuples(table, "hosts", "trusted_proxies")
    if values.get("listen") == "off":
        values["listen"] = None
    if "hosts" in values:
        values["hosts"] = tuple(host.lower() for host in values["hosts"])
    if "tls" in values:
        values["tls"] = Tls(**values["tls"])
    return Control(**values)


def _backend(name: str, table: Mapping[str, Any]) -> Backend:
    return Backend(name=name, **_with_floats(_with_tuples(table, "urls"), "shadow_per_second"))


def _task(table: Mapping[str, Any]) -> TaskRoute:
    values = dict(table)
    values["stage"] = Stage(table.get("stage", Stage.MONOLITH))
    return TaskRoute(**values)


def _redact(table: Mapping[str, Any]) -> Redact:
    values = _with_tuples(table, "headers", "paths", "patterns")
    if "headers" in values:
        values["headers"] = tuple(name.lower() for name in values["headers"])
    return Redact(**values)


def _route(table: Mapping[str, Any]) -> Route:
    values = dict(table)
    if "methods" in values:
        values["methods"] = tuple(values["methods"])
    if "stage" in values:
        values["stage"] = Stage(values["stage"])
    if "hosts" in values:
        values["hosts"] = tuple(host.lower() for host in values["hosts"])
    if "headers" in values:
        values["headers"] = MappingProxyType({name.lower(): value for name, value in values["headers"].items()})
    if "canary" in values:
        values["canary"] = _canary(values["canary"])
    if "compare" in values:
        values["compare"] = _compare(values["compare"])
    if "gate" in values:
        values["gate"] = _gate(values["gate"])
    if "gates" in values:
        values["gates"] = StageGates(**{stage: _gate(inner) for stage, inner in values["gates"].items()})
    if "steps" in values:
        values["steps"] = tuple(Step(**_with_floats(step, "percent", "hold_minutes")) for step in values["steps"])
    return Route(**values)


def _canary(table: Mapping[str, Any]) -> Canary:
    values = _with_floats(table, "percent")
    if "sticky" in values:
        values["sticky"] = sticky(values["sticky"])
    return Canary(**values)


_PERCENTAGES = ("sample_percent", "noise_percent", "noise_relative_percent", "noise_absolute_percent")


def _compare(table: Mapping[str, Any]) -> Compare:
    values = _with_floats(_with_tuples(table, "ignore", "unordered", "without"), *_PERCENTAGES)
    for name in {"keyed", "tolerance"} & set(values):
        values[name] = MappingProxyType(dict(values[name]))
    return Compare(**values)


def _gate(table: Mapping[str, Any]) -> Gate:
    return Gate(**_with_floats(table, *_GATE_NUMBERS))


_GATE_NUMBERS = (
    "max_mismatch_percent",
    "max_high_percent",
    "max_error_percent",
    "max_latency_ratio",
    "fast_enough_ms",
    "confidence_percent",
)


def _with_tuples(table: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: tuple(value) if name in names else value for name, value in table.items()}


def _with_floats(table: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: float(value) if name in names else value for name, value in table.items()}
