"""recur 定期履责: a duty that falls due by the calendar and leaves proof.

A turn of the duty is an ordinary case of a small matter made from the control, so that it is judged, recorded and proved like
everything else.
"""

from __future__ import annotations

from typing import Any

from lianfang.kernel.controls.base import DUTY, Kind, Param
from lianfang.kernel.model import Text

PERFORM, ACCEPT = "perform", "accept"


def duty_matter(control: dict[str, Any], matter: dict[str, Any]) -> dict[str, Any]:
    """The source of the small matter that carries a ``recur`` control's turns, in the catalogue's own schema."""
    title = control["title"]
    proof = control.get("proof", "note")
    record: dict[str, Any] = {
        "period": {"type": "text", "label": {"zh": "履责周期", "en": "Period"}, "required": True},
        "note": {"type": "longtext", "label": {"zh": "履责情况", "en": "What was done"}, "required": True},
    }
    form = ["period", "note"]
    if proof == "file":
        record["proof"] = {"type": "file", "label": {"zh": "佐证材料", "en": "Proof"}, "required": True}
        form.append("proof")
    steps: dict[str, Any] = {PERFORM: {"title": title, "kind": "task", "by": control["by"], "form": form}}
    controls: list[dict[str, Any]] = []
    flow: list[Any] = [PERFORM]
    if control.get("accept_by"):
        accept = {"zh": f"核验：{title['zh']}", "en": f"Accepted: {title['en']}"}
        steps[ACCEPT] = {"title": accept, "kind": "approval", "by": control["accept_by"], "returns_to": PERFORM}
        flow.append(ACCEPT)
        apart = {"zh": "履责与核验由不同的人办理", "en": "Doing and accepting are apart"}
        controls.append({"id": "apart", "kind": "distinct", "title": apart, "steps": [PERFORM, ACCEPT]})
    return {
        "id": f"{matter['id']}/{control['id']}", "title": title, "unit": matter["unit"], "source": matter["source"],
        "version_date": matter["version_date"], "params": {}, "record": record, "flow": flow, "steps": steps,
        "risks": [], "measures": [], "controls": controls,
    }  # fmt: skip


KIND = Kind(
    id="recur",
    family=DUTY,
    title=Text("定期履责", "Recurring duty"),
    demand=Text("按日历到期，留下佐证", "falls due by the calendar and leaves proof"),
    params=(
        Param("every", "choice:workday|week|month|quarter|year", Text("周期", "how often"), required=True),
        Param("by", "post", Text("履责岗位", "the post whose duty it is"), required=True),
        Param("within", "duration", Text("周期开始后多久内完成", "how long after the period begins"), required=True),
        Param("proof", "choice:note|file", Text("佐证方式", "what proves it"), default="note"),
        Param("accept_by", "post", Text("由谁核验", "who accepts it"), default=""),
    ),
    blind=Text("看不出佐证是否走过场。", "It can't see whether the proof is for show."),
)
