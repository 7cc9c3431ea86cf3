"""qualified 持证上岗、专人: the actor is the appointed person, holds a post, or belongs to the unit; all that is named must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.controls.base import GATE, Ask, Control, Gate, Judge, Kind, Param, Setting
from lianfang.kernel.hands import Only
from lianfang.kernel.model import Case, Command, Facts, Field, Need, Refusal, Step, Text, Values
from lianfang.kernel.wording import joined


def _build(control: Control, setting: Setting) -> Gate:
    params = control.params
    ledger, key = params["ledger"], params["key"]
    judges: list[Judge] = []
    asks: list[Ask] = []
    if params["posts"]:
        judges.append(_by_post(control, setting))
    if params["own_unit"]:
        judges.append(_by_unit(control, setting))
        asks.append(lambda case, command, values: (("person", command.actor),))
    if ledger:
        judges += [_by_ledger(control, setting)] if params["holder"] else []
        judges += [_not_barred(control, setting)] if params["barred"] else []
        asks.append(lambda case, command, values: (("entry", ledger, str(key(values))),))

    def ask(case: Case, command: Command, values: Values) -> tuple[Need, ...]:
        return tuple(need for one in asks for need in one(case, command, values))

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        return next((refusal for one in judges if (refusal := one(case, command, values, facts)) is not None), None)

    return Gate(judge if len(judges) > 1 else judges[0], ask if asks else None)


def _by_post(control: Control, setting: Setting) -> Judge:
    posts = frozenset(control.params["posts"])

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        if posts & set(facts.get(f"posts:{command.actor}") or ()):
            return None
        names = joined(setting.label(post) for post in sorted(posts))
        return control.refuse(
            Text(f"此事只能由{names.zh}办理。", f"Only {names.en} may do this."),
            Text(f"请交由{names.zh}办理。", f"Leave it to {names.en}."),
            {"needed": sorted(posts)},
        )

    return judge


def _by_unit(control: Control, setting: Setting) -> Judge:
    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        person = facts.get(f"person:{command.actor}")
        theirs = person["unit"] if person else ""
        if theirs == setting.unit:
            return None
        doing, unit = setting.label(command.step), setting.label(setting.unit)
        return control.refuse(
            Text(
                f"“{doing.zh}”只能由{unit.zh}的人员办理，您不是{unit.zh}的人员。",
                f"“{doing.en}” is for staff of {unit.en} only, and you are not one of them.",
            ),
            Text(f"请由{unit.zh}的人员办理。", f"Leave it to staff of {unit.en}."),
            {"needed": setting.unit, "unit": theirs},
        )

    return judge


def _by_ledger(control: Control, setting: Setting) -> Judge:
    ledger, key, holder = control.params["ledger"], control.params["key"], control.params["holder"]

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        one = str(key(values))
        entry = facts.get(f"entry:{ledger}:{one}")
        named = entry["data"].get(holder) if entry else None
        if named == command.actor:
            return None
        name, doing = setting.label(ledger), setting.label(command.step)
        return control.refuse(
            Text(
                f"{name.zh}中“{one}”的指定人员不是您，您不能办理“{doing.zh}”。",
                f"You are not the person appointed for “{one}” in {name.en}, so you can't do “{doing.en}”.",
            ),
            Text("请由台账上指定的人员办理。", "Leave it to the person whom the ledger names."),
            {"key": one, "appointed": named or "", "actor": command.actor},
        )

    return judge


def _not_barred(control: Control, setting: Setting) -> Judge:
    ledger, key, barred = control.params["ledger"], control.params["key"], control.params["barred"]

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        one, name, doing = str(key(values)), setting.label(ledger), setting.label(command.step)
        entry = facts.get(f"entry:{ledger}:{one}")
        if entry is None:
            return control.refuse(
                Text(f"{name.zh}中没有“{one}”，不能办理“{doing.zh}”。", f"{name.en} has no “{one}”, so “{doing.en}” can't be done."),
                Text(f"请改选{name.zh}中已有的一项。", f"Choose one that {name.en} holds."),
                {"key": one, "barred": [], "actor": command.actor},
            )
        out = entry["data"][barred]
        if not {*command.people} & {*out}:
            return None
        label = setting.label(f"{ledger}.{barred}")
        return control.refuse(
            Text(
                f"您是{name.zh}中“{one}”的{label.zh}之一，不能办理“{doing.zh}”。",
                f"You are one of the {label.en} of “{one}” in {name.en}, so you can't do “{doing.en}”.",
            ),
            Text(f"请由不在其中的人员办理“{doing.zh}”。", f"Leave “{doing.en}” to somebody who is none of them."),
            {"key": one, "barred": list(out), "actor": command.actor},
        )

    return judge


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(params["at"])


def _hands(control: Control, setting: Setting) -> Iterator[Only]:
    params = control.params
    if params["posts"] or params["own_unit"]:
        yield Only(tuple(params["at"]), tuple(params["posts"]), setting.unit if params["own_unit"] else "")


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if len({bool(params["ledger"]), params["key"] is not None, bool(params["holder"] or params["barred"])}) > 1:
        yield Text("ledger、key 与 holder 或 barred 须同时写明", "ledger, key and one of holder and barred belong together")
    elif not (params["posts"] or params["ledger"] or params["own_unit"]):
        yield Text("须写明 posts、ledger 或 own_unit", "posts, ledger or own_unit is needed")


KIND = Kind(
    id="qualified",
    family=GATE,
    title=Text("专人办理", "Appointed person"),
    demand=Text("办理人持有岗位或任命，或属于本单位", "the actor holds the post or the appointment, or belongs to the unit"),
    params=(
        Param("at", "steps", Text("环节", "the steps"), required=True, demands=True),
        Param("posts", "posts", Text("可以办理的岗位（任一）", "posts that may do it (any)"), default=()),
        Param("ledger", "ledger", Text("登记指定人员的台账", "the ledger that names the person"), default=""),
        Param("key", "value", Text("台账中的键", "the key in that ledger")),
        Param("holder", "text", Text("台账中记指定人员的栏目", "the column that names the person"), default=""),
        Param("barred", "text", Text("台账中记不得办理的人员的栏目", "the column that names the people who may not do it"), default=""),
        Param("own_unit", "bool", Text("只限本事项所属单位的人员", "staff of the matter's own unit only"), default=False, demands=True),
    ),
    blind=Text("看不出持证人把账号交给别人用。", "It can't see an account lent to somebody else."),
    steps_of=_steps,
    hands=_hands,
    build=_build,
    check=_check,
)
