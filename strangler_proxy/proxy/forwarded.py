"""Who the client is, and how the backend is told: `X-Forwarded-*`, `Forwarded`, `X-Real-IP`. Pure.

What a peer says about this is believed only from `trusted_proxies`; from anyone else it is replaced.

Source: RFC 7239.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Networks = tuple[IPv4Network | IPv6Network, ...]

_KEPT = ("x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "x-forwarded-prefix", "x-forwarded-ssl")


def networks(trusted_proxies: Iterable[str]) -> Networks:
    """The networks that `trusted_proxies` names; an address alone is a network of one."""
    return tuple(ip_network(text, strict=False) for text in trusted_proxies)


def is_trusted(address: str, trusted: Networks) -> bool:
    """Whether `address` lies in one of the networks; an IPv4 address mapped into IPv6 counts as itself."""
    if not trusted:
        return False
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return any(ip in network for network in trusted)


def client_address(peer: str, claims: Sequence[tuple[str, bytes]], trusted: Networks) -> str:
    """The nearest address of the chain that is no trusted proxy; the far end when all are.

    Claims that are no address end the search: what lies beyond them nobody vouches for.
    """
    address = peer
    chain = b",".join(value for name, value in claims if name == "x-forwarded-for").decode("latin-1").split(",")
    while chain and is_trusted(address, trusted):
        claimed = _bare_address(chain.pop())
        if claimed is None:
            break
        address = claimed
    return address


def fresh_lines(peer: str, host: bytes, port: int, scheme: bytes = b"http") -> bytes:
    """The header lines for a request whose peer is not trusted: only what the proxy itself sees."""
    lines = b"X-Forwarded-For: %b\r\nX-Forwarded-Proto: %b\r\n" % (peer.encode(), scheme)
    if host:
        lines += b"X-Forwarded-Host: %b\r\n" % host
    return lines + b"X-Forwarded-Port: %d\r\nForwarded: %b\r\nX-Real-IP: %b\r\n" % (
        port,
        _forwarded(peer, host, scheme),
        peer.encode(),
    )


def continued_lines(
    peer: str, client: str, host: bytes, port: int, claims: Sequence[tuple[str, bytes]], scheme: bytes = b"http"
) -> bytes:
    """The header lines for a request from a trusted proxy: its claims, with its own address added to the chain."""
    said: dict[str, bytes] = {}
    for name, value in claims:
        said[name] = said[name] + b", " + value if name in said else value
    defaults = {"x-forwarded-proto": scheme, "x-forwarded-host": host, "x-forwarded-port": b"%d" % port}
    lines = [(b"X-Forwarded-For", _appended(said.get("x-forwarded-for"), peer.encode()))]
    for name in _KEPT:
        kept = said.get(name) or defaults.get(name)
        if kept:
            lines.append((name.title().encode(), kept))
    lines.append((b"Forwarded", _appended(said.get("forwarded"), _forwarded(peer, host, scheme))))
    lines.append((b"X-Real-IP", client.encode()))
    return b"".join(b"%b: %b\r\n" % line for line in lines)


def _forwarded(peer: str, host: bytes, scheme: bytes) -> bytes:
    node = f'"[{peer}]"' if ":" in peer else peer
    value = b"for=%b" % node.encode()
    if host:
        value += b';host="%b"' % host
    return value + b";proto=" + scheme


def _appended(said: bytes | None, own: bytes) -> bytes:
    return said + b", " + own if said else own


def _bare_address(claim: str) -> str | None:
    """The address in one member of X-Forwarded-For, without port and brackets; None when there is none."""
    text = claim.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def plain_address(peer: str) -> str:
    """The peer's address as it is told and logged: an IPv4 address that came in over IPv6 as itself."""
    return peer[7:] if peer.startswith("::ffff:") and "." in peer else peer
