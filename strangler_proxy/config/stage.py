"""The five stages of a route, in the order in which a route climbs them."""

from enum import StrEnum


class Stage(StrEnum):
    """Who answers the user on a route, and who else is asked."""

    MONOLITH = "monolith"
    SHADOW = "shadow"
    CANARY = "canary"
    SERVICE = "service"
    RETIRED = "retired"
