"""A config to play with, and the command run on it in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from strangler_proxy.cli.main import cli

CONFIG = """\
[proxy]
listen = "127.0.0.1:8000"  # where users come to

[backends.monolith]
urls = ["http://127.0.0.1:8001"]

[backends.catalog]
urls = ["http://127.0.0.1:8002"]
health = "/healthz"

[[routes]]
name = "product-detail"
path = "/api/products/<int:pk>/"
methods = ["GET", "HEAD"]
service = "catalog"
stage = "shadow"  # since Monday

[[routes]]
name = "product-list"
path = "/api/products/"
service = "catalog"
stage = "canary"
[routes.canary]
percent = 10

[[routes]]
name = "legacy"
regex = '^/old/[a-z]+$'
stage = "monolith"

[[routes]]
name = "gated"
path = "/gated/"
service = "catalog"
stage = "shadow"
[routes.gate]
min_comparisons = 50
"""


@dataclass(frozen=True)
class Ran:
    """How one call ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `strangler.toml` in the current directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("STRANGLER_CONFIG", "STRANGLER_OVERRIDE_SECRET", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "strangler.toml"
    path.write_text(CONFIG)
    # Nothing listens at the addresses above; test_reach.py asks real servers.
    monkeypatch.setattr("strangler_proxy.control.reach.why_unreached", lambda backend, host: None)
    return path


@pytest.fixture
def run(config: Path) -> Run:
    """Run `strangler` with these words."""

    def call(*words: str, **settings: Any) -> Ran:
        result = CliRunner().invoke(cli, list(words), **settings)
        return Ran(result.exit_code, result.stdout, result.stderr)

    return call
