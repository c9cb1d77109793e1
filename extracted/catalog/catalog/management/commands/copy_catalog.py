"""`manage.py copy_catalog --from URL` makes the service's data equal to the shop's."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from catalog import copying
from catalog.copying.source import EXAMPLES, SOURCE


class Command(BaseCommand):
    help = (
        "Copies the catalog's tables out of the shop's database, which is only read, in one transaction. "
        "Run again, it takes over what has changed since, and removes what is gone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="source", metavar="URL", required=True, help=f"the shop's: {EXAMPLES}")
        parser.add_argument(
            "--media",
            type=Path,
            metavar="FOLDER",
            help="the shop's MEDIA_ROOT, to copy the images too (default: they are shared, or served by the shop)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.copy(options["source"], options["media"])
        except copying.CopyRefused as refusal:
            raise CommandError(str(refusal)) from refusal

    def copy(self, url: str, media: Path | None) -> None:
        copying.schema_check(
            DEFAULT_DB_ALIAS, whose="The service's own database", remedy="Run manage.py migrate, then try again."
        )
        with copying.source_opened(url):
            copying.schema_check(
                SOURCE,
                whose="The shop's database",
                remedy="Bring the models of shop and service in line, or check --from. Nothing was copied.",
            )
            # Files first, so that no row is ever shown whose image is not there yet.
            if media is not None:
                self.copy_media(media)
            counts = copying.rows_copy()
        for table, count in counts.items():
            self.stdout.write(f"{table:<24}{count:>8} rows")

    def copy_media(self, folder: Path) -> None:
        target = Path(settings.MEDIA_ROOT)
        if folder.resolve() == target.resolve():
            self.stdout.write(f"The images are shared: {target}")
            return
        done = copying.media_copy(copying.image_names(), source=folder, target=target)
        self.stdout.write(f"{'images':<24}{done.copied + done.unchanged:>8} files, {done.copied} of them copied now")
        for name in done.missing:
            self.stderr.write(self.style.WARNING(f"No such file in {folder}: {name}"))
