"""limit 限额: a value stays within what was allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.conditions import type_name
from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.explain import Scene
from lianfang.kernel.model import Case, Command, Facts, Field, Refusal, Step, Text, Values


def _build(control: Control, setting: Setting) -> Gate:
    value, most = control.params["value"], control.params["max"]
    scene = Scene(setting)
    one, other = value.side, most.side

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        actual, allowed = value(values), most(values)
        if actual <= allowed:
            return None
        shown, limit = scene.worded(one, actual, other), scene.worded(other, allowed, one)
        what, doing = scene.called(value.named), setting.label(command.step)
        return control.refuse(
            Text(f"{what.zh}为 {shown.zh}，超过允许的 {limit.zh}。", f"{_begun(what.en)} is {shown.en}, more than the {limit.en} allowed."),
            Text(
                f"请在 {limit.zh} 以内办理“{doing.zh}”；确需增加的，重新报批。",
                f"Keep within {limit.en} for “{doing.en}”, or ask for a new approval.",
            ),
            {"value": actual, "max": allowed},
        )

    return Gate(judge)


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(params["at"])


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    value, most = params["value"].type, params["max"].type
    if value != most or value not in ("int", "money"):
        yield Text(
            f"value（{type_name(value)}）与 max（{type_name(most)}）应同为数或同为金额",
            f"value ({type_name(value)}) and max ({type_name(most)}) should both be counts, or both money",
        )


KIND = Kind(
    id="limit",
    family=GATE,
    title=Text("限额", "Limit"),
    demand=Text("不超过预算、定额、标准或获批数量", "within budget, quota, standard or what was approved"),
    params=(
        Param("at", "steps", Text("环节", "the steps"), required=True, demands=True),
        Param("value", "value", Text("被限制的值", "what is limited"), required=True),
        Param("max", "value", Text("最大值（含）", "the most it may be, inclusive"), required=True),
    ),
    blind=Text("只看登记的数，看不出实际多用而少登。", "It sees the recorded figure, not what was really used."),
    steps_of=_steps,
    build=_build,
    check=_check,
)
