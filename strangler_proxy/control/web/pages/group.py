"""One difference group: whole exchanges, both answers beside each other."""

import time
from typing import Any

from django.http import HttpRequest

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.compare.visible import shown_value
from strangler_proxy.config.model import Config, Route
from strangler_proxy.control.report.gather import report_of
from strangler_proxy.control.report.route_report import ReportedGroup, ReportedSample
from strangler_proxy.control.report.two_columns import side_by_side
from strangler_proxy.control.selectors import group_list
from strangler_proxy.control.web.page import Document, is_there, page
from strangler_proxy.control.web.pages.route import found_route
from strangler_proxy.control.web.site import site_of

DIFFERENCES = 20
"""Of one exchange that are shown."""


@page("group")
def group(request: HttpRequest, name: str, number: int) -> Document:
    """The page; `number` is the group's id in the store."""
    config = site_of(request).config
    found = found_route(config, name)
    one = group_of_id(config, found, number, time.time())
    return {
        "route": name,
        "service": found.service,
        "group": {**one.document(), "id": number},
        "samples": [sample_document(sample) for sample in one.samples],
    }


def group_of_id(config: Config, found: Route, number: int, now: float) -> ReportedGroup:
    """The group, with its samples. Raises: Gone; StoreUnreachable."""
    key = {one.id: (one.path, one.kind) for one in group_list(found.name, found.compare)}.get(number)
    is_there(key, "difference group")
    report = report_of(config, found, now)
    short = next((one for one in report.groups if (one.path, one.kind) == key), None)
    is_there(short, "difference group any more: an ignore hides it, and it")
    assert short is not None
    report = report_of(config, found, now, wanted=lambda at: at == short.number)
    return next(one for one in report.groups if (one.path, one.kind) == key)


def sample_document(sample: ReportedSample) -> dict[str, Any]:
    """One exchange."""
    return {
        "at": sample.at,
        "request": sample.label,
        "differences": [{**one.document(), **_words(one)} for one in sample.differences[:DIFFERENCES]],
        "more_differences": max(0, len(sample.differences) - DIFFERENCES),
        "lines": [
            {"left": pair.left, "right": pair.right, "differs": pair.differs, "is_gap": pair.is_gap}
            for pair in side_by_side(sample.primary, sample.candidate)
        ],
        "answered": sample.candidate is not None,
    }


def _words(one: Difference) -> dict[str, str]:
    return {
        "primary_text": "nothing" if one.kind is Kind.ADDED else shown_value(one.primary),
        "candidate_text": "nothing" if one.kind is Kind.REMOVED else shown_value(one.candidate),
    }
