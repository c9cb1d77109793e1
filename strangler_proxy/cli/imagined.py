"""A request made of command line arguments, read by the proxy's own parser so that `explain` sees what it would see."""

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote

from strangler_proxy.config.model import Config
from strangler_proxy.errors import WrongUsage
from strangler_proxy.proxy.forwarded import client_address, networks, plain_address
from strangler_proxy.proxy.grammar import BadMessage
from strangler_proxy.proxy.request_head import make_request_head, parse_request_fields, parse_request_line
from strangler_proxy.proxy.tracing import trace
from strangler_proxy.routing.model import Request

_SENT_AS_THEY_ARE = "%!$&'()*+,;=:@/?~-._[]|^`{}\"\\<>"
"""Characters of a URL that are not escaped: escaping is done as far as a request line needs it, and no further."""
_URL = re.compile(r"https?://([^/?#]+)([^#]*)", re.IGNORECASE | re.DOTALL)
"""Authority and what follows; whether the authority is a good one, the proxy's parser knows."""
_METHOD = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}")


@dataclass(frozen=True, slots=True)
class Imagined:
    """The request, and what of it was given rather than made up."""

    request: Request
    override: str | None
    """The value of the override header."""
    has_request_id: bool
    """False: the proxy would draw an id, so whatever hangs on it is open."""


def imagined_request(
    method: str, url: str, *, headers: Sequence[str], peer: str, override: str | None, config: Config
) -> Imagined:
    """The request that a client at `peer` sends, as the proxy's parser reads it.

    Raises: WrongUsage when the arguments make no request, or one that the proxy refuses.
    """
    host, target = _host_and_target(method, url)
    lines = [_header_line(header) for header in headers]
    if not any(line.lower().startswith("host:") for line in lines):
        lines.insert(0, f"Host: {host or config.proxy.listen}")
    if override is not None:
        lines.append(f"X-Strangler-Override: {override}")
    try:
        block = os.fsencode("\r\n".join(lines))
        request_line = f"{method.upper()} {target} HTTP/1.1".encode()
        head = make_request_head(*parse_request_line(request_line), parse_request_fields(block))
    except BadMessage as error:
        raise WrongUsage(
            f"the proxy refuses such a request with status {error.status}: {error.reason}.",
            where=f"{method} {url}",
            remedy="Mend the URL or the headers; what is refused reaches no backend.",
        ) from None
    fields = head.fields
    request_id, _, _ = trace(fields.request_id, None, None)
    given = fields.request_id is not None and request_id.encode() == fields.request_id
    request = Request(
        method=head.method.decode("ascii"),
        target=head.target,
        host=head.host.decode("latin-1"),
        header=head.get,
        client_ip=client_address(_address(peer), fields.forwarding, networks(config.proxy.trusted_proxies)),
        request_id=request_id,
        now=time.time(),
    )
    return Imagined(request, None if fields.override is None else fields.override.decode("latin-1"), given)


def _host_and_target(method: str, url: str) -> tuple[str, str]:
    """Host (empty when the URL is a path alone) and request target; the fragment is left out, as browsers do."""
    if not _METHOD.fullmatch(method):
        hint = f"Write the method first: strangler explain {url} {method}" if _METHOD.fullmatch(url) else None
        raise WrongUsage(f'"{method}" is no method.', remedy=hint or "Write e.g. strangler explain GET /api/products/.")
    if url == "*" and method.upper() == "OPTIONS":
        return "", url
    if url.startswith("/"):
        return "", _as_sent(url.partition("#")[0])
    parts = _URL.match(url)
    if parts is None:
        raise WrongUsage(
            f'"{url}" is neither a path nor a URL.',
            remedy="A path begins with /, a URL with http:// or https://, e.g. strangler explain GET /api/products/.",
        )
    authority, rest = parts.groups()
    return authority.rpartition("@")[2], _as_sent(rest if rest.startswith("/") else f"/{rest}")


def _as_sent(target: str) -> str:
    """Escaped as clients do; bytes of the command line that are no text stay what they are."""
    return quote(os.fsencode(target), safe=_SENT_AS_THEY_ARE)


def _address(peer: str) -> str:
    try:
        return plain_address(str(ip_address(peer)))
    except ValueError:
        raise WrongUsage(f'"{peer}" is no IP address.', remedy="Give e.g. --ip 203.0.113.9.") from None


def _header_line(header: str) -> str:
    name, colon, value = header.partition(":")
    if not colon or not name.strip():
        raise WrongUsage(f'"{header}" is no header.', remedy="Write -H 'Name: value', e.g. -H 'Cookie: sessionid=abc'.")
    return f"{name}: {value.strip()}"
