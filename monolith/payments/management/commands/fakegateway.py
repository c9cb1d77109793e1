"""`manage.py fakegateway` runs the fake payment gateway."""

import contextlib
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from payments.gateway.server import MODES, GatewayServer


class Command(BaseCommand):
    help = "Runs the fake payment gateway; let the shop use it by PAYMENT_GATEWAY_URL."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=9000, help="0 takes a free one (default: 9000)")
        parser.add_argument("--mode", choices=MODES, default="ok", help="how it behaves (default: ok)")
        parser.add_argument("--delay", type=float, default=10.0, help="seconds that mode slow waits (default: 10)")

    def handle(self, *args: Any, **options: Any) -> None:
        server = GatewayServer(("127.0.0.1", options["port"]), mode=options["mode"], delay_seconds=options["delay"])
        self.stdout.write(f"The fake gateway listens on {server.url} (mode {server.mode}).", ending="\n")
        self.stdout.flush()
        with server, contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
