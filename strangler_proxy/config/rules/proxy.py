"""The rules of `[proxy]`."""

import ipaddress
from collections.abc import Iterator

from strangler_proxy.config import patterns
from strangler_proxy.config.errors import Code
from strangler_proxy.config.keys import keys_of
from strangler_proxy.config.model import Proxy, Tls
from strangler_proxy.config.patterns import fits
from strangler_proxy.config.problem import Draft, Entry, Problem
from strangler_proxy.config.rules.addresses import HIGHEST_PORT, host_and_port
from strangler_proxy.config.rules.rule import RulesByKey, inner, no_twins
from strangler_proxy.config.words import quoted

EVERY_ADDRESS = ("0.0.0.0", "[::]")


def listen_is_an_address(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`listen` is `host:port`."""
    yield from address_is_right(entry, "listen", "")


def metrics_listen_is_an_address(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`metrics_listen` is `host:port`, or `off`."""
    if entry.table["metrics_listen"] != "off":
        yield from address_is_right(entry, "metrics_listen", '; "off" serves no metrics')


def address_is_right(entry: Entry, key: str, also: str) -> Iterator[Problem]:
    """The value of `key` is `host:port`; `also` says what else it may be."""
    text = entry.table[key]
    if host_and_port(text) is None:
        yield Problem(
            code=Code.BAD_ADDRESS,
            at=(*entry.at, key),
            what=f"{entry.name(key)} is {quoted(text)}, which is not host:port.",
            remedy=f'Write e.g. "127.0.0.1:8000" or "[::1]:8000", with a port of 0 to {HIGHEST_PORT}{also}.',
        )


def the_two_addresses_differ(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Users and metrics are not served on one port of one address; port 0 is never the same."""
    users = host_and_port(entry.table.get("listen", Proxy().listen))
    metrics = host_and_port(entry.table.get("metrics_listen", Proxy().metrics_listen))
    if users is None or metrics is None or users[1] != metrics[1] or users[1] == 0:
        return
    if users[0] == metrics[0] or users[0] in EVERY_ADDRESS or metrics[0] in EVERY_ADDRESS:
        yield Problem(
            code=Code.SAME_ADDRESS,
            at=(*entry.at, "metrics_listen" if "metrics_listen" in entry.table else "listen"),
            what=f"listen and metrics_listen of [proxy] both take port {users[1]}.",
            remedy='Give one of them another port, or write metrics_listen = "off".',
        )


def trusted_proxies_are_networks(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """Each of `trusted_proxies` is an address or a network."""
    for index, text in enumerate(entry.table["trusted_proxies"]):
        try:
            ipaddress.ip_network(text)
        except ValueError:
            yield Problem(
                code=Code.BAD_TRUSTED_PROXY,
                at=(*entry.at, "trusted_proxies", index),
                what=f"{quoted(text)} in {entry.name('trusted_proxies')} is neither an address nor a network.",
                remedy=_network_remedy(text),
            )


def _network_remedy(text: str) -> str:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return 'Write e.g. "10.0.0.7", "10.0.0.0/8" or "fd00::/8".'
    return f'It has bits set outside its mask: write the network, "{network}", or the address alone.'


def access_log_is_named(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`access_log` is not empty."""
    if not entry.table["access_log"]:
        yield Problem(
            code=Code.EMPTY,
            at=(*entry.at, "access_log"),
            what=f"{entry.name('access_log')} is empty.",
            remedy='Write a file\'s path, "-" for standard output, or "off" for none.',
        )


def via_is_a_name(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`via` is one word that HTTP allows there."""
    name = entry.table["via"]
    if not fits(patterns.TOKEN, name):
        yield Problem(
            code=Code.BAD_VIA,
            at=(*entry.at, "via"),
            what=f"{entry.name('via')} is {quoted(name)}, which cannot stand in a Via header.",
            remedy='Write one word of letters, digits and -, e.g. via = "shop-proxy"; leave it out for no Via.',
        )


def tls_is_complete(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """`tls` names both files."""
    tls = inner(entry, "tls")
    for key in keys_of(Tls):
        if key not in entry.written["tls"]:
            yield Problem(
                code=Code.MISSING_KEY,
                at=tls.at,
                what=f"{entry.label} has tls without its {key}.",
                remedy='Name both PEM files: certificate = "tls/fullchain.pem" and key = "tls/privkey.pem".',
            )
        elif tls.table.get(key) == "":
            yield Problem(
                code=Code.EMPTY,
                at=(*tls.at, key),
                what=f"{tls.name(key)} is empty.",
                remedy="Write the path of a PEM file.",
            )


RULES: RulesByKey = {
    "listen": (listen_is_an_address,),
    "metrics_listen": (metrics_listen_is_an_address,),
    "trusted_proxies": (trusted_proxies_are_networks, no_twins("trusted_proxies")),
    "access_log": (access_log_is_named,),
    "via": (via_is_a_name,),
    "tls": (tls_is_complete,),
}
