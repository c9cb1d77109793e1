"""`strangler up`: the proxy in the foreground."""

import json
import os
from datetime import UTC, datetime

import click

from strangler_proxy.cli import checkup
from strangler_proxy.cli.certificate_age import certificate_oddities
from strangler_proxy.cli.oddities import oddity_text
from strangler_proxy.cli.render import Mark
from strangler_proxy.cli.session import SECRET_VARIABLE, Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.config.load import load


@verb(
    "up",
    examples=(
        Example("strangler up", "serve by strangler.toml until Ctrl-C"),
        Example("strangler up --workers 1 --config staging.toml", "one process, another file"),
    ),
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Worker processes; default: as the file says, or one a core.",
)
def up(session: Session, workers: int | None) -> int:
    """Run the proxy in the foreground.

    An invalid file stops the start. Once running, a saved change acts on every new request within 50 ms; an invalid
    one changes nothing and is reported here. Ctrl-C lets running requests end, a second Ctrl-C does not wait.
    The access log goes to standard output, one JSON object a line; with --json the first line says the addresses.
    """
    from strangler_proxy.proxy.supervisor import run  # here, as it loads uvloop, which no other verb needs

    path = session.config_path
    config = load(path)
    secret = checkup.secret(os.environ.get(SECRET_VARIABLE, ""))
    if secret.mark is not Mark.OK:
        session.say(f"warning: {SECRET_VARIABLE} {secret.what}. {secret.remedy}")
    for odd in certificate_oddities(config.proxy.tls, path.parent, datetime.now(UTC)):
        session.say(oddity_text(odd, str(path)))

    def ready(url: str) -> None:
        metrics = config.proxy.metrics_listen
        if session.as_json:
            addresses = {"url": url, "metrics_listen": metrics, "file": str(path), "routes": len(config.routes)}
            click.echo(json.dumps(addresses))
            return
        session.say(f"  users come to   {url}")
        session.say(f"  routes are in   {path} ({len(config.routes)}); save it and the proxy acts by it")
        session.say("  Ctrl-C lets running requests end, then stops")

    return run(path, workers=workers, ready=ready, controlled=True)
