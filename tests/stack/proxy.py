"""The proxy as a user runs it: `strangler up` on a `strangler.toml`."""

import sys
from pathlib import Path

from tests.stack.processes import Part

STRANGLER = Path(sys.executable).with_name("strangler")


def proxy_table(*, listen_port: int, metrics_port: int | None = None, workers: int = 2) -> str:
    """The `[proxy]` table of a test's configuration."""
    metrics = f'"127.0.0.1:{metrics_port}"' if metrics_port else '"off"'
    return (
        f'[proxy]\nlisten = "127.0.0.1:{listen_port}"\nworkers = {workers}\n'
        f'metrics_listen = {metrics}\naccess_log = "access.log"\ndrain_seconds = 5\n\n'
    )


def backend_table(name: str, url: str) -> str:
    """One `[backends.NAME]` table."""
    return f'[backends.{name}]\nurls = ["{url}"]\n\n'


def proxy_part(config: Path, *, listen_port: int, ready_path: str = "/") -> Part:
    """`strangler up` on `config`, which must listen on `listen_port`."""
    return Part(
        "proxy",
        [STRANGLER, "up", "--config", config],
        url=f"http://127.0.0.1:{listen_port}",
        ready_path=ready_path,
        cwd=config.parent,
        log=config.parent / "proxy.log",
    )
