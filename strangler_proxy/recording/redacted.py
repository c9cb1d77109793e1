"""What is private taken out of exchanges: before a recording is written, and out of fresh answers before they show."""

import os
from dataclasses import replace

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.redact import Redactor
from strangler_proxy.config.model import Config, Redact
from strangler_proxy.recording.ask import MOST_BODY_BYTES
from strangler_proxy.recording.exchange import OF_THE_WIRE, Exchange, without


class Redaction:
    """Takes out what the presets and the config name.

    The key of the marks is drawn anew and kept nowhere, so that nobody can try out guesses on a file that is passed on.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    @classmethod
    def of(cls, config: Config | None) -> "Redaction":
        """By the config's `[redact]`; without a config by the presets alone."""
        return cls(Redactor(Redact() if config is None else config.redact, os.urandom(32)))

    def exchange(self, exchange: Exchange) -> Exchange:
        """The exchange, its answer included."""
        return replace(
            exchange,
            target=self._redactor.target(exchange.target),
            request_headers=self._redactor.headers(exchange.request_headers),
            request_body=self._redactor.request_body(
                exchange.request_headers, exchange.request_body, most_bytes=MOST_BODY_BYTES
            ),
            answer=self.answer(exchange.answer),
        )

    def answer(self, answer: Answer) -> Answer:
        """An answer, its content encoding undone."""
        cleaned = self._redactor.answer(answer, most_bytes=MOST_BODY_BYTES)
        return replace(cleaned, headers=without(cleaned.headers, OF_THE_WIRE))
