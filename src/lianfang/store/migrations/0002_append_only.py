"""Entries, leaves, checkpoints and ledger versions can be added and read; changing or deleting them is refused."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = ("entry", "leaf", "checkpoint", "ledger_version")
REASON = "evidence is append-only"


def guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add the triggers, and on PostgreSQL the counter of entries."""
    if editor.connection.vendor == "sqlite":
        for table in TABLES:
            for act in ("UPDATE", "DELETE"):
                editor.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{REASON}'); END"
                )
        return
    editor.execute("CREATE SEQUENCE entry_id_seq OWNED BY entry.id")
    editor.execute("ALTER TABLE entry ALTER COLUMN id SET DEFAULT nextval('entry_id_seq')")
    editor.execute(
        f"CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REASON}'; END $$"
    )
    for table in TABLES:
        editor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


class Migration(migrations.Migration):
    """Irreversible on purpose."""

    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(guard)]
