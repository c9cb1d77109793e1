"""`strangler replay FILE --against BACKEND`: a recording asked again, and its answers compared."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from strangler_proxy.cli.groups_table import groups_table
from strangler_proxy.cli.parameters import BACKEND, ROUTE
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.config.known_route import route_named
from strangler_proxy.config.load import load
from strangler_proxy.config.model import Config
from strangler_proxy.config.words import did_you_mean, plural
from strangler_proxy.control.report.shares import counted_shares
from strangler_proxy.errors import WrongUsage
from strangler_proxy.recording.ask import Backend, NotReached
from strangler_proxy.recording.errors import BackendUnreached, NothingToReplay
from strangler_proxy.recording.read_har import read_recording
from strangler_proxy.recording.redacted import Redaction
from strangler_proxy.recording.replay import NotAsked, Plan, Sides, plan_replay, replay
from strangler_proxy.recording.route_of import RouteRules, with_routes
from strangler_proxy.recording.summary import Summary

REASONS = {
    NotAsked.METHOD: "neither GET nor HEAD (--unsafe asks them)",
    NotAsked.REDACTED: "private data was taken out of the address or body",
    NotAsked.OTHER_ROUTE: "of another route",
}


@verb(
    "replay",
    hint="Name the backend with --against.",
    examples=(
        Example("strangler replay traffic.har --against catalog", "does the service answer as was recorded?"),
        Example(
            "strangler replay traffic.har --against catalog --compare-with monolith",
            "do both answer the same now, whatever was recorded?",
        ),
        Example(
            "strangler replay traffic.har --against http://127.0.0.1:8002 --route product-list --rate 50",
            "one route, 50 requests a second, against an address that is not in the config",
        ),
        Example(
            "strangler replay traffic.har --against catalog --cookie sessionid=abc123",
            "as somebody who is logged in: the recording holds no session",
        ),
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--against", type=BACKEND, required=True, metavar="BACKEND", help="Who is asked: a backend, or a URL.")
@click.option(
    "--compare-with",
    type=BACKEND,
    metavar="BACKEND",
    help="Ask this one as well, and compare with its answers instead of the recorded ones.",
)
@click.option("--route", "routes", type=ROUTE, multiple=True, metavar="NAME", help="This route alone; repeatable.")
@click.option("--rate", type=click.FloatRange(0.01, 100_000), metavar="N", help="At most so many requests a second.")
@click.option(
    "--concurrency", type=click.IntRange(1, 256), default=4, show_default=True, metavar="N", help="Requests at once."
)
@click.option(
    "--timeout", type=click.FloatRange(0.1, 600), default=30, show_default=True, metavar="SECONDS", help="An answer's."
)
@click.option(
    "-H", "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Send this one instead; repeatable."
)
@click.option("--cookie", "cookies", multiple=True, metavar="NAME=VALUE", help="Send this cookie instead; repeatable.")
@click.option("--unsafe", is_flag=True, help="Ask POST, PUT, PATCH and DELETE too. They change what they are asked of.")
def replay_verb(
    session: Session,
    file: Path,
    against: str,
    compare_with: str | None,
    routes: tuple[str, ...],
    rate: float | None,
    concurrency: int,
    timeout: float,
    headers: tuple[str, ...],
    cookies: tuple[str, ...],
    unsafe: bool,
) -> int:
    """Ask a recording again, and say where the answers differ.

    FILE is what `strangler record` wrote, or a browser exported. Each route is compared by its rules in the config;
    what was taken out of the recording is no difference. Exit code 0: all equal; 1: differences; 3: nothing to ask; 4:
    the backend does not answer.
    """
    config = _config(session, (against, compare_with, *routes))
    exchanges = read_recording(file)
    if config is not None:
        for name in routes:
            route_named(config, name, str(session.config_path))
        exchanges = with_routes(exchanges, config)
    fresh = _fresh(headers, cookies)
    plan = plan_replay(exchanges, routes=routes, unsafe=unsafe, fresh=fresh)
    if not plan.asked:
        raise NothingToReplay(
            f"none of its {plural(len(exchanges), 'exchange')} can be asked{_not_asked(plan)}.",
            where=str(file),
            remedy=NothingToReplay.usual_remedy,
        )
    candidate = _backend(session, config, against, timeout)
    primary = None if compare_with is None else _backend(session, config, compare_with, timeout)
    sides = Sides(
        candidate=candidate,
        primary=primary,
        rules_of=RouteRules(config, datetime.now(UTC).date(), urls=candidate.urls).of,
        redact=Redaction.of(config).answer,
    )
    summary = Summary()
    with click.progressbar(length=len(plan.asked), label="replayed", file=sys.stderr) as progress:
        for one in replay(plan.asked, sides, concurrency=concurrency, per_second=rate):
            summary.add(one)
            progress.update(1)
    for backend in (candidate, primary):
        if backend is not None:
            backend.close()
    if summary.failed == summary.comparisons:
        why, _ = summary.failures.most_common(1)[0]
        raise BackendUnreached(f"no request was answered: {why}.", where=against, remedy=BackendUnreached.usual_remedy)
    document = {"file": str(file), "against": against, "compare_with": compare_with, **summary.document(plan.not_asked)}
    session.answer(document, lambda: _text(document, summary, plan))
    return 1 if summary.mismatches else 0


def _config(session: Session, named: Sequence[str | None]) -> Config | None:
    """The config; None where there is none, and nothing that was named needs it."""
    needed = any(name is not None and "://" not in name for name in named)
    if needed or session.config_option is not None or session.config_path.exists():
        return load(session.config_path)
    return None


def _backend(session: Session, config: Config | None, name: str, timeout: float) -> Backend:
    """The backend of that name or URL, which accepts connections.

    Raises: WrongUsage when there is none of that name; BackendUnreached.
    """
    if "://" in name:
        parts = urlsplit(name)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise WrongUsage(f'"{name}" is no base URL.', remedy="Write http://host:port, without a path.")
        urls: tuple[str, ...] = (name.rstrip("/"),)
    else:
        assert config is not None
        if name not in config.backends:
            hint = did_you_mean(name, list(config.backends))
            raise WrongUsage(
                f'there is no backend "{name}".',
                where=str(session.config_path),
                remedy=f"{hint}Known are {', '.join(config.backends)}; or give a URL.",
            )
        urls = config.backends[name].urls
    backend = Backend(urls, timeout)
    try:
        backend.must_connect()
    except NotReached as error:
        raise BackendUnreached(f"{error}.", where=name, remedy=BackendUnreached.usual_remedy) from None
    return backend


def _fresh(headers: Sequence[str], cookies: Sequence[str]) -> list[tuple[str, str]]:
    """The headers that stand in place of the recorded ones."""
    found = []
    for header in headers:
        name, colon, value = header.partition(":")
        if not colon or not name.strip() or not header.isprintable():
            raise WrongUsage(f'"{header}" is no header.', remedy="Write -H 'Name: value'.")
        found.append((name.strip(), value.strip()))
    if any("=" not in cookie or not cookie.isprintable() for cookie in cookies):
        raise WrongUsage("a cookie has no value.", remedy="Write --cookie sessionid=abc123.")
    return [*found, ("Cookie", "; ".join(cookies))] if cookies else found


def _not_asked(plan: Plan) -> str:
    told = ", ".join(f"{count} {REASONS[reason]}" for reason, count in plan.not_asked.items())
    return f": {told}" if told else ""


def _text(document: dict[str, Any], summary: Summary, plan: Plan) -> str:
    asked = f"{plural(summary.comparisons, 'exchange')} asked"
    if not summary.mismatches:
        lines = [f"{click.style('equal', fg='green', bold=True)}: {asked}, no difference"]
    else:
        lines = [
            f"{click.style('different', fg='red', bold=True)}: {asked}, "
            f"{counted_shares(summary.mismatches, summary.comparisons)} not equal"
        ]
    if document["groups"]:
        lines += ["", groups_table(document["groups"]), ""]
    lines += [f"no answer: {why} ({count})" for why, count in summary.failures.most_common(5)]
    if summary.not_seen:
        lines.append(f"not to be compared, so not taken for equal: {summary.not_seen}")
    lines += [f"excused by {rule}: {count}" for rule, count in summary.excused.most_common()]
    lines += [f"not asked: {count} {REASONS[reason]}" for reason, count in plan.not_asked.items()]
    return "\n".join(lines).rstrip()
