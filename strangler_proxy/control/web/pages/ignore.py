"""Writing an ignore: first the rule, what it would hide and the exact change of the file, then the change."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from strangler_proxy.config.load import read
from strangler_proxy.config.model import Route
from strangler_proxy.control.change_made import ignore_make
from strangler_proxy.control.errors import AlreadyIgnored
from strangler_proxy.control.ignoring import ignore_preview, ignore_rule, plan_ignore
from strangler_proxy.control.selectors import group_list
from strangler_proxy.control.toggle import Rewrite
from strangler_proxy.control.web.page import Document, is_there, must_have, page
from strangler_proxy.control.web.pages.change import CHANGED, answer_of, text_digest
from strangler_proxy.control.web.pages.route import found_route
from strangler_proxy.control.web.roles import IGNORE
from strangler_proxy.control.web.site import Site, site_of
from strangler_proxy.errors import StranglerError, WrongUsage


@page("ignore", methods=("GET", "POST"))
def ignore(request: HttpRequest, name: str, number: int) -> Document | HttpResponse:
    """GET shows what the rule would hide; POST writes it."""
    must_have(request, IGNORE, "write an ignore")
    site = site_of(request)
    found = found_route(site.config, name)
    of_id = next((one for one in group_list(name, found.compare) if one.id == number), None)
    is_there(of_id, "difference group")
    assert of_id is not None
    asked = request.POST if request.method == "POST" else request.GET
    matching, until = str(asked.get("matching", "")).strip() or None, str(asked.get("until", "")).strip() or None
    form = {
        "rule_path": of_id.path,
        "matching": matching or "",
        "until": until or "",
        "reason": asked.get("reason", ""),
    }
    document: dict[str, Any] = {"route": name, "group": number, "back": reverse("group", args=[name, number]), **form}
    try:
        rule = ignore_rule(of_id.path, matching, until, datetime.now(UTC).date())
        if rule in found.compare.ignore:
            raise AlreadyIgnored(f"{name} has this ignore already.", remedy="Nothing is to be done.")
    except StranglerError as error:
        if request.method == "POST":
            raise
        return {**document, "refused": error.fields, "rule": None}
    if request.method == "POST":
        return _made(request, site, found, rule)
    text = read(site.config_path)
    edit = plan_ignore(text, site.config_path, name, rule).edit
    return {
        **document,
        "refused": None,
        "rule": rule,
        "hides": ignore_preview(site.config, found, rule).document(),
        "file": str(site.config_path),
        "diff": edit.diff,
        "before_digest": text_digest(text),
    }


def _made(request: HttpRequest, site: Site, found: Route, rule: str) -> HttpResponse:
    why = str(request.POST.get("reason", "")).strip()[:1000]
    if not why:
        raise WrongUsage("An ignore needs its reason, for the audit log.", remedy="Say why, in a few words.")
    shown = request.POST.get("before_digest")

    def plan(text: str) -> Rewrite:
        if shown and shown != text_digest(text):
            raise WrongUsage(CHANGED, remedy="Go back and load the page anew.")
        return plan_ignore(text, site.config_path, found.name, rule)

    made = ignore_make(site.config_path, plan, who=request.user.get_username(), route=found, rule=rule, why=why)
    return answer_of(request, made, found, f"Differences at {rule} do not count any more, and the evidence begins anew")
