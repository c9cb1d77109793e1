"""All that a document is held against: first its shape, then every rule. Every mistake is found, not just the first."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from strangler_proxy.config.errors import Code
from strangler_proxy.config.problem import Draft, Problem
from strangler_proxy.config.rules import backends, control, proxy, redacting, routes, tasks, webhooks
from strangler_proxy.config.rules.loop import backend_is_another
from strangler_proxy.config.rules.places import (
    converters_are_right,
    has_a_name,
    has_path_or_regex,
    names_are_unique,
)
from strangler_proxy.config.rules.reach import every_route_is_reached
from strangler_proxy.config.rules.rule import run
from strangler_proxy.config.shape import check_shape


def validate(document: Mapping[str, Any], known: Container[int] = ()) -> list[Problem]:
    """Return all mistakes of a parsed document; none means that it can be compiled.

    `known` are the indexes of routes that were right in the same surroundings; only what they may be to other routes is
    looked at again.
    """
    draft, problems = check_shape(document, known)
    problems.extend(_broken_rules(draft, known))
    return problems


def _broken_rules(draft: Draft, known: Container[int]) -> Iterator[Problem]:
    yield from run(proxy.RULES, draft.proxy, draft)
    yield from proxy.the_two_addresses_differ(draft.proxy, draft)
    yield from backends.there_is_a_monolith(draft)
    for backend in draft.backends.values():
        yield from backends.has_a_right_name(backend, draft)
        yield from backends.has_urls(backend, draft)
        yield from run(backends.RULES, backend, draft)
        yield from backend_is_another(backend, draft)
    yield from converters_are_right(draft)
    for route in draft.routes:
        if route.at[1] in known:
            continue
        yield from has_a_name(route, draft)
        yield from has_path_or_regex(route, draft)
        yield from run(routes.RULES, route, draft)
    yield from names_are_unique(draft.routes, Code.DUPLICATE_ROUTE)
    yield from every_route_is_reached(draft)
    for task in draft.tasks:
        yield from has_a_name(task, draft)
        yield from run(tasks.RULES, task, draft)
    yield from names_are_unique(draft.tasks, Code.DUPLICATE_TASK)
    for webhook in draft.webhooks:
        yield from webhooks.has_one_address(webhook, draft)
        yield from run(webhooks.RULES, webhook, draft)
    yield from run(redacting.RULES, draft.redact, draft)
    yield from run(control.RULES, draft.control, draft)
