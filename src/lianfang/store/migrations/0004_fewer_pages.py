"""Fewer pages a commit: what an entry, a task and a ledger's row touch on disk is what a durable command costs.

The history of the ledgers goes: the log has it, and makes the ledgers again.
"""

from __future__ import annotations

import json

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Case, F, When
from django.db.migrations.state import StateApps

REASON = "evidence is append-only"
KEYED = ("task", "ledger_entry", "file_use")
TASK = "whom, case_id, step, item, since, due"


def who_acted(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Who did something in each case, from the log."""
    entries = apps.get_model("store", "Entry").objects.filter(kind="accepted", case_id__isnull=False)
    actors: dict[str, dict[str, int]] = {}
    for case, actor, last in entries.values_list("case_id", "actor").annotate(last=models.Max("id")):
        actors.setdefault(case, {})[actor] = last
    for case, last_acts in actors.items():
        apps.get_model("store", "CaseRow").objects.filter(id=case).update(actors=json.dumps(last_acts, separators=(",", ":")))


def put_aside(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Keep the tasks while their table is made with another key."""
    editor.execute(f"CREATE TABLE task_before AS SELECT {TASK} FROM task")


def bring_back(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put them into it."""
    editor.execute(f"INSERT INTO task ({TASK}) SELECT {TASK} FROM task_before")
    editor.execute("DROP TABLE task_before")


def narrow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """On SQLite: tables with a key of their own need no row number beside it, and the place of an entry in the log is its number less
    one, so that ``leaf`` is a view."""
    if editor.connection.vendor != "sqlite":
        return
    for table in KEYED:
        _without_numbers(editor, table)
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM leaf WHERE idx <> entry_id - 1")
        strays = cursor.fetchone()[0]
        cursor.execute("SELECT (SELECT count(*) FROM leaf) - (SELECT count(*) FROM entry)")
        if strays or cursor.fetchone()[0]:
            raise RuntimeError("存证日志的序号与条目不符，未作任何改动 / the log's places do not follow its entries; nothing was changed")
    editor.execute("DROP TABLE leaf")
    editor.execute("CREATE VIEW leaf AS SELECT id - 1 AS idx, id AS entry_id FROM entry")
    for act in ("INSERT", "UPDATE", "DELETE"):
        editor.execute(f"CREATE TRIGGER leaf_no_{act.lower()} INSTEAD OF {act} ON leaf BEGIN SELECT RAISE(ABORT, '{REASON}'); END")


def _without_numbers(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT type, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL ORDER BY type = 'table' DESC", [table])
        (_, made), *others = cursor.fetchall()
    editor.execute(made.replace(f'CREATE TABLE "{table}"', f'CREATE TABLE "new__{table}"', 1) + " WITHOUT ROWID")
    editor.execute(f'INSERT INTO "new__{table}" SELECT * FROM "{table}"')
    editor.execute(f'DROP TABLE "{table}"')
    editor.execute(f'ALTER TABLE "new__{table}" RENAME TO "{table}"')
    for _, sql in others:
        editor.execute(sql)


class Migration(migrations.Migration):
    """Irreversible on purpose."""

    dependencies = [("store", "0003_file_keeper")]
    operations = [
        migrations.RemoveIndex(model_name="entry", name="entry_case"),
        migrations.RemoveConstraint(model_name="entry", name="entry_case_n"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                F("case_id"), Case(When(kind="accepted", then=F("n")), default=-F("id")), name="entry_case_n"
            ),
        ),
        migrations.RemoveIndex(model_name="caserow", name="case_row_matter"),
        migrations.AddIndex(model_name="caserow", index=models.Index(fields=["matter"], name="case_row_matter")),
        migrations.DeleteModel("LedgerVersion"),
        migrations.RemoveIndex(model_name="entry", name="entry_actor"),
        migrations.RemoveIndex(model_name="entry", name="entry_control"),
        migrations.AddIndex(
            model_name="entry", index=models.Index(fields=["actor"], condition=models.Q(kind="refused"), name="entry_refused_actor")
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["matter", "control"], condition=models.Q(kind="refused"), name="entry_refused_control"),
        ),
        migrations.AddField(model_name="caserow", name="actors", field=models.TextField(default="{}")),
        migrations.RunPython(who_acted),
        migrations.RemoveIndex(model_name="ledgerentry", name="ledger_entry_case"),
        migrations.RunPython(put_aside),
        migrations.DeleteModel("Task"),
        migrations.CreateModel(
            "Task",
            [
                ("pk", models.CompositePrimaryKey("whom", "case_id", "step", "item", blank=True, editable=False, primary_key=True, serialize=False)),
                ("step", models.CharField(max_length=64)),
                ("item", models.CharField(default="", max_length=64)),
                ("whom", models.CharField(max_length=168)),
                ("since", models.CharField(max_length=20)),
                ("due", models.CharField(default="", max_length=20)),
                ("case", models.ForeignKey(db_constraint=False, db_index=False, on_delete=models.deletion.CASCADE, related_name="tasks", to="store.caserow")),
            ],
            options={"db_table": "task"},
        ),
        migrations.RunPython(bring_back),
        migrations.RunPython(narrow),
    ]
