"""distinct 不相容岗位: incompatible steps are taken by different people, by nobody's stand-in and, where it says so, by no relatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.alike import fold
from lianfang.kernel.controls.base import GATE, Control, Gate, Judge, Kind, Param, Setting
from lianfang.kernel.controls.recusal import declared, present
from lianfang.kernel.hands import Apart, Elsewhere, Hands
from lianfang.kernel.model import Case, Command, Facts, Field, Need, Refusal, Step, Text, Values
from lianfang.kernel.wording import both, named, quoted


def _build(control: Control, setting: Setting) -> Gate:
    params = control.params
    judges = [_by_step(control, setting)]
    judges += [_by_vote(control, setting)] if params["voters"] else []
    judges += [_by_case(control, setting)] if params["also"] else []
    judges += [_by_kin(control, setting)] if params["relatives"] else []
    also, relatives = params["also"], params["relatives"]

    def ask(case: Case, command: Command, values: Values) -> tuple[Need, ...]:
        linked = (("acted", setting.record[also].ledger, str(values[also])),) if values.get(also) else ()
        people = dict.fromkeys([*command.people, *_before(control, case, command)]) if relatives else ()
        return (*linked, *(("entry", relatives, person) for person in people))

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        return next((refusal for one in judges if (refusal := one(case, command, values, facts)) is not None), None)

    return Gate(judge, ask) if len(judges) > 1 else Gate(judges[0])


def _before(control: Control, case: Case, command: Command) -> list[str]:
    """Who did one of the other steps, each once."""
    others = (step for step in control.params["steps"] if step != command.step)
    return [*dict.fromkeys(one for step in others for act in case.acts.get(step, ()) for one in act.people)]


def _by_step(control: Control, setting: Setting) -> Judge:
    others = {step: tuple(s for s in control.params["steps"] if s != step) for step in control.params["steps"]}

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        mine, acts = command.people, case.acts
        for step in others[command.step]:
            if step in acts:
                for act in acts[step]:
                    if act.actor in mine or (act.behalf and act.behalf in mine):
                        return explain(command, step, act.actor if act.actor in mine else act.behalf)
        for one in case.asked:
            if one.step in others[command.step] and one.agrees is not None and one.person in mine:
                return advised(command, one.step, one.person)
        return None

    def advised(command: Command, step: str, who: str) -> Refusal:
        on, doing, you = setting.label(step), setting.label(command.step), _you(command, who)
        return control.refuse(
            Text(f"{you.zh}已就本件的“{on.zh}”答复意见，不能再办理“{doing.zh}”：这两个环节须由不同的人办理。",
                 f"{you.en} gave an opinion on “{on.en}” in this case, so you can't do “{doing.en}”: the two need different people."),
            _another(doing),
            {"person": who, "advised": step, "now": command.step},
        )  # fmt: skip

    def explain(command: Command, step: str, who: str) -> Refusal:
        did, doing, you = setting.label(step), setting.label(command.step), _you(command, who)
        return control.refuse(
            Text(f"{you.zh}已办理过本件的“{did.zh}”，不能再办理“{doing.zh}”：这两个环节须由不同的人办理。",
                 f"{you.en} did “{did.en}” in this case, so you can't do “{doing.en}”: the two need different people."),
            _another(doing),
            {"person": who, "did": step, "now": command.step},
        )  # fmt: skip

    return judge


def _by_vote(control: Control, setting: Setting) -> Judge:
    """At a meeting, who attends and votes: they took no other of the steps and take none afterwards."""

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        mine = {*present(command)}
        others = ((step, act) for step in control.params["steps"] if step != command.step for act in case.acts.get(step, ()))
        met = next(((one, step) for step, act in others for one in present(act) if one in mine), None)
        return explain(command, *met) if met is not None else None

    def explain(command: Command, who: str, step: str) -> Refusal:
        did, doing = setting.label(step), setting.label(command.step)
        you = _you(command, who) if who in command.people else quoted(both(who))
        return control.refuse(
            Text(f"{you.zh}参加了本件的“{did.zh}”，不能再参加“{doing.zh}”：与会、表决的人也不得兼办这些环节。",
                 f"{you.en} took part in “{did.en}” in this case and can't take part in “{doing.en}”: who attends and votes does none"
                 " of the other steps."),
            _another(doing),
            {"person": who, "did": step, "now": command.step},
        )  # fmt: skip

    return judge


def _by_case(control: Control, setting: Setting) -> Judge:
    also = control.params["also"]
    ledger = setting.record[also].ledger

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        key = values.get(also)
        there = (facts[f"acted:{ledger}:{key}"] or ()) if key else ()
        found = next((one for one in command.people if one in there), None)
        return _linked(control, setting, command, found, str(key)) if found is not None else None

    return judge


def _by_kin(control: Control, setting: Setting) -> Judge:
    ledger, column = control.params["relatives"], control.params["related"]

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        theirs = _before(control, case, command)
        known = {one: declared(facts[f"entry:{ledger}:{one}"], column) for one in (*command.people, *theirs)} if theirs else {}
        silent = [one for one in known if known[one] is None]
        if silent:
            return _silent(control, setting, command, silent)
        pairs = ((one, other) for one in command.people for other in theirs)
        tied = next((pair for pair in pairs if _tied(*pair, known)), None)
        return _kin(control, setting, command, *tied) if tied is not None else None

    return judge


def _tied(one: str, other: str, known: Mapping[str, frozenset[str] | None]) -> bool:
    """Whether either of two people declared the other."""
    return fold(other) in (known[one] or ()) or fold(one) in (known[other] or ())


def _you(command: Command, who: str) -> Text:
    """Who did it before, as whoever acts is told."""
    if who == command.actor:
        return Text("您", "You")
    whom = quoted(both(who))
    return Text(f"您代理的{whom.zh}", f"{whom.en}, whom you stand in for,")


def _another(doing: Text) -> Text:
    return Text(f"请由其他有权人员办理“{doing.zh}”。", f"Let another entitled person do “{doing.en}”.")


def _linked(control: Control, setting: Setting, command: Command, who: str, key: str) -> Refusal:
    label, doing, you = setting.label(control.params["also"]), setting.label(command.step), _you(command, who)
    return control.refuse(
        Text(f"{you.zh}办理过“{label.zh}”所指的办件（{key}），不能再办理“{doing.zh}”。",
             f"{you.en} acted in the case that “{label.en}” ({key}) comes from, so you can't do “{doing.en}”."),
        _another(doing),
        {"person": who, "linked": key, "now": command.step},
    )  # fmt: skip


def _silent(control: Control, setting: Setting, command: Command, silent: list[str]) -> Refusal:
    ledger, doing = setting.label(control.params["relatives"]), setting.label(command.step)
    listed = named(silent)
    return control.refuse(
        Text(f"{listed.zh}尚未在“{ledger.zh}”中申报，能否办理“{doing.zh}”无从判断。",
             f"{listed.en} declared nothing in “{ledger.en}”, so whether “{doing.en}” can be done can't be told."),
        Text("请先申报；没有亲属关系的也须申报“无”（不列任何人）。",
             "Declare first; where there is nothing to declare, declare an empty list."),
        {"undeclared": silent},
    )  # fmt: skip


def _kin(control: Control, setting: Setting, command: Command, who: str, other: str) -> Refusal:
    doing, you, whom = setting.label(command.step), _you(command, who), quoted(both(other))
    return control.refuse(
        Text(f"{you.zh}与办理过本件其他环节的{whom.zh}有已申报的亲属关系，不能办理“{doing.zh}”。",
             f"{you.en} and {whom.en}, who did another step of this case, are relatives, as declared, so you can't do “{doing.en}”."),
        _another(doing),
        {"person": who, "related": other, "now": command.step},
    )  # fmt: skip


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(params["steps"])


def _hands(control: Control, setting: Setting) -> Iterator[Hands]:
    """Who is related to whom is declared by people, and no matter of how many they are."""
    params = control.params
    meetings = (step for step in params["steps"] if params["voters"] and setting.steps[step].kind == "meeting")
    yield Apart(tuple(params["steps"]), tuple(meetings))
    if params["also"]:
        yield Elsewhere(tuple(params["steps"]), setting.record[params["also"]].ledger)


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if len(set(params["steps"])) <= (0 if params["also"] else 1):
        yield Text("至少写两个不同的环节", "at least two different steps are needed")
    if params["also"] and record[params["also"]].type != "entry":
        yield Text(f"also 里的“{params['also']}”应为台账项（entry）", f"{params['also']!r} in also should be an entry of a ledger")
    if params["relatives"] and not params["related"]:
        yield Text("relatives 须写明栏目 related", "relatives needs its column, related")


KIND = Kind(
    id="distinct",
    family=GATE,
    title=Text("不相容岗位分离", "Separation of duties"),
    demand=Text("不相容的环节由不同的人办理", "incompatible steps are done by different people"),
    params=(
        Param("steps", "steps", Text("互不相容的环节", "the incompatible steps"), required=True, demands=True),
        Param("voters", "bool", Text("会议环节：与会、表决的人也算办理，不只是记录的人",
                                     "at a meeting also those who attend and vote count, not only who records it"),
              default=False, demands=True),
        Param("also", "field", Text("指向另一办件的台账项字段：办理过该办件的人也不得办理",
                                    "the field, an entry of a ledger, that leads to another case: who acted there may not act here either"),
              default="", demands=True),
        Param("relatives", "ledger", Text("申报亲属关系的台账，以人员为键：互为亲属的人也不得分别办理",
                                          "the ledger of declared relatives, keyed by person: relatives don't do them either"),
              default="", demands=True),
        Param("related", "text", Text("其中写明亲属的栏目", "its column of the people one is related to"), default=""),
    ),
    blind=Text(
        "看不出两个人是否事先串通，或共用一个账号；也看不出没有申报的亲属关系。没有写明 voters 的，会议环节只看由谁记录，"
        "不看谁参加了表决。",
        "It can't see two people in collusion, one account shared by two, nor relatives who were not declared. Without `voters`, of a"
        " meeting it sees who records it, and not who voted.",
    ),
    steps_of=_steps,
    hands=_hands,
    build=_build,
    check=_check,
    method=Text(
        "按人判断，不论以哪个岗位办理；就某一环节答复过意见的人，也算办理过该环节。代理人与被代理人在代理期间算同一人：代理人办理的，"
        "两人都算办理过；代理人以本人名义办理时，被代理人办理过的环节也算其办理过。写明 voters 的，会议环节与会、表决的人都算办理过。"
        "写明 also 的，该台账项所属办件的经办人不得办理本件的这些环节。写明 relatives 的，任一方申报过对方即为亲属；未申报的一律拦截，"
        "“无”也须申报。",
        "It goes by persons, whatever post they act as; who gave an opinion on a step counts as having done it. While it lasts, a stand-in"
        " and whom they stand in for are one: what a stand-in does on behalf of somebody both did, and what whoever is away did counts as"
        " the stand-in's, in whosever name they act. With `voters`, all who attend a meeting and vote count as having done it. With `also`,"
        " whoever acted in the case that the entry comes from takes none of these steps. With `relatives`, two people are relatives where"
        " either declared the other; who declared nothing is refused (an empty list is a declaration).",
    ),
)  # fmt: skip
