"""approval 审批: the named steps have agreed, level by level, before the guarded step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.model import Case, Command, Facts, Field, Refusal, Step, Text, Values
from lianfang.kernel.wording import joined

_AGREED = frozenset({"approve", "resolve", "do"})


def _build(control: Control, setting: Setting) -> Gate:
    levels = tuple((level["step"], level["when"].call if level.get("when") else None) for level in control.params["levels"])

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        acts = case.acts
        for step, when in levels:
            if step not in acts and (when is None or when(values)):
                return explain(case, command, values)
        return None

    def explain(case: Case, command: Command, values: Values) -> Refusal:
        missing = [s for s, when in levels if s not in case.acts and (when is None or when(values))]
        names = joined(setting.label(step) for step in missing)
        doing = setting.label(command.step)
        return control.refuse(
            Text(f"办理“{doing.zh}”之前须先经：{names.zh}。目前尚未完成。", f"“{doing.en}” needs first: {names.en}. That is not done yet."),
            Text(f"请先报请完成“{names.zh}”，再办理“{doing.zh}”。", f"Have “{names.en}” done, then do “{doing.en}”."),
            {"missing": missing, "done": [s for s, _ in levels if s in case.acts]},
        )

    return Gate(judge)


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(params["steps"])


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    for level in params["levels"]:
        if level["step"] in params["steps"]:
            yield Text(f"环节“{level['step']}”不能是自己的前置审批", f"the step {level['step']!r} can't be an approval of itself")


KIND = Kind(
    id="approval",
    family=GATE,
    title=Text("审批", "Approval"),
    demand=Text("指定的岗位已逐级同意", "the named posts have agreed, level by level"),
    params=(
        Param("steps", "steps", Text("被守护的环节", "the guarded steps"), required=True, demands=True),
        Param(
            "levels",
            "levels",
            Text("须先完成的审批环节，可带条件", "the approvals needed, each with an optional condition"),
            required=True,
            demands=True,
        ),
    ),
    blind=Text("看不出审批人是否真正看过材料。", "It can't see whether the approver really read the papers."),
    steps_of=_steps,
    build=_build,
    check=_check,
)
