"""The documents of the API: a class each, which is the JSON Schema of that name."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from strangler_proxy.control.web.api.json_schema import Keywords
from strangler_proxy.control.web.api.parts import (
    AuditEntry,
    Count,
    DifferenceKind,
    Error,
    Evidence,
    Hour,
    Milliseconds,
    Paging,
    Percent,
    Severity,
    Share,
    StageName,
    State,
    UnixTime,
    VerdictName,
)


class Gone(TypedDict):
    """How much of the monolith is gone."""

    requests: Annotated[int, "Users' requests of the last 24 hours.", Keywords(minimum=0)]
    requests_of_services: Annotated[int, "Those of them that services answered.", Keywords(minimum=0)]
    traffic_share: Share | None
    routes: Count
    routes_moved: Annotated[int, "In stage service or retired.", Keywords(minimum=0)]
    route_share: Share | None


class StageShare(TypedDict):
    """Routes in one stage."""

    stage: StageName
    routes: Count
    share: Share


class TrafficHour(TypedDict):
    """Who answered users in one hour."""

    hour: Hour
    services: Count
    monolith: Count
    errors: Annotated[int, "Answers of 500 and above.", Keywords(minimum=0)]


class StagesHour(TypedDict):
    """Routes by stage in one hour."""

    hour: Hour
    monolith: Count
    shadow: Count
    canary: Count
    service: Count
    retired: Count


class Concern(TypedDict):
    """One thing to look at."""

    urgency: Annotated[Literal["now", "soon"], "now: users are, or may be, answered wrongly."]
    what: str
    remedy: str
    route: str | None


class StuckRoute(TypedDict):
    """A route that does not get on."""

    route: str
    stage: StageName
    why: str
    since: UnixTime | None


class Overview(TypedDict):
    """How much of the monolith is gone, what needs attention, and what happened last."""

    at: UnixTime
    gone: Gone
    stages: list[StageShare]
    traffic_over_time: Annotated[list[TrafficHour], "30 days; hours without a request are left out."]
    stages_over_time: Annotated[list[StagesHour], "30 days; hours that nobody looked at are left out."]
    attention: list[Concern]
    stuck: list[StuckRoute]
    recent: Annotated[list[AuditEntry], "The newest changes."]


class RouteLine(TypedDict):
    """One route and how it stands."""

    name: str
    pattern: Annotated[str | None, "Path, or regular expression."]
    methods: Annotated[list[str], "Empty: all."]
    service: str | None
    stage: StageName
    canary_percent: Percent | None
    requests: Annotated[int, "Of the last 24 hours.", Keywords(minimum=0)]
    requests_of_service: Count
    comparisons: Annotated[int, "Since the service or the rules last changed.", Keywords(minimum=0)]
    addresses: Annotated[int, "Different paths among them, counted up to 1,000.", Keywords(minimum=0)]
    mismatches: Count
    mismatch_share: Share | None
    mismatch_upper_bound: Annotated[float | None, "Share that the true one is hardly above; null: nothing compared."]
    mismatch_limit: Annotated[float | None, "Share that the gate lets pass; null: there is no gate."]
    primary_ms: Annotated[float | None, "Median answer time of the monolith, milliseconds."]
    candidate_ms: Annotated[float | None, "Median answer time of the service, milliseconds."]
    verdict: Annotated[VerdictName | None, "null: there is no gate."]
    verdict_is_asked: Annotated[bool, "Whether the verdict decides something in this stage."]
    reasons: list[str]


class StageCount(TypedDict):
    """Routes in one stage."""

    stage: StageName
    routes: Count


class Routes(TypedDict):
    """A page of the list of routes, with what it was asked."""

    search: str
    stage: str
    service: str
    sort: str
    sorts: Annotated[list[Annotated[list[str], Keywords(minItems=2, maxItems=2)]], "Name and title of each order."]
    stages: list[StageCount]
    services: list[str]
    all: Annotated[int, "Routes of the file, chosen or not.", Keywords(minimum=0)]
    routes: list[RouteLine]
    paging: Paging


class Step(TypedDict):
    """One step of a canary."""

    percent: Percent
    hold_minutes: float


class Walk(TypedDict):
    """A route on its way through its steps."""

    route: str
    state: Literal["walking", "paused", "arrived", "rolled-back"]
    stage: StageName | None
    percent: Percent | None
    since: Annotated[str, "When it came there: UTC, ISO 8601.", Keywords(format="date-time")]
    steps: Annotated[int, "Steps that it has taken.", Keywords(minimum=0)]
    began_by: str
    why: str


class Latency(TypedDict):
    """Answer times of one side, milliseconds."""

    median: Milliseconds | None
    p99: Milliseconds | None


class Latencies(TypedDict):
    """Answer times, milliseconds."""

    primary: Annotated[Latency, "Of the monolith."]
    candidate: Annotated[Latency, "Of the service."]


class NotCompared(TypedDict):
    """Captures that were not compared, for one reason."""

    reason: str
    what: Annotated[str, "The reason in words."]
    count: Count


class PlainGroup(TypedDict):
    """Differences of one kind at one path."""

    number: int
    path: str
    kind: DifferenceKind
    severity: Severity
    count: Count
    share: Share
    noise: Annotated[bool, "The monolith differs from itself there."]
    noise_count: Count
    first_seen: UnixTime
    last_seen: UnixTime
    samples: Annotated[int, "Exchanges that are stored.", Keywords(minimum=0)]
    hint: str | None


class Group(PlainGroup):
    """A difference group as it is addressed."""

    id: Annotated[int | None, "The number in the group's address."]


class IgnoreRemark(TypedDict):
    """What there is to say of one ignore."""

    rule: str
    concern: Literal["expired", "matches-nothing", "matches-too-much", "hides-removed-or-retyped"]
    what: str
    remedy: str


class RouteHour(TypedDict):
    """A route in one hour."""

    hour: Hour
    comparisons: Count
    mismatches: Count
    primary_ms: Milliseconds | None
    candidate_ms: Milliseconds | None
    not_compared: Count


class Ways(TypedDict):
    """Where a step up and the way back lead; null: nowhere."""

    promote: StageName | None
    rollback: StageName | None


class Route(TypedDict):
    """One route: its steps, its evidence, its difference groups, its changes."""

    at: UnixTime
    route: RouteLine
    headline: str
    ways: Ways
    steps: list[Step]
    walk: Walk | None
    latency_ms: Latencies
    failures: Annotated[dict[str, int], "Comparisons without an answer of the service, by cause."]
    not_compared: list[NotCompared]
    groups: list[Group]
    noise: list[Group]
    ignores: list[IgnoreRemark]
    rules: Annotated[list[str], "The ignores of the file."]
    over_time: Annotated[list[RouteHour], "Seven days; hours without a capture are left out."]
    changes: Annotated[list[AuditEntry], "The newest."]


class Difference(TypedDict):
    """Where two answers differ."""

    path: str
    kind: DifferenceKind
    severity: Severity
    primary: Annotated[Any, "Of the monolith."]
    candidate: Annotated[Any, "Of the service."]


class ShownDifference(Difference):
    """Where two answers differ, with both values in words."""

    primary_text: str
    candidate_text: str


class Line(TypedDict):
    """A line of both answers beside each other."""

    left: str | None
    right: str | None
    differs: bool
    is_gap: Annotated[bool, "Stands for lines that are left out."]


class Sample(TypedDict):
    """One stored exchange, what is private taken out of it."""

    at: UnixTime
    request: Annotated[str, "Method and address."]
    differences: list[ShownDifference]
    more_differences: Annotated[int, "How many are not shown.", Keywords(minimum=0)]
    lines: list[Line]
    answered: Annotated[bool, "Whether the service gave an answer."]


class GroupPage(TypedDict):
    """One difference group with its stored exchanges."""

    route: str
    service: str | None
    group: Group
    samples: list[Sample]


class ChangePlan(TypedDict):
    """What a change would be, and what speaks against it. Nothing was changed."""

    route: str
    undo: bool
    from_: State
    to: State
    from_text: str
    to_text: str
    target: Annotated[str, "A stage, `promote` or `rollback`."]
    percent: Percent | None
    reason: str
    file: str
    diff: Annotated[str, "The exact change of the file, as a unified diff."]
    changes: Annotated[bool, "Whether it would change the file at all."]
    before_digest: Annotated[
        str, "Names the file as it is; given with the change, it is made only if that still holds."
    ]
    refused: Error | None
    evidence: Evidence | None
    passes: Annotated[bool, "Whether the gate lets it pass."]
    is_step_up: bool
    retires: bool


class Changed(TypedDict):
    """A change that was made."""

    changed: Annotated[bool, "Whether the file was changed; else it was so already."]
    diff: str
    audited: Annotated[bool, "Whether it could be written to the audit log."]
    in_force: Annotated[bool | None, "Whether all workers of the proxy act by it; null: no proxy runs."]
    error: NotRequired[Annotated[Error, "Why it is not in force."]]


class HiddenGroup(PlainGroup):
    """A difference group of which an ignore would hide something."""

    extent: Literal["wholly", "partly", "unknown", "not"]
    examples: list[Difference]


class Hides(TypedDict):
    """What an ignore would hide of what is stored."""

    comparisons: Count
    mismatches: Count
    mismatches_left: Count
    groups: list[HiddenGroup]


class IgnorePlan(TypedDict):
    """What an ignore would be and hide; when it is refused, without what follows from it. Nothing was changed."""

    route: str
    group: int
    back: Annotated[str, "Address of the group's page."]
    rule_path: str
    matching: str
    until: str
    reason: str
    refused: Error | None
    rule: str | None
    hides: NotRequired[Hides]
    file: NotRequired[str]
    diff: NotRequired[Annotated[str, "The exact change of the file, as a unified diff."]]
    before_digest: NotRequired[str]


class WalkPlan(TypedDict):
    """Whether a route walks through its steps by itself, or could."""

    route: str
    walks: bool
    steps: list[Step]
    refused: Annotated[Error | None, "Why it cannot begin to."]


class WalkChanged(TypedDict):
    """A walk that was begun or ended."""

    route: str
    changed: Annotated[bool, "false: it was so already."]
    walks: bool


class Audit(TypedDict):
    """A page of the audit log, the newest first."""

    search: str
    entries: list[AuditEntry]
    paging: Paging


class Proxy(TypedDict):
    """How the proxy is. What is null is not known."""

    runs: Literal["supervised", "orphaned", "nothing", "hidden"]
    what: str
    well: bool
    address: str | None
    generation: int | None
    workers_asked: int | None
    workers: int | None
    restarts: int | None
    open_connections: int | None
    faults: int | None
    reloads_refused: bool


class Metrics(TypedDict):
    """Where the proxy's counters are read."""

    address: str | None
    trouble: Annotated[str | None, "Why they cannot be."]


class Backend(TypedDict):
    """One backend."""

    name: str
    urls: list[str]
    left_out: Annotated[int | None, "URLs that workers leave out now, as they failed."]


class Comparer(TypedDict):
    """How comparing goes, counted since the proxy began."""

    last_comparison: UnixTime | None
    received: int | None
    compared: int | None
    store_failures: int | None


class Store(TypedDict):
    """Where the evidence is."""

    where: str
    bytes: Count
    limit_bytes: int
    keep_days: float


class Health(TypedDict):
    """Whether the machinery itself is well."""

    at: UnixTime
    proxy: Proxy
    metrics: Metrics
    backends: list[Backend]
    comparer: Comparer
    not_compared: Annotated[list[NotCompared], "Of the last 24 hours."]
    store: Store
