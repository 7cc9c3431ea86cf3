"""An alert knows how far the work on it has come, and whom it names; a turn whether its being late was told, and an alert what proves it."""

from __future__ import annotations

import json

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def begin(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """What was raised before waits to be verified, by no moment that was told, and stands on all cases that the log says of it.

    What a cleared difference had closed is open again: the next look closes it, now in the log.
    """
    alert, entry = apps.get_model("store", "Alert"), apps.get_model("store", "Entry")
    rows = {(row.matter, row.control, row.about): row for row in alert.objects.all()}
    for number, at, body in entry.objects.filter(kind="alert").order_by("id").values_list("id", "at", "body"):
        kept = json.loads(body)["alert"]
        row = rows.get((kept["matter"], kept["control"], kept["about"]))
        if row is not None:
            row.cases = list(dict.fromkeys([*kept["cases"], *row.cases]))
            row.last, row.changed_at, row.since = number, at, at
    for row in rows.values():
        row.status = "open"
        row.save()


class Migration(migrations.Migration):
    """Irreversible on purpose: what was closed stays told by the log."""

    dependencies = [("store", "0008_notes")]
    operations = [
        migrations.AddField("alert", "stage", models.CharField(max_length=8, default="verify")),
        migrations.AddField("alert", "holder", models.CharField(max_length=64, default="")),
        migrations.AddField("alert", "since", models.CharField(max_length=20, default="")),
        migrations.AddField("alert", "due", models.CharField(max_length=20, default="")),
        migrations.AddField("alert", "back", models.CharField(max_length=8, default="")),
        migrations.AddField("alert", "reason", models.CharField(max_length=64, default="")),
        migrations.AddField("alert", "closers", models.TextField(default="[]")),
        migrations.AddField("alert", "reported", models.TextField(default="[]")),
        migrations.AddField("alert", "people", models.JSONField(default=list)),
        migrations.AddField("alert", "changed_at", models.CharField(max_length=20, default="")),
        migrations.AddField("alert", "last", models.BigIntegerField(default=0)),
        migrations.AddField("duty", "told", models.BooleanField(default=False)),
        migrations.CreateModel(
            "AlertFile",
            [
                ("pk", models.CompositePrimaryKey("sha256", "matter", "control", "about", blank=True, editable=False, primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64)),
                ("matter", models.CharField(max_length=160)),
                ("control", models.CharField(max_length=64)),
                ("about", models.CharField(max_length=400)),
            ],
            options={"db_table": "alert_file"},
        ),
        migrations.RunPython(begin),
    ]
