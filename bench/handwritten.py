"""What an application written for one matter does for a step: a save through Django, as a careful developer writes it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from django.db import connection, models, transaction

from lianfang.office.engine import engine
from lianfang.store.models import CaseRow, Holding, Task


class History(models.Model):
    """Who did what, when."""

    case_id = models.CharField(max_length=64, db_index=True)
    at = models.CharField(max_length=20)
    actor = models.CharField(max_length=64)
    body = models.TextField()

    class Meta:
        app_label = "bench"


def handwritten(weights: Sequence[int]) -> Callable[[], None]:
    """Takes steps in one case, leaving as many bytes as these.

    In one transaction it reads the case, looks whether the person holds the post, saves the case, its history and its next task. It
    knows no other rule, and proves nothing.
    """
    with connection.schema_editor() as editor:
        editor.create_model(History)
    now = engine().now()
    blank = dict.fromkeys(("matter", "version", "unit", "title", "applicant"), "")
    CaseRow.objects.create(id="handwritten", status="open", opened_at=now, changed_at=now, n=0, tip=b"", last=0, **blank)
    Task.objects.create(case_id="handwritten", step="next", whom="post", since=now)
    bodies = itertools.cycle(["x" * weight for weight in weights])

    def step() -> None:
        at = engine().now()
        with transaction.atomic():
            case = CaseRow.objects.get(id="handwritten")
            if not Holding.objects.filter(person_id="ic-deputy", post="information-centre/deputy", since__lte=at).exists():
                raise PermissionError
            case.n += 1
            case.changed_at = at
            case.save(update_fields=["n", "changed_at"])
            History._default_manager.create(case_id=case.id, at=at, actor="ic-deputy", body=next(bodies))
            Task.objects.filter(case_id=case.id).update(since=at)

    return step
