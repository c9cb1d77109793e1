"""The rules of `[control]`."""

import ipaddress
from collections.abc import Iterator

from strangler_proxy.config.errors import Code
from strangler_proxy.config.model import Control, Proxy
from strangler_proxy.config.problem import Draft, Entry, Problem
from strangler_proxy.config.rules.addresses import host_and_port
from strangler_proxy.config.rules.conditions import hosts_are_patterns
from strangler_proxy.config.rules.proxy import (
    EVERY_ADDRESS,
    address_is_right,
    tls_is_complete,
    trusted_proxies_are_networks,
)
from strangler_proxy.config.rules.rule import RulesByKey, no_twins, not_empty
from strangler_proxy.config.words import quoted


def listen_is_an_address(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`listen` is `host:port`, or `off`."""
    if entry.table["listen"] != "off":
        yield from address_is_right(entry, "listen", '; "off" serves no dashboard')


def listen_is_its_own(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """The dashboard takes the port neither of users nor of metrics; port 0 is never the same."""
    mine = host_and_port(entry.table["listen"])
    if mine is None or mine[1] == 0:
        return
    for key, default in (("listen", Proxy().listen), ("metrics_listen", Proxy().metrics_listen)):
        other = host_and_port(draft.proxy.table.get(key, default))
        if other is None or other[1] != mine[1]:
            continue
        if other[0] == mine[0] or mine[0] in EVERY_ADDRESS or other[0] in EVERY_ADDRESS:
            yield Problem(
                code=Code.SAME_ADDRESS,
                at=(*entry.at, "listen"),
                what=f"listen of [control] and {key} of [proxy] both take port {mine[1]}.",
                remedy='Give one of them another port, or write listen = "off" in [control].',
            )


def listen_is_private(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Beyond this machine there is TLS, here or at a proxy in front: passwords and sessions are sent to it."""
    address = host_and_port(entry.table["listen"])
    if address is None or is_loopback(address[0]) or "tls" in entry.written or entry.written.get("trusted_proxies"):
        return
    yield Problem(
        code=Code.OPEN_TO_ALL,
        at=(*entry.at, "listen"),
        what=f"listen of [control] is {quoted(entry.table['listen'])}, beyond this machine, and there is no TLS.",
        remedy=f'Write "{Control().listen}", give it [control.tls], or name your TLS proxy in trusted_proxies.',
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the host: `localhost`, 127.0.0.0/8 or ::1."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


RULES: RulesByKey = {
    "listen": (listen_is_an_address, listen_is_its_own, listen_is_private),
    "hosts": (not_empty("hosts"), hosts_are_patterns, no_twins("hosts")),
    "trusted_proxies": (trusted_proxies_are_networks, no_twins("trusted_proxies")),
    "tls": (tls_is_complete,),
}
