"""limit 限额: a value stays within what was allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.conditions import type_name
from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.explain import Scene
from lianfang.kernel.ledger import known_to
from lianfang.kernel.model import NOTHING, Case, Command, Facts, Field, Need, Refusal, Step, Text, Values
from lianfang.kernel.wording import value_text


def _build(control: Control, setting: Setting) -> Gate:
    value, most, ledger, key = (control.params[name] for name in ("value", "max", "ledger", "key"))
    one, other = value.side, most.side
    given_of, allowed_of = value.call, most.call
    counted = tuple(dict.fromkeys(named for named in (*most.unfolded, *value.unfolded) if named.how == "column"))

    def name_of(case: Case, command: Command, values: Values) -> str:
        return str(key(known_to(case, command, values)))

    def ask(case: Case, command: Command, values: Values) -> tuple[Need, ...]:
        return (("entry", ledger, name_of(case, command, values)),)

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        name, entry = "", NOTHING
        if ledger:
            name = name_of(case, command, values)
            standing = facts.get(f"entry:{ledger}:{name}")
            if standing is None:
                return control.unlisted(setting.label(ledger), name)
            entry = standing["data"]
        scope = {**values, "at": command.at, "entry": entry}
        actual, allowed = given_of(scope), allowed_of(scope)
        if actual <= allowed:
            return None
        scene = Scene(setting, ledger, name, entry)
        given, limit = scene.worded(one, actual, other), scene.worded(other, allowed, one)
        what, doing = scene.called(value.named), setting.label(command.step)
        figures = [(scene.called(named), value_text(str(most.type), entry[named.of[1]])) for named in counted]
        zh = "；".join(f"{name.zh}为 {figure.zh}" for name, figure in figures)
        en = "; ".join(f"{name.en} is {figure.en}" for name, figure in figures)
        reckoned = Text(f"（{zh}）", f" ({en})") if figures else Text("", "")
        return control.refuse(
            Text(
                f"{what.zh}为 {given.zh}，超过允许的 {limit.zh}{reckoned.zh}。",
                f"{_begun(what.en)} is {given.en}, more than the {limit.en} allowed{reckoned.en}.",
            ),
            Text(
                f"请在 {limit.zh} 以内办理“{doing.zh}”；确需增加的，重新报批。",
                f"Keep within {limit.en} for “{doing.en}”, or ask for a new approval.",
            ),
            {"value": actual, "max": allowed, **({"ledger": ledger, "key": name} if ledger else {})},
        )

    return Gate(judge, ask if ledger else None)


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
    if bool(params["ledger"]) != (params["key"] is not None):
        yield Text("ledger 与 key 须同时写明", "ledger and key belong together")


KIND = Kind(
    id="limit",
    family=GATE,
    title=Text("限额", "Limit"),
    demand=Text("不超过预算、定额、标准或获批数量", "within budget, quota, standard or what was approved"),
    params=(
        Param("at", "steps", Text("环节", "the steps"), required=True, demands=True),
        Param("value", "timed-value", Text("被限制的值", "what is limited"), required=True),
        Param(
            "max",
            "timed-value",
            Text(
                "最大值（含）；entry 是台账中的记录，at 是办理的时间",
                "the most it may be, inclusive; `entry` is the ledger's entry, `at` the moment",
            ),
            required=True,
        ),
        Param("ledger", "ledger", Text("记着额度和已用数的台账", "the ledger of what is allowed and what was used of it"), default=""),
        Param(
            "key",
            "known-value",
            Text(
                "台账中的键；按岗位、按期分的额度，可用 as_post、actor、applicant、at，如 as_post + '|' + month(at)",
                "the key in that ledger; an allowance by post or period is found by as_post, actor, applicant and at, as in"
                " as_post + '|' + month(at)",
            ),
        ),
    ),
    method=Text(
        "预算、指标等多件合用的额度，记在台账的一条记录里：批准的环节用 writes 的 adds 占用，付款的环节转为支出；"
        "退回、不予同意或撤回即释放。判断与占用在同一事务中进行，两件同时申请，不会都用上最后一元。",
        "An allowance that many cases share, such as a budget, stands in one entry of a ledger: the step that approves reserves of it "
        "by `adds` of its `writes`, the step that pays turns that into what was spent, and a return, a rejection or a withdrawal gives "
        "it back. It is judged and reserved in one transaction, so that of two at once only one takes the last yuan.",
    ),
    blind=Text("只看登记的数，看不出实际多用而少登。", "It sees the recorded figure, not what was really used."),
    steps_of=_steps,
    build=_build,
    check=_check,
)
