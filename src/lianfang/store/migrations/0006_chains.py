"""The entries of a case are a chain: each knows the one before it, and the case its last. So they are found without an index."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

REASON = "evidence is append-only"
LINKED = """
UPDATE entry SET before = earlier.before FROM (
    SELECT id, lag(id) OVER (PARTITION BY case_id ORDER BY id) AS before FROM entry WHERE case_id IS NOT NULL
) AS earlier WHERE earlier.id = entry.id
"""
ENDS = "UPDATE case_row SET last = (SELECT max(id) FROM entry WHERE case_id = case_row.id)"


def link(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Link the entries that are there, for which the guard of the table steps aside; what they say stays as it is."""
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER entry_no_update")
        editor.execute(LINKED)
        editor.execute(f"CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, '{REASON}'); END")
    else:
        editor.execute("ALTER TABLE entry DISABLE TRIGGER entry_append_only")
        editor.execute(LINKED)
        editor.execute("ALTER TABLE entry ENABLE TRIGGER entry_append_only")
    editor.execute(ENDS)


def unburden(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """On SQLite nothing needs the index any more: there is one writer at a time, and nothing is found by it."""
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP INDEX entry_case_n")


class Migration(migrations.Migration):
    """Irreversible on purpose."""

    dependencies = [("store", "0005_names_of_files")]
    operations = [
        migrations.AddField(model_name="entry", name="before", field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name="caserow", name="last", field=models.BigIntegerField(default=0), preserve_default=False),
        migrations.RunPython(link),
        migrations.RunPython(unburden),
    ]
