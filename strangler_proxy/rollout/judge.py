"""From the evidence to the verdict: every limit of the gate is judged, and what they say is put together."""

from strangler_proxy.config.model import Gate
from strangler_proxy.rollout.coverage import counted, coverage, missed, missed_in_words
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.finding import number
from strangler_proxy.rollout.sameness import sameness
from strangler_proxy.rollout.sequence import upper_bound
from strangler_proxy.rollout.speed import speed
from strangler_proxy.rollout.verdict import Judgement, Verdict

WAYS_TO_FAIL = 5
"""Limits of which each can fail a route: three shares and two ratios of answer times."""


def judge_evidence(evidence: RouteEvidence, gate: Gate) -> Judgement:
    """Return the verdict on a route, with the reasons for it.

    1. One limit that is broken makes `fail`. The chance of error is shared out among the limits, so that a route that
       keeps all of them ever fails with at most the gate's chance.
    2. Else one limit that is undecided makes `not enough evidence`.
    3. Else `pass`. A route that breaks a limit must deceive that very limit, so each may use up the whole chance.

    The gate is that of `stages.limits_of`, which has what depends on the route's path filled in.

    The reasons are those of the limits that decided; of a `pass` all. Every bound holds however often one looks.
    """
    pass_error = 1 - gate.confidence_percent / 100
    if not evidence.comparisons:
        return Judgement(Verdict.NOT_ENOUGH_EVIDENCE, (_nothing_yet(evidence, gate),))
    fail_error = pass_error / WAYS_TO_FAIL
    findings = [
        *sameness(evidence, gate, pass_error=pass_error, fail_error=fail_error),
        *coverage(evidence, gate),
        *speed(evidence, gate, pass_error=pass_error, fail_error=fail_error),
    ]
    verdicts = {finding.verdict for finding in findings}
    verdict = next(one for one in (Verdict.FAIL, Verdict.NOT_ENOUGH_EVIDENCE, Verdict.PASS) if one in verdicts)
    return Judgement(
        verdict,
        tuple(finding.reason for finding in findings if finding.verdict is verdict),
        comparisons=evidence.comparisons,
        mismatches=evidence.mismatches,
        mismatch_upper_bound=upper_bound(counted(evidence, gate), evidence.mismatches, pass_error),
        addresses=evidence.addresses,
    )


def _nothing_yet(evidence: RouteEvidence, gate: Gate) -> str:
    since = "since its service or its rules last changed"
    said = f"No comparison of {evidence.route} was made {since}; {number(gate.min_comparisons)} are asked for."
    left_out = missed(evidence)
    if not left_out:
        return said
    return f"{said} {number(left_out)} captures were not compared ({missed_in_words(evidence)})."
