"""unique 唯一: not used before, in the whole office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.model import Case, Command, Facts, Need, Refusal, Text, Values


def _build(control: Control, setting: Setting) -> Gate:
    ledger, key, each, when, within = (control.params[name] for name in ("ledger", "key", "each", "when", "within_case"))

    def keys(values: Values) -> Iterable[str]:
        if when is not None and not when(values):
            return ()
        if each is None:
            return (str(key(values)),)
        return [str(key({**values, "item": item})) for item in each(values)]

    def ask(case: Case, command: Command, values: Values) -> tuple[Need, ...]:
        return tuple(("entry", ledger, one) for one in keys(values))

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        seen: set[str] = set()
        for one in keys(values):
            entry = facts.get(f"entry:{ledger}:{one}")
            if entry is not None and entry["open"] and entry["case"] != case.id:
                return _used(control, setting.label(ledger), one, entry["case"])
            if entry is not None and entry["open"] and within:
                return _used_here(control, setting.label(ledger), one)
            if one in seen:
                return _twice(control, one)
            seen.add(one)
        return None

    return Gate(judge, ask)


def _used(control: Control, name: Text, one: str, earlier: str | None) -> Refusal:
    if earlier is None:
        message = Text(f"“{one}”已登记在{name.zh}中，不能重复使用。", f"“{one}” is in {name.en} already; it can't be used again.")
        remedy = Text(f"请去掉这一项；如{name.zh}有误，请先更正台账。", f"Take it out; if {name.en} is wrong, have it corrected first.")
    elif control.params["until_released"]:
        message = Text(
            f"“{one}”已由办件 {earlier} 登记在“{name.zh}”中，尚未了结。",
            f"“{one}” stands in “{name.en}” by case {earlier}, which has not released it yet.",
        )
        remedy = Text(f"请待办件 {earlier} 了结此项后再办理。", f"Wait until case {earlier} has released it.")
    else:
        message = Text(
            f"“{one}”已在办件 {earlier} 中使用过（{name.zh}），不能重复使用。",
            f"“{one}” was used in case {earlier} ({name.en}); it can't be used again.",
        )
        remedy = Text(
            f"请去掉这一项；如认为办件 {earlier} 有误，请先更正该件。",
            f"Take it out; if case {earlier} is wrong, have that case corrected first.",
        )
    return control.refuse(message, remedy, {"key": one, "case": earlier})


def _used_here(control: Control, name: Text, one: str) -> Refusal:
    return control.refuse(
        Text(
            f"“{one}”在本件中已使用过（{name.zh}），不能重复使用。",
            f"“{one}” was used in this case before ({name.en}); it can't be used again.",
        ),
        Text("请改为另一项。", "Give another one."),
        {"key": one, "within": True},
    )


def _twice(control: Control, one: str) -> Refusal:
    return control.refuse(
        Text(f"“{one}”在本次填报中出现了两次。", f"“{one}” stands twice in this form."),
        Text("请删除重复的一行。", "Remove the repeated line."),
        {"key": one},
    )


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(params["at"])


KIND = Kind(
    id="unique",
    family=GATE,
    title=Text("唯一", "Unique"),
    demand=Text("此前没有用过", "not used before"),
    params=(
        Param("at", "steps", Text("环节", "the steps"), required=True, demands=True),
        Param("ledger", "ledger", Text("登记用过的东西的台账", "the ledger of what was used"), required=True),
        Param("key", "folded-value", Text("键；逐行时可用 item", "the key; `item` is the line"), required=True),
        Param("each", "value", Text("逐行检查的列表", "the list whose lines are checked")),
        Param("until_released", "bool", Text("了结（如交还）后可再用", "free again once released, such as given back"), default=False),
        Param(
            "within_case",
            "bool",
            Text(
                "本件此前用过的也不得再用（如分次付款的银行流水号）",
                "nor used before in the same case, such as an instalment's bank reference",
            ),
            default=False,
            demands=True,
        ),
        Param("when", "condition", Text("何时要求", "when it is demanded")),
    ),
    blind=Text(
        "看不出换了号码或销售方写法的同一张票据，由监测（探测器 duplicate）发现。",
        "It can't see the same paper under another number or another name of the seller: that is for a watch (detector duplicate).",
    ),
    steps_of=_steps,
    build=_build,
)
