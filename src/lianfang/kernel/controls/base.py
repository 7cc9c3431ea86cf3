"""What every kind of control is made of: its parameters, its family and how it judges.

A *kind* is a module of this package that defines ``KIND``. The catalogue validates a control's parameters against
``KIND.params``, compiles its conditions and calls ``KIND.build`` once; what comes back is judged many times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from lianfang.kernel.calendar import Calendar
from lianfang.kernel.hands import Hands
from lianfang.kernel.model import Case, Command, Facts, Field, Need, Refusal, Step, Text, Values
from lianfang.kernel.turns import Held, Turn

GATE, WATCH, DUTY = "gate", "watch", "duty"
PERFORM, ACCEPT = "perform", "accept"
"""The steps of a small matter of turns."""


class Param(NamedTuple):
    """One parameter of a kind.

    ``type`` is one of: step, steps, field, field:P (a column where the list is named that the parameter P names), fields, people-field,
    list-field, ledger, post, posts, body, readers (posts, ``body:B`` and ``applicant``), ladder (posts, or {post, after?}), duration
    ("4h", "2d", "3wd"), durations, fraction ("2/3"), share ("5%" or a number), int (or the name of a parameter), text, words ({zh,
    en}), bool, choice:a|b|c, condition (CEL, bool), timed-condition and timed-value (that may also use ``at`` and ``entry``), value
    (CEL, any type), known-value (that may also use what ``kernel.ledger.known_to`` tells), folded-value (a value in which what people
    type is folded by ``norm``), entry-value:P and entry-condition:P (CEL over ``entry``, one of the ledger that the parameter P names,
    and the matter's parameters), pair-condition (over ``entry`` of ``ledger`` and ``other`` of ``with``), levels (list of {step, when?}),
    detector, settings (mapping of plain values), and column:P or columns:P (of the list that the parameter P names).
    ``demands`` marks one that demands something of its own beside the others, each item of it where it is a list: left out, the control
    is a weaker one, and drills must notice that.
    """

    name: str
    type: str
    help: Text
    required: bool = False
    default: Any = None
    demands: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A control as a matter declares it, its parameters validated and its conditions compiled (防控措施).

    ``risks`` are the ids of the risks it guards, ``source`` the sentence of the office's document that it carries out,
    ``steps`` the steps whose forward acts it judges (empty for watches and duties), ``innocent`` what may look like a finding of it and
    is none.
    """

    id: str
    kind: str
    family: str
    title: Text
    risks: tuple[str, ...]
    source: Text | None
    steps: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    innocent: tuple[Text, ...] = ()

    def refuse(self, message: Text, remedy: Text, shown: Values | None = None) -> Refusal:
        """The refusal that names this control, its first risk and the sentence of the source."""
        risk = self.risks[0] if self.risks else ""
        return Refusal(self.id, self.kind, self.family, risk, message, remedy, self.source, shown or {})

    def unlisted(self, ledger: Text, key: str) -> Refusal:
        """The refusal where the entry that is to be compared with does not stand in the control's ledger, which is called so."""
        title = self.title
        return self.refuse(
            Text(f"{ledger.zh}中没有“{key}”，无从核对“{title.zh}”。", f"{ledger.en} has no “{key}”, so “{title.en}” can't be checked."),
            Text(f"请改选{ledger.zh}中已有的一项，或先登记。", f"Choose one that {ledger.en} holds, or have it registered first."),
            {"ledger": self.params["ledger"], "key": key},
        )


Judge = Callable[[Case, Command, Values, Facts], Refusal | None]
"""Judges one act: the case before it, the command, the record's values as they would be after it, and the facts."""

Ask = Callable[[Case, Command, Values], tuple[Need, ...]]
"""Which facts a judge will read. Pure; called before the judge in the same transaction."""


Source = Mapping[str, Any]
"""A matter or a control as the catalogue writes it."""

Turns = Callable[[Control, Calendar, Sequence[Held], str, str], Iterable[Turn]]
"""The turns of a duty that is in force since a moment, until another (UTC texts): those whose time runs or ran then, by the calendar and
by who holds which post. Pure, and the same turns however often it is asked; what opened more than a year before is left out."""


class Gate(NamedTuple):
    """A built gate."""

    judge: Judge
    ask: Ask | None = None


class Setting(Protocol):
    """What a control may know of the matter it stands in, while it is built."""

    @property
    def record(self) -> Mapping[str, Field]: ...
    @property
    def steps(self) -> Mapping[str, Step]: ...
    @property
    def unit(self) -> str: ...
    @property
    def calendar(self) -> Calendar: ...
    def label(self, name: str) -> Text:
        """The title of a step, field, post, body or ledger; the id itself when unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of the closed vocabulary.

    ``steps_of`` says which steps a control of this kind judges, from its parameters; ``build`` makes the gate (None for
    watches and duties, which are not asked at the moment of an act). ``blind`` says what the kind can't see. ``check`` gives what is
    wrong with parameters that are each right but don't fit together. ``method`` tells how it judges where that takes more than its
    demand; ``example`` is a control as a matter would declare it, for the page of a kind that no matter uses yet.
    ``by_calendar`` says that it counts working days whatever its parameters. ``barred`` are the steps that no case is returned to by
    choice: what they decided can't be decided again without the steps before them.

    A duty, and what a watch asks of a post, is carried by cases of a small matter: ``matter`` makes its source, in the catalogue's own
    schema, from the control's and that of the matter it stands in. ``turns`` are those that fall due by the calendar; a watch opens its
    own when it finds something. ``concerns`` is the field of the small matter's record that names whom a case is about: such cases carry
    no turns, but what people send in. They are read by who opened them, by those who take their steps and by oversight, never by whom
    they concern. ``withholds`` are the fields that not everybody reads who sees the case. ``hands`` is what it asks of the people of a
    case: how many there are, who may be among them, and who is somebody else.
    """

    id: str
    family: str
    title: Text
    demand: Text
    params: tuple[Param, ...]
    blind: Text
    steps_of: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda params: ()
    build: Callable[[Control, Setting], Gate] | None = None
    check: Callable[[Mapping[str, Any], Mapping[str, Field], Mapping[str, Step]], Iterable[Text]] = lambda params, record, steps: ()
    method: Text = Text("", "")
    example: str = ""
    by_calendar: bool = False
    barred: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda params: ()
    matter: Callable[[Source, Source], dict[str, Any]] | None = None
    turns: Turns | None = None
    concerns: str = ""
    withholds: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda params: ()
    hands: Callable[[Control, Setting], Iterable[Hands]] = lambda control, setting: ()

    @property
    def takes_turns(self) -> bool:
        """Whether the cases of its small matter carry turns, each named by the field ``period``."""
        return self.matter is not None and not self.concerns


def small_matter(control: Source, matter: Source, **parts: Any) -> dict[str, Any]:
    """The source of the small matter that carries a duty or what a watch asks, in the catalogue's own schema: titled as the control (unless
    ``parts`` say otherwise), in its matter's unit."""
    return {
        "id": f"{matter['id']}/{control['id']}", "title": control["title"], "unit": matter["unit"], "source": matter["source"],
        "version_date": matter["version_date"], "params": {}, "risks": [], "measures": [], **parts,
    }  # fmt: skip


def only_holders(control: Source, steps: list[str], posts: list[str]) -> dict[str, Any]:
    """The gate of a small matter whose steps are the applicant's own: they hold one of the posts. It is named as the duty is."""
    return {"id": control["id"], "kind": "qualified", "title": control["title"], "at": steps, "posts": posts}


def turn_matter(
    control: Source, matter: Source, title: Source, of: Text, done: Text, by: str = "", controls: Iterable[Source] = ()
) -> dict[str, Any]:
    """The small matter of turns that are done and, where the control names ``accept_by``, accepted by somebody else.

    ``of`` is what a turn is of and ``done`` what is told of it. The post that the control names does it (or ``by``), with its ``proof``
    (note or file); ``controls`` are more that it is judged by.
    """
    record: dict[str, Any] = {
        "period": {"type": "text", "label": {"zh": of.zh, "en": of.en}, "required": True},
        "note": {"type": "longtext", "label": {"zh": done.zh, "en": done.en}, "required": True},
    }
    form = ["period", "note"]
    if control.get("proof", "note") == "file":
        record["proof"] = {"type": "file", "label": {"zh": "佐证材料", "en": "Proof"}, "required": True}
        form.append("proof")
    steps: dict[str, Any] = {PERFORM: {"title": title, "kind": "task", "by": by or control["by"], "form": form}}
    judged, flow = [*controls], [PERFORM]
    if control.get("accept_by"):
        accept = {"zh": f"核验：{title['zh']}", "en": f"Accepted: {title['en']}"}
        steps[ACCEPT] = {"title": accept, "kind": "approval", "by": control["accept_by"], "returns_to": PERFORM}
        flow.append(ACCEPT)
        apart = {"zh": "履责与核验由不同的人办理", "en": "Doing and accepting are apart"}
        judged.append({"id": "apart", "kind": "distinct", "title": apart, "steps": [PERFORM, ACCEPT]})
    return small_matter(control, matter, title=title, record=record, flow=flow, steps=steps, controls=judged)


def unfit(param: str, field: Field, types: Iterable[str]) -> Iterator[Text]:
    """What is wrong with a field that a parameter names: it is of none of the types that the kind can use."""
    if field.type not in types:
        yield Text(f"{param} 里的“{field.id}”应为 {'、'.join(types)}", f"{field.id!r} in {param} should be one of {', '.join(types)}")
