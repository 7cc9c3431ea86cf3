"""match 一致: what is done equals what was approved, tendered, ordered or counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.explain import Scene, failing
from lianfang.kernel.model import Case, Command, Facts, Field, Need, Refusal, Step, Text, Values


def _build(control: Control, setting: Setting) -> Gate:
    that, ledger, key, each = (control.params[name] for name in ("that", "ledger", "key", "each"))
    timed, holds = "at" in that.uses, that.call

    def lines(values: Values) -> Iterable[Values]:
        """The values of each line that is looked at; without a list those of the act."""
        return [{**values, "item": item} for item in values[each]] if each else (values,)

    def ask(case: Case, command: Command, values: Values) -> tuple[Need, ...]:
        return tuple(("entry", ledger, str(key(line))) for line in lines(values))

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        for number, line in enumerate(lines(values), 1):
            scope, one, data = line, "", {}
            if ledger:
                one = str(key(line))
                entry = facts.get(f"entry:{ledger}:{one}")
                if entry is None:
                    return _of_line(control.unlisted(setting.label(ledger), one), setting, each, number)
                data = entry["data"]
                scope = {**line, "entry": data, "at": command.at}
            elif timed:
                scope = {**line, "at": command.at}
            if not holds(scope):
                return _of_line(_explain(control, command, scope, Scene(setting, ledger, one, data, each)), setting, each, number)
        return None

    return Gate(judge, ask if ledger else None)


def _of_line(refusal: Refusal, setting: Setting, each: str, number: int) -> Refusal:
    """The refusal of one line of the list, told as such."""
    if not each:
        return refusal
    name, said = setting.label(each), refusal.message
    message = Text(f"“{name.zh}”第 {number} 行：{said.zh}", f"Line {number} of “{name.en}”: {said.en}")
    return refusal._replace(message=message, shown={**refusal.shown, "line": number})


def _explain(control: Control, command: Command, values: Values, scene: Scene) -> Refusal:
    that, title, doing = control.params["that"], control.title, scene.setting.label(command.step)
    told = failing(that, values, scene)
    return control.refuse(
        Text(f"不符合“{title.zh}”：{told.zh}。", f"This does not satisfy “{title.en}”: {told.en}."),
        Text(f"请核对以上内容，一致后再办理“{doing.zh}”。", f"Check these; do “{doing.en}” when they agree."),
        {name: values[name] for name in sorted(that.uses) if name in values and name != "at"},
    )


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
        Param("at", "steps", Text("环节", "the steps"), required=True, demands=True),
        Param(
            "that",
            "timed-condition",
            Text("必须成立的条件；entry 是台账中的记录，at 是办理的时间", "what must hold; `entry` is the ledger's entry, `at` the moment"),
            required=True,
            demands=True,
        ),
        Param("ledger", "ledger", Text("对照的台账", "the ledger compared with"), default=""),
        Param("key", "value", Text("台账中的键；逐行时可用 item", "the key in that ledger; with `each`, `item` is the line")),
        Param("each", "list-field", Text("逐行核对的列表", "the list of which every line is held against it"), default=""),
    ),
    blind=Text("两边都填错时看不出来。", "It can't see that both sides are wrong."),
    steps_of=_steps,
    build=_build,
    check=_check,
)
