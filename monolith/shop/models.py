"""Abstract models that the apps share."""

from typing import Any

from django.db import models
from django.utils import timezone


class Timestamped(models.Model):
    """Knows when it was made and last changed.

    Defaults instead of `auto_now`, so that seeding can give fixed times. `save()` moves `updated_at`;
    `QuerySet.update()` and `bulk_create()` do not, and must give it themselves.
    """

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.updated_at = timezone.now()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "updated_at"}
        super().save(*args, **kwargs)
