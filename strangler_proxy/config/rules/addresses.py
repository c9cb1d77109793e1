"""Host, port and base URL: what a valid one is, and what is wrong with one that is not."""

import ipaddress
import re

from strangler_proxy.config import patterns
from strangler_proxy.config.patterns import fits
from strangler_proxy.config.words import quoted

HIGHEST_PORT = 65535


def host_fits(host: str) -> bool:
    """Say whether `host` is a host name, an IPv4 address, or an IPv6 address in brackets."""
    try:
        if host.startswith("["):
            return ipaddress.ip_address(host[1:-1]).version == 6
        if re.fullmatch(r"[0-9.]+", host):
            return ipaddress.ip_address(host).version == 4
    except ValueError:
        return False
    return fits(patterns.HOST_NAME, host)


def host_and_port(text: str) -> tuple[str, int] | None:
    """Return the two halves of `host:port`, or None when `text` is none or its port is over 65535."""
    if not fits(patterns.HOST_PORT, text):
        return None
    host, _, port = text.rpartition(":")
    return (host, int(port)) if int(port) <= HIGHEST_PORT and host_fits(host) else None


def url_mistake(url: str) -> tuple[str, str] | None:
    """Return what is wrong with a backend's base URL, and the remedy; None when nothing is."""
    if fits(patterns.BASE_URL, url):
        return _authority_mistake(url.removeprefix("http://"))
    scheme, separator, rest = url.partition("://")
    if not separator or not scheme:
        return "has no scheme.", "Write http://host:port, e.g. http://127.0.0.1:8001."
    if scheme == "https":
        return "is an https URL, and the proxy speaks plain http to backends.", "Write the backend's http://host:port."
    if scheme != "http":
        return f"has the scheme {quoted(scheme)}.", "Write http://host:port."
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        host = authority.rpartition("@")[2]
        return "has a user in it.", f"Write http://{host}; let the backend trust the proxy's address instead."
    if authority != rest:
        return "has more than scheme, host and port.", f"Write http://{authority}: the request's own path is added."
    return _authority_mistake(authority) or ("is no URL of a backend.", "Write http://host:port.")


def _authority_mistake(authority: str) -> tuple[str, str] | None:
    has_port = ":" in authority.rpartition("]")[2]
    host, _, port = authority.rpartition(":") if has_port else (authority, "", "80")
    if not port.isdecimal() or not port.isascii():
        return (
            f"has the port {quoted(port)}, which is no number.",
            "Write http://host:port, e.g. http://127.0.0.1:8001.",
        )
    if not 1 <= int(port[:6]) <= HIGHEST_PORT:
        return f"has the port {port}.", f"A port is 1 to {HIGHEST_PORT}."
    if not host_fits(host):
        return f"has the host {quoted(host)}.", "Write a host name, an IPv4 address, or an IPv6 address in brackets."
    return None
