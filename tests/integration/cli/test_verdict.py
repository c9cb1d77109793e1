"""`strangler verdict`, and the gate of `promote`, by the evidence in a real store."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.compare.rules import PLAIN
from strangler_proxy.config.model import Route
from strangler_proxy.control.setup import ready
from strangler_proxy.proxy.state import state_directory
from strangler_proxy.shadow.epoch import epoch_of
from strangler_proxy.shadow.record import Compared, Left, NotCompared
from tests.integration.cli.conftest import Strangler

AT = 1_700_000_000.0
ROUTE = "product-detail"
EPOCH = epoch_of(Route(name=ROUTE, path="/p/", service="catalog"), PLAIN, "1")
"""The epoch of the route as the fixture's config has it."""


@pytest.fixture
def config(tmp_path: Path, backends: dict[str, str]) -> Path:
    """A shadowed route with a gate, and backends that answer."""
    path = tmp_path / "strangler.toml"
    path.write_text(
        "\n".join(f'[backends.{name}]\nurls = ["{url}"]' for name, url in backends.items())
        + f'\n[[routes]]\nname = "{ROUTE}"\npath = "/p/"\nservice = "catalog"\nstage = "shadow"\n'
        "[routes.gate]\nmin_comparisons = 100\n"
    )
    return path


Record = Callable[[Sequence[Compared]], None]


@pytest.fixture
def record(config: Path) -> Iterator[Record]:
    """Puts comparisons into the store of the config."""
    ready(state_directory(config), {})
    from django.db import connections

    from strangler_proxy.control.record import DjangoStore

    yield lambda compared: DjangoStore().record(compared, [Left(ROUTE, AT, NotCompared.BACKLOG, 3)])
    connections.close_all()


def comparisons(count: int, *, differing: int = 0, addresses: int = 1) -> list[Compared]:
    """Comparisons of two sides that are equally fast; the first ones differ in a value."""
    draw = random.Random(1)
    difference = Difference("body:$.price", Kind.VALUE, 1, 2)
    return [
        Compared(
            route=ROUTE,
            epoch=EPOCH,
            at=AT,
            shape="GET anonymous 200",
            primary_status=200,
            candidate_status=200,
            primary_ms=draw.lognormvariate(3, 0.3),
            candidate_ms=draw.lognormvariate(3, 0.3),
            address=number % addresses,
            differences=(difference,) if number < differing else (),
        )
        for number in range(count)
    ]


def test_where_nothing_was_ever_stored_there_is_not_enough_evidence_and_no_store_is_made(
    config: Path, strangler: Strangler
) -> None:
    ran = strangler("verdict", ROUTE, "--json")
    assert (ran.code, ran.json["verdict"], ran.json["comparisons"]) == (3, "not enough evidence", 0)
    assert ran.json["reasons"] == [
        f"No comparison of {ROUTE} was made since its service or its rules last changed; 100 are asked for."
    ]
    assert ran.json["latency_ms"]["primary"]["p95"] == {"value": None, "low": None, "high": None}
    assert not (config.parent / ".strangler").exists()


def test_a_clean_route_passes_and_is_promoted_with_its_evidence_in_the_audit_log(
    config: Path, record: Record, strangler: Strangler
) -> None:
    record(comparisons(731))
    ran = strangler("verdict", ROUTE, "--json")
    assert ran.code == 0
    assert ran.json == {
        "route": ROUTE,
        "verdict": "pass",
        "reasons": ran.json["reasons"],
        "comparisons": 731,
        "mismatches": 0,
        "mismatch_upper_bound": pytest.approx(0.005, rel=1e-3),
        "addresses": 1,
        "stage": "shadow",
        "epoch": EPOCH,
        "has_gate": True,
        "latency_ms": ran.json["latency_ms"],
        "walk": None,
    }
    for side in ("primary", "candidate"):
        p50, p95, p99 = (ran.json["latency_ms"][side][name] for name in ("p50", "p95", "p99"))
        assert p50["low"] < p50["value"] < p50["high"] < p95["low"] < p95["value"] < p95["high"]
        assert p99["low"] < p99["value"] < p99["high"]
    assert "3 of 734 captures were not compared (3 backlog)." in ran.json["reasons"]
    promoted = strangler("promote", ROUTE, "--json")
    assert (promoted.code, promoted.json["to"]) == (0, "canary")
    (line,) = (config.parent / ".strangler" / "audit.jsonl").read_text().splitlines()
    assert json.loads(line)["evidence"] == {
        key: ran.json[key]
        for key in ("verdict", "reasons", "comparisons", "mismatches", "mismatch_upper_bound", "addresses")
    }


