"""A form looked at before it is submitted: what would be refused, and why, by the same gates that will judge it. Nothing is kept."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lianfang.kernel import Case, Command
from lianfang.kernel.controls import embargo
from lianfang.kernel.decide import FORWARD
from lianfang.kernel.entry import entry_of, refusal_json
from lianfang.kernel.foresee import Begun, Foreseen, begun, foresee
from lianfang.kernel.model import FieldError, Need, Text
from lianfang.office.access import hidden_from, matter_in_force, seen_case
from lianfang.office.acts import standing, submitted
from lianfang.office.engine import engine
from lianfang.office.refusals import refusal_view, whom_to_ask
from lianfang.office.views import NOTHING, ForeseenView, Foresight, FormView
from lianfang.store.connection import DATABASE_ERRORS
from lianfang.store.repository import Recalled, Scene

_log = logging.getLogger(__name__)


def look_ahead(person: str, form: FormView, data: Mapping[str, Any], unread: Sequence[FieldError] = ()) -> Foresight:
    """What a person's form would meet as it stands, if it carried the case on; ``unread`` is what of it could not be read.

    Raises NotFound for a case that the person does not see. Who may not take the step is told so, and not what else stands against it. A
    control that looks at what is under an embargo for the person is not told of: trying leaves no trace here, and could find it out.
    """
    act = next((one.id for one in form.acts if one.id in FORWARD), "")
    if not act:
        return Foresight()
    if form.case_id:
        seen_case(person, form.case_id)
    opened = matter_in_force(form.matter).new_case() if not form.case_id else None
    now, aside = engine().now(), [error.field for error in unread]
    behalf = form.behalf.id if form.behalf is not None else ""

    def command(at: str) -> Command:
        return Command(form.case_id, form.step, act, data, person, "", max(now, at), "", behalf)

    def run(scene: Scene) -> tuple[Case, Command, Begun, dict[str, Any]] | None:
        held = scene.held(form.case_id) if opened is None else None
        case = held.case if held is not None else opened
        if case is None:
            return None
        asked = standing(scene, case.matter, command(held.at if held is not None else ""))
        read = begun(case.matter, case, asked, aside)
        return case, asked, read, scene.facts(read.reading.needs, asked.at, [person, *(held.trail.actors if held is not None else ())])

    def wants(recalled: Recalled) -> Iterable[Need]:
        held = recalled(form.case_id)
        case = opened or (held.case if held is not None else None)
        return begun(case.matter, case, command(""), aside).reading.needs if case is not None else ()

    try:
        looked = submitted(form.case_id, run, person, wants)
    except DATABASE_ERRORS:  # a form can be filled in while the database is busy: what is submitted is judged whatever was foreseen
        _log.warning("没能预判 / could not look ahead: %s %s", form.matter, form.step, exc_info=True)
        looked = None
    if looked is None:
        return Foresight(tuple(unread))
    case, asked, read, facts = looked
    hidden = hidden_from(person, case) if form.case_id else frozenset()
    found = [one for one in foresee(case.matter, case, asked, read, facts) if not embargo.tells(case.matter, one.refusal.control, hidden)]
    told = {error.field for error in unread}
    errors = (*unread, *(error for error in read.errors if error.field not in told))
    ask = whom_to_ask(case.matter.id) if found else NOTHING
    return Foresight(errors, tuple(_view(case, asked, facts, one, ask) for one in found))


def _view(case: Case, command: Command, facts: Mapping[str, Any], one: Foreseen, ask: Text) -> ForeseenView:
    entry = entry_of(case.matter, case.id or None, case.n, command, facts, {"refusal": refusal_json(one.refusal)})
    return ForeseenView(refusal_view(0, entry, ask=ask), one.fields)
