"""Wrong guesses are counted for all processes."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A new table only."""

    dependencies = [("store", "0010_desk")]
    operations = [
        migrations.CreateModel(
            "Guess",
            [
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("times", models.IntegerField()),
                ("until", models.CharField(db_index=True, max_length=20)),
            ],
            options={"db_table": "guess"},
        ),
    ]