def test_a_comparison_too_few_is_not_enough_and_the_promotion_changes_nothing(
    config: Path, record: Record, strangler: Strangler
) -> None:
    record(comparisons(700))
    before = config.read_text()
    ran = strangler("verdict", ROUTE)
    assert ran.code == 3
    assert ran.out.startswith(f"{ROUTE} (shadow): not enough evidence\n  0 of 700 comparisons differ")
    refused = strangler("promote", ROUTE)
    assert refused.code == 3
    assert "STR304" in refused.err
    assert "31 more comparisons without one would do." in refused.err
    assert config.read_text() == before


def test_copies_of_one_request_never_pass_where_the_path_has_a_parameter_and_twenty_addresses_do(
    config: Path, record: Record, strangler: Strangler
) -> None:
    config.write_text(config.read_text().replace('"/p/"', '"/things/<int:pk>/"'))
    record(comparisons(10_000))
    before = config.read_text()
    ran = strangler("verdict", ROUTE, "--json")
    assert (ran.code, ran.json["verdict"], ran.json["addresses"]) == (3, "not enough evidence", 1)
    assert ran.json["reasons"] == [
        "1 address was compared, and the gate asks for 20: 19 more are needed. "
        "`min_addresses` of the route's gate says how many there are, if there are fewer."
    ]
    refused = strangler("promote", ROUTE)
    assert (refused.code, "1 address was compared" in refused.err, config.read_text()) == (3, True, before)
    record(comparisons(20, addresses=20))
    assert strangler("verdict", ROUTE, "--json").json["addresses"] == 20
    assert strangler("promote", ROUTE).code == 0


def test_a_gate_that_says_how_many_addresses_there_are_is_believed(
    config: Path, record: Record, strangler: Strangler
) -> None:
    path = config.read_text().replace('"/p/"', '"/things/<int:pk>/"')
    config.write_text(path.replace("min_comparisons = 100", "min_comparisons = 100\nmin_addresses = 2"))
    record(comparisons(800))
    assert strangler("verdict", ROUTE).code == 3
    record(comparisons(2, addresses=2))
    assert strangler("verdict", ROUTE).code == 0


def test_a_differing_route_fails_and_the_promotion_says_by_how_much(
    config: Path, record: Record, strangler: Strangler
) -> None:
    record(comparisons(200, differing=20))
    before = config.read_text()
    assert strangler("verdict", ROUTE).code == 1
    refused = strangler("promote", ROUTE)
    assert refused.code == 1
    assert "STR303" in refused.err
    assert "20 of 200 comparisons differ" in refused.err
    assert config.read_text() == before
    assert strangler("promote", ROUTE, "--force", "--reason", "the price is new").code == 0


def test_a_store_that_cannot_be_reached_ends_with_4_and_bars_no_way_back(config: Path, strangler: Strangler) -> None:
    directory = state_directory(config)
    (directory / "evidence.sqlite3").write_bytes(b"no database at all" * 100)
    for words in (("verdict", ROUTE), ("promote", ROUTE)):
        ran = strangler(*words)
        assert ran.code == 4, ran.err
        assert "STR9" in ran.err
    assert strangler("rollback", ROUTE).code == 0
    assert 'stage = "monolith"' in config.read_text()


def test_a_route_without_a_gate_is_judged_by_the_usual_limits_and_told_so(
    config: Path, record: Record, strangler: Strangler
) -> None:
    config.write_text(config.read_text().replace("[routes.gate]\nmin_comparisons = 100\n", ""))
    record(comparisons(731))
    ran = strangler("verdict", ROUTE)
    assert ran.code == 0
    assert "The route has no gate" in ran.out
    assert strangler("verdict", ROUTE, "--json").json["has_gate"] is False


def test_an_unknown_route_is_wrong_usage(config: Path, strangler: Strangler) -> None:
    ran = strangler("verdict", "prodct-detail")
    assert ran.code == 2
    assert f'Did you mean "{ROUTE}"?' in ran.err


def test_what_was_compared_by_other_rules_is_no_evidence(strangler: Strangler, config: Path, record: Record) -> None:
    record(comparisons(2000))
    assert strangler("verdict", ROUTE).code == 0
    config.write_text(config.read_text() + '[routes.compare]\nignore = ["header:etag"]\n')
    ran = strangler("verdict", ROUTE, "--json")
    assert (ran.code, ran.json["comparisons"]) == (3, 0)


def test_a_damaged_store_is_told_as_one_and_how_to_go_on(strangler: Strangler, config: Path) -> None:
    store = config.parent / ".strangler" / "evidence.sqlite3"
    store.parent.mkdir(mode=0o700, exist_ok=True)
    store.write_bytes(b"no database at all " * 100)
    ran = strangler("verdict", ROUTE)
    assert ran.code == 4
    assert "STR901" in ran.err
    assert "damaged: move it away" in ran.err
