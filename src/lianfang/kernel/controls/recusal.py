"""recusal 回避: nobody who is a party, or related to one, acts in a matter; who is related to whom is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lianfang.kernel.alike import fold
from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.hands import APPLICANT, Apart
from lianfang.kernel.model import Act, Case, Command, Facts, Field, Need, Refusal, Step, Text, Values
from lianfang.kernel.wording import both, quoted, several

_WORDS = ("text", "person", "entry", "choice")


class Tie(NamedTuple):
    """Why somebody must not act: the party (or unit) they are tied to, and how, for the words of the refusal."""

    person: str
    how: str
    party: str


def _build(control: Control, setting: Setting) -> Gate:
    params = control.params
    ledger, column, units_of = params["ledger"], params["related"], params["units"]

    def parties(case: Case, values: Values) -> list[str]:
        named = _named(params["parties"](values)) if params["parties"] is not None else []
        return [*dict.fromkeys([*named, *((case.applicant,) if params["applicant"] else ())])]

    def acting(case: Case, command: Command, values: Values) -> list[str]:
        """All who act where nobody related may, each once; also those who did before, because a party may have been named since."""
        people = present(command) if command.step in params["at"] else []
        people += [one for step in params["at"] for act in case.acts.get(step, ()) for one in present(act)]
        beside = [one for name in params["people"] for one in _named(values[name])] if people else []
        return [*dict.fromkeys([*people, *beside])]

    def ask(case: Case, command: Command, values: Values) -> tuple[Need, ...]:
        people = acting(case, command, values)
        keys = dict.fromkeys([*people, *parties(case, values)]) if people and ledger else ()
        return (*(("entry", ledger, key) for key in keys), *(("person", person) for person in people if units_of is not None))

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        people = acting(case, command, values)
        if not people:
            return None
        against, units = parties(case, values), _named(units_of(values)) if units_of is not None else []
        if not (against or units):
            return _nobody(control, setting, command)
        entries = {key: facts[f"entry:{ledger}:{key}"] for key in (*people, *against)} if ledger else {}
        known = {key: declared(entries[key], column) if ledger else frozenset[str]() for key in (*people, *against)}
        silent = [person for person in people if known[person] is None]
        if silent:
            return _undeclared(control, setting, command, silent)
        ties = [tie for person in people if (tie := _tie(person, against, known)) is not None]
        ties += [Tie(person, "unit", found["unit"]) for person in people if units
                 if (found := facts[f"person:{person}"]) is not None and found["unit"] in units]  # fmt: skip
        return _related(control, setting, command, ties) if ties else None

    return Gate(judge, ask)


def present(act: Act | Command) -> list[str]:
    """Who took part in an act: whoever did it and, at a meeting, those present and voting."""
    return [
        *act.people,
        *act.data.get("attendance", ()),
        *act.data.get("cast_by", ()),
        *(vote["person"] for vote in act.data.get("votes", ())),
    ]


def _named(value: Any) -> list[str]:
    """Who stands in a value: a name or a person, several of them, or lines that hold them. A blank names nobody."""
    if isinstance(value, str):
        return [value] if fold(value) else []
    if isinstance(value, Mapping):
        return [name for cell in value.values() if isinstance(cell, str | list) for name in _named(cell)]
    return [name for one in value for name in _named(one)]


def declared(entry: Mapping[str, Any] | None, column: str) -> frozenset[str] | None:
    """Whom a declaration names, folded; None where there is none that stands, or it leaves that open."""
    if entry is None or not entry["open"] or entry["data"].get(column) is None:
        return None
    return frozenset(map(fold, _named(entry["data"][column])))


def _tie(person: str, parties: Iterable[str], known: Mapping[str, frozenset[str] | None]) -> Tie | None:
    """What ties a person to one of the parties: being it, having declared it, or having been declared by it."""
    own = known[person] or frozenset()
    for party in parties:
        if party == person:
            return Tie(person, "self", party)
        if fold(party) in own or fold(person) in (known[party] or ()):
            return Tie(person, "related", party)
    return None


def _nobody(control: Control, setting: Setting, command: Command) -> Refusal:
    doing = setting.label(command.step)
    return control.refuse(
        Text(f"没有写明当事人，办理“{doing.zh}”的人是否须回避无从判断。",
             f"No party is named, so whether those who do “{doing.en}” have to stand back can't be told."),
        Text("请先写明当事人。", "Name the parties first."),
        {"parties": []},
    )  # fmt: skip


def _undeclared(control: Control, setting: Setting, command: Command, silent: list[str]) -> Refusal:
    doing, ledger = setting.label(command.step), setting.label(control.params["ledger"])
    own = silent[0] in command.people
    who = Text("您", "You have") if own else Text(f"另有 {len(silent)} 名办理人员", f"{len(silent)} of the people acting here have")
    return control.refuse(
        Text(f"{who.zh}尚未在“{ledger.zh}”中申报，“{doing.zh}”是否须回避无从判断。",
             f"{who.en} declared nothing in “{ledger.en}”, so whether to stand back from “{doing.en}” can't be told."),
        Text("请先申报；没有利害关系的也须申报“无”（不列任何人）。",
             "Declare first; where there is nothing to declare, declare an empty list."),
        {"undeclared": silent},
    )  # fmt: skip


def _related(control: Control, setting: Setting, command: Command, ties: list[Tie]) -> Refusal:
    """Why, of the actor first: others are told by their number here, and by name where names are known."""
    doing = setting.label(command.step)
    mine = [tie for tie in ties if tie.person in command.people]
    others = {tie.person for tie in ties} - {*command.people}
    told = [_told(tie, setting, mine=bool(mine)) for tie in mine or ties]
    why = several([*dict.fromkeys(told)])
    who = Text("您", "You") if mine else Text(f"另有 {len(others)} 名办理人员", f"{len(others)} of the people acting here")
    linked = Text("" if mine else "，", " " if mine else ": ")
    stand = Text("请由与当事人无利害关系的人员办理。", "Leave it to somebody who is not related to the parties.")
    if not mine:
        stand = Text("请相关人员回避，由与当事人无利害关系的人员办理；会议上登记为回避，不计入到会。",
                     "Let them stand back and others act; at a meeting record them as recused, not as present.")  # fmt: skip
    return control.refuse(
        Text(f"{who.zh}{linked.zh}{why.zh}，须回避，不能办理“{doing.zh}”。",
             f"{who.en}{linked.en}{why.en}, and so must stand back from “{doing.en}”."),
        stand,
        {"related": sorted({tie.person for tie in ties}), "parties": sorted({tie.party for tie in ties})},
    )  # fmt: skip


def _told(tie: Tie, setting: Setting, *, mine: bool) -> Text:
    are = "are" if mine else "being"
    if tie.how == "self":
        return Text("是本件的当事人", f"{are} a party to this case")
    if tie.how == "unit":
        unit = setting.label(tie.party)
        return Text(f"是当事单位“{unit.zh}”的人员", f"{are} of the unit “{unit.en}” that it is about")
    party = quoted(both(tie.party))
    return Text(f"与当事人{party.zh}有已申报的利害关系", f"{are} related to the party {party.en}, as declared")


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*params["at"], *params["named"])))


def _hands(control: Control, setting: Setting) -> Iterator[Apart]:
    """The applicant stands back from each; of the other parties nothing is known before there is a case."""
    if control.params["applicant"]:
        yield from (Apart((APPLICANT, name)) for name in control.params["people"])
        for step in control.params["at"]:
            yield Apart((APPLICANT, step), (step,) if setting.steps[step].kind == "meeting" else ())


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if bool(params["ledger"]) != bool(params["related"]):
        yield Text("ledger 与 related 须同时写明", "ledger and related belong together")
    values = [(name, params[name]) for name in ("parties", "units") if params[name] is not None]
    if not values and not params["applicant"]:
        yield Text("须写明 parties、units 或 applicant", "parties, units or applicant is needed")
    for name, value in values:
        if not _names(value.type):
            yield Text(f"{name} 应为文字、人员或其列表", f"{name} should be a text, a person or a list of them")
    for name in params["at"]:
        if params["applicant"] and steps[name].by == "applicant":
            yield Text(f"“{name}”由申请人本人办理，申请人无从回避", f"{name!r} is the applicant's own step: nobody could take it")
    for name in params["people"]:
        if record[name].type not in ("person", "people"):
            yield Text(f"“{name}”不是人员", f"{name!r} holds no people")
    yield from _unjudged(params, steps, {*params["people"], *(name for _, value in values for name in value.uses)})


def _unjudged(params: Mapping[str, Any], steps: Mapping[str, Step], read: set[str]) -> Iterator[Text]:
    """Steps that could name a party after those related to it acted, and would not be judged."""
    for name, step in steps.items():
        for field in step.form:
            if field in read and name not in _steps(params):
                yield Text(f"环节“{name}”填写“{field}”，须列入 named", f"the step {name!r} sets {field!r}: name it in named")


def _names(kind: Any) -> bool:
    return kind in _WORDS or (isinstance(kind, tuple) and kind[0] == "list" and kind[1] in _WORDS)


KIND = Kind(
    id="recusal",
    family=GATE,
    title=Text("回避", "Recusal"),
    demand=Text("当事人及与其有利害关系的人不得办理", "neither a party nor anybody related to one acts"),
    params=(
        Param("at", "steps", Text("须回避的环节", "the steps that nobody related may take"), required=True),
        Param("ledger", "ledger", Text("申报利害关系的台账，以人员为键；不写的只看是不是当事人本人",
                                       "the ledger of declared relations, keyed by person; without it only the parties stand back"),
              default=""),
        Param("related", "text", Text("其中写明有利害关系的人或单位的栏目", "its column of the people and firms one is related to"),
              default=""),
        Param("parties", "value", Text("当事人：文字、人员或其列表", "the parties: a text, a person or a list of them")),
        Param("applicant", "bool", Text("申请人也是当事人", "the applicant is a party too"), default=False),
        Param("units", "value", Text("当事单位：本单位的人员须回避", "the units it is about: their own staff stand back")),
        Param("people", "fields", Text("一同办理的人员所在的字段，如专家、评分人",
                                       "fields that name those who act besides, such as experts and scorers"), default=()),
        Param("named", "steps", Text("填写当事人或一同办理人员的其他环节", "the other steps that set the parties or those people"),
              default=()),
    ),
    blind=Text(
        "看不出没有申报或申报不实的关系；只按所写的名称或人员比对，看不出换用名称的当事人，本单位职工的亲属为职工的，须按人员申报；"
        "也看不出应回避的人私下打招呼，或借他人账号办理。",
        "It can't see a relation that was not declared, or not truly. It goes by what is written: not by another name of the same party;"
        " a relative who is staff is declared as that person. Nor can it see a word put in privately, or a borrowed account.",
    ),
    steps_of=_steps,
    hands=_hands,
    build=_build,
    check=_check,
    method=Text(
        "按人判断，不论以哪个岗位办理：办理人、会议的到会和投票人员、people 中的人员，以及此前办理过这些环节的人，都不得是当事人，"
        "不得申报过当事人，也不得被当事人申报过。名称只差全角、大小写、空格、标点的算同一个。写明 ledger 的，没有申报的一律拦截，"
        "“无”也须申报；一个当事人都没有写明的也拦截。当事人在办理之后又有变动的，在填写的环节（named）即行判断。",
        "It goes by persons, whatever post they act as: the actor, those present and voting at a meeting, those in `people`, and whoever"
        " took one of the steps before must not be a party, have declared one or have been declared by one. Names that differ only in"
        " width, case, spaces or punctuation are the same. With a ledger who declared nothing is refused (an empty list is a"
        " declaration), and so is an act without any party. Where a party is named anew after they acted, the step that does so (`named`)"
        " is judged.",
    ),
    example="""\
id: stand-back
kind: recusal
at: [score, decide]
ledger: relations
related: related
parties: bidder
applicant: true
people: scorers
named: apply
""",
)  # fmt: skip
