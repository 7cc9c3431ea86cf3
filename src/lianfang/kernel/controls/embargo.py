"""embargo 禁阅: nobody outside the list reads it before release.

Two halves. As a gate it judges the steps whose forms hold the fields, and the release. As a rule of reading it is asked wherever a value
of a case is about to be shown (``hidden``): to somebody who is not on the list the fields are not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.model import Case, Command, Facts, Field, Matter, Need, Refusal, Step, Text, Values
from lianfang.kernel.wording import joined, quoted

APPLICANT = Text("申请人本人", "the applicant")


def asks(matter: Matter, person: str) -> tuple[Need, ...]:
    """The facts that tell whether somebody is on the reading lists of a matter."""
    bodies = dict.fromkeys(body for control in _embargoes(matter) for body in _bodies(control))
    return ("posts", person), *(("members", body) for body in bodies)


def withheld(case: Case) -> frozenset[str]:
    """The fields of a case that only its readers read now: those whose release is yet to come."""
    return frozenset(name for control in _embargoes(case.matter) if not _released(control, case) for name in control.params["fields"])


def hidden(case: Case, person: str, facts: Facts) -> frozenset[str]:
    """The fields of a case that somebody does not read now, told by the facts of ``asks``: one that is on two lists is read by those
    who are on both."""
    closed = (control for control in _embargoes(case.matter) if not _reads(control, case, person, facts))
    return frozenset(name for control in closed for name in control.params["fields"])


def read(case: Case, person: str, name: str, facts: Facts) -> Refusal | None:
    """The refusal that somebody meets who wants to read a field; None where they may."""
    for control in _embargoes(case.matter):
        if name in control.params["fields"] and not _reads(control, case, person, facts):
            label, listed = quoted(case.matter.label(name)), _listed(control, case.matter)
            return _outside(control, case.matter, Text(f"不能查阅{label.zh}", f"can't read {label.en}"), label, listed)
    return None


def tells(matter: Matter, control: str, names: frozenset[str]) -> bool:
    """Whether the words of a control's refusal may tell of some of these fields: it is the kernel's own that never do, and an embargo's,
    which names readers and no values."""
    found = next((one for one in matter.controls if one.id == control), None)
    return found is not None and found.kind != KIND.id and not uses(found).isdisjoint(names)


def uses(control: Control) -> frozenset[str]:
    """Every name that stands in the parameters of a control, as one or inside a condition: more than it reads, never less."""
    return frozenset(_named(control.params))


def _named(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for one in value.values():
                yield from _named(one)
        case tuple() | list() | frozenset() | set():
            for one in value:
                yield from _named(one)
        case _:
            yield from getattr(value, "uses", ())


def _embargoes(matter: Matter) -> Iterator[Control]:
    return (control for control in matter.controls if control.kind == KIND.id)


def _released(control: Control, case: Case) -> bool:
    return control.params["until"] in case.acts


def _bodies(control: Control) -> Iterator[str]:
    return (name.removeprefix("body:") for name in control.params["readers"] if name.startswith("body:"))


def _reads(control: Control, case: Case, person: str, facts: Facts) -> bool:
    """Whether somebody reads what a control keeps; whoever opens a case will be its applicant."""
    if _released(control, case):
        return True
    readers = control.params["readers"]
    if "applicant" in readers and (person == case.applicant or case.status == "new"):
        return True
    held = facts.get(f"posts:{person}") or ()
    return any(post in readers for post in held) or any(person in (facts.get(f"members:{body}") or ()) for body in _bodies(control))


def _build(control: Control, setting: Setting) -> Gate:
    until, after, fields = control.params["until"], control.params["after"], control.params["fields"]
    shows = {name: [field for field in setting.steps[name].form if field in fields] for name in control.steps}
    bodies = tuple(("members", body) for body in _bodies(control))

    def ask(case: Case, command: Command, values: Values) -> tuple[Need, ...]:
        return bodies

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        if command.step == until and (missing := [step for step in after if step not in case.acts]):
            return _early(control, setting, command, missing)
        if shows[command.step] and not _reads(control, case, command.actor, facts):
            doing = setting.label(command.step)
            label = joined(quoted(setting.label(name)) for name in shows[command.step])
            return _outside(control, setting, Text(f"不能办理“{doing.zh}”", f"can't do “{doing.en}”"), label, _listed(control, setting))
        return None

    return Gate(judge, ask if bodies else None)


def _listed(control: Control, setting: Setting | Matter) -> Text:
    return joined(APPLICANT if name == "applicant" else setting.label(name.removeprefix("body:")) for name in control.params["readers"])


def _outside(control: Control, setting: Setting | Matter, cannot: Text, label: Text, listed: Text) -> Refusal:
    """Says which fields the matter keeps and for whom, which its rules tell everybody; never what, or whether anything, is in them."""
    until = setting.label(control.params["until"])
    return control.refuse(
        Text(
            f"{label.zh}在“{until.zh}”之前只供{listed.zh}查阅，您不在阅知名单内，{cannot.zh}。",
            f"Until “{until.en}” {label.en} is for {listed.en} only; you are not on the list and {cannot.en}.",
        ),
        Text(f"请交由{listed.zh}办理，或在“{until.zh}”之后查阅。", f"Leave it to {listed.en}, or read it after “{until.en}”."),
        {"readers": list(control.params["readers"]), "until": control.params["until"]},
    )


def _early(control: Control, setting: Setting, command: Command, missing: list[str]) -> Refusal:
    steps, doing = joined(quoted(setting.label(step)) for step in missing), setting.label(command.step)
    label = joined(quoted(setting.label(name)) for name in control.params["fields"])
    return control.refuse(
        Text(
            f"{steps.zh}尚未完成，不能办理“{doing.zh}”：{label.zh}办理后即公开。",
            f"“{doing.en}” makes {label.en} public and can't be done before {steps.en}.",
        ),
        Text(f"请先完成{steps.zh}。", f"First finish {steps.en}."),
        {"missing": missing},
    )


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*params["at"], params["until"]]))


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    for name, step in steps.items():
        shown = [field for field in step.form if field in params["fields"]]
        if shown and name not in _steps(params):
            yield Text(f"at 应包括“{name}”：它的表单里有“{shown[0]}”", f"at should hold {name!r}: {shown[0]!r} is in its form")
    for name in params["at"]:
        if name != params["until"] and not any(field in params["fields"] for field in steps[name].form):
            yield Text(f"at 里的“{name}”的表单没有所保密的字段", f"the form of {name!r} in at holds none of the fields")
    if params["until"] in params["after"]:
        yield Text("公布的环节不能以自己为前提", "the release can't wait for itself")


KIND = Kind(
    id="embargo",
    family=GATE,
    title=Text("禁阅", "Embargo"),
    demand=Text("公布之前，名单以外的人看不到", "nobody outside the list reads it before release"),
    params=(
        Param("fields", "fields", Text("公布前不外露的字段，附件在内", "the fields, files included"), required=True, demands=True),
        Param(
            "readers",
            "readers",
            Text("阅知名单：岗位、会议（body:…）、applicant", "who reads them: posts, bodies (body:…), applicant"),
            required=True,
        ),
        Param("at", "steps", Text("表单中有这些字段的环节", "the steps whose forms hold them"), required=True),
        Param("until", "step", Text("公布的环节", "the release: after it, all who see the case read them"), required=True),
        Param("after", "steps", Text("公布之前必须完成的环节", "the steps that must be done before the release"), default=(), demands=True),
    ),
    method=Text(
        "名单以外的人，凡能看到本件之处（办件页、流程图、历史、表单、附件、拦截的说明、接口、存证原文），这些字段都如同没有填写；标题受此限制时，"
        "列表与查询显示事项名称。名单之内的人每次查阅都进存证：同一人、同一办件、同一些字段，每小时一条——记到小时足以查明谁在何时看过，反复刷新"
        "也不会把日志撑大。办件被退回到公布之前的，重新禁阅；未公布就结束的，一直禁阅。整份存证的导出含有全部内容，只由掌握服务器的人用命令行"
        "导出，交给审计时应按密件管理。",
        "Wherever a case is shown (its page, map and history, forms, files, the words of refusals, the interface, entries of the log) the"
        " fields are to somebody outside the list as if nobody had filled them in; where the title is among them, lists and search show the"
        " matter's title. Each reading by somebody on the list goes into the log: one entry an hour for the same person, case and fields,"
        " which is enough to tell who saw it when, and no reload swells the log. A case that is returned to before its release is under"
        " embargo again; one that ends without it stays so. The export of the whole log holds everything: it is made on the server's"
        " command line only, and is to be handed to an auditor as what it is.",
    ),
    blind=Text(
        "看不出名单之内的人把内容说了出去、写进了意见，或把文件另外上传。填写它的环节已经办过，以及用到它的规定是否通过，人人都看得出来。",
        "It can't see that somebody on the list tells others, writes it into an opinion or uploads the file elsewhere. That the step which"
        " fills it in was done, and whether a rule that rests on it was satisfied, all can see.",
    ),
    steps_of=_steps,
    build=_build,
    check=_check,
    withholds=lambda params: params["fields"],
    example="""\
id: sealed-results
kind: embargo
title: {zh: 考核结果公布前不外露, en: Results are not read before they are published}
fields: [title, scores, report]
readers: [scorer, head, body:committee]
at: [score, approve]
until: publish
after: [approve]
""",
)
