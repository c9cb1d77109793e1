"""Caddy with its JSON access log; Go's scheduler is held to one thread of running code."""

from tests.benchmarks.contenders.contender import Contender, Place, installed


def _command(place: Place) -> list[str]:
    config = place.directory / "Caddyfile"
    config.write_text(f"""
{{
    admin off
    auto_https off
}}
http://127.0.0.1:{place.port}, http://shop.example.com:{place.port} {{
    log {{
        output file {place.directory}/access.log
    }}
    reverse_proxy 127.0.0.1:{place.backend_port} {{
        transport http {{
            keepalive_idle_conns_per_host 64
        }}
    }}
}}
""")
    return [place.program, "run", "--config", str(config), "--adapter", "caddyfile"]


CONTENDER = Contender(name="caddy", find=installed("caddy"), command=_command, threads=1)
