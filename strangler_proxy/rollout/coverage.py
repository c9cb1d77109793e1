"""Whether enough was seen to speak of the route as a whole: how many comparisons, of how many kinds and
addresses, and how many captures never came to a comparison."""

from collections.abc import Iterator

from strangler_proxy.config.model import Gate
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.finding import Finding, number, passes, undecided

SEEN_FROM = 10
"""Comparisons of one kind of request from which on it counts as seen."""

LEFT_OUT_ON_PURPOSE = frozenset({"method", "loop", "route-gone", "stopped"})
"""Why captures are not compared without anything being missed that could have been compared (see `NotCompared`). What
every other reason leaves out is likely the slow, the large and the busy hour: no fair sample."""

MOST_MISSED = 0.5
"""Share of captures that may be missed before what was compared is no longer taken for all of it."""


ADDRESSES = 20
"""Addresses that a route with a parameter in its path must show unless its gate says another number: what is wrong at
one address in seven shows at one of twenty with 95 percent (0.86 ** 20 < 0.05)."""


def addresses_asked(gate: Gate, *, with_parameter: bool) -> int:
    """Different addresses that must be compared: the gate's own number, else what the path makes sense of."""
    if gate.min_addresses is not None:
        return gate.min_addresses
    return ADDRESSES if with_parameter else 1


def coverage(evidence: RouteEvidence, gate: Gate) -> Iterator[Finding]:
    """Hold what was seen against what the gate asks for. Nothing here can fail a route."""
    yield from _comparisons(evidence, gate)
    yield from _kinds(evidence, gate)
    yield from _addresses(evidence, gate)
    yield from _missed(evidence)


def counted(evidence: RouteEvidence, gate: Gate) -> int:
    """Comparisons that count towards a `pass`: of each kind of request at most `gate.max_per_shape`.

    What no kind is known of counts as one kind more.
    """
    cap = gate.max_per_shape
    if cap is None:
        return evidence.comparisons
    unknown = max(0, evidence.comparisons - sum(evidence.shapes.values()))
    return min(evidence.comparisons, sum(min(count, cap) for count in (*evidence.shapes.values(), unknown)))


def missed(evidence: RouteEvidence) -> int:
    """Captures that should have been compared and were not."""
    return sum(count for reason, count in evidence.not_compared.items() if reason not in LEFT_OUT_ON_PURPOSE)


def missed_in_words(evidence: RouteEvidence) -> str:
    """Why they were missed, most first: `90 backlog, 3 lost`."""
    reasons = sorted(
        ((count, reason) for reason, count in evidence.not_compared.items() if reason not in LEFT_OUT_ON_PURPOSE),
        reverse=True,
    )
    return ", ".join(f"{number(count)} {reason}" for count, reason in reasons if count)


def _comparisons(evidence: RouteEvidence, gate: Gate) -> Iterator[Finding]:
    count = counted(evidence, gate)
    if count < evidence.comparisons:
        yield passes(
            f"{number(evidence.comparisons)} comparisons count as {number(count)}, "
            f"as each kind of request counts for at most {number(gate.max_per_shape or 0)}."
        )
    if count < gate.min_comparisons:
        yield undecided(
            f"{number(count)} comparisons are there, and the gate asks for {number(gate.min_comparisons)}: "
            f"{number(gate.min_comparisons - count)} more are needed."
        )


def _kinds(evidence: RouteEvidence, gate: Gate) -> Iterator[Finding]:
    kinds = sorted(kind for kind, count in evidence.shapes.items() if count >= SEEN_FROM)
    if len(kinds) < gate.min_shapes and gate.min_shapes > 1:
        known = f": {'; '.join(kinds)}" if kinds else ""
        yield undecided(
            f"{len(kinds)} kinds of request were seen at least {SEEN_FROM} times, "
            f"and the gate asks for {gate.min_shapes}{known}."
        )
    elif len(evidence.shapes) == 1:
        yield passes(f"All were of one kind of request ({next(iter(evidence.shapes))}): of others nothing is known.")


def _addresses(evidence: RouteEvidence, gate: Gate) -> Iterator[Finding]:
    asked = gate.min_addresses or 1
    seen = evidence.addresses
    if asked <= 1:
        return  # what was compared had an address
    were = "address was" if seen == 1 else "different addresses were"
    if seen >= asked:
        yield passes(f"{number(seen)} {were} compared, and the gate asks for {number(asked)}.")
    else:
        more = asked - seen
        yield undecided(
            f"{number(seen)} {were} compared, and the gate asks for {number(asked)}: "
            f"{number(more)} more {'is' if more == 1 else 'are'} needed. "
            "`min_addresses` of the route's gate says how many there are, if there are fewer."
        )


def _missed(evidence: RouteEvidence) -> Iterator[Finding]:
    by_method = evidence.not_compared.get("method", 0)
    if by_method:
        yield passes(f"{number(by_method)} requests were neither GET nor HEAD, and of those nothing is known.")
    left_out = missed(evidence)
    captures = left_out + evidence.comparisons
    if not left_out:
        return
    said = f"{number(left_out)} of {number(captures)} captures were not compared ({missed_in_words(evidence)})"
    if left_out > MOST_MISSED * captures:
        yield undecided(
            f"{said}: what was compared may be the easy part. "
            "A lower compare.sample_percent, or a faster service, lets the comparer keep up."
        )
    else:
        yield passes(f"{said}.")
