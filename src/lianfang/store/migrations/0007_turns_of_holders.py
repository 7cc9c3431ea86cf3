"""A turn of a duty may be one holder's own: those that were there before are the post's as one."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Irreversible on purpose: turns of several holders can't become one."""

    dependencies = [("store", "0006_chains")]
    operations = [
        migrations.RemoveConstraint(model_name="duty", name="duty_once"),
        migrations.AddField(model_name="duty", name="holder", field=models.CharField(default="", max_length=64)),
        migrations.AddConstraint(
            model_name="duty", constraint=models.UniqueConstraint(fields=("matter", "period", "holder"), name="duty_once")
        ),
    ]
