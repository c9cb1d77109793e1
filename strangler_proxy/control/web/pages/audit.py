"""The audit log: who changed what, when, from what to what, why, and what the evidence was."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from strangler_proxy.control.connection import reached
from strangler_proxy.control.models import AuditEntry
from strangler_proxy.control.web.page import Document, page
from strangler_proxy.control.web.paging import numbered, page_of
from strangler_proxy.control.web.site import site_of

ON_A_PAGE = 50


@page("audit")
def audit(request: HttpRequest) -> Document:
    """The page: the newest first."""
    site_of(request).audit_take_in()
    wanted = str(request.GET.get("q", ""))[:200].strip()
    entries = AuditEntry.objects.all()
    if wanted:
        entries = entries.filter(
            Q(route__icontains=wanted) | Q(who__icontains=wanted) | Q(what__icontains=wanted) | Q(why__icontains=wanted)
        )
    with reached():
        paging = page_of(entries.count(), ON_A_PAGE, request.GET.get("page"))
        shown = [entry_document(one) for one in entries[paging.first : paging.last]]
    return {"search": wanted, "entries": shown, "paging": numbered(paging, request.GET)}


def entry_document(entry: AuditEntry) -> dict[str, Any]:
    """One entry."""
    return {
        "id": entry.pk,
        "when": entry.when.timestamp(),
        "who": entry.who,
        "what": entry.what,
        "route": entry.route,
        "before": entry.before,
        "after": entry.after,
        "why": entry.why,
        "forced": entry.forced,
        "evidence": entry.evidence,
        "from": state_text(entry.before),
        "to": state_text(entry.after),
    }


def state_text(state: Any) -> str:
    """`canary 10 %`, or what else was changed."""
    if not isinstance(state, dict):
        return "" if state is None else str(state)
    if "stage" not in state:
        return ", ".join(f"{key}: {value}" for key, value in state.items())
    percent = state.get("percent")
    return f"{state['stage']} {percent:g} %" if isinstance(percent, int | float) else str(state["stage"])
