"""What the evidence must show before a route may climb, and in which steps its canary grows."""

from dataclasses import dataclass, field

from strangler_proxy.config.facts import facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """What the evidence must show before a route may climb. `docs/explanation/statistics.md` says what the numbers mean
    and what they do not."""

    min_comparisons: int = field(default=500, metadata=facts(minimum=1, maximum=10_000_000, unit="comparisons"))
    """Comparisons that must be there before the verdict can be `pass`, 1 to 10000000; default 500: some hours of a
    quiet endpoint. A `fail` waits for no number."""
    max_mismatch_percent: float = field(default=0.5, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """Share of comparisons that may differ, 0 to 100 percent; default 0.5: one answer in 200. It passes once the share
    is known to be lower: with none differing after 731 comparisons, for 0.1 after 3659. 0: none at all may differ, and
    `min_comparisons` alone says after how many that is believed."""
    max_high_percent: float | None = field(
        default=None, metadata=facts(minimum=0, maximum=100, unit="percent", example="0.1")
    )
    """Share of comparisons that may differ gravely (something was removed, or has another type), 0 to 100 percent. Left
    out: `max_mismatch_percent` holds for them too. Of use where that is generous because of small differences."""
    max_error_percent: float | None = field(
        default=None, metadata=facts(minimum=0, maximum=100, unit="percent", example="0.1")
    )
    """Share of comparisons in which the service may fail (no answer, or 5xx) where the monolith did not, 0 to 100
    percent. Left out: `max_mismatch_percent` holds for them too, as each of them is a mismatch."""
    max_latency_ratio: float = field(default=1.5, metadata=facts(minimum=0.1, maximum=100, unit="times"))
    """The service's answer time as a multiple of the monolith's, 0.1 to 100; default 1.5: a hop more is forgiven. It
    holds for the typical answer and for the slowest 5 percent, each judged by the bound of its interval."""
    fast_enough_ms: float = field(default=10.0, metadata=facts(minimum=0, maximum=600_000, unit="milliseconds"))
    """Milliseconds in which 95 percent of the service's answers may come whatever the ratio is, 0 to 600000; default
    10: nobody notices 4 where it was 2."""
    confidence_percent: float = field(default=95.0, metadata=facts(minimum=50, maximum=99.9999, unit="percent"))
    """How certain a verdict must be, 50 to 99.9999 percent; default 95: of routes that lie at the limit, at most 5 in
    100 ever pass, however often one looks."""
    min_shapes: int = field(default=1, metadata=facts(minimum=1, maximum=200, unit="kinds"))
    """Kinds of request (shape of the parameters, anonymous or logged in, status) of which ten comparisons each must be
    there, 1 to 200; default 1: many endpoints have one kind."""
    max_per_shape: int | None = field(
        default=None, metadata=facts(minimum=1, maximum=10_000_000, unit="comparisons", example="500")
    )
    """Comparisons of one kind of request that count towards a `pass`, 1 to 10000000: what one kind shows beyond that
    says nothing about the others. Left out: all count."""
    min_addresses: int | None = field(
        default=None, metadata=facts(minimum=1, maximum=1000, unit="addresses", example="8")
    )
    """Different addresses (paths, whatever their query) that must have been compared, 1 to 1000. Left out: 20 where the
    path has a parameter, as a service that fails at one address in seven then shows it 19 times in 20; 1 where it has
    none. A parameter is a converter, or a group of the `regex` that captures. Give the number where there are fewer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StageGates:
    """Gates of single stages, each in place of `[routes.gate]` as a whole: `[routes.gates.canary]` is asked by the step
    up from stage `canary`."""

    shadow: Gate | None = None
    """Asked before the service answers its first user. Left out: `[routes.gate]`."""
    canary: Gate | None = None
    """Asked before the service answers more users, or all. Left out: `[routes.gate]`."""
    service: Gate | None = None
    """Asked before the fallback goes. Left out: `[routes.gate]`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a canary that is walked by itself (`[[routes.steps]]`): a share, and what must have happened before
    the next one. A file without steps has 1, 10, 50 and 100 percent."""

    percent: float = field(metadata=facts(required=True, minimum=0.01, maximum=100, unit="percent", example="5"))
    """Share of requests that the service answers, 0.01 to 100 percent; each step more than the one before."""
    hold_minutes: float = field(default=10.0, metadata=facts(minimum=0, maximum=43_200, unit="minutes"))
    """Minutes that the step lasts at least, 0 to 43200; default 10: what fills up or leaks shows by then mostly."""
    min_answers: int = field(default=20, metadata=facts(minimum=0, maximum=10_000_000, unit="answers"))
    """Answers that the service must have given to users in this step, 0 to 10000000; default 20: a night without
    traffic is no success. 0: time alone is enough."""
    min_comparisons: int = field(
        default=0,
        metadata=facts(
            minimum=0,
            maximum=10_000_000,
            unit="comparisons",
            conflicts="At 100 percent the monolith answers nobody, so nothing is compared: it must be 0 there.",
        ),
    )
    """Comparisons that must have come in this step, 0 to 10000000; default 0: the gate asks for what it needs."""


DEFAULT_STEPS = (Step(percent=1.0), Step(percent=10.0), Step(percent=50.0), Step(percent=100.0))
"""A few users first, then ten, then five times as many: what breaks under load shows before everybody is there."""
