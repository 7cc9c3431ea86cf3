"""distinct 不相容岗位: incompatible steps are taken by different people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.model import Case, Command, Facts, Field, Refusal, Step, Text, Values


def _build(control: Control, setting: Setting) -> Gate:
    others = {step: tuple(s for s in control.params["steps"] if s != step) for step in control.params["steps"]}

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        actor, acts = command.actor, case.acts
        for step in others[command.step]:
            done = acts.get(step)
            if done is not None:
                for act in done:
                    if act.actor == actor:
                        return explain(command, step)
        return None

    def explain(command: Command, step: str) -> Refusal:
        mine, doing = setting.label(step), setting.label(command.step)
        return control.refuse(
            Text(f"您已办理过本件的“{mine.zh}”，不能再办理“{doing.zh}”：这两个环节须由不同的人办理。",
                 f"You did “{mine.en}” in this case, so you can't do “{doing.en}”: the two need different people."),
            Text(f"请由其他有权人员办理“{doing.zh}”。", f"Let another entitled person do “{doing.en}”."),
            {"person": command.actor, "did": step, "now": command.step},
        )  # fmt: skip

    return Gate(judge)


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(params["steps"])


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if len(set(params["steps"])) <= 1:
        yield Text("至少写两个不同的环节", "at least two different steps are needed")


KIND = Kind(
    id="distinct",
    family=GATE,
    title=Text("不相容岗位分离", "Separation of duties"),
    demand=Text("不相容的环节由不同的人办理", "incompatible steps are done by different people"),
    params=(Param("steps", "steps", Text("互不相容的环节", "the incompatible steps"), required=True, demands=True),),
    blind=Text("看不出两个人是否事先串通，或共用一个账号。", "It can't see two people in collusion, or one account shared by two."),
    steps_of=_steps,
    build=_build,
    check=_check,
)
