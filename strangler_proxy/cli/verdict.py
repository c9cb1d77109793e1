"""`strangler verdict`: whether the evidence lets a route climb."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import click

from strangler_proxy.cli.parameters import ROUTE
from strangler_proxy.cli.render import Mark, mark_text, signs_are_shown
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.stored_evidence import stored_evidence
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.cli.walks import walk_text
from strangler_proxy.config.known_route import route_named
from strangler_proxy.config.load import load
from strangler_proxy.config.model import Gate, Route
from strangler_proxy.control.controller.board import read_board, state_of
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.judge import judge_evidence
from strangler_proxy.rollout.latency import Latencies
from strangler_proxy.rollout.quantile import quantile_between
from strangler_proxy.rollout.stages import gate_of, limits_of
from strangler_proxy.rollout.verdict import Judgement, Verdict

EXIT_CODES = {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.NOT_ENOUGH_EVIDENCE: 3}
MARKS = {Verdict.PASS: Mark.OK, Verdict.FAIL: Mark.FAILED, Verdict.NOT_ENOUGH_EVIDENCE: Mark.WARNING}
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
NO_GATE = "The route has no gate, so `strangler promote` asks for nothing; these are the limits of an empty one."


@verb(
    "verdict",
    examples=(
        Example("strangler verdict product-detail", "say whether its evidence is enough, and what is missing"),
        Example("strangler verdict product-detail --json", "the same, for a program; see the exit code"),
    ),
)
@click.argument("route", type=ROUTE)
def verdict(session: Session, route: str) -> int:
    """Say whether the evidence lets a route climb, and why.

    Judged is the newest version of its service under the rules of strangler.toml, by the gate that the next step up
    asks. It may be looked at as often as one likes. Exit code 0: pass; 1: fail; 3: not enough evidence; 4: the store
    cannot be reached.
    """
    config = load(session.config_path)
    judged = route_named(config, route, str(session.config_path))
    gate = gate_of(judged)
    evidence = stored_evidence(session, judged)
    judgement = judge_evidence(evidence, limits_of(judged))
    walk = read_board(state_of(session.config_path)).get(route)
    document = {**_document(judged, gate, evidence, judgement), "walk": walk}
    session.answer(document, lambda: "\n".join([*_lines(judged, gate, judgement), *_walk_lines(walk)]))
    return EXIT_CODES[judgement.verdict]


def _document(route: Route, gate: Gate | None, evidence: RouteEvidence, judgement: Judgement) -> dict[str, Any]:
    return {
        "route": route.name,
        **judgement.document,
        "stage": route.stage.value,
        "epoch": evidence.epoch,
        "has_gate": gate is not None,
        "latency_ms": {
            "primary": _latencies(evidence.primary_latencies, gate or Gate()),
            "candidate": _latencies(evidence.candidate_latencies, gate or Gate()),
        },
    }


def _walk_lines(walk: Mapping[str, Any] | None) -> Iterator[str]:
    """What its walk waits for, or how it ended; nothing for a route that never walked."""
    if walk is not None:
        yield f"  Walk: {walk_text(walk)}"


def _latencies(latencies: Latencies, gate: Gate) -> dict[str, Any]:
    """Each quantile with its bounds, in milliseconds; null: too few answers for a bound."""
    error = 1 - gate.confidence_percent / 100
    bounds = {name: quantile_between(latencies, share, error) for name, share in QUANTILES.items()}
    return {
        name: {
            "value": latencies.quantile(QUANTILES[name]),
            "low": one.low_ms or None,
            "high": one.high_ms if one.high_ms < math.inf else None,
        }
        for name, one in bounds.items()
    }


def _lines(route: Route, gate: Gate | None, judgement: Judgement) -> Iterator[str]:
    mark = mark_text(MARKS[judgement.verdict], signs=True) + " " if signs_are_shown() else ""
    yield f"{mark}{route.name} ({route.stage}): {judgement.verdict}"
    yield from (f"  {reason}" for reason in judgement.reasons)
    if gate is None:
        yield f"  {NO_GATE}"
