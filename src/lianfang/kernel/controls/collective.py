"""collective 集体决策: a meeting with a quorum decides by a majority."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.hands import APPLICANT, Apart, Hands, Quorum
from lianfang.kernel.model import Case, Command, Facts, Field, Refusal, Step, Text, Values

Fraction = tuple[int, int]
FEWEST = 2
"""One person alone is no meeting, however many are recused."""


def _build(control: Control, setting: Setting) -> Gate:
    quorum: Fraction = control.params["quorum"]
    majority: Fraction = control.params["majority"]
    entitled_base = control.params["base"] == "entitled"
    without_applicant = control.params["without_applicant"]
    secret = control.params["secret"]
    step = setting.steps[control.params["at"]]
    body, rejects = step.by.removeprefix("body:"), step.rejects

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        members = set(facts.get(f"members:{body}") or ())
        recused = {*command.data.get("recused", ()), *((case.applicant,) if without_applicant else ())} & members
        entitled = members - recused
        present = set(command.data.get("attendance", ()))
        votes = command.data.get("votes", [])
        voters = command.data.get("cast_by", []) if secret else [vote["person"] for vote in votes]
        favour = command.data["counts"]["for"] if secret else sum(vote["vote"] == "for" for vote in votes)
        cast = sum(command.data["counts"].values()) if secret else len(votes)
        return (
            _recused(control, present & recused)
            or _remaining(control, setting.label(body), len(entitled), len(members))
            or _attendance(control, setting.label(body), present, entitled, quorum)
            or _ballots(control, voters, present)
            or _counted(control, cast, len(voters))
            or _result(
                control,
                favour,
                len(entitled) if entitled_base else len(present),
                majority,
                entitled_base,
                rejects,
            )
        )

    return Gate(judge)


def _recused(control: Control, there: set[str]) -> Refusal | None:
    if not there:
        return None
    return control.refuse(
        Text(f"已回避的 {len(there)} 人仍登记为到会。", f"{len(there)} of those recused are recorded as present."),
        Text("回避的成员不计入到会，也不得表决。", "A recused member neither counts as present nor votes."),
        {"recused": sorted(there)},
    )


def _remaining(control: Control, body: Text, entitled: int, members: int) -> Refusal | None:
    """Recusals must not make a few people the body: more than half of it has to be left."""
    if entitled * 2 > members:
        return None
    return control.refuse(
        Text(f"“{body.zh}”共 {members} 人，回避后只剩 {entitled} 人，不足半数以上，不能作出决定。",
             f"Of the {members} members of “{body.en}” only {entitled} are left after the recusals: not more than half; it can't decide."),
        Text("请核对回避是否属实；确需多人回避的，请报上一级决定。",
             "See whether the recusals are true; where so many must be recused, let the next level decide."),
        {"members": members, "entitled": entitled},
    )  # fmt: skip


def _attendance(control: Control, body: Text, present: set[str], entitled: set[str], quorum: Fraction) -> Refusal | None:
    strangers = present - entitled
    if strangers:
        return control.refuse(
            Text(
                f"到会名单中有 {len(strangers)} 人不是“{body.zh}”应到会的成员。",
                f"{len(strangers)} of those present are not members of “{body.en}”.",
            ),
            Text("请只登记有表决权的成员，列席人员写在意见中。", "Record only members entitled to vote; mention others in the opinion."),
            {"strangers": sorted(strangers)},
        )
    need = max(FEWEST, -(-len(entitled) * quorum[0] // quorum[1]))
    if len(present) >= need:
        return None
    return control.refuse(
        Text(f"“{body.zh}”应到 {len(entitled)} 人，实到 {len(present)} 人，不足法定的 {quorum[0]}/{quorum[1]}（至少 {need} 人）。",
             f"“{body.en}” has {len(entitled)} members, {len(present)} present: fewer than {quorum[0]}/{quorum[1]} (at least {need})."),
        Text("请在到会人数达到规定后再行表决。", "Vote again when enough members are present."),
        {"entitled": len(entitled), "present": len(present), "needed": need},
    )  # fmt: skip


def _ballots(control: Control, voters: list[str], present: set[str]) -> Refusal | None:
    twice = sorted({person for person in voters if voters.count(person) > 1})
    absent = sorted(set(voters) - present)
    if not twice and not absent:
        return None
    return control.refuse(
        Text("有人重复投票或未到会而投票。", "Somebody voted twice, or voted without being present."),
        Text("每名到会成员只投一票，不得代投。", "Each member present votes once; nobody votes for another."),
        {"twice": twice, "absent": absent},
    )


def _counted(control: Control, cast: int, voters: int) -> Refusal | None:
    """A ballot that was given out and not put in counts for nothing; one more than was given out makes all of them void."""
    if cast <= voters:
        return None
    return control.refuse(
        Text(
            f"计票 {cast} 张，多于投票的 {voters} 人，选举无效。",
            f"{cast} ballots were counted and {voters} people voted: the ballot is void.",
        ),
        Text("请核对票数；确实多出的，重新投票。", "Count again; if there are too many, vote again."),
        {"cast": cast, "voted": voters},
    )


def _result(control: Control, favour: int, base: int, majority: Fraction, entitled: bool, rejects: bool) -> Refusal | None:
    if base and favour * majority[1] > base * majority[0]:
        return None
    over = Text("应到会成员" if entitled else "到会成员", "members entitled" if entitled else "members present")
    return control.refuse(
        Text(f"同意 {favour} 票，未超过{over.zh}（{base} 人）的 {majority[0]}/{majority[1]}，表决未通过。",
             f"{favour} in favour is not more than {majority[0]}/{majority[1]} of the {base} {over.en}: not carried."),
        Text(f"未获通过的事项不得执行：请登记为“退回”（修改后重新上会）{'或“不同意”' if rejects else ''}。",
             f"What is not carried must not be done: record it as “return” (to be mended and brought to another meeting)"
             f"{' or “reject”' if rejects else ''}."),
        {"for": favour, "base": base},
    )  # fmt: skip


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return (params["at"],)


def _hands(control: Control, setting: Setting) -> Iterator[Hands]:
    params, at = control.params, control.params["at"]
    yield Quorum(at, params["quorum"], params["majority"] if params["base"] == "entitled" else (0, 1))
    if params["without_applicant"]:
        yield Apart((APPLICANT,), (at,))


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if steps[params["at"]].kind != "meeting":
        yield Text(f"环节“{params['at']}”不是会议", f"the step {params['at']!r} is not a meeting")


KIND = Kind(
    id="collective",
    family=GATE,
    title=Text("集体决策", "Collective decision"),
    demand=Text("会议达到法定人数并以多数通过", "a meeting with a quorum decides by a majority"),
    params=(
        Param("at", "step", Text("会议环节", "the meeting step"), required=True),
        Param(
            "quorum",
            "fraction",
            Text("到会人数至少占应到会的比例", "share of the entitled that must be present"),
            default=(2, 3),
            demands=True,
        ),
        Param(
            "majority", "fraction", Text("同意票须超过的比例", "share that the votes in favour must exceed"), default=(1, 2), demands=True
        ),
        Param(
            "base",
            "choice:present|entitled",
            Text("多数按到会还是应到会计", "majority of those present or of those entitled"),
            default="present",
        ),
        Param(
            "secret",
            "bool",
            Text("无记名投票：只记谁投了票和各有几票", "a secret ballot: who voted is kept and how many votes of each, not who voted what"),
            default=False,
        ),
        Param("without_applicant", "bool", Text("申请人须回避", "the applicant is recused"), default=False, demands=True),
    ),
    blind=Text(
        "看不出会前是否已经打过招呼，也看不出登记的到会、回避和票数是否属实。",
        "It can't see what was agreed before the meeting, nor whether attendance, recusals and votes were recorded truly.",
    ),
    steps_of=_steps,
    hands=_hands,
    build=_build,
    check=_check,
)
