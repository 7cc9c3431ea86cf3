"""What somebody did is found by them, what stands on a case by it, and what is newest of something by an index."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PARTS = "INSERT INTO part (person, last, case_id) SELECT one.key, {last}, c.id FROM case_row c, {each} one"
STOOD = """
INSERT INTO alert_case (case_id, matter, control, about)
SELECT DISTINCT one.value, a.matter, a.control, a.about FROM alert a, {every} one
"""
WORDS = {
    "sqlite": {"last": "one.value", "each": "json_each(c.actors)", "every": "json_each(a.cases)"},
    "postgresql": {"last": "one.value::bigint", "each": "json_each_text(c.actors::json)", "every": "jsonb_array_elements_text(a.cases)"},
}


def fill(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the parts from the rows of the cases, and what stands on a case from the alerts."""
    for statement in (PARTS, STOOD):
        editor.execute(statement.format(**WORDS[editor.connection.vendor]))


class Migration(migrations.Migration):
    """New tables, and other indexes."""

    dependencies = [("store", "0012_comments_are_no_part")]
    operations = [
        migrations.CreateModel(
            "Part",
            [
                ("pk", models.CompositePrimaryKey("person", "case_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=64)),
                ("case_id", models.CharField(max_length=64)),
                ("last", models.BigIntegerField()),
            ],
            options={"db_table": "part", "indexes": (models.Index(fields=["person", "last"], name="part_latest"),)},
        ),
        migrations.CreateModel(
            "AlertCase",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "matter", "control", "about", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.CharField(max_length=64)),
                ("matter", models.CharField(max_length=160)),
                ("control", models.CharField(max_length=64)),
                ("about", models.CharField(max_length=400)),
            ],
            options={"db_table": "alert_case"},
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveIndex("CaseRow", "case_row_matter"),
        migrations.AlterField("CaseRow", "unit", models.CharField(max_length=160)),
        migrations.AlterField("CaseRow", "applicant", models.CharField(max_length=64)),
        migrations.AddIndex("CaseRow", models.Index(fields=["matter", "id"], name="case_row_of_matter")),
        migrations.AddIndex("CaseRow", models.Index(fields=["unit", "id"], name="case_row_of_unit")),
        migrations.AddIndex("CaseRow", models.Index(fields=["applicant", "id"], name="case_row_of_applicant")),
        migrations.AddIndex("Copy", models.Index(fields=["person", "at", "case_id"], name="copy_latest")),
        migrations.AddIndex("Alert", models.Index(fields=["status", "raised_at", "id"], name="alert_latest")),
        migrations.AddIndex("Alert", models.Index(fields=["id"], condition=~models.Q(reported="[]"), name="alert_reported")),
        migrations.AlterField("Duty", "post", models.CharField(max_length=160)),
        migrations.AddIndex("Duty", models.Index(fields=["post", "due"], name="duty_of_post")),
        migrations.AddIndex("Duty", models.Index(fields=["period"], name="duty_period")),
        migrations.AddIndex("Duty", models.Index(fields=["parent", "due"], name="duty_of_parent")),
    ]
