"""Whether a group of differences is the monolith's own noise: what it cannot repeat itself proves nothing.

A share of the captures is asked of the monolith a second time. What primary and secondary differ in is noise; what
primary and candidate differ in is raw. Both are counted by group, once for each comparison, and noise is scaled up to
all comparisons, as only some were asked twice. A group counts against the service when all three hold:

1. there is more raw than noise;
2. raw and noise differ by more than 20 % of their sum;
3. raw and noise differ by more than 0.03 % of all comparisons.

Those are the rules and defaults of Twitter's Diffy (`JoinedField`, `DifferencesFilterFactory`). Alone they let a real
difference hide where little is known, so that four more come first, and let it count whatever the three say:

4. No noise was seen in the group: rule 3 alone would hide one wrong answer in 4,000.
5. Noise was seen in fewer than `FEWEST_NOISY` answers: with one in twenty asked twice, a single odd answer would cover
   twenty wrong ones.
6. What is gone or retyped, or another status, comes oftener than the noise makes likely (by three standard deviations
   of the counts): such a difference breaks clients, and a fifth more of it is not forgiven.
7. The group is the one in which the rest is counted: what is in it is unlike.
"""

from dataclasses import dataclass
from math import sqrt

from strangler_proxy.compare.difference import SEVERITIES, Severity
from strangler_proxy.compare.groups import GroupKey
from strangler_proxy.config.model import Compare

FEWEST_NOISY = 3
"""Answers in which the monolith differed from itself at a place before anything there is taken for noise."""
LIKELY_DEVIATIONS = 3.0
"""Standard deviations by which chance hardly ever carries two counts apart: once in 700 groups."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupCounts:
    """What was counted of one group."""

    raw: int
    """Comparisons in which primary and candidate differed there."""
    noise: int
    """Comparisons in which primary and secondary differed there."""
    comparisons: int
    """Comparisons of the route."""
    asked_twice: int
    """Those of them for which there was a secondary."""


def is_noise(key: GroupKey, counts: GroupCounts, settings: Compare) -> bool:
    """Whether the group does not count; `settings` are the route's, for the thresholds of rules 2 and 3.

    More raw never makes a group noise, and more noise never makes it count.
    """
    if counts.noise < FEWEST_NOISY or counts.asked_twice <= 0 or key.is_rest:  # rules 4, 5 and 7
        return False
    scale = max(counts.comparisons / counts.asked_twice, 1.0)
    raw, noise = counts.raw, counts.noise * scale
    if raw <= noise:  # rule 1
        return True
    if _breaks_clients(key) and raw - noise > LIKELY_DEVIATIONS * sqrt(raw + noise * scale):  # rule 6
        return False
    apart = raw - noise
    relative, absolute = 100 * apart / (raw + noise), 100 * apart / max(counts.comparisons, 1)
    return relative <= settings.noise_relative_percent or absolute <= settings.noise_absolute_percent  # rules 2 and 3


def _breaks_clients(key: GroupKey) -> bool:
    return key.path == "status" or SEVERITIES[key.kind] is Severity.HIGH
