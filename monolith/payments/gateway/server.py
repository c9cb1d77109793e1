"""The fake gateway on HTTP.

    POST /charges                       Idempotency-Key, {"amount", "currency", "card"} → 201, or 402 when declined
    POST /charges/<reference>/<action>  capture, void, refund → 200

Modes: `ok`; `decline` declines every card; `slow` waits before each answer; `fail` answers 503; `flaky` answers 503
twice for each new idempotency key, then as usual. A card `tok_slow`, `tok_fail` or `tok_flaky` sets the mode for its
own request.
"""

import json
import re
import time
from collections import Counter
from decimal import Decimal, InvalidOperation
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from payments.gateway.bank import Bank, Charge, Refused, Status

MODES = ("ok", "decline", "slow", "fail", "flaky")
FLAKY_FAILURES = 2
ACTION = re.compile(r"/charges/(?P<reference>ch_[0-9a-f]{24})/(?P<action>capture|void|refund)\Z")
MAX_BODY = 64 * 1024


class GatewayServer(ThreadingHTTPServer):
    """Listens at once; `requests` counts what came, for those who test retries. Port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], *, mode: str = "ok", delay_seconds: float = 10.0) -> None:
        super().__init__(address, Handler)
        self.bank = Bank()
        self.mode = mode
        self.delay_seconds = delay_seconds
        self.requests: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]}:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: GatewayServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        try:
            status, answer = self._decide()
        except Refused as error:
            status, answer = error.code, {"error": str(error)}
        body = json.dumps(answer).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # the caller's patience was shorter than our delay

    def _decide(self) -> tuple[int, dict[str, str]]:
        payload = self._payload()
        key = self.headers.get("Idempotency-Key", "")
        self.server.requests[key or self.path] += 1
        card = str(payload.get("card", ""))
        mode = card.removeprefix("tok_") if card.removeprefix("tok_") in MODES else self.server.mode
        if mode == "slow":
            time.sleep(self.server.delay_seconds)
        if mode == "fail" or (mode == "flaky" and self.server.requests[key or self.path] <= FLAKY_FAILURES):
            return 503, {"error": "The bank is having a rest."}
        if action := ACTION.match(self.path):
            return 200, _as_json(self.server.bank.act(**action.groupdict()))
        if self.path != "/charges":
            raise Refused(404, f"Nothing is at {self.path}.")
        if not key:
            raise Refused(400, "Send an Idempotency-Key.")
        charge = self.server.bank.authorise(
            key=key,
            amount=_amount(payload.get("amount")),
            currency=str(payload.get("currency", "")),
            card="tok_declined" if mode == "decline" else card,
        )
        return 402 if charge.status is Status.DECLINED else 201, _as_json(charge)

    def _payload(self) -> dict[str, Any]:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            raise Refused(413, "The body is too large.")
        try:
            payload = json.loads(self.rfile.read(length) or b"{}")
        except ValueError as error:
            raise Refused(400, "The body is not JSON.") from error
        if not isinstance(payload, dict):
            raise Refused(400, "The body is not a JSON object.")
        return payload

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the caller logs what matters."""


def _amount(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise Refused(400, "The amount is not a number.") from error


def _as_json(charge: Charge) -> dict[str, str]:
    return {
        "reference": charge.reference,
        "status": charge.status,
        "amount": str(charge.amount),
        "currency": charge.currency,
    }
