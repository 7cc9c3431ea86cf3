"""Fewer pages a commit once more: who did something last is the key of what they did, and no table with a key of its own has row numbers."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

narrowed = import_module("lianfang.store.migrations.0004_fewer_pages")._without_numbers
found = import_module("lianfang.store.migrations.0013_found")
KEYED = ("part", "copy", "mention", "case_link", "alert_case", "alert_file")


def fill(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the parts from the rows of the cases."""
    editor.execute(found.PARTS.format(**found.WORDS[editor.connection.vendor]))


def narrow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """On SQLite a table with a key of its own is kept in its order."""
    if editor.connection.vendor == "sqlite":
        for table in KEYED:
            narrowed(editor, table)


class Migration(migrations.Migration):
    """A table with another key, and tables in the order of theirs."""

    dependencies = [("store", "0014_case_links")]
    operations = [
        migrations.DeleteModel("Part"),
        migrations.CreateModel(
            "Part",
            [
                ("pk", models.CompositePrimaryKey("person", "last", blank=True, editable=False, primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=64)),
                ("last", models.BigIntegerField()),
                ("case_id", models.CharField(max_length=64)),
            ],
            options={"db_table": "part"},
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(narrow, migrations.RunPython.noop),
    ]
