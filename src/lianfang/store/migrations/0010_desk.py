"""What a person finds at their desk: drafts of forms, comments that name them, and the filters that they keep."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """New tables only."""

    dependencies = [("store", "0009_alerts_worked")]
    operations = [
        migrations.CreateModel(
            "Draft",
            [
                ("pk", models.CompositePrimaryKey("person", "place", blank=True, editable=False, primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=64)),
                ("place", models.CharField(max_length=400)),
                ("matter", models.CharField(max_length=160)),
                ("case_id", models.CharField(default="", max_length=64)),
                ("step", models.CharField(default="", max_length=64)),
                ("n", models.IntegerField(default=0)),
                ("fields", models.TextField()),
                ("saved_at", models.CharField(db_index=True, max_length=20)),
            ],
            options={"db_table": "draft"},
        ),
        migrations.CreateModel(
            "Mention",
            [
                ("pk", models.CompositePrimaryKey("person", "case_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=64)),
                ("case_id", models.CharField(max_length=64)),
                ("entry_id", models.BigIntegerField()),
            ],
            options={"db_table": "mention"},
        ),
        migrations.CreateModel(
            "SavedFilter",
            [
                ("pk", models.CompositePrimaryKey("person", "name", blank=True, editable=False, primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=64)),
                ("place", models.CharField(max_length=400)),
            ],
            options={"db_table": "saved_filter"},
        ),
    ]
