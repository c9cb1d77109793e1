"""What beat asks for at night."""

from datetime import date, timedelta

from celery import shared_task
from django.utils import timezone

from reports.services import nightly_report_build


@shared_task
def build_nightly_report(day: str | None = None) -> str:
    """Builds the report of the day, as `2025-01-31`; without one, of yesterday. Returns the day."""
    chosen = date.fromisoformat(day) if day else timezone.now().date() - timedelta(days=1)
    nightly_report_build(day=chosen)
    return chosen.isoformat()
