"""The dashboard and the alerts load in the programs that they are for, and ask for metrics that there are."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference" / "monitoring"
RULES = FOLDER / "strangler.rules.yml"
METRIC = re.compile(r"strangler_[a-z_]+")
GRAFANA_VARIABLES = {"$__rate_interval": "5m", "$route": ".*"}


def promtool(*words: str) -> None:
    done = subprocess.run(["promtool", *words], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def dashboard() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / "grafana.json").read_text())
    return document


def queries() -> list[str]:
    return [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]


def series_names() -> set[str]:
    """What the reference lists, and the lines that a histogram is exported as."""
    listed = re.findall(r"^\| `(strangler_\w+)` \| (\w+)", (ROOT / "docs/reference/metrics.md").read_text(), re.M)
    return {name for name, _ in listed} | {
        f"{name}_{part}" for name, kind in listed if kind == "histogram" for part in ("bucket", "count", "sum")
    }


@pytest.mark.slow
def test_prometheus_reads_the_alerts() -> None:
    promtool("check", "rules", RULES.name)


@pytest.mark.slow
def test_every_alert_fires_when_it_should_and_is_silent_on_a_healthy_proxy() -> None:
    promtool("test", "rules", "strangler.rules.test.yml")
    alerts = set(re.findall(r"alert: (\w+)", RULES.read_text()))
    tested = (FOLDER / "strangler.rules.test.yml").read_text()
    assert alerts
    for alert in alerts:
        assert len(re.findall(rf"alertname: {alert}\b", tested)) == 2, f"{alert} is not both fired and silent"


@pytest.mark.slow
def test_prometheus_reads_every_query_of_the_dashboard(tmp_path: Path) -> None:
    rules = []
    for number, query in enumerate(queries()):
        for variable, value in GRAFANA_VARIABLES.items():
            query = query.replace(variable, value)
        rules.append({"record": f"query:{number}", "expr": query})
    path = tmp_path / "queries.json"  # JSON is YAML
    path.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", str(path))


def test_grafana_reads_the_dashboard_and_loses_nothing_of_it() -> None:
    understood = json.loads(JSONEncoder().encode(Dashboard.from_json(dashboard())))
    assert lost_of(dashboard(), understood) == []


def lost_of(written: Any, understood: Any, at: str = "$") -> list[str]:
    """Paths that are written and not understood so."""
    if isinstance(written, dict) and isinstance(understood, dict):
        return [line for key in written for line in lost_of(written[key], understood.get(key), f"{at}.{key}")]
    if isinstance(written, list) and isinstance(understood, list) and len(written) == len(understood):
        pairs = zip(written, understood, strict=True)
        return [line for index, (a, b) in enumerate(pairs) for line in lost_of(a, b, f"{at}[{index}]")]
    return [] if written == understood else [at]


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24, panel["title"]
        taken |= cells


def test_alerts_and_dashboard_ask_for_metrics_that_the_proxy_has() -> None:
    asked = set(METRIC.findall(" ".join([*queries(), *re.findall(r"expr:.*|^ {12}.*", RULES.read_text(), re.M)])))
    assert len(asked) > 8
    assert asked <= series_names()
