"""What `set`, `promote` and `rollback` have in common: show the plan or make it, and say what came of it."""

from typing import Any

from strangler_proxy.cli.failure import failure_of, text_of
from strangler_proxy.cli.render import coloured_diff, percent_text, stage_text
from strangler_proxy.cli.session import Session
from strangler_proxy.config.load import read
from strangler_proxy.config.model import Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.words import plural
from strangler_proxy.control.confirmation import Confirmation, confirm
from strangler_proxy.control.rewrite_file import audit, rewrite
from strangler_proxy.control.toggle import Change, Planner, Rewrite

NOTHING_TO_DO = "No route is above that stage: nothing to do."
AFTERWARDS = {
    Stage.MONOLITH: "the monolith answers",
    Stage.SHADOW: "the monolith answers; the service is asked the same, and its answers are compared",
    Stage.CANARY: "the service answers its share, the monolith the rest",
    Stage.SERVICE: "the service answers, and the monolith stands by",
    Stage.RETIRED: "the service answers alone: from now on there is NO fallback when it fails. "
    "`strangler rollback` works for as long as the monolith's code is not deleted",
}


def carry_out(session: Session, verb_name: str, plan: Planner, *, dry_run: bool, at_any_price: bool = False) -> int:
    """Show the plan; without `dry_run` make the change, write the audit log, and wait for the proxy to act by it.

    Returns the exit code: 4 when the file says so now, and a running proxy does not act by it.

    Raises: as `rewrite`.
    """
    path = session.config_path
    if dry_run:
        planned = plan(read(path))
        session.answer(_document(planned, dry_run=True), lambda: _shown(planned))
        return 0
    planned, written_over = rewrite(path, plan, at_any_price=at_any_price)
    if written_over:
        session.say("warning: the file could not be replaced, so it was written over in place.")
    document = _document(planned, dry_run=False)
    if planned.edit.changes:
        document["audited"] = _audited(session, verb_name, planned)
    came = _with_mistakes(planned) if planned.mistakes else confirm(path)
    document |= came.fields
    for mistake in planned.mistakes:
        session.say(f"warning: {mistake}")
    session.answer(document, lambda: "\n".join(_told(planned, came)))
    if came.failure is None:
        return 0
    if not session.as_json:
        session.say(text_of(failure_of(came.failure)))
    return came.failure.exit_code


def _with_mistakes(planned: Rewrite) -> Confirmation:
    return Confirmation(
        in_force=False,
        what=f"{'written, but ' if planned.edit.changes else ''}NOT in force: "
        f"the file has {plural(len(planned.mistakes), 'mistake')} elsewhere, "
        "and a running proxy goes on with the last valid file until that is mended",
        remedy="Mend what is listed above; `strangler check` shows what is left.",
    )


def _document(planned: Rewrite, *, dry_run: bool) -> dict[str, Any]:
    """One route's change as it is, several as a list."""
    changes = [change.document for change in planned.changes]
    return {
        **(changes[0] if len(changes) == 1 else {"changes": changes}),
        "changed": planned.edit.changes and not dry_run,
        "dry_run": dry_run,
        "file": str(planned.edit.path),
        "diff": planned.edit.diff,
        "mistakes": [str(mistake) for mistake in planned.mistakes],
        **({"retired": list(planned.retired)} if planned.retired else {}),
    }


def _shown(planned: Rewrite) -> str:
    lines = [*([_plan(change) for change in planned.changes] or [NOTHING_TO_DO]), *map(_left, planned.retired)]
    if planned.edit.changes:
        lines += [coloured_diff(planned.edit.diff), "Nothing was written (--dry-run)."]
    return "\n".join(lines)


def _told(planned: Rewrite, came: Confirmation) -> list[str]:
    lines = [
        f"{_plan(change)} {_sentence(AFTERWARDS[change.after.stage])}" if change.changes else _plan(change)
        for change in planned.changes
    ] or [NOTHING_TO_DO]
    lines += map(_left, planned.retired)
    return lines if came.failure else [*lines, _sentence(came.what)]


def _left(route: str) -> str:
    return f"{route} stays retired, as the monolith may have lost its code; `strangler rollback {route}` takes it back."


def _plan(change: Change) -> str:
    if not change.changes:
        return f"{change.before.name} is in stage {_stage(change.before)} already."
    before = f'"{change.written}"' if change.written else _stage(change.before)
    return f"{change.before.name}: {before} → {_stage(change.after)}{_service_change(change)}."


def _audited(session: Session, verb_name: str, planned: Rewrite) -> bool:
    try:
        audit(session.config_path, verb_name, planned)
    except OSError as error:
        session.say(f"warning: the change is made, but not in the audit log: {error}.")
        return False
    return True


def _stage(route: Route) -> str:
    return stage_text(route.stage, f" {percent_text(route.canary.percent)}" if route.stage is Stage.CANARY else "")


def _service_change(change: Change) -> str:
    old, new = change.before.service, change.after.service
    return "" if old == new else f", service {old} → {new}" if old else f", service {new}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
