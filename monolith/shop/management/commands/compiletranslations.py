"""`manage.py compiletranslations` is `compilemessages` for machines without GNU gettext."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from shop.translations import compiled


class Command(BaseCommand):
    help = "Compiles locale/*/LC_MESSAGES/*.po; the results are committed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for po_file in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                po_file.with_suffix(".mo").write_bytes(compiled(po_file))
                self.stdout.write(f"compiled {po_file.relative_to(settings.BASE_DIR)}")
