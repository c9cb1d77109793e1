"""Triggers that keep the audit log as it was written, also from a person with a database shell.

A later migration that rebuilds the table (SQLite rebuilds it for most changes) must make them again.
"""

from typing import Any

from django.db import migrations

_SQLITE = """
CREATE TRIGGER strangler_audit_{event} BEFORE {event} ON strangler_auditentry
BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never changed'); END
"""
_FUNCTION = """
CREATE FUNCTION strangler_audit_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'entries of the audit log are never changed'; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER strangler_audit_{event} BEFORE {event} ON strangler_auditentry
FOR EACH ROW EXECUTE FUNCTION strangler_audit_kept()
"""


def make(_apps: Any, editor: Any) -> None:
    """Makes the two triggers in the way of the database."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_FUNCTION)
    trigger = _POSTGRESQL if editor.connection.vendor == "postgresql" else _SQLITE
    for event in ("update", "delete"):
        editor.execute(trigger.format(event=event))


def unmake(_apps: Any, editor: Any) -> None:
    """Removes them."""
    on = " ON strangler_auditentry" if editor.connection.vendor == "postgresql" else ""
    for event in ("update", "delete"):
        editor.execute(f"DROP TRIGGER strangler_audit_{event}{on}")
    if on:
        editor.execute("DROP FUNCTION strangler_audit_kept()")


class Migration(migrations.Migration):
    dependencies = [("strangler", "0001_initial")]
    operations = [migrations.RunPython(make, unmake)]
