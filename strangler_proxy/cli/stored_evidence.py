"""Judges routes by the evidence in the store. The store is opened when a route is judged, and not before."""

import os
from datetime import UTC, datetime

from strangler_proxy.cli.evidence_store import open_store
from strangler_proxy.cli.session import Session
from strangler_proxy.compare.rules import Rules
from strangler_proxy.config.model import Gate, Route
from strangler_proxy.control.audit_log import audit_path
from strangler_proxy.control.database import FILE, VARIABLE
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.judge import judge_evidence
from strangler_proxy.rollout.verdict import Evidence, Judgement
from strangler_proxy.shadow.epoch import epoch_beginning


def stored_judgement(session: Session) -> Evidence:
    """Who judges a route by what is stored of it. Raises when asked: the errors of `control.setup.ready`."""

    def judged(route: Route, gate: Gate) -> Judgement:
        return judge_evidence(stored_evidence(session, route), gate)

    return judged


def stored_evidence(session: Session, route: Route) -> RouteEvidence:
    """What is stored of the route under the rules that it has today; where there is no store yet, nothing, and none is
    made. What was compared by other rules, or with another service, is no evidence any more.

    Raises: the errors of `control.setup.ready`.
    """
    if not _store_is_there(session):
        return RouteEvidence(route=route.name, epoch="")
    open_store(session)
    from strangler_proxy.control.selectors import evidence_of

    found = evidence_of(route.name, route.compare)
    rules = Rules.of(route.compare).on(datetime.now(UTC).date())
    return found if found.epoch.startswith(epoch_beginning(route, rules)) else RouteEvidence(route=route.name, epoch="")


def _store_is_there(session: Session) -> bool:
    return bool(os.environ.get(VARIABLE)) or (audit_path(session.config_path).parent / FILE).exists()
