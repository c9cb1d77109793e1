"""An ignore that is to be written: the rule, and what it would hide of what is stored. Nothing is written here."""

import re
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from strangler_proxy.compare.groups import GroupKey
from strangler_proxy.compare.rules import Ignore
from strangler_proxy.config import patterns
from strangler_proxy.config.edit import Edit
from strangler_proxy.config.edit_list import with_ignore
from strangler_proxy.config.model import Config, Route
from strangler_proxy.control.report.hides import Extent, Hidden, hidden
from strangler_proxy.control.report.route_report import ReportedGroup
from strangler_proxy.control.toggle import Rewrite
from strangler_proxy.errors import WrongUsage

EXAMPLES = 2
"""Differences that are shown of each group."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What the rule would hide of what is stored."""

    comparisons: int
    mismatches: int
    mismatches_left: int
    """Once the groups that it hides wholly do not count."""
    groups: tuple[tuple[ReportedGroup, Hidden], ...]
    """Those that it hides something of."""

    def document(self) -> dict[str, Any]:
        """Its JSON form."""
        return {
            "comparisons": self.comparisons,
            "mismatches": self.mismatches,
            "mismatches_left": self.mismatches_left,
            "groups": [
                {
                    **group.document(),
                    "extent": one.extent.value,
                    "examples": [d.document() for d in one.examples[:EXAMPLES]],
                }
                for group, one in self.groups
            ],
        }


def ignore_rule(path: str, matching: str | None, until: str | None, today: date) -> str:
    """The rule as the config has it. Raises: WrongUsage when it is none."""
    if until is not None:
        try:
            day = date.fromisoformat(until)
        except ValueError:
            raise WrongUsage(f'"{until}" is no day.', remedy="Write --until 2027-01-31.") from None
        if day <= today:
            raise WrongUsage(f"{day} is not in the future.", remedy="Give a day from tomorrow on.")
        path = f"{path} until {day}"
    if matching is not None:
        try:
            re.compile(matching)
        except re.error as error:
            raise WrongUsage(f"{matching!r} is no regular expression: {error}.", remedy="Mend --matching.") from None
        path = f"{path} ~{matching}"
    if not patterns.fits(patterns.IGNORE, path):
        raise WrongUsage(
            f'"{path}" is no path of a difference.',
            remedy="Write it as `strangler diff ROUTE` shows it: status, header:NAME, cookie:NAME or 'body:$.member'.",
        )
    return path


def plan_ignore(text: str, path: Path, route: str, rule: str) -> Rewrite:
    """The change of the file's `text` that gives the route the rule.

    Raises: ConfigInvalid, UnknownRoute, EditRefused.
    """
    after = with_ignore(text, route, rule, source=path)
    return Rewrite(edit=Edit(path=path, before=text, after=after), changes=())


def ignore_preview(config: Config, route: Route, text: str) -> Preview:
    """What the rule would hide. The store is open. Raises: StoreUnreachable."""
    from strangler_proxy.control.report.gather import report_of
    from strangler_proxy.control.selectors import evidence_of

    rule = Ignore.of(text)
    report = report_of(config, route, time.time(), wanted=lambda number: True)
    groups = []
    for group in report.counting:
        differences = [one for sample in group.samples for one in sample.differences]
        effect = hidden(rule, GroupKey(group.path, group.kind), differences)
        if effect.extent is not Extent.NOT:
            groups.append((group, effect))
    gone = {GroupKey(group.path, group.kind) for group, effect in groups if effect.extent is Extent.WHOLLY}
    left = evidence_of(route.name, route.compare, excused=gone).mismatches if gone else report.mismatches
    return Preview(
        comparisons=report.comparisons, mismatches=report.mismatches, mismatches_left=left, groups=tuple(groups)
    )
