"""Refusals as pages and the interface show them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from lianfang.kernel.controls import KINDS
from lianfang.kernel.entry import text_of
from lianfang.kernel.model import Matter, Text
from lianfang.office.engine import engine
from lianfang.office.people import names
from lianfang.office.views import RefusalView
from lianfang.store.models import REFUSED, Entry

FAMILIES: Mapping[str, Text] = {
    "gate": Text("事前拦截", "Gate"),
    "watch": Text("监测预警", "Watch"),
    "duty": Text("定期履责", "Duty"),
}
GRADES: Mapping[str, Text] = {"high": Text("高", "high"), "medium": Text("中", "medium"), "low": Text("低", "low")}
LEVELS: Mapping[str, Text] = {"red": Text("红色", "red"), "orange": Text("橙色", "orange"), "yellow": Text("黄色", "yellow")}
BUILT_IN: Mapping[str, Text] = {
    "step-post": Text("办理人须持有该环节的岗位", "Only the post that a step belongs to takes it"),
    "step-order": Text("按流程次序办理", "Steps are taken in their order"),
}
"""What the kernel itself demands in every matter."""
ORDER = Text("流程次序", "Order")
LATEST = 10


def control_title(matter: Matter, control: str) -> Text:
    """The title of a control of a matter, or of what the kernel itself demands."""
    own = next((c.title for c in matter.controls if c.id == control), None)
    return own or BUILT_IN.get(control, Text(control, control))


def kind_title(kind: str) -> Text:
    """The title of a kind of control."""
    return KINDS[kind].title if kind in KINDS else ORDER


def risk_title(matter: Matter, risk: str) -> Text:
    """The title of a risk of a matter; empty when there is none of this id."""
    return next((r.title for r in matter.risks if r.id == risk), Text("", ""))


def refusal_view(entry_id: int, entry: Mapping[str, Any]) -> RefusalView:
    """The refusal that an entry keeps. The sentence of the source is the control's own, or else the risk that it guards."""
    matter = engine().matter_of(entry["version"])
    kept, command = entry["verdict"]["refusal"], entry["command"]
    return RefusalView(
        entry=entry_id,
        at=command["at"],
        who=names([command["actor"]]).get(command["actor"], Text(command["actor"], command["actor"])),
        step=matter.label(command["step"]),
        control=kept["control"],
        control_title=control_title(matter, kept["control"]),
        kind=kept["kind"],
        kind_title=kind_title(kept["kind"]),
        family=kept["family"],
        risk=kept["risk"],
        risk_title=risk_title(matter, kept["risk"]),
        message=text_of(kept["message"]),
        remedy=text_of(kept["remedy"]),
        source=text_of(kept["source"]) if kept["source"] else Text("", ""),
        case_id=entry["case"] or "",
        matter_title=matter.title,
    )


def latest_refusals(entries: QuerySet[Entry]) -> tuple[RefusalView, ...]:
    """The latest refusals among these entries, latest first."""
    found = entries.filter(REFUSED).order_by("-id")[:LATEST]
    return tuple(refusal_view(entry.id, json.loads(entry.body)) for entry in found)
