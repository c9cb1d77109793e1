"""What the dashboard is of: one config file and its state directory. It comes with each request of the server."""

import contextlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest

from strangler_proxy.config.errors import ConfigInvalid, ConfigUnreadable
from strangler_proxy.config.load import parse, read
from strangler_proxy.config.model import Config
from strangler_proxy.control.attention import Line
from strangler_proxy.control.audit_import import AuditImport
from strangler_proxy.control.metrics_page import MetricsPage
from strangler_proxy.control.overview import route_overview
from strangler_proxy.control.tally import hour_of
from strangler_proxy.control.web.standing import Standings
from strangler_proxy.errors import StranglerError

LINES_SECONDS = 15.0
"""Seconds for which all routes' sums are good for a page. `serve.keep_tally` adds them up anew oftener than that, so
that no page waits for it, with however many routes."""

ENVIRON = "strangler.site"
"""Where it is in a request's WSGI environment."""


@dataclass(frozen=True, slots=True)
class Current:
    """The config as it stands in the file."""

    config: Config
    """The last valid one."""
    mistakes: tuple[dict[str, str | None], ...] = ()
    """What is wrong with the file as it is now; empty: `config` is the file."""


class Site:
    """A config file that is read anew when it changed, with what was found out about its routes."""

    def __init__(self, config_path: Path, state: Path) -> None:
        self.config_path = config_path
        self.state = state
        self.standings = Standings()
        self._audit = AuditImport(config_path)
        self._lock = threading.Lock()
        self.metrics: MetricsPage | None = None
        """What the proxy's counters said last; None: they cannot be read."""
        self._lines: tuple[float, Mapping[str, Line]] = (-LINES_SECONDS, {})
        self._text: str | None = None
        self._current: Current | None = None

    @property
    def current(self) -> Current:
        """The file as it is now. Raises: ConfigInvalid, ConfigUnreadable while it has never been valid."""
        with self._lock:
            try:
                text = read(self.config_path)
                if text != self._text or self._current is None:
                    self._current = Current(parse(text, self.config_path))
                    self._text = text
            except (ConfigInvalid, ConfigUnreadable) as error:
                if self._current is None:
                    raise
                self._text = None
                self._current = Current(self._current.config, mistakes_of(error))
            return self._current

    def audit_take_in(self) -> None:
        """Afterwards what was written to the audit log by whomever is in the store, if it can be read now."""
        with self._lock, contextlib.suppress(OSError):
            self._audit.run()

    def lines(self, now: float) -> Mapping[str, Line]:
        """Every route that was compared ever, at most LINES_SECONDS old. Raises: StoreUnreachable."""
        at, lines = self._lines
        return lines if at <= now < at + LINES_SECONDS else self.add_up(now)

    def add_up(self, now: float) -> Mapping[str, Line]:
        """The same, as of now. Raises: StoreUnreachable."""
        settings = {route.name: route.compare for route in self.config.routes}
        lines = {
            name: Line(
                comparisons=one.counts.comparisons,
                mismatches=one.counts.mismatches,
                not_compared=one.not_compared,
                last_seen=one.last_seen,
            )
            for name, one in route_overview(settings, left_since_hour=hour_of(now) - 24).items()
        }
        self._lines = (now, lines)
        return lines

    @property
    def config(self) -> Config:
        """The last valid config."""
        return self.current.config


def mistakes_of(error: StranglerError) -> tuple[dict[str, str | None], ...]:
    """The error, or all that it collected, in JSON form."""
    if isinstance(error, ConfigInvalid):
        return tuple(
            {"code": one.code.value, "what": one.what, "where": f"{one.source}:{one.line}", "remedy": one.remedy}
            for one in error.errors
        )
    return (error.fields,)


def site_of(request: HttpRequest) -> Site:
    """The request's site."""
    site: Site = request.META[ENVIRON]
    return site
