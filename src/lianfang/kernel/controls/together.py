"""together 两人同行: a step is taken in the company of enough other people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.hands import Seats
from lianfang.kernel.model import Case, Command, Facts, Field, Need, Refusal, Step, Text, Values


def _build(control: Control, setting: Setting) -> Gate:
    people, least, same_unit = control.params["people"], control.params["at_least"], control.params["same_unit"]

    def ask(case: Case, command: Command, values: Values) -> tuple[Need, ...]:
        return tuple(("person", person) for person in values.get(people, ()))

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        chosen = set(values.get(people, ())) - {*command.people}
        known = {p: facts.get(f"person:{p}") for p in chosen}
        counted = {p for p, found in known.items() if found is not None and (not same_unit or found.get("unit") == setting.unit)}
        if len(counted) >= least:
            return None
        doing, unit = setting.label(command.step), setting.label(setting.unit)
        who = Text(f"{unit.zh}人员", f"staff of {unit.en}") if same_unit else Text("人员", "people")
        return control.refuse(
            Text(f"“{doing.zh}”须有 {least} 名以上{who.zh}同行（不含本人），现在只有 {len(counted)} 名。",
                 f"“{doing.en}” needs {least} or more {who.en} besides you; there are {len(counted)}."),
            Text(f"请再安排 {least - len(counted)} 名{who.zh}同行。", f"Arrange for {least - len(counted)} more {who.en}."),
            {"needed": least, "counted": sorted(counted), "named": sorted(values.get(people, ()))},
        )  # fmt: skip

    return Gate(judge, ask)


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return (params["at"],)


def _hands(control: Control, setting: Setting) -> Iterator[Seats]:
    params = control.params
    yield Seats(params["people"], params["at"], params["at_least"], unit=setting.unit if params["same_unit"] else "")


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if params["at_least"] < 1:
        yield Text("at_least 至少为 1", "at_least is 1 or more")


KIND = Kind(
    id="together",
    family=GATE,
    title=Text("多人同行", "In company"),
    demand=Text("两人以上共同办理", "two or more people do it together"),
    params=(
        Param("at", "step", Text("环节", "the step"), required=True),
        Param("people", "people-field", Text("同行人员所在的字段", "the field that names the companions"), required=True),
        Param("at_least", "int", Text("除办理人外至少几人", "how many besides the actor"), default=1),
        Param("same_unit", "bool", Text("只计本单位人员", "only staff of the matter's own unit count"), default=False, demands=True),
    ),
    blind=Text("看不出同行人是否全程在场。", "It can't see whether the companions stayed all the way."),
    steps_of=_steps,
    hands=_hands,
    build=_build,
    check=_check,
)
