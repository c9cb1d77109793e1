"""The begin and the end of a walk, as people ask for them: whether there is a way, and what is written down. Pure."""

from strangler_proxy.config.model import Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.audit_log import AuditEntry, now_text
from strangler_proxy.control.toggle import percent_of
from strangler_proxy.rollout.errors import ServiceMissing, TransitionRefused


def must_have_a_way(route: Route) -> None:
    """Raises: ServiceMissing; TransitionRefused where there is no step that a walk would take."""
    if route.service is None:
        raise ServiceMissing(
            f"route {route.name} cannot walk: it has no service.",
            remedy=f"Say which: strangler set {route.name} shadow --service NAME",
        )
    if route.stage in (Stage.SERVICE, Stage.RETIRED):
        raise TransitionRefused(
            f"route {route.name} is in stage {route.stage}, where a walk ends.",
            remedy=f"To retire it is for people: strangler set {route.name} retired",
        )


def walk_entry(what: str, route: Route, *, who: str, why: str | None, name: str) -> AuditEntry:
    """The entry of the audit log, at this moment; `what` is `walk-begun` or `walk-ended`, `name` its id."""
    return AuditEntry(
        when=now_text(),
        who=who,
        what=what,
        route=route.name,
        from_stage=route.stage.value,
        to_stage=route.stage.value,
        from_percent=percent_of(route),
        to_percent=percent_of(route),
        reason=why,
        forced=False,
        id=name,
    )
