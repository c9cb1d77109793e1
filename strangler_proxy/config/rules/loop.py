"""The rule that no backend is the proxy itself: a request would go round until every connection is taken."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from strangler_proxy.config.errors import Code
from strangler_proxy.config.model import Proxy
from strangler_proxy.config.problem import OTHER, Draft, Entry, Problem
from strangler_proxy.config.rules.addresses import host_and_port, url_mistake
from strangler_proxy.config.words import quoted

_HERE = (frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::"}), frozenset({"localhost", "::1", "::"}))
"""Hosts that meet on one port of this machine, for IPv4 and for IPv6; a listener on `::` takes both."""


def is_same_place(url: str, listen: str) -> bool:
    """Whether a connection to `url` comes out at the listener on `listen`, as far as the two texts tell."""
    address = host_and_port(listen)
    if address is None or address[1] == 0 or url_mistake(url) is not None:
        return False
    parts = urlsplit(url)
    ours, theirs = _bare(address[0]), _bare(parts.hostname or "")
    if (parts.port or 80) != address[1]:
        return False
    return ours == theirs or any(ours in hosts and theirs in hosts for hosts in _HERE)


def backend_is_another(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """No URL of the backend is the address that the proxy listens on."""
    listen = draft.proxy.table.get("listen", Proxy().listen)
    for index, url in enumerate(entry.table.get("urls", ())):
        if is_same_place(url, listen):
            written = "listen" in draft.proxy.table
            where = f"{quoted(listen)} on {OTHER}" if written else f"{quoted(listen)}, where it listens by default"
            yield Problem(
                code=Code.LOOP,
                at=(*entry.at, "urls", index),
                what=f"{quoted(url)} in {entry.name('urls')} is the proxy itself: listen of [proxy] is {where}.",
                remedy="Give the backend's own address, or change listen.",
                other=(*draft.proxy.at, "listen") if written else None,
            )


def _bare(host: str) -> str:
    """The host in lower case, without brackets; every address of the loopback network is one."""
    host = host.lower().strip("[]")
    return "127.0.0.1" if host.startswith("127.") else host
