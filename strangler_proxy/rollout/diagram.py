"""`docs/reference/stages.md`, written from the table: `python -m strangler_proxy.rollout.diagram [DIRECTORY]`."""

import sys
from pathlib import Path

from strangler_proxy.config.stage import Stage
from strangler_proxy.rollout.stages import TRANSITIONS, UNGATED, Event

NAME = "stages.md"
ANSWERED_BY = {
    Stage.MONOLITH: ("the monolith", "nothing"),
    Stage.SHADOW: (
        "the monolith",
        "the service is asked a sample of the same requests, and its answers are compared; users never wait for it",
    ),
    Stage.CANARY: (
        "the service for `canary.percent`, the monolith for the rest",
        "the monolith's share goes on being compared",
    ),
    Stage.SERVICE: ("the service", "the monolith stands by for safe methods when the service fails"),
    Stage.RETIRED: ("the service", "no fallback; the monolith's code may be deleted"),
}


def render() -> str:
    """Return the whole page."""
    rows = "\n".join(f"| `{stage}` | {user} | {other} |" for stage, (user, other) in ANSWERED_BY.items())
    return f"""# Stages

<!-- Written by `python -m strangler_proxy.rollout.diagram` from the stage table; do not edit. -->

A route is in one of five stages.

| stage | the user is answered by | the other side |
|---|---|---|
{rows}

```mermaid
{mermaid()}
```

`strangler promote ROUTE` is one step up. `strangler rollback ROUTE` leads back to the monolith from every other stage.
`strangler set ROUTE STAGE` goes down to any stage, or one step up; a leap over a stage needs `--force --reason WHY`.
A step marked *gate*, and a larger share of a canary, asks the gate of its stage whether the evidence is enough:
`[routes.gates.STAGE]`, or else `[routes.gate]`; a route that has neither is asked for nothing.
`strangler verdict ROUTE` says how it stands, and [Statistics](../explanation/statistics.md) what the numbers mean.

A step after which the service answers users, or more of them, is refused while the service does not accept a connection
or its `health` path does not answer 2xx; so is a step up from a canary of 0 percent. From `retired` on there is no
fallback.
"""


def mermaid() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {Stage.MONOLITH}"]
    for stage, events in TRANSITIONS.items():
        for event, after in events.items():
            gate = " (gate)" if event is Event.PROMOTE and stage not in UNGATED else ""
            lines.append(f"    {stage} --> {after}: {event}{gate}")
    return "\n".join(lines)


def main() -> None:
    """Write the page into the directory of the first argument, by default `docs/reference`."""
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")
    directory.mkdir(parents=True, exist_ok=True)
    (directory / NAME).write_text(render())


if __name__ == "__main__":
    main()
