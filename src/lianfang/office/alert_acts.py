"""Working an alert: taken over, handed over, carried on, closed, agreed to or sent back; judged by the kernel, kept in the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from lianfang.kernel import CommandError
from lianfang.kernel import alerts as rules
from lianfang.kernel.alerts import Work
from lianfang.kernel.entry import text_of
from lianfang.kernel.model import FieldError, Text
from lianfang.office.access import seen_file
from lianfang.office.alert_log import submit
from lianfang.office.alerts import matter_of, seen_alert
from lianfang.office.engine import engine
from lianfang.office.files import recount
from lianfang.office.people import NOBODY, names
from lianfang.office.refusals import kind_title, whom_to_ask
from lianfang.office.views import NOTHING, AlertOutcome, NotFound, RefusalView
from lianfang.office.words import by_name
from lianfang.store.repository import UncountedError

USED = Text("这个幂等键已用于另一次提交", "this key was used for another submission")
GONE = Text("这条预警所属的事项已不存在。", "The matter of this alert is no longer there.")


def act(person: str, alert_id: int, act: str, data: Mapping[str, Any], key: str = "", seen: int | None = None) -> AlertOutcome:
    """Do something about an alert. ``data`` holds what the act says (``kernel.alerts.FIELDS``); ``key`` makes a repeated submission
    harmless; ``seen`` is the alert's last entry as the person saw it: StaleCase where it has moved on since.

    Raises NotFound for an alert that is not there for the person, CommandError for what is malformed, of which nothing is kept. Anybody who
    sees it is judged: an attempt by who is named in it is refused, and kept.
    """
    row = seen_alert(person, alert_id)
    matter = matter_of(row)
    if matter is None:
        raise NotFound(GONE)
    _demand_files(person, data.get("files"))
    office = engine()
    work = Work(act, dict(data), person, office.now(), key)
    place = row.matter, row.control, row.about
    while True:
        try:
            written, worked = submit(office, place, matter, work, seen=seen)
            break
        except UncountedError as error:
            recount(error.sha256)
    entry: Mapping[str, Any] = json.loads(written.body) if worked is None else worked.entry
    kept = entry["work"]
    if (kept["matter"], kept["control"], kept["about"], kept["act"]) != (*place, act):
        raise CommandError([FieldError("key", USED)])
    refusal = kept["verdict"].get("refusal")
    view = _refusal(written.id, entry) if refusal is not None else None
    return AlertOutcome(view is None, written.id, view, partial(office.log.receipt, written.id, written.leaf, entry["at"]), worked is None)


def _demand_files(person: str, files: Any) -> None:
    """Raises CommandError for a file that the person can't open: what proves something is no way to read it."""
    for sha256 in files if isinstance(files, list) else ():
        try:
            seen_file(person, str(sha256))
        except NotFound as error:
            raise CommandError([FieldError("files", error.message)]) from None


def _refusal(entry_id: int, entry: Mapping[str, Any]) -> RefusalView:
    work = entry["work"]
    kept = work["verdict"]["refusal"]
    matter = engine().matter_of(work["version"])
    return RefusalView(
        entry=entry_id,
        at=entry["at"],
        who=names([work["actor"]]).get(work["actor"], NOBODY),
        step=rules.ACTS[work["act"]],
        control=kept["control"],
        control_title=rules.RULES[kept["control"]],
        kind=kept["kind"],
        kind_title=kind_title(kept["kind"]),
        family=kept["family"],
        risk="",
        risk_title=NOTHING,
        message=by_name([text_of(kept["message"])])[0],
        remedy=text_of(kept["remedy"]),
        matter_title=matter.title,
        ask=whom_to_ask(matter.id),
    )
