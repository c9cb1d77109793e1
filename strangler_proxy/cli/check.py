"""`strangler check`: all that is wrong with the config, or what it holds and what is odd about it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from strangler_proxy.cli.certificate_age import certificate_oddities
from strangler_proxy.cli.failure import document_of, failure_of
from strangler_proxy.cli.oddities import Oddity, oddities_of, oddity_text
from strangler_proxy.cli.render import stage_text
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.compare.ignore_use import expired
from strangler_proxy.config.errors import ConfigInvalid
from strangler_proxy.config.load import load
from strangler_proxy.config.model import Config
from strangler_proxy.config.stage import Stage
from strangler_proxy.proxy.errors import CannotActBy
from strangler_proxy.routing.table import RoutingTable


@verb(
    "check",
    examples=(
        Example("strangler check", "check the strangler.toml of this project"),
        Example("strangler check --config staging.toml --json", "check another file, for a program"),
    ),
)
def check(session: Session) -> int:
    """Say all that is wrong with strangler.toml, with line and remedy.

    Every error is shown at once, and exit code 1 says that there is one. A valid file is summed up; warnings about it
    do not change the exit code 0.
    """
    path = session.config_path
    try:
        config = load(path)
    except ConfigInvalid as error:
        if not session.as_json:
            raise
        session.answer({"valid": False, "file": str(path)} | document_of(failure_of(error)), str)
        return error.exit_code
    try:
        RoutingTable.build(config)
    except Exception as error:  # no rule foresaw it; the proxy would refuse the file all the same
        raise CannotActBy(path, f"{type(error).__name__}: {error}") from error
    now = datetime.now(UTC)
    oddities = (
        *oddities_of(config),
        *certificate_oddities(config.proxy.tls, path.parent, now),
        *_expired_ignores(config, now.date()),
    )
    by_stage = Counter(route.stage for route in config.routes)
    document: dict[str, Any] = {
        "valid": True,
        "file": str(path),
        "routes": len(config.routes),
        "by_stage": {stage.value: by_stage[stage] for stage in Stage},
        "backends": list(config.backends),
        "errors": [],
        "warnings": [{"what": odd.what, "line": odd.line, "remedy": odd.remedy} for odd in oddities],
    }
    session.answer(document, lambda: _text(str(path), config, by_stage, oddities))
    return 0


def _expired_ignores(config: Config, today: date) -> Iterator[Oddity]:
    """The ignores whose day has come."""
    for route in config.routes:
        for one in expired(route.compare.ignore, today):
            yield Oddity(
                what=f'"{one.rule}" in ignore of route "{route.name}" {one.what}.',
                remedy=one.remedy,
                line=config.route_lines.get(route.name),
            )


def _text(name: str, config: Config, by_stage: Counter[Stage], oddities: tuple[Oddity, ...]) -> str:
    count = "1 route" if len(config.routes) == 1 else f"{len(config.routes)} routes"
    stages = ", ".join(f"{by_stage[stage]} {stage_text(stage)}" for stage in Stage if by_stage[stage])
    lines = [f"{name} is valid: {count}{f' ({stages})' if stages else ''}, backends {', '.join(config.backends)}."]
    return "\n".join([*lines, *(oddity_text(odd, name) for odd in oddities)])
