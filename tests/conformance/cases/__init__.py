"""All cases, by group."""

from tests.conformance.cases import (
    bad_answers,
    bodiless,
    both_framings,
    chunked,
    connections,
    content_length,
    early,
    fields,
    forwarded,
    hop_by_hop,
    host,
    interim,
    ipv6,
    limits,
    methods,
    request_line,
    upgrades,
)
from tests.conformance.model import Case, Group

GROUPS: tuple[Group, ...] = (
    request_line.GROUP,
    host.GROUP,
    fields.GROUP,
    content_length.GROUP,
    chunked.GROUP,
    both_framings.GROUP,
    connections.PIPELINING,
    connections.PERSISTENCE,
    interim.GROUP,
    bodiless.BODILESS,
    bodiless.CLOSE_DELIMITED,
    bad_answers.GROUP,
    upgrades.GROUP,
    hop_by_hop.HOP_BY_HOP,
    forwarded.FORWARDED,
    methods.METHODS,
    limits.LIMITS,
    early.EARLY,
    early.HALF_CLOSE,
    ipv6.IPV6,
)

CASES: tuple[Case, ...] = tuple(case for group in GROUPS for case in group.cases)
