"""match 一致: what is done equals what was approved, tendered, ordered or counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.model import Case, Command, Facts, Field, Need, Refusal, Step, Text, Values
from lianfang.kernel.wording import value_text


def _build(control: Control, setting: Setting) -> Gate:
    that, ledger, key = control.params["that"], control.params["ledger"], control.params["key"]

    def ask(case: Case, command: Command, values: Values) -> tuple[Need, ...]:
        return (("entry", ledger, str(key(values))),)

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        scope = values
        if ledger:
            one = str(key(values))
            entry = facts.get(f"entry:{ledger}:{one}")
            if entry is None:
                return _unknown(control, setting.label(ledger), one)
            scope = {**values, "entry": entry["data"], "at": command.at}
        elif timed:
            scope = {**values, "at": command.at}
        return None if that(scope) else _explain(control, setting, command, scope)

    timed = "at" in that.uses
    return Gate(judge, ask if ledger else None)


def _unknown(control: Control, name: Text, one: str) -> Refusal:
    title = control.title
    return control.refuse(
        Text(f"{name.zh}中没有“{one}”，无从核对“{title.zh}”。", f"{name.en} has no “{one}”, so “{title.en}” can't be checked."),
        Text(f"请改选{name.zh}中已有的一项，或先登记。", f"Choose one that {name.en} holds, or have it registered first."),
        {"ledger": control.params["ledger"], "key": one},
    )


def _explain(control: Control, setting: Setting, command: Command, values: Values) -> Refusal:
    doing = setting.label(command.step)
    zh, en = [], []
    shown: dict[str, Any] = {}
    for name in sorted(control.params["that"].uses):
        if name not in values or name == "at":
            continue
        label, text = _shown(control, setting, name, values[name])
        zh.append(f"{label.zh}：{text.zh}")
        en.append(f"{label.en}: {text.en}")
        shown[name] = values[name]
    return control.refuse(
        Text(f"不符合“{control.title.zh}”（{'；'.join(zh)}）。", f"This does not satisfy “{control.title.en}” ({'; '.join(en)})."),
        Text(f"请核对以上内容，一致后再办理“{doing.zh}”。", f"Check these; do “{doing.en}” when they agree."),
        shown,
    )


def _shown(control: Control, setting: Setting, name: str, value: Any) -> tuple[Text, Text]:
    """What a value that the condition reads is called, and the value in words."""
    if name == "entry":
        listed = (str(cell) for _, cell in sorted(value.items()))  # by name: JSON keeps no order
        return setting.label(control.params["ledger"]), value_text("text", "、".join(listed))
    field = setting.record.get(name)
    return setting.label(name), value_text(field.type if field else "text", value, field)


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(params["at"])


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if bool(params["ledger"]) != (params["key"] is not None):
        yield Text("ledger 与 key 须同时写明", "ledger and key belong together")


KIND = Kind(
    id="match",
    family=GATE,
    title=Text("一致", "Match"),
    demand=Text("与获批、招标、订购或清点的一致", "equals what was approved, tendered, ordered or counted"),
    params=(
        Param("at", "steps", Text("环节", "the steps"), required=True),
        Param(
            "that",
            "timed-condition",
            Text("必须成立的条件；entry 是台账中的记录，at 是办理的时间", "what must hold; `entry` is the ledger's entry, `at` the moment"),
            required=True,
        ),
        Param("ledger", "ledger", Text("对照的台账", "the ledger compared with"), default=""),
        Param("key", "value", Text("台账中的键", "the key in that ledger")),
    ),
    blind=Text("两边都填错时看不出来。", "It can't see that both sides are wrong."),
    steps_of=_steps,
    build=_build,
    check=_check,
)
