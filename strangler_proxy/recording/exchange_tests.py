"""The tests that pytest makes of a recording: one item an exchange, which asks, compares, and fails in plain words."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from strangler_proxy.compare.difference import Comparison
from strangler_proxy.compare.rules import Rules
from strangler_proxy.config.errors import ConfigInvalid
from strangler_proxy.config.load import load
from strangler_proxy.config.model import Compare, Config
from strangler_proxy.errors import StranglerError
from strangler_proxy.recording.in_words import told
from strangler_proxy.recording.pytest_plugin import names_of
from strangler_proxy.recording.read_har import read_recording
from strangler_proxy.recording.redacted import Redaction
from strangler_proxy.recording.replay import Planned, Sides, plan_replay, replay_one
from strangler_proxy.recording.route_of import RouteRules, with_routes


class AnsweredOtherwise(AssertionError):
    """The service does not answer as was recorded."""


class RecordingFile(pytest.File):
    """A HAR file."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """One test for each exchange that can be asked, one that is skipped for each that cannot."""
        try:
            config = _config(self.config)
            exchanges = read_recording(self.path)
        except (StranglerError, ConfigInvalid) as error:
            raise self.CollectError(str(error)) from None
        if config is not None:
            exchanges = with_routes(exchanges, config)
        fresh = [_header(text) for text in self.config.getoption("--strangler-header")]
        unsafe = self.config.getoption("--strangler-unsafe")
        plain, redaction = _plain_rules(self.config), Redaction.of(config)
        for name, exchange in zip(names_of([one.label for one in exchanges]), exchanges, strict=True):
            plan = plan_replay([exchange], unsafe=unsafe, fresh=fresh)
            (planned,) = plan.asked or (None,)
            why = ", ".join(plan.not_asked)
            item: ExchangeTest = ExchangeTest.from_parent(
                self, name=name, callobj=_test(planned, why, config, plain, redaction)
            )
            yield item


class ExchangeTest(pytest.Function):
    """The test of one exchange; its fixtures are those that `strangler_against` asks for."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The differences alone: where in our code they were found helps nobody."""
        if isinstance(excinfo.value, AnsweredOtherwise):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """File and name; there is no line that would say more."""
        return self.path, None, self.name


def _test(
    planned: Planned | None, why_not: str, config: Config | None, plain: Rules, redaction: Redaction
) -> Callable[..., None]:
    """The function that pytest calls with the fixtures."""

    def exchange(strangler_against: Any, _strangler_ask: Callable[[Any], Any]) -> None:
        if planned is None:
            pytest.skip(f"not asked: {why_not}")
        urls = () if callable(strangler_against) else (str(strangler_against).rstrip("/"),)
        sides = Sides(
            candidate=_strangler_ask(strangler_against),
            primary=None,
            rules_of=RouteRules(config, datetime.now(UTC).date(), urls=urls, plain=plain).of,
            redact=redaction.answer,
        )
        replayed = replay_one(planned, sides)
        if replayed.failure is not None:
            raise AnsweredOtherwise(f"{planned.exchange.label}: no answer: {replayed.failure}")
        if not replayed.comparison.equal:
            raise AnsweredOtherwise(_message(planned, replayed.comparison))

    return exchange


def _message(planned: Planned, comparison: Comparison) -> str:
    return "\n".join([f"{planned.exchange.label} is not answered as was recorded", "", *told(comparison)])


def _config(config: pytest.Config) -> Config | None:
    given = config.getoption("--strangler-config")
    named = [config.invocation_params.dir / given] if given else config.getini("strangler_config")
    return load(named[0]) if named else None


def _plain_rules(config: pytest.Config) -> Rules:
    """The rules of the ini file.

    Raises: pytest.UsageError when one is none.
    """
    try:
        return Rules.of(
            Compare(
                ignore=tuple(config.getini("strangler_ignore")),
                unordered=tuple(config.getini("strangler_unordered")),
                keyed=MappingProxyType(dict(_keyed(config.getini("strangler_keyed")))),
            )
        )
    except ValueError as error:
        raise pytest.UsageError(f"strangler_ignore, strangler_unordered or strangler_keyed: {error}") from None


def _keyed(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        path, equals, member = line.rpartition("=")
        if not equals:
            raise ValueError(f"{line!r} is no `path = member`")
        yield path.strip(), member.strip()


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise pytest.UsageError(f"--strangler-header {text!r} is no `Name: value`")
    return name.strip(), value.strip()
