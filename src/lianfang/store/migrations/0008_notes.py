"""What people do to a running case besides its steps: a waiting step knows when it was urged, and a case whom it was copied to."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of tasks stays as it is, but for a column that may be empty."""

    dependencies = [("store", "0007_turns_of_holders")]
    operations = [
        migrations.CreateModel(
            "Copy",
            [
                ("pk", models.CompositePrimaryKey("person", "case_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=64)),
                ("case_id", models.CharField(max_length=64)),
                ("actor", models.CharField(max_length=64)),
                ("at", models.CharField(max_length=20)),
            ],
            options={"db_table": "copy"},
        ),
        migrations.AddField("task", "urged", models.CharField(max_length=20, null=True)),
    ]
