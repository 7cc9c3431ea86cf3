"""An alert worked to its end (预警处置): verified, dealt with, put right and closed, by people who are not named in it.

An alert is a value that follows from the entries of the log: what a watch raised, and what people did about it since. Whoever looks after
it takes it over and carries it from stage to stage, each with words and files that prove it. It is closed for a reason from a list; a red
one only when a second person agrees. By when the next stage is due comes with the act that leads to it: nothing here reads a clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lianfang.kernel import standins
from lianfang.kernel.alike import visible
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.deadline import ladder
from lianfang.kernel.fields import REQUIRED
from lianfang.kernel.model import CommandError, Facts, FieldError, Matter, Need, Refusal, Text, Values
from lianfang.kernel.turns import turn_name
from lianfang.kernel.wording import both, joined, plural, quoted

OVERSIGHT = frozenset({"inspector", "auditor"})
"""The roles that see every case and work the alerts of every unit; those of one unit are also seen by who leads it."""
VERIFY, HANDLE, RECTIFY, CLOSE, AGREE, CLOSED = "verify", "handle", "rectify", "close", "agree", "closed"
STAGES: Mapping[str, Text] = {
    VERIFY: Text("核实", "Verify"),
    HANDLE: Text("处置", "Deal with"),
    RECTIFY: Text("整改", "Put right"),
    CLOSE: Text("销号", "Close"),
    AGREE: Text("复核销号", "Agree to closing"),
}
"""What an open alert waits for, in order: the last for red ones only."""
ALL_STAGES: Mapping[str, Text] = {**STAGES, CLOSED: Text("已销号", "Closed")}
ACTS: Mapping[str, Text] = {
    "take": Text("接办", "Take over"),
    "hand": Text("转交", "Hand over"),
    "forward": Text("办结本环节", "This stage is done"),
    "close": Text("销号", "Close"),
    "agree": Text("同意销号", "Agree to closing"),
    "return": Text("退回", "Send back"),
}
"""What people do about an alert."""
CLOCK_ACTS: Mapping[str, Text] = {
    "report": Text("逾期上报", "Reported as late"),
    "clear": Text("差异已核销", "The difference was cleared"),
}
"""What the office itself does: it has no actor."""
CONFIRMED, DISMISSED = "confirmed", "dismissed"
INNOCENT, CLEARED = "innocent-", "cleared"
REASONS: Mapping[str, Text] = {
    "violation": Text("查实违规", "A violation, confirmed"),
    "handled": Text("情况属实，已处置", "True, and dealt with"),
    CLEARED: Text("差异已核实并处理", "The difference was looked into and settled"),
    "other": Text("其他正当情形", "Innocent for another reason"),
}
"""Why an alert is closed, beside the innocent explanations of its control (``innocent-1`` the first of them)."""
TRUE = frozenset({"violation", "handled", CLEARED})
"""The reasons that say that what was noticed was so."""

NAMED, HOLDS, LOOKS_AFTER, SECOND, IN_ORDER, RULED_OUT, PROOF = (
    "alert-named", "alert-holder", "alert-looks-after", "alert-second", "alert-order", "alert-ruled-out", "alert-proof",
)  # fmt: skip
RULES: Mapping[str, Text] = {
    NAMED: Text("预警所涉人员不得办理该预警", "Who is named in an alert does not work it"),
    HOLDS: Text("预警由接办人办理", "An alert is worked by who took it over"),
    LOOKS_AFTER: Text("预警由负责查看它的人办理", "An alert is worked by those who look after it"),
    SECOND: Text("红色预警须由另一人复核销号", "A red alert is closed by a second person"),
    IN_ORDER: Text("预警按核实、处置、整改、销号的次序办理", "An alert is verified, dealt with, put right and closed, in this order"),
    RULED_OUT: Text("核实时须逐一排除正当情形", "Verifying rules the innocent explanations out, one by one"),
    PROOF: Text("佐证材料须为已上传的文件", "What proves it is a file that was uploaded"),
}
"""What refuses an act on an alert, by the name that a refusal has."""
MOST_WORDS, MOST_FILES = 2000, 20
FIELDS: Mapping[str, tuple[str, ...]] = {
    "take": ("opinion",), "hand": ("opinion", "person"), "forward": ("opinion", "files", "ruled_out"),
    "close": ("opinion", "files", "reason"), "agree": ("opinion", "files"), "return": ("opinion", "files"),
    "report": ("post",), "clear": ("case",),
}  # fmt: skip
NEEDS_WORDS: Mapping[str, Text] = {
    "hand": Text("转交须写明理由", "handing over needs a reason"),
    "forward": Text("请写明做了什么、查到什么", "say what was done and found"),
    "close": Text("销号须写明情况", "closing needs words"),
    "return": Text("退回须写明理由", "sending back needs a reason"),
}
FROM_OTHERS = Text("从他人手中接办须写明理由", "taking it over from somebody needs a reason")
_FILE = re.compile(r"[0-9a-f]{64}").fullmatch


class Alert(NamedTuple):
    """An alert as it stands. ``about`` tells it from the other alerts of its control; ``people`` are those named in it beside whoever acted
    in its ``cases``. ``since`` and ``due`` are when the stage began and when it falls due ('' where nothing says); ``back`` is the stage
    that a closing came from, ``reason`` why it was closed and ``closers`` who did so: the one who acted and whom they stood in for.
    ``reported`` are the (post, beginning of the stage) to which late work was reported ('' for oversight); ``at`` is its last moment."""

    matter: str
    control: str
    about: str
    level: str
    cases: tuple[str, ...]
    people: tuple[str, ...]
    at: str
    stage: str = VERIFY
    holder: str = ""
    since: str = ""
    due: str = ""
    back: str = ""
    reason: str = ""
    closers: tuple[str, ...] = ()
    reported: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> tuple[str, str, str]:
        """What tells it from every other."""
        return self.matter, self.control, self.about

    @property
    def outcome(self) -> str:
        """What came of it: confirmed, dismissed, or '' while it is open."""
        return "" if self.stage != CLOSED else CONFIRMED if self.reason in TRUE else DISMISSED


class Work(NamedTuple):
    """What somebody wants to do about an alert; the office itself where ``actor`` is ''."""

    act: str
    data: Values
    actor: str
    at: str
    key: str = ""


class Done(NamedTuple):
    """What happened: ``kind`` is the act in the past, ``to`` the stage that it led to, or the person or post."""

    kind: str
    to: str


def raised(before: Alert | None, alert: Mapping[str, Any], at: str) -> Alert:
    """An alert after a watch raised it, for the first time or again, by what the log keeps of that.

    One that is open grows, and is no step further: only a closing that was asked for is asked anew. One that is still to be verified and
    has become graver falls due as early as it would have by that. One that was closed is open again.
    """
    cases, people = tuple(alert["cases"]), tuple(alert.get("people", ()))
    time = alert.get("time") or {}
    new = Alert(
        alert["matter"], alert["control"], alert["about"], alert["level"], cases, people, at, since=at, due=time.get("due", ""),
    )  # fmt: skip
    if before is None:
        return new
    people = tuple(sorted({*before.people, *people}))
    if before.stage == CLOSED:
        return new._replace(people=people, reported=before.reported)
    grown = before._replace(level=new.level, cases=tuple(dict.fromkeys((*cases, *before.cases))), people=people, at=at)
    if before.stage == VERIFY and before.due and new.due:
        grown = grown._replace(due=min(before.due, new.due))
    if before.stage != AGREE:
        return grown
    return grown._replace(stage=before.back, holder=before.closers[0], since=at, due=new.due, back="", reason="", closers=())


def evolve(alert: Alert, work: Mapping[str, Any], at: str) -> Alert:
    """An alert after an act on it that was accepted, by what the log keeps of that."""
    facts = work["facts"]
    for event in work["verdict"].get("events", ()):
        alert = _after(alert._replace(at=at), Done(event["kind"], event["to"]), work, facts)
    return alert


def _after(alert: Alert, done: Done, work: Mapping[str, Any], facts: Facts) -> Alert:
    if done.kind in ("taken", "handed"):
        return alert._replace(holder=done.to)
    if done.kind == "reported":
        return alert._replace(reported=(*alert.reported, (done.to, alert.since)))
    moved = alert._replace(stage=done.to, since=alert.at, due=facts.get(f"within:{done.to}", {}).get("due", ""))
    match done.kind:
        case "asked":
            whose = tuple(dict.fromkeys(_people(work["actor"], alert.at, facts)))
            return moved._replace(back=alert.stage, reason=work["data"]["reason"], closers=whose, holder="")
        case "returned":
            return moved._replace(holder=alert.closers[0], back="", reason="", closers=())
        case "closed" | "cleared":
            reason = alert.reason if work["act"] == "agree" else work["data"].get("reason", CLEARED)
            return moved._replace(back="", holder="", reason=reason, closers=alert.closers or (work["actor"],))
    return moved


def control_of(matter: Matter, name: str) -> Control | None:
    """The control of a matter that raised an alert; None where the matter has it no more."""
    return next((control for control in matter.controls if control.id == name), None)


def reasons(control: Control | None) -> dict[str, Text]:
    """Why people can close an alert of a control, in the order in which they are offered."""
    innocent = {f"{INNOCENT}{n}": text for n, text in enumerate(control.innocent if control else (), 1)}
    return {"violation": REASONS["violation"], "handled": REASONS["handled"], **innocent, "other": REASONS["other"]}


def looks_after(matter: Matter, alert: Alert, posts: Collection[str], roles: Collection[str], leads: Collection[str]) -> bool:
    """Whether somebody with these posts, these roles and these units to lead looks after an alert: oversight, who leads its unit or answers
    for its matter (but for what came in by a channel), and those to whom it was reported."""
    if not OVERSIGHT.isdisjoint(roles):
        return True
    control = control_of(matter, alert.control)
    box = control is not None and bool(KINDS[control.kind].concerns)
    if not box and (matter.unit in leads or matter.owner in posts):
        return True
    rungs = ladder(control) if control is not None else ()
    told = {rung.post for i, rung in enumerate(rungs) if i == 0 or alert.about.endswith(f"|>{rung.post}")}
    return not told.union(post for post, _ in alert.reported).isdisjoint(posts)


def needs(alert: Alert, work: Work) -> Iterator[Need]:
    """The facts that an act on an alert is judged on: who is who, who is named, what is kept, and by when the next stage is due."""
    people = [work.actor] if work.actor else []
    if work.act == "hand":
        people.append(work.data["person"])
    for person in dict.fromkeys(people):
        yield from (("posts", person), ("roles", person), ("leads", person))
    if work.actor:
        yield ("named",)
        yield "entry", standins.LEDGER, work.actor
    yield from (("file", sha256) for sha256 in dict.fromkeys(work.data.get("files", ())))
    following = _following(alert, work)
    if following in STAGES:
        yield "within", following
    if work.act == "clear":
        yield "turn", work.data["case"]


def _following(alert: Alert, work: Work) -> str:
    """The stage that an act leads to; '' where it stays, or where the act is out of order."""
    order = (VERIFY, HANDLE, RECTIFY, CLOSE)
    match work.act:
        case "forward" if alert.stage in order[:-1]:
            return order[order.index(alert.stage) + 1]
        case "close" if alert.stage in order:
            return AGREE if alert.level == "red" else CLOSED
        case "agree" if alert.stage == AGREE:
            return CLOSED
        case "return" if alert.stage == AGREE:
            return alert.back
    return ""


def read(matter: Matter, alert: Alert, work: Work) -> None:
    """Raises CommandError with all that is wrong with an act on an alert, of which nothing is kept."""
    known = ACTS if work.actor else CLOCK_ACTS
    if work.act not in known:
        acts = joined(quoted(both(name)) for name in known)
        raise CommandError([FieldError("act", Text(f"应为{acts.zh}中的一项", f"should be one of {acts.en}"))])
    if type(work.data) is not dict:
        raise CommandError([FieldError("data", Text("应为各项的填报内容", "should be a mapping of fields"))])
    errors = list(_faults(matter, alert, work))
    if errors:
        raise CommandError(errors)


def _faults(matter: Matter, alert: Alert, work: Work) -> Iterator[FieldError]:
    data, fields = work.data, FIELDS[work.act]
    for name in data:
        if name not in fields:
            listed = joined(both(one) for one in fields)
            yield FieldError(name, Text(f"没有这一项，可填：{listed.zh}", f"there is no such field; there are: {listed.en}"))
    yield from _unsaid(alert, work)
    for name in ("person", "case", "post"):
        if name in fields and (type(data.get(name)) is not str or not (data[name] or name == "post")):
            yield FieldError(name, REQUIRED)
    if "reason" in fields and data.get("reason") not in (offered := reasons(control_of(matter, alert.control))):
        listed = joined(both(name) for name in offered)
        yield FieldError("reason", Text(f"请从中选择销号理由：{listed.zh}", f"choose why it is closed: {listed.en}"))
    files = data.get("files", [])
    if not _every(files, _is_file) or len(files) > MOST_FILES:
        most = Text(f"应为至多 {MOST_FILES} 个已上传文件的 SHA-256", f"should be the SHA-256 of up to {MOST_FILES} uploaded files")
        yield FieldError("files", most)
    if not _every(data.get("ruled_out", []), lambda one: type(one) is int):
        yield FieldError("ruled_out", Text("应为已排除情形的序号", "should be the numbers of what was ruled out"))


def _unsaid(alert: Alert, work: Work) -> Iterator[FieldError]:
    """What is wrong with the words of an act."""
    words = work.data.get("opinion", "")
    if type(words) is not str or len(words) > MOST_WORDS:
        yield FieldError("opinion", Text(f"应为不超过 {MOST_WORDS} 字的文字", f"should be text of at most {MOST_WORDS} characters"))
    elif not visible(words):
        from_others = work.act == "take" and alert.holder not in ("", work.actor)
        missing = FROM_OTHERS if from_others else NEEDS_WORDS.get(work.act)
        if missing is not None:
            yield FieldError("opinion", missing)


def _is_file(one: object) -> bool:
    return type(one) is str and _FILE(one) is not None


def _every(found: object, fits: Callable[[object], bool]) -> bool:
    return type(found) is list and all(map(fits, found))


def judge(matter: Matter, alert: Alert, work: Work, facts: Facts) -> Done | Refusal:
    """What comes of an act on an alert. Pure; ``facts`` are those that ``needs`` asks for, ``read`` found nothing wrong."""
    if not work.actor:
        return _by_the_clock(alert, work, facts)
    scene = _Scene(matter, alert, work, facts)
    return scene.not_theirs() or scene.out_of_order() or scene.done()


def offered(matter: Matter, alert: Alert, person: str, facts: Facts) -> tuple[str, ...]:
    """The acts that a person could do on an alert now, by the facts of who they are and who is named."""
    tries = (Work(act, {"ruled_out": [*range(1, len(_innocent(matter, alert)) + 1)], "reason": "other"}, person, alert.at) for act in ACTS)
    scenes = [(work.act, _Scene(matter, alert, work, facts)) for work in tries]
    return tuple(act for act, scene in scenes if scene.not_theirs() is None and scene.out_of_order() is None)


def barred(person: str, at: str, facts: Facts) -> frozenset[str]:
    """Who of a person and those whom they stand in for is named in an alert."""
    return frozenset(facts["named"]).intersection(_people(person, at, facts))


def _people(person: str, at: str, facts: Facts) -> tuple[str, ...]:
    stands = standins.standing(facts.get(standins.fact_of(person)), at)
    return (person, *(one.person for one in stands))


def _innocent(matter: Matter, alert: Alert) -> Sequence[Text]:
    control = control_of(matter, alert.control)
    return control.innocent if control is not None else ()


def _by_the_clock(alert: Alert, work: Work, facts: Facts) -> Done | Refusal:
    if work.act == "report":
        post = work.data["post"]
        late = alert.stage != CLOSED and alert.due and alert.due < work.at and (post, alert.since) not in alert.reported
        if late:
            return Done("reported", post)
        return _refuse(IN_ORDER, "order", Text("没有逾期，或已上报。", "It is not late, or was reported already."), Text("", ""))
    turn = facts[f"turn:{work.data['case']}"]
    wanted = {
        "matter": f"{alert.matter}/{alert.control}", "period": turn_name(alert.about.removeprefix("difference|")), "status": "completed",
    }  # fmt: skip
    if turn == wanted and alert.stage != CLOSED:
        return Done("cleared", CLOSED)
    return _refuse(IN_ORDER, "order", Text("差异尚未核实处理完毕。", "The difference is not cleared."), Text("", ""))


def _refuse(control: str, kind: str, message: Text, remedy: Text, **shown: object) -> Refusal:
    return Refusal(control, kind, "gate", "", message, remedy, None, shown)


class _Scene(NamedTuple):
    """An act on an alert as it is judged."""

    matter: Matter
    alert: Alert
    work: Work
    facts: Facts

    def not_theirs(self) -> Refusal | None:
        """Why who acts can't do it, whatever the alert waits for."""
        alert, work, facts = self.alert, self.work, self.facts
        if not self.looks_after(work.actor):
            return _refuse(
                LOOKS_AFTER, "qualified",
                Text("这条预警不由您负责查看，不能办理。", "You don't look after this alert, so you can't work it."),
                Text("请交由纪检监察、审计人员，或该单位负责人办理。", "Leave it to inspectors, auditors or who leads the unit."),
                person=work.actor,
            )  # fmt: skip
        mine = sorted(barred(work.actor, work.at, facts))
        if mine:
            who = joined(quoted(both(one)) for one in mine)
            return _refuse(
                NAMED, "recusal",
                Text(f"{who.zh}是这条预警所涉人员或所涉办件的经办人，不得办理或销号。",
                     f"{who.en} is named in this alert or acted in its cases, and so does not work or close it."),
                Text("请由其他负责查看的人接办。", "Let somebody else who looks after it take it over."),
                people=mine,
            )  # fmt: skip
        if work.act in ("hand", "forward", "close") and alert.stage not in (AGREE, CLOSED) and alert.holder != work.actor:
            has = quoted(both(alert.holder)) if alert.holder else Text("尚无人接办", "nobody has taken it over")
            return _refuse(
                HOLDS, "order",
                Text(f"这条预警不在您手中（{has.zh}），不能办理。", f"You don't have this alert ({has.en}), so you can't work it."),
                Text("请先接办。", "Take it over first."),
                person=alert.holder,
            )  # fmt: skip
        if work.act in ("agree", "return") and not {*alert.closers}.isdisjoint(_people(work.actor, work.at, facts)):
            who = quoted(both(alert.closers[0]))
            return _refuse(
                SECOND, "distinct",
                Text(f"销号由{who.zh}提出，须由另一人复核。", f"{who.en} asked for the closing: somebody else must agree to it."),
                Text("请由其他负责查看的人复核。", "Leave it to somebody else who looks after it."),
                person=alert.closers[0],
            )  # fmt: skip
        return None

    def looks_after(self, person: str) -> bool:
        """Whether a person looks after the alert."""
        told = (self.facts[f"{name}:{person}"] for name in ("posts", "roles", "leads"))
        return looks_after(self.matter, self.alert, *told)

    def out_of_order(self) -> Refusal | None:
        """Why it can't be done as the alert stands."""
        alert, work = self.alert, self.work
        stage = ALL_STAGES[alert.stage]
        able = {
            "take": alert.stage not in (AGREE, CLOSED), "hand": alert.stage not in (AGREE, CLOSED),
        }.get(work.act, bool(_following(alert, work)))  # fmt: skip
        if not able:
            return self.order(
                Text(f"这条预警现处“{stage.zh}”，不能“{ACTS[work.act].zh}”。",
                     f"The alert stands at “{stage.en}”, so “{ACTS[work.act].en}” can't be done."),
                Text("请按当前环节办理。", "Do what it waits for."),
            )  # fmt: skip
        if work.act == "take" and alert.holder == work.actor:
            return self.order(
                Text("这条预警已由您接办。", "You have this alert already."), Text("请按当前环节办理。", "Do what it waits for.")
            )
        if work.act == "close" and work.data["reason"] in TRUE and alert.stage != CLOSE:
            return self.order(
                Text(f"情况属实的预警，处置、整改之后方可销号；现处“{stage.zh}”。",
                     f"What is true is closed once it was dealt with and put right; the alert stands at “{stage.en}”."),
                Text("请先办结当前环节；属正当情形的，选择相应理由。",
                     "Finish this stage first; where it is innocent, choose that reason."),
            )  # fmt: skip
        if work.act == "forward" and alert.stage == VERIFY:
            innocent = _innocent(self.matter, alert)
            left = [text for n, text in enumerate(innocent, 1) if n not in work.data.get("ruled_out", ())]
            if left:
                listed = joined(left)
                return _refuse(
                    RULED_OUT, "complete",
                    Text(f"以下正当情形尚未排除：{listed.zh}", f"Not ruled out yet: {listed.en}"),
                    Text("逐一核实后勾选；确属其中之一的，以该理由销号。",
                         "Look into each and tick it; where one of them is so, close the alert for that reason."),
                    left=plural(len(left), "explanation"),
                )  # fmt: skip
        return None

    def order(self, message: Text, remedy: Text) -> Refusal:
        """The refusal of what does not come now."""
        return _refuse(IN_ORDER, "order", message, remedy, stage=self.alert.stage, act=self.work.act)

    def done(self) -> Done | Refusal:
        """What an act comes to that is theirs and comes now."""
        alert, work, data = self.alert, self.work, self.work.data
        missing = [sha256 for sha256 in data.get("files", ()) if self.facts[f"file:{sha256}"] is None]
        if missing:
            listed = joined(both(f"{sha256[:12]}…") for sha256 in missing)
            return _refuse(
                PROOF, "complete",
                Text(f"没有这些文件：{listed.zh}。", f"There are no such files: {listed.en}."),
                Text("请先上传。", "Upload them first."),
                files=missing,
            )  # fmt: skip
        following = _following(alert, work)
        match work.act:
            case "take":
                return Done("taken", work.actor)
            case "hand":
                return self.handed(data["person"])
            case "close":
                return Done("asked" if following == AGREE else "closed", following)
        return Done({"forward": "forwarded", "agree": "closed", "return": "returned"}[work.act], following)

    def handed(self, person: str) -> Done | Refusal:
        """To somebody else who looks after it and is not named in it."""
        if person != self.work.actor and person not in self.facts["named"] and self.looks_after(person):
            return Done("handed", person)
        who = quoted(both(person))
        return _refuse(
            LOOKS_AFTER, "qualified",
            Text(f"不能转交给{who.zh}：须为负责查看这条预警、且不涉及其中的他人。",
                 f"It can't go to {who.en}: only to somebody else who looks after it and is not named in it."),
            Text("请改选他人。", "Choose somebody else."),
            person=person,
        )  # fmt: skip
