"""What a route asks of a request besides its path and method: its host and its headers."""

from collections.abc import Callable
from dataclasses import dataclass

from strangler_proxy.config.expression import compiled_quietly
from strangler_proxy.config.model import Route
from strangler_proxy.routing.model import Request


@dataclass(frozen=True, slots=True)
class Conditions:
    """The host and header rules of one route."""

    hosts: frozenset[str]
    host_suffixes: tuple[str, ...]
    """`.example.com` for `*.example.com`: every subdomain, and not the domain itself."""
    headers: tuple[tuple[str, Callable[[str], object]], ...]
    """Lower-case name and the test of its value."""

    def hold(self, request: Request) -> bool:
        """Return whether the request satisfies every rule."""
        if self.hosts or self.host_suffixes:
            host = host_name(request.host)
            if host not in self.hosts and not host.endswith(self.host_suffixes):
                return False
        for name, test in self.headers:
            value = request.header(name)
            if value is None or not test(value):
                return False
        return True


def compile_conditions(route: Route) -> Conditions | None:
    """Return the rules of a route, or None when it has none."""
    if not route.hosts and not route.headers:
        return None
    return Conditions(
        hosts=frozenset(host for host in route.hosts if not host.startswith("*.")),
        host_suffixes=tuple(host[1:] for host in route.hosts if host.startswith("*.")),
        headers=tuple((name.lower(), _value_test(rule)) for name, rule in route.headers.items()),
    )


def host_name(host: str) -> str:
    """Return the host of a Host header: lower case, without port and last dot; an IPv6 address keeps its brackets.

    Source: `django.http.request.split_domain_port` (Django 5.2).
    """
    host = host.lower()
    if host.endswith("]"):
        return host
    name, colon, port = host.rpartition(":")
    return (name if colon and (port.isdigit() or not port) else host).removesuffix(".")


def _value_test(rule: str) -> Callable[[str], object]:
    if rule == "*":
        return lambda value: True
    if rule.startswith("~"):
        return compiled_quietly(rule[1:]).fullmatch
    return rule.__eq__
