"""Approving several cases at once, where their matter allows it: each is a command of its own, with its own verdict and evidence."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from lianfang.kernel.model import CommandError, Text
from lianfang.kernel.wording import joined
from lianfang.office import acts
from lianfang.office.access import seen_cases
from lianfang.office.engine import engine
from lianfang.office.views import BatchLine, OfficeError
from lianfang.store.models import CaseRow

APPROVE = "approve"
MOST = 25
"""As many as a page of the list shows."""
ONE_BY_ONE = Text("本环节须逐件办理，不能批量审批。", "This step is done case by case, not in a batch.")
UNSEEN = Text("没有这件办件，或您无权查看。", "There is no such case, or it is not yours to see.")
Item = tuple[str, str, int]
"""The number of a case, the step that waits in it, and how many acts it had when it was listed."""


def approve(person: str, items: Iterable[Item], opinion: str = "", key: str = "") -> tuple[BatchLine, ...]:
    """Approve each of some cases, up to 25, in the order given; what came of each. One that can't be approved keeps none of the others
    back. ``key`` makes a repeated submission harmless."""
    chosen = list(dict.fromkeys(items))[:MOST]
    rows = {row.id: row for row in seen_cases(person).filter(id__in=[case_id for case_id, _, _ in chosen])}
    data = {"opinion": opinion} if opinion.strip() else {}
    return tuple(_one(person, rows.get(item[0]), item, data, key) for item in chosen)


def _one(person: str, row: CaseRow | None, item: Item, data: dict[str, str], key: str) -> BatchLine:
    case_id, step, seen = item
    if row is None:
        return BatchLine(case_id, "", Text(step, step), told=UNSEEN)
    found = engine().matter_of(row.version).steps.get(step)
    line = BatchLine(case_id, row.title, found.title if found is not None else Text(step, step))
    if found is None or not found.batch:
        return line.saying(ONE_BY_ONE)
    try:
        outcome = acts.act(person, case_id, step, APPROVE, data, _key(key, case_id, step), seen)
    except CommandError as error:
        return line.saying(joined(one.message for one in error.errors))
    except OfficeError as error:
        return line.saying(error.message)
    return line.judged(outcome)


def _key(key: str, case_id: str, step: str) -> str:
    """The key of one of the commands that a submission makes."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{key} {case_id} {step}")) if key else ""
