"""The audit log: who changed what, when, why, and what the evidence was. Entries are added and nothing else."""

from typing import Any, NoReturn

from django.db import models


class AuditKept(Exception):
    """An entry of the audit log was to be changed or deleted."""


class AppendOnly(models.QuerySet):
    """Refuses what would change the past; the database refuses it as well, by a trigger."""

    def update(self, **_values: Any) -> NoReturn:
        raise AuditKept("entries of the audit log are never changed")

    def delete(self) -> NoReturn:
        raise AuditKept("entries of the audit log are never deleted")


class AuditEntry(models.Model):
    """One change that was made, or refused."""

    when = models.DateTimeField(db_index=True)
    who = models.CharField(max_length=200)
    """The user of the dashboard or of the operating system, or `controller`."""
    what = models.CharField(max_length=50)
    """`set`, `promote`, `rollback`, `ignore`, …"""
    route = models.CharField(max_length=200, blank=True, db_index=True)
    """Empty: the change is of no single route."""
    before = models.JSONField(null=True)
    """Stage and canary share, or what else was changed."""
    after = models.JSONField(null=True)
    why = models.TextField(blank=True)
    forced = models.BooleanField(default=False)
    evidence = models.JSONField(null=True)
    """The verdict and its numbers at that moment; null: none was asked for."""
    step = models.CharField(max_length=100, null=True, unique=True)
    """The id of the entry in the file `audit.jsonl`, of which this is the copy; null: it is none. That of a step of a
    walk is the step's name, so that one that is done again after a kill is not written twice."""

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("view_dashboard", "See every page"),
            ("change_stage", "Put a route into another stage, when its gate lets it pass"),
            ("write_ignore", "Write an ignore"),
            ("force_stage", "Go past a gate, or leap over a stage"),
        ]

    def __str__(self) -> str:
        return f"{self.when:%Y-%m-%d %H:%M} {self.who} {self.what} {self.route}"

    def save(self, *args: Any, **options: Any) -> None:
        """Adds it. Raises: AuditKept when it was added before."""
        if not self._state.adding:
            raise AuditKept("entries of the audit log are never changed")
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        """Raises: AuditKept."""
        raise AuditKept("entries of the audit log are never deleted")
