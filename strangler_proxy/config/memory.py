"""The routes of the last valid file, so that a reload checks and compiles only the routes that changed.

A hot reload must act within 50 ms, and of thousands of routes one toggle changes one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from strangler_proxy.config.model import Config, Route

Surroundings = tuple[frozenset[str], frozenset[str]]
"""All that a route's rules look at outside the route: the names of backends and of converters."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Routes that are known to be valid, by how their tables print, in their surroundings."""

    surroundings: Surroundings = (frozenset(), frozenset())
    routes: Mapping[str, Route] = field(default_factory=dict)

    def known(self, document: Mapping[str, Any]) -> Mapping[int, Route]:
        """Return the routes of the document that are known, by index; none when the surroundings are others."""
        if not self.routes or _surroundings(document) != self.surroundings or type(document.get("routes")) is not list:
            return {}
        routes = self.routes
        found = ((index, routes.get(str(table))) for index, table in enumerate(document["routes"]))
        return {index: route for index, route in found if route is not None}


def remember(document: Mapping[str, Any], config: Config) -> Memory:
    """Return the memory of a valid document and what it was compiled to."""
    tables = document.get("routes", ())
    return Memory(
        _surroundings(document), {str(table): route for table, route in zip(tables, config.routes, strict=True)}
    )


def _surroundings(document: Mapping[str, Any]) -> Surroundings:
    backends, converters = document.get("backends"), document.get("converters")
    return _names(backends), _names(converters)


def _names(tables: Any) -> frozenset[str]:
    return frozenset(tables) if type(tables) is dict else frozenset()
