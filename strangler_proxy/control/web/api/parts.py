"""What several of the API's documents are made of. Each class is the JSON Schema of that name."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from strangler_proxy.control.web.api.json_schema import Keywords

UnixTime = Annotated[float, "Unix time in seconds."]
Hour = Annotated[int, "Whole hours of Unix time."]
Count = Annotated[int, Keywords(minimum=0)]
Share = Annotated[float, "From 0 to 1.", Keywords(minimum=0, maximum=1)]
Percent = Annotated[float, "Of 100.", Keywords(minimum=0, maximum=100)]
Milliseconds = Annotated[float, "Milliseconds.", Keywords(minimum=0)]
StageName = Literal["monolith", "shadow", "canary", "service", "retired"]
Severity = Literal["high", "medium", "low"]
DifferenceKind = Literal["added", "removed", "type", "value", "order", "size"]
VerdictName = Literal["pass", "fail", "not enough evidence"]


class Error(TypedDict):
    """What went wrong, as the command's `--json` says it."""

    code: Annotated[str, "Stable; the reference of error codes lists it.", Keywords(pattern="^STR[0-9]{3}$")]
    what: str
    where: Annotated[str | None, "File and line, where there is one."]
    remedy: str | None


class Errors(TypedDict):
    """The answer when something is refused or goes wrong."""

    error: Annotated[Error, "The first."]
    errors: NotRequired[Annotated[list[Error], "All, when there are several."]]


class Paging(TypedDict):
    """Where a page of a list is in the whole."""

    number: Annotated[int, "Of this page, from 1.", Keywords(minimum=1)]
    pages: Annotated[int, Keywords(minimum=1)]
    total: Annotated[int, "Items on all pages.", Keywords(minimum=0)]
    first: Annotated[int, "Number of the first item here, from 1; 0: there is none.", Keywords(minimum=0)]
    last: Annotated[int, "Number of the last item here.", Keywords(minimum=0)]
    previous: Annotated[str | None, "Query string of the page before."]
    next: Annotated[str | None, "Query string of the page after."]


class Evidence(TypedDict):
    """A verdict and what it rests on."""

    verdict: VerdictName
    reasons: list[str]
    comparisons: Count
    mismatches: Count
    mismatch_upper_bound: Annotated[float | None, "Share of mismatches that the true one is hardly above."]
    addresses: NotRequired[
        Annotated[int, "Different paths, counted up to 1,000; older entries have none.", Keywords(minimum=0)]
    ]


class State(TypedDict):
    """Where a route is."""

    stage: StageName
    percent: Annotated[float | None, "Share of users in a canary, of 100."]


class AuditEntry(TypedDict):
    """One change that was made."""

    id: int
    when: UnixTime
    who: str
    what: Annotated[str, "`set`, `promote`, `rollback`, `ignore`, …"]
    route: Annotated[str, "Empty: of no single route."]
    before: Annotated[Any, "What it was: mostly `{stage, percent}`."]
    after: Annotated[Any, "What it is: mostly `{stage, percent}`."]
    why: str
    forced: bool
    evidence: Annotated[Any, "The verdict at that moment; null: none was asked for."]
    from_: Annotated[str, "`before` in words."]
    to: Annotated[str, "`after` in words."]
