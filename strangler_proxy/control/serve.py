"""Serves the dashboard: the WSGI application, and the server that it runs in."""

import ipaddress
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from strangler_proxy.config.load import load
from strangler_proxy.config.model import Control
from strangler_proxy.config.rules.control import is_loopback
from strangler_proxy.control.setup import ready
from strangler_proxy.errors import StranglerError
from strangler_proxy.proxy.listening import split_address

THREADS = 8
"""Requests at a time: a handful of people, each page asked for anew every few seconds."""

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
"""What a browser on this machine calls it."""

QUIET = {"django.security": logging.CRITICAL, "django.request": logging.ERROR}
"""What strangers ask for in vain fills no console; faults of ours are told."""

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_LOG = logging.getLogger("strangler.control")


def serve(
    listen: str, state: Path, config_path: Path, listening: Callable[[str], None] = lambda _address: None
) -> None:
    """Serves at `host:port` until the process ends or is interrupted; `listening` is told the address once it does.

    Raises: the errors of `ready`, ConfigInvalid and ConfigUnreadable; OSError when it cannot listen there.
    """
    from cheroot.wsgi import Server

    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    control = load(config_path).control
    site_application, site = application(control, state, config_path)
    host, port = split_address(listen)
    server = Server((host, port), site_application, numthreads=THREADS, server_name="strangler")
    if control.tls is not None:
        from cheroot.ssl.builtin import BuiltinSSLAdapter

        here = config_path.resolve().parent
        server.ssl_adapter = BuiltinSSLAdapter(str(here / control.tls.certificate), str(here / control.tls.key))
    stop = threading.Event()
    threading.Thread(target=keep_tally, args=(site, stop), name="tally", daemon=True).start()
    try:
        server.prepare()
        scheme = "http" if control.tls is None else "https"
        listening(f"{scheme}://{host_in_url(host)}:{server.bind_addr[1]}/")
        server.serve()
    finally:
        stop.set()
        server.stop()


def host_in_url(host: str) -> str:
    """The host as a URL has it."""
    return f"[{host}]" if ":" in host else host


def application(control: Control, state: Path, config_path: Path) -> tuple[Application, Any]:
    """The dashboard of one config as a WSGI application, with its `Site`. Raises: the errors of `ready`."""
    ready(state)
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    from strangler_proxy.control.web.roles import roles_ensure
    from strangler_proxy.control.web.site import ENVIRON, Site

    settings.ALLOWED_HOSTS = allowed_hosts(control)
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = is_always_tls(control)
    roles_ensure()
    site = Site(config_path, state)
    pages = get_wsgi_application()

    def with_site(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[ENVIRON] = site
        answer: Iterable[bytes] = pages(environ, start_response)
        return answer

    return behind_proxies(with_site, control), site


def allowed_hosts(control: Control) -> list[str]:
    """The hosts of which requests are answered, in Django's way of writing them."""
    if not control.hosts:
        return list(LOCAL_HOSTS)
    return [f".{host[2:]}" if host.startswith("*.") else host for host in control.hosts]


def is_always_tls(control: Control) -> bool:
    """Whether browsers reach it by https alone, so that cookies may be for https alone."""
    host = split_address(control.listen or "127.0.0.1:0")[0]
    return control.tls is not None or not is_loopback(host)


def behind_proxies(inner: Application, control: Control) -> Application:
    """Lets trusted proxies say whom they ask for and how; from anybody else that is taken out.

    Where there is no TLS of its own, and it is open beyond this machine, nobody but them is answered.
    """
    networks = [ipaddress.ip_network(text) for text in control.trusted_proxies]
    alone = control.tls is None and is_always_tls(control)

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        peer = str(environ.get("REMOTE_ADDR", ""))
        trusted = _is_in(peer, networks)
        proto = environ.pop("HTTP_X_FORWARDED_PROTO", "")
        chain = str(environ.pop("HTTP_X_FORWARDED_FOR", ""))
        if trusted:
            environ["REMOTE_ADDR"] = client_of(chain, peer, networks)
            environ["wsgi.url_scheme"] = "https" if proto.strip().lower() == "https" else "http"
        if alone and not (trusted and environ["wsgi.url_scheme"] == "https") and not is_loopback(peer):
            start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"This dashboard is reached by https alone, through the proxy that its config trusts.\n"]
        return inner(environ, start_response)

    return outer


def client_of(chain: str, peer: str, networks: Sequence[Any]) -> str:
    """The browser's address: of those that X-Forwarded-For names the last that is no trusted proxy. Pure."""
    for address in reversed([one.strip() for one in chain.split(",") if one.strip()]):
        try:
            ipaddress.ip_address(address)
        except ValueError:
            break
        if not _is_in(address, networks):
            return address
    return peer


def _is_in(address: str, networks: Sequence[Any]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found.version == one.version and found in one for one in networks)


def keep_tally(site: Any, stop: threading.Event) -> None:
    """Adds what the proxy's counters grew by to the hourly tally, and up what the pages show, until told to stop. What
    fails is tried again."""
    from strangler_proxy.control.metrics_page import fetch_metrics, grown
    from strangler_proxy.control.traffic import SAMPLE_SECONDS, stages_record, traffic_record

    before = None
    while not stop.wait(0 if before is None and site.metrics is None else SAMPLE_SECONDS):
        try:
            config = site.config
            stages_record(config, time.time())
            site.add_up(time.time())
            listen = config.proxy.metrics_listen
            site.metrics = None if listen is None else fetch_metrics(listen)
            if site.metrics is not None:
                if before is not None:
                    traffic_record(grown(before, site.metrics.answered), time.time())
                before = site.metrics.answered
        except (StranglerError, OSError) as error:
            site.metrics = None
            _LOG.warning("the tally of traffic waits: %s", error)
            stop.wait(SAMPLE_SECONDS)
