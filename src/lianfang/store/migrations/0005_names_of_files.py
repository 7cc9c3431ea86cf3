"""A file has the name under which each person uploaded it, and says by which rule its pages were counted."""

from __future__ import annotations

from django.db import migrations, models

KEPT = """
INSERT INTO file_keeper (sha256, person, name) SELECT sha256, kept_by, name FROM stored_file WHERE 1 = 1
ON CONFLICT (sha256, person) DO UPDATE SET name = excluded.name
"""
"""Who was the first to upload a file is one of those who did. Under which name the others did is not known: theirs stays empty."""


class Migration(migrations.Migration):
    """Irreversible on purpose."""

    dependencies = [("store", "0004_fewer_pages")]
    operations = [
        migrations.AddField(model_name="filekeeper", name="name", field=models.CharField(default="", max_length=255)),
        migrations.RunSQL(KEPT),
        migrations.RemoveField(model_name="storedfile", name="name"),
        migrations.RemoveField(model_name="storedfile", name="kept_by"),
        migrations.AddField(model_name="storedfile", name="rule", field=models.IntegerField(default=0)),
    ]
