"""What `strangler doctor` says of the Django project beside the config: hosts, HTTPS behind the proxy, drift."""

from collections.abc import Iterator
from pathlib import Path

from strangler_proxy.cli.checkup import Finding
from strangler_proxy.cli.render import Mark
from strangler_proxy.config.model import Config
from strangler_proxy.control.reach import ANY_ADDRESS
from strangler_proxy.discover.answer import Answer
from strangler_proxy.discover.drift import missing_endpoints
from strangler_proxy.discover.errors import NoProject, NoSettings, SeveralProjects
from strangler_proxy.discover.project import find_project
from strangler_proxy.discover.run_probe import probe_as_found
from strangler_proxy.errors import StranglerError
from strangler_proxy.proxy.listening import split_address

IMPORT_SECONDS = 20.0
"""How long the project's import may take before the doctor goes on without it."""
SHOWN = 3
"""Missing endpoints that are named; the rest is counted."""
LOCAL_HOSTS = (".localhost", "127.0.0.1", "[::1]")
"""What Django allows while DEBUG is on and ALLOWED_HOSTS is empty. Source: `HttpRequest.get_host` (Django 5.2)."""


def project(config: Config, config_path: Path) -> Iterator[Finding]:
    """Ask the project, if there is one beside the config; one that cannot be asked is a warning."""
    try:
        found = find_project(config_path.resolve().parent)
        _, answer = probe_as_found(found, named=False, timeout_seconds=IMPORT_SECONDS)
    except (NoProject, SeveralProjects, NoSettings):
        yield Finding(check="project", mark=Mark.OK, what="no single Django project beside the config: not looked at")
        return
    except StranglerError as error:
        yield Finding(check="project", mark=Mark.WARNING, what=error.what.partition("\n")[0], remedy=error.remedy)
        return
    yield Finding(check="project", mark=Mark.OK, what=f"Django {answer.django}, settings {answer.settings}")
    yield allowed_hosts(answer, config)
    yield secure_header(answer, config)
    yield drift(answer, config, config_path)
    yield from lost(answer, config, config_path)


def allowed_hosts(answer: Answer, config: Config) -> Finding:
    """The monolith answers to the host in `listen`, which a browser on this machine sends. Pure."""
    host, _ = split_address(config.proxy.listen)
    allowed = answer.allowed_hosts or (LOCAL_HOSTS if answer.debug else ())
    if host in ANY_ADDRESS or _host_is_allowed(host, allowed):
        return Finding(check="ALLOWED_HOSTS", mark=Mark.OK, what=", ".join(allowed) or "empty")
    return Finding(
        check="ALLOWED_HOSTS",
        mark=Mark.WARNING,
        what=f'has no "{host}": a request to {config.proxy.listen} gets status 400',
        remedy=f'Add "{host}", or visit the proxy by a name that is in it: the proxy passes the user\'s Host on.',
    )


def secure_header(answer: Answer, config: Config) -> Finding:
    """Whoever may say that a request came by HTTPS is named in `trusted_proxies`. Pure."""
    check = "SECURE_PROXY_SSL_HEADER"
    if answer.secure_proxy_ssl_header is None or config.proxy.trusted_proxies:
        shown = "not set" if answer.secure_proxy_ssl_header is None else "set, and trusted_proxies too"
        return Finding(check=check, mark=Mark.OK, what=shown)
    return Finding(
        check=check,
        mark=Mark.WARNING,
        what="is set, but trusted_proxies is empty: the proxy tells the monolith that every request came by http, "
        "so CSRF checks and redirects to https fail behind a TLS terminator",
        remedy="Put the TLS terminator's address into trusted_proxies in [proxy].",
    )


def drift(answer: Answer, config: Config, config_path: Path) -> Finding:
    """Every endpoint of the project has a route. Pure."""
    missing = missing_endpoints(config, answer).missing
    if not missing:
        return Finding(check="endpoints", mark=Mark.OK, what="every endpoint of the project has a route")
    named = [endpoint.pattern.path or endpoint.pattern.expression for endpoint in missing[:SHOWN]]
    more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
    return Finding(
        check="endpoints",
        mark=Mark.WARNING,
        what=f"{config_path} lacks {', '.join(named)}{more}: the monolith answers, and they cannot be moved",
        remedy="`strangler init --update` lists them, with the block to paste.",
    )


def lost(answer: Answer, config: Config, config_path: Path) -> Iterator[Finding]:
    """Every route is an endpoint of the project; nothing is said when it is so. Pure."""
    unknown = [route.name for route in missing_endpoints(config, answer).unknown]
    if unknown:
        more = f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
        yield Finding(
            check="routes",
            mark=Mark.WARNING,
            what=f"{config_path} has {', '.join(unknown[:SHOWN])}{more}, which the project has not (any more)",
            remedy="Take out what the project has lost; what a person wrote for the service alone may stay.",
        )


def _host_is_allowed(host: str, allowed: tuple[str, ...]) -> bool:
    """As Django does it. Source: `validate_host` in django/http/request.py."""
    host = f"[{host}]" if ":" in host else host.lower()
    return any(
        pattern == "*" or pattern.lower() == host or (pattern.startswith(".") and f".{host}".endswith(pattern.lower()))
        for pattern in allowed
    )
