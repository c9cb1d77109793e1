"""The nightly reports of `manage.py seed`."""

from datetime import UTC, datetime, time, timedelta

from reports.models import NightlyReport
from reports.selectors import last_order_day
from reports.services import nightly_report_build

REPORTS = 7


def nightly_reports_seed() -> int:
    """Builds those of the last days' reports that are missing, as if each had been made in its own night."""
    last = last_order_day()
    if last is None or NightlyReport.objects.exists():
        return 0
    for ago in range(REPORTS):
        day = last - timedelta(days=ago)
        night = datetime.combine(day + timedelta(days=1), time(2, 15), tzinfo=UTC)
        report = nightly_report_build(day=day)
        NightlyReport.objects.filter(pk=report.pk).update(created_at=night, updated_at=night)
    return REPORTS
