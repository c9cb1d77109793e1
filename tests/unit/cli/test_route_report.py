"""What a report of a route says."""

from strangler_proxy.control.report.route_report import REASONS
from strangler_proxy.shadow.record import NotCompared

NOT_SEEN = "not-seen"
"""As the store's selectors call comparisons that could not look at everything."""


def test_every_reason_for_not_comparing_has_its_words() -> None:
    assert set(REASONS) == {NOT_SEEN, *(reason.value for reason in NotCompared)}
