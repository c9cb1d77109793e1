"""What the control plane keeps. Times without a zone are Unix time in seconds; hours are whole hours of it."""

from strangler_proxy.control.tables.access import ApiToken, LoginFailure
from strangler_proxy.control.tables.audit import AuditEntry, AuditKept
from strangler_proxy.control.tables.evidence import (
    Address,
    Epoch,
    Group,
    HourlyOutcome,
    IgnoreUse,
    LatencyCount,
    ShapeCount,
    Signature,
    TotalOutcome,
)
from strangler_proxy.control.tables.intake import Intake, LeftCount
from strangler_proxy.control.tables.progress import StageCount, TrafficCount
from strangler_proxy.control.tables.samples import GroupSample, Sample
from strangler_proxy.control.tables.walk import Leadership, Walk, WalkState

__all__ = [
    "Address",
    "ApiToken",
    "AuditEntry",
    "AuditKept",
    "Epoch",
    "Group",
    "GroupSample",
    "HourlyOutcome",
    "IgnoreUse",
    "Intake",
    "LatencyCount",
    "Leadership",
    "LeftCount",
    "LoginFailure",
    "Sample",
    "ShapeCount",
    "Signature",
    "StageCount",
    "TotalOutcome",
    "TrafficCount",
    "Walk",
    "WalkState",
]
