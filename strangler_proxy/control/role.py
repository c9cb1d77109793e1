"""What a user of the dashboard may do, by name. Nothing here needs Django."""

from enum import StrEnum


class Role(StrEnum):
    """What a user may do, each more than the one before."""

    VIEWER = "viewer"
    """See every page."""
    OPERATOR = "operator"
    """And put routes into other stages as far as their gates let them pass, let them walk, and write ignores."""
    ADMIN = "admin"
    """And go past a gate, with a reason."""
