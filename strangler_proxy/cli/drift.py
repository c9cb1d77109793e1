"""What `strangler init --update` shows: how far the file and the project have moved apart, with a block to paste."""

from pathlib import Path

from strangler_proxy.cli.render import table, terminal_width
from strangler_proxy.cli.session import Session
from strangler_proxy.config.model import Config
from strangler_proxy.discover.answer import Answer
from strangler_proxy.discover.drift import Drift, missing_endpoints
from strangler_proxy.discover.write_config import routes_text


def show_drift(session: Session, path: Path, config: Config, answer: Answer) -> int:
    """Print it; return the exit code: 1 when the file lacks an endpoint."""
    drift = missing_endpoints(config, answer)
    missing = [
        {
            "path": endpoint.pattern.path,
            "regex": None if endpoint.pattern.path else endpoint.pattern.expression,
            "view": endpoint.view,
        }
        for endpoint in drift.missing
    ]
    unknown = [route.name for route in drift.unknown]
    block = routes_text(answer, drift.missing, taken=[route.name for route in config.routes])
    document = {"file": str(path), "missing": missing, "unknown": unknown, "toml": block}
    session.answer(document, lambda: "\n".join(_lines(path, drift, block)))
    return 1 if missing else 0


def _lines(path: Path, drift: Drift, block: str) -> list[str]:
    lines = [] if drift.missing else [f"{path} has every endpoint of the project."]
    if drift.missing:
        rows = [(endpoint.pattern.path or endpoint.pattern.expression, endpoint.view) for endpoint in drift.missing]
        lines += [
            f"Endpoints that {path} lacks; the monolith answers them:",
            table(("PATH", "VIEW"), rows, width=terminal_width(), shrink=(0, 1)),
        ]
    if drift.unknown:
        rows = [(route.name, route.path or route.regex or "") for route in drift.unknown]
        lines += [
            f"Routes of {path} that are no endpoint of the project: it has lost them, or a person wrote them:",
            table(("ROUTE", "PATH"), rows, width=terminal_width(), shrink=(0, 1)),
        ]
    if drift.missing:
        lines += ["", "To paste into the file, above any route that takes the same paths:", "", block.rstrip("\n")]
    return lines
