"""Who only commented on a case did nothing in it; who was named and commented since has answered."""

from __future__ import annotations

import json

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def recount(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make again from the log who did something in the cases that were commented on."""
    case, entry, mention = (apps.get_model("store", name) for name in ("CaseRow", "Entry", "Mention"))
    accepted = entry.objects.filter(kind="accepted", case_id__isnull=False).order_by("id")
    commented = accepted.filter(step="", body__contains='"act":"comment"').values_list("case_id", flat=True)
    for row in case.objects.filter(id__in=set(commented)):
        actors: dict[str, int] = {}
        for number, body in accepted.filter(case_id=row.id).values_list("id", "body"):
            command = json.loads(body)["command"]
            who = [command["actor"], *filter(None, [command.get("behalf")])]
            if command["act"] == "comment":
                mention.objects.filter(case_id=row.id, person=command["actor"], entry_id__lt=number).delete()
            else:
                actors.update(dict.fromkeys(who, number))
        row.actors = json.dumps(actors, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        row.save(update_fields=["actors"])


class Migration(migrations.Migration):
    """Not reversed: the log tells who commented."""

    dependencies = [("store", "0011_guesses")]
    operations = [migrations.RunPython(recount, migrations.RunPython.noop)]
