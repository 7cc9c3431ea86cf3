"""Which case rests on what which other recorded, found by the one that recorded it."""

from __future__ import annotations

import json

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def fill(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the links of the cases that are there from the facts of their entries."""
    entry, link = (apps.get_model("store", name) for name in ("Entry", "CaseLink"))
    accepted = entry.objects.filter(kind="accepted", case_id__isnull=False).order_by("id")
    found = set()
    for case_id, body in accepted.values_list("case_id", "body").iterator(chunk_size=2000):
        for name, fact in json.loads(body).get("facts", {}).items():
            if name.startswith("entry:") and isinstance(fact, dict) and fact["open"] and fact["case"] not in (None, "", case_id):
                found.add((fact["case"], case_id))
    link.objects.bulk_create((link(source=source, case_id=case_id) for source, case_id in sorted(found)), batch_size=2000)


class Migration(migrations.Migration):
    """A table, and what the log says of it."""

    dependencies = [("store", "0013_found")]
    operations = [
        migrations.CreateModel(
            "CaseLink",
            [
                ("pk", models.CompositePrimaryKey("source", "case_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=64)),
                ("case_id", models.CharField(max_length=64)),
            ],
            options={"db_table": "case_link"},
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
