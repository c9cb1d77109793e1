"""`strangler record`: the exchanges that pass the running proxy, written to a HAR file."""

import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from strangler_proxy.cli.failure import FileInTheWay
from strangler_proxy.cli.parameters import ROUTE
from strangler_proxy.cli.render import percent_text
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.cli.write_file import keep_aside, write_whole
from strangler_proxy.config.known_route import route_named
from strangler_proxy.config.load import load
from strangler_proxy.config.model import Config
from strangler_proxy.config.words import plural
from strangler_proxy.proxy.state import state_directory
from strangler_proxy.recording.collect import Collector
from strangler_proxy.recording.errors import NothingRecorded, RouteNotCaptured
from strangler_proxy.recording.har import har_text
from strangler_proxy.recording.listen import Interrupted, Listener, Missed
from strangler_proxy.recording.redacted import Redaction
from strangler_proxy.routing.outcomes import RULES

PRIVATE = 0o600
"""Mode of the file: what is known to be private is out of it, and the rest is still what users asked and got."""

PRIVACY = (
    "  Credentials, cookies, client addresses, card numbers and what [redact] names are taken out; look it through\n"
    "  before you pass it on, as names and addresses of your own customers are private only when [redact] says so."
)


@verb(
    "record",
    examples=(
        Example("strangler record -o traffic.har", "what passes all shadowed routes within a minute"),
        Example(
            "strangler record --route product-list --route product-detail --distinct --limit 50 -o catalog.har",
            "one exchange of each address: a contract for the service's own tests",
        ),
        Example("strangler record --seconds 600 --limit 5000 -o traffic.har --force", "for longer, over the old"),
    ),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("traffic.har"),
    show_default=True,
    help="The HAR file.",
)
@click.option("--route", "routes", type=ROUTE, multiple=True, metavar="NAME", help="This route alone; repeatable.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 86_400), default=60, show_default=True, help="The longest it records."
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="The most exchanges it records."
)
@click.option("--distinct", is_flag=True, help="Record each method and address once.")
@click.option("--force", is_flag=True, help="Replace the file; the old one is kept as .bak.")
def record(
    session: Session, output: Path, routes: tuple[str, ...], seconds: float, limit: int, distinct: bool, force: bool
) -> int:
    """Write the exchanges that pass the running proxy to a HAR file.

    Users are not slowed down: the copies are those that the comparer gets, of routes in stage shadow or canary, GET and
    HEAD. Passwords, cookies, tokens, card numbers and what the config names are taken out before anything is written.
    Ctrl-C ends the recording and keeps it.
    """
    config = load(session.config_path)
    captured = _captured(session, config, routes)
    if output.exists() and not force:
        raise FileInTheWay(
            f"{output} is there already.", where=str(output), remedy="Write elsewhere with -o, or replace it: --force."
        )
    collector = Collector(routes=captured, limit=limit, distinct=distinct, redact=Redaction.of(config).exchange)
    listener = Listener(state_directory(session.config_path))
    session.say(f"recording {', '.join(sorted(captured))}; Ctrl-C ends it")
    began = time.monotonic()
    ended, interruptions = _listened(listener, collector, began + seconds)
    lasted = time.monotonic() - began
    if not collector.exchanges:
        raise NothingRecorded(
            f"no exchange passed within {plural(round(lasted), 'second')} that could be recorded.",
            where=", ".join(sorted(captured)),
            remedy=NothingRecorded.usual_remedy,
        )
    if output.exists():
        session.say(f"the old file is kept as {keep_aside(output)}")
    write_whole(output, har_text(collector.exchanges), mode=PRIVATE)
    document = _document(output, collector, ended, interruptions, lasted)
    session.answer(document, lambda: _text(document))
    return 0


def _captured(session: Session, config: Config, names: tuple[str, ...]) -> frozenset[str]:
    """Names of the routes that are recorded; raises `RouteNotCaptured` when there is nothing to record of one."""
    chosen = [route_named(config, name, str(session.config_path)) for name in names]
    for route in chosen:
        if not RULES[route.stage].compares:
            raise RouteNotCaptured(
                f"{route.name} is in stage {route.stage}, in which nothing is captured.",
                where=str(session.config_path),
                remedy=f"Put it into stage shadow: `strangler set {route.name} shadow --service NAME`.",
            )
        if route.compare.sample_percent < 100:
            share = percent_text(route.compare.sample_percent)
            session.say(f"note: {share} of the requests of {route.name} are captured")
    found = frozenset(route.name for route in chosen or config.routes if RULES[route.stage].compares)
    if not found:
        raise RouteNotCaptured(
            "no route is in stage shadow or canary, so nothing is captured.",
            where=str(session.config_path),
            remedy=RouteNotCaptured.usual_remedy,
        )
    return found


def _listened(listener: Listener, collector: Collector, deadline: float) -> tuple[str, int]:
    """Records until it is full, or time is up; why it ended, and how often the comparer was gone meanwhile."""
    interruptions = 0
    ended = "proxy-stopped"
    with click.progressbar(length=collector.limit, label="exchanges", file=sys.stderr) as progress:
        try:
            for heard in listener.heard(deadline):
                if isinstance(heard, Missed):
                    collector.missed += heard.count
                elif isinstance(heard, Interrupted):
                    interruptions += 1
                elif heard is not None:
                    collector.take(heard)
                    progress.update(len(collector.exchanges) - progress.pos)
                if collector.full:
                    ended = "limit"
                    break
            else:
                ended = "time" if time.monotonic() >= deadline else ended
            for last in listener.last_word():
                if isinstance(last, Missed):
                    collector.missed += last.count
        except KeyboardInterrupt:
            ended = "interrupted"
    return ended, interruptions


def _document(path: Path, collector: Collector, ended: str, interruptions: int, lasted: float) -> dict[str, Any]:
    return {
        "file": str(path),
        "exchanges": len(collector.exchanges),
        "routes": dict(Counter(exchange.route for exchange in collector.exchanges)),
        "missed": collector.missed,
        "left_out": {reason.value: count for reason, count in collector.left_out.items()},
        "interruptions": interruptions,
        "seconds": round(lasted, 1),
        "ended": ended,
    }


def _text(document: dict[str, Any]) -> str:
    by_route = ", ".join(f"{name} {count}" for name, count in document["routes"].items())
    lines = [f"{plural(document['exchanges'], 'exchange')} recorded in {document['file']}: {by_route}"]
    lines += [f"  left out, {reason}: {count}" for reason, count in document["left_out"].items()]
    if document["missed"]:
        lines.append(f"  missed, as they came too fast: {document['missed']}")
    if document["interruptions"]:
        gone = plural(document["interruptions"], "time")
        lines.append(f"  the comparer was gone {gone}; what passed then is not there")
    return "\n".join([*lines, PRIVACY])
