"""Putting a route into another stage: first the exact change of the file, then, with a reason, the change."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from strangler_proxy.config.load import read
from strangler_proxy.config.model import Gate, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.change_made import Made, change_make
from strangler_proxy.control.reach import must_answer
from strangler_proxy.control.toggle import ORDER, Rewrite, Wish, percent_of, plan_change, plan_way_back
from strangler_proxy.control.web.page import JSON_OPTIONS, Document, must_have, page
from strangler_proxy.control.web.pages.audit import state_text
from strangler_proxy.control.web.pages.route import found_route
from strangler_proxy.control.web.roles import CHANGE, FORCE
from strangler_proxy.control.web.site import Site, site_of
from strangler_proxy.errors import StranglerError, WrongUsage
from strangler_proxy.rollout.judge import judge_evidence
from strangler_proxy.rollout.stages import Event
from strangler_proxy.rollout.verdict import Judgement, Verdict

CHANGED = "The file was changed by somebody else since this page showed the change. Nothing was written; look again."


@page("change", methods=("GET", "POST"))
def change(request: HttpRequest, name: str) -> Document | HttpResponse:
    """GET shows what would be changed; POST changes it, if it still is what was shown."""
    must_have(request, CHANGE, "change a route's stage")
    site = site_of(request)
    found = found_route(site.config, name)
    asked = request.POST if request.method == "POST" else request.GET
    wish = wish_of(found, {key: str(value) for key, value in asked.items()})
    if wish.force:
        must_have(request, FORCE, "go past a gate")
    if request.method == "POST":
        return _made(request, site, found, wish)
    return {"route": name, "undo": bool(asked.get("undo")), **_plan_document(site, found, wish)}


def state_of(route: Route) -> dict[str, Any]:
    """Stage and canary share, as the audit log has them."""
    return {"stage": route.stage.value, "percent": percent_of(route)}


def wish_of(found: Route, asked: Mapping[str, str]) -> Wish:
    """What the form, or the address, asks for. Raises: WrongUsage."""
    to, percent = asked.get("to") or Event.PROMOTE.value, asked.get("percent", "").strip()
    if to not in (*Stage, *Event):
        raise WrongUsage(f'"{to}" is no stage.', remedy=f"One of {', '.join(Stage)}, promote or rollback.")
    target = Stage(to) if to in tuple(Stage) else Event(to)
    share = None
    if percent and target in (Stage.CANARY, Event.PROMOTE):
        try:
            share = float(percent)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 100:
            raise WrongUsage(f'"{percent}" is no share.', remedy="Give a number of percent from 0 to 100.")
    reason = asked.get("reason", "").strip()[:1000] or None
    return Wish(target=target, percent=share, force=asked.get("force") == "yes", reason=reason)


def _planned(site: Site, found: Route, wish: Wish, text: str) -> Rewrite:
    """The change, its gate asked. Raises: as `plan_change`."""
    down = lower_stage(found, wish)
    if down is not None:
        return plan_way_back(text, site.config_path, [found.name], None, False, down, wish.reason)
    return plan_change(text, site.config_path, found.name, wish, _judged)


def lower_stage(found: Route, wish: Wish) -> Stage | None:
    """The stage that the wish leads down to; None: it leads up, or stays. The way back works in a file with mistakes
    and on a full disk."""
    if wish.target is Event.ROLLBACK:
        return Stage.MONOLITH
    down = isinstance(wish.target, Stage) and ORDER.index(wish.target) < ORDER.index(found.stage)
    return Stage(wish.target) if down and wish.percent is None else None


def _judged(route: Route, gate: Gate) -> Judgement:
    from strangler_proxy.control.selectors import evidence_of

    return judge_evidence(evidence_of(route.name, route.compare), gate)


def _plan_document(site: Site, found: Route, wish: Wish) -> dict[str, Any]:
    """What would be changed, and what speaks against it; the change itself is shown either way."""
    text = read(site.config_path)
    refused: StranglerError | None = None
    try:
        planned = _planned(site, found, wish, text)
        if not wish.force and lower_stage(found, wish) is None:
            must_answer(planned, site.config_path)
    except StranglerError as error:
        refused = error
        planned = _unasked(site, found, wish, text)
    after = planned.changes[0].after
    judgement = planned.changes[0].judgement
    return {
        "from": state_of(found),
        "to": state_of(after),
        "from_text": state_text(state_of(found)),
        "to_text": state_text(state_of(after)),
        "target": wish.target.value,
        "percent": wish.percent,
        "reason": wish.reason or "",
        "file": str(site.config_path),
        "diff": planned.edit.diff,
        "changes": planned.edit.changes,
        "before_digest": text_digest(text),
        "refused": None if refused is None else refused.fields,
        "evidence": None if judgement is None else judgement.document,
        "passes": judgement is not None and judgement.verdict is Verdict.PASS,
        "is_step_up": ORDER.index(after.stage) > ORDER.index(found.stage),
        "retires": after.stage is Stage.RETIRED and found.stage is not Stage.RETIRED,
    }


def _unasked(site: Site, found: Route, wish: Wish, text: str) -> Rewrite:
    """The change as it would be if it were forced. Raises: what no force helps against."""
    forced = Wish(target=wish.target, percent=wish.percent, force=True, reason="shown, not made")
    return _planned(site, found, forced, text)


def text_digest(text: str) -> str:
    """Names the text that a plan was made from."""
    from strangler_proxy.proxy.in_force import digest

    return digest(text.encode())


def _made(request: HttpRequest, site: Site, found: Route, wish: Wish) -> HttpResponse:
    if not wish.reason:
        raise WrongUsage("A change needs its reason, for the audit log.", remedy="Say why, in a few words.")
    shown = request.POST.get("before_digest")

    def plan(text: str) -> Rewrite:
        if shown and shown != text_digest(text):
            raise WrongUsage(CHANGED, remedy="Go back and load the page anew.")
        planned = _planned(site, found, wish, text)
        if not wish.force and lower_stage(found, wish) is None:
            must_answer(planned, site.config_path)
        return planned

    what = wish.target.value if isinstance(wish.target, Event) else "set"
    who = request.user.get_username()
    made = change_make(site.config_path, plan, who=who, what=what, at_any_price=lower_stage(found, wish) is not None)
    now = state_text(state_of(made.planned.changes[0].after))
    return answer_of(request, made, found, f"{found.name} is now in {now}")


def answer_of(request: HttpRequest, made: Made, found: Route, said: str) -> HttpResponse:
    """Back to the route, which says what came of it; or that as JSON."""
    if getattr(request, "wants_json", False):
        document = {
            "changed": made.planned.edit.changes,
            "diff": made.planned.edit.diff,
            "audited": made.audited,
            **made.came.fields,
        }
        return JsonResponse(document, json_dumps_params=JSON_OPTIONS)
    level = messages.ERROR if made.came.in_force is False else messages.SUCCESS
    text = f"{said}: {made.came.what}."
    if not made.audited:
        text += " It could not be written to the audit log."
    messages.add_message(request, level, text, extra_tags=undo_address(made, found))
    return HttpResponseRedirect(reverse("route", args=[found.name]))


def undo_address(made: Made, found: Route) -> str:
    """Where the change can be undone; empty: there is nothing to undo."""
    if not made.planned.edit.changes or not made.planned.changes:
        return ""
    share = percent_of(found)
    percent = "" if share is None else f"&percent={share:g}"
    return f"{reverse('change', args=[found.name])}?to={found.stage}{percent}&undo=1&reason=Undo"
