"""approval 审批: the named steps have agreed, level by level, before the guarded step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.model import Case, Command, Facts, Field, Refusal, Step, Text, Values
from lianfang.kernel.wording import joined, value_text

TOLD = ("money", "int", "bool", "choice", "date", "text")
"""Types of the values by which a level is told to be needed."""


def _build(control: Control, setting: Setting) -> Gate:
    levels = tuple((level["step"], level["when"].call if level.get("when") else None) for level in control.params["levels"])
    again = {step: names for step, _ in levels if (names := _filled_again(setting, step))}

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        acts = case.acts
        for step, when in levels:
            if step not in acts:
                if when is None or when(values):
                    return explain(case, command, values)
            elif step in again:
                name = _changed(case, command, step, again[step])
                if name:
                    return _anew(control, setting, case, command, step, name)
        return None

    def explain(case: Case, command: Command, values: Values) -> Refusal:
        wanted = [level for level in control.params["levels"] if level["step"] not in case.acts]
        wanted = [level for level in wanted if not level.get("when") or level["when"].call(values)]
        missing = [level["step"] for level in wanted]
        names = joined(_named(setting, level, values) for level in wanted)
        doing = setting.label(command.step)
        return control.refuse(
            Text(f"办理“{doing.zh}”之前须先经：{names.zh}。目前尚未完成。", f"“{doing.en}” needs first: {names.en}. That is not done yet."),
            Text(f"请先报请完成“{names.zh}”，再办理“{doing.zh}”。", f"Have “{names.en}” done, then do “{doing.en}”."),
            {"missing": missing, "done": [s for s, _ in levels if s in case.acts]},
        )

    return Gate(judge)


def _named(setting: Setting, level: Mapping[str, Any], values: Values) -> Text:
    """A level with whose it is and, where it has a condition, the values by which it is needed."""
    name, post = setting.label(level["step"]), setting.label(setting.steps[level["step"]].by)
    uses = sorted(level["when"].uses) if level.get("when") else []
    told = [one for one in uses if one in setting.record and setting.record[one].type in TOLD and values.get(one) is not None]
    worded = [(setting.record[one].label, value_text(setting.record[one].type, values[one], setting.record[one])) for one in told]
    why = joined(Text(f"“{label.zh}”为 {value.zh}", f"“{label.en}” is {value.en}") for label, value in worded)
    since = Text(f"，因{why.zh}", f", since {why.en}") if told else Text("", "")
    return Text(f"{name.zh}（{post.zh}{since.zh}）", f"{name.en} ({post.en}{since.en})")


def _filled_again(setting: Setting, level: str) -> tuple[str, ...]:
    """The fields that could change after a level has agreed: those in the forms of several steps, one of them beside it."""
    forms = [name for step, of in setting.steps.items() for name in of.form if step != level]
    own = setting.steps[level].form
    return tuple(dict.fromkeys(name for name in forms if forms.count(name) > 1 or name in own))


def _changed(case: Case, command: Command, level: str, names: Sequence[str]) -> str:
    """A field that was filled in when a level agreed, and since then, or with this very act, in another way; '' for none."""
    agreed = case.acts[level][-1].n
    acts = sorted((act for some in case.acts.values() for act in some), key=lambda act: act.n)
    stood = {name: value for act in acts if act.n <= agreed for name, value in act.data.items()}
    since = [*(act.data for act in acts if act.n > agreed), command.data]
    filled = (name for name in names if stood.get(name) is not None)
    return next((name for name in filled if any(one.get(name, stood[name]) != stood[name] for one in since)), "")


def _anew(control: Control, setting: Setting, case: Case, command: Command, level: str, name: str) -> Refusal:
    field, agreed, doing = (setting.label(one) for one in (name, level, command.step))
    return control.refuse(
        Text(
            f"“{field.zh}”在“{agreed.zh}”之后改动过，改动后的内容未经“{agreed.zh}”，不能办理“{doing.zh}”。",
            f"“{field.en}” was changed after “{agreed.en}”, which has not agreed to what it is now: “{doing.en}” can't be done.",
        ),
        Text(
            f"请退回，改正后重新报“{agreed.zh}”，再办理“{doing.zh}”。",
            f"Return the case, have “{agreed.en}” agree to it as it is, then do “{doing.en}”.",
        ),
        {"changed": name, "approved_by": level},
    )


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
    method=Text(
        "每一级以其环节已办为准，退回即不再算数；一级看过的内容，其后（包括本次办理时）改成别的，须退回重新报它。代办的，由委托人和代办人两人"
        "负责；征求的意见不算审批。",
        "A level counts by its step being done, and no longer once the case was returned past it. What a level saw and was then changed,"
        " with this very act too, goes back to it. Where a stand-in acts, it is both people's act; an opinion that was asked for is no"
        " approval.",
    ),
    blind=Text("看不出审批人是否真正看过材料。", "It can't see whether the approver really read the papers."),
    steps_of=_steps,
    build=_build,
    check=_check,
)
