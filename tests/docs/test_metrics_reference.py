"""The reference of the metrics names every metric that the proxy serves, and no other."""

import re
from pathlib import Path

from strangler_proxy.proxy.counters import Counters
from strangler_proxy.proxy.metrics import SupervisorFacts, render

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "metrics.md"


def test_the_reference_names_every_metric_with_its_kind_and_no_other() -> None:
    facts = SupervisorFacts(generation=1, reloads_ok=0, reloads_failed=0, workers=1, restarts=0, certificate_ends=0)
    served = re.findall(r"^# TYPE (\S+) (\S+)$", render(Counters().report(), facts).decode(), re.MULTILINE)
    described = re.findall(r"^\| `(\S+)` \| (\w+) \|", PAGE.read_text(), re.MULTILINE)

    assert sorted(described) == sorted(served)
