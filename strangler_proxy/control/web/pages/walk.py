"""Letting a route walk through its steps by itself, and ending that."""

import contextlib
import time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from strangler_proxy.control.audit_log import append_audit
from strangler_proxy.control.models import WalkState
from strangler_proxy.control.walk_entry import must_have_a_way, walk_entry
from strangler_proxy.control.walks import walk_begin, walk_list, walk_stop
from strangler_proxy.control.web.page import JSON_OPTIONS, Document, must_have, page
from strangler_proxy.control.web.pages.route import found_route
from strangler_proxy.control.web.roles import CHANGE
from strangler_proxy.control.web.site import Site, site_of
from strangler_proxy.errors import StranglerError, WrongUsage


@page("walk", methods=("GET", "POST"))
def walk(request: HttpRequest, name: str) -> Document | HttpResponse:
    """GET says what would happen; POST lets the route walk, or ends its walk, whichever is meant by `do`."""
    must_have(request, CHANGE, "let a route walk")
    site = site_of(request)
    found = found_route(site.config, name)
    now = next(iter(walk_list(name)), None)
    walks = now is not None and now.state == WalkState.WALKING
    refused: StranglerError | None = None
    if not walks:
        try:
            must_have_a_way(found)
        except StranglerError as error:
            refused = error
    if request.method == "POST":
        if refused is not None:
            raise refused
        return _done(request, site, name)
    steps = [{"percent": step.percent, "hold_minutes": step.hold_minutes} for step in found.steps]
    return {"route": name, "walks": walks, "steps": steps, "refused": None if refused is None else refused.fields}


def _done(request: HttpRequest, site: Site, name: str) -> HttpResponse:
    why, ends = str(request.POST.get("reason", "")).strip()[:1000], request.POST.get("do") == "end"
    if not why:
        raise WrongUsage("A walk needs its reason, for the audit log.", remedy="Say why, in a few words.")
    who, found = request.user.get_username(), found_route(site.config, name)
    if ends:
        entry = walk_stop(route=name, why=f"Ended by {who}: {why}")
    else:
        entry = walk_begin(route=found, who=who, now=time.time())
    if entry is not None:
        with contextlib.suppress(OSError):  # it is done all the same, and the walk itself says by whom
            append_audit(
                site.config_path,
                walk_entry("walk-ended" if ends else "walk-begun", found, who=who, why=why, name=entry),
            )
    document: dict[str, Any] = {"route": name, "changed": entry is not None, "walks": not ends}
    if getattr(request, "wants_json", False):
        return JsonResponse(document, json_dumps_params=JSON_OPTIONS)
    said = "does not walk any more, and stays where it is" if ends else "walks through its steps by itself"
    messages.add_message(request, messages.SUCCESS, f"{name} {said}.")
    return HttpResponseRedirect(reverse("route", args=[name]))
