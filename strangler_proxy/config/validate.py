"""All the rules that a draft is held against; every mistake is found, not just the first."""

from collections.abc import Mapping
from typing import Any

from strangler_proxy.config.problem import Problem
from strangler_proxy.config.shape import check_shape


def validate(document: Mapping[str, Any]) -> list[Problem]:
    """Return all mistakes of a parsed document; none means that it can be compiled."""
    _draft, problems = check_shape(document)
    return problems
