"""HAProxy with one thread, logging each request to its standard output."""

from tests.benchmarks.contenders.contender import Contender, Place, installed


def _command(place: Place) -> list[str]:
    config = place.directory / "haproxy.cfg"
    config.write_text(f"""
global
    nbthread 1
    maxconn 8000
    log stdout format raw local0
defaults
    mode http
    log global
    option httplog
    option forwardfor
    http-reuse always
    timeout connect 5s
    timeout client 75s
    timeout server 60s
frontend users
    bind 127.0.0.1:{place.port}
    unique-id-format %{{+X}}o\\ %ci:%cp_%fi:%fp_%Ts_%rt:%pid
    unique-id-header X-Request-ID
    http-request set-header X-Forwarded-Proto http
    default_backend monolith
backend monolith
    server one 127.0.0.1:{place.backend_port} pool-max-conn 64
""")
    return [place.program, "-f", str(config), "-db"]


CONTENDER = Contender(name="haproxy", find=installed("haproxy"), command=_command)
