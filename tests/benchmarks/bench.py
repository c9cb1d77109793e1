"""What every table is made from: the backend, a folder, how long to measure, and whom."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.contenders import ALL, Contender
from tests.benchmarks.running import Running, running


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """One run of the benchmark."""

    directory: Path
    backend_port: int
    seconds: float
    """Of one measurement."""
    rounds: int
    names: frozenset[str]
    """Contenders that are measured."""

    @property
    def contenders(self) -> list[Contender]:
        """Those that are measured and installed."""
        return [one for one in ALL if one.name in self.names and one.find() is not None]

    @property
    def missing(self) -> list[str]:
        """Names of those that would be measured, were they installed."""
        return [one.name for one in ALL if one.name in self.names and one.find() is None]

    @contextmanager
    def started(self, contenders: Iterable[Contender]) -> Iterator[dict[str, Running]]:
        """All of them before the backend, by name; idle until somebody asks them."""
        with ExitStack() as stack:
            yield {one.name: stack.enter_context(running(one, self.directory, self.backend_port)) for one in contenders}
