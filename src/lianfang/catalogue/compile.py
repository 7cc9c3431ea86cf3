"""From a matter's source to a matter that judges. Works on the canonical JSON alone, so that a verifier needs nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from lianfang.catalogue.calendar import calendar_of
from lianfang.catalogue.organisation import full, inside
from lianfang.catalogue.params import HEAD, Around, Detectors, Scope, compiled, read_params
from lianfang.catalogue.problems import closest, nearest
from lianfang.catalogue.schema import PUBLISHED, DocumentSpec, FieldSpec, Id, MatterSpec, Model, StepSpec, Words, WriteSpec
from lianfang.catalogue.shape import put_right, shaped
from lianfang.catalogue.source import Place
from lianfang.evidence.canonical import canonical
from lianfang.kernel.build import ControlPart, Parts, build_matter
from lianfang.kernel.calendar import EVERY_WEEK
from lianfang.kernel.conditions import ConditionError, Type, compile_row, field_type
from lianfang.kernel.conditions.types import WORDS, comparable, type_name
from lianfang.kernel.controls import KINDS
from lianfang.kernel.documents import TOLD, named, unpaired
from lianfang.kernel.fields import ACT_FIELDS
from lianfang.kernel.flow import Branch, Choose, Each, Flow, FlowError, Node, Parallel, Repeat, Sequence, StepNode, steps_of
from lianfang.kernel.ledger import KNOWN_TO
from lianfang.kernel.model import Document, Field, Matter, Risk, Source, Step, Text, Write
from lianfang.kernel.soundness import flow_faults
from lianfang.kernel.whole import TABLE, WORD, ByName, Shape, broken

Faults = Callable[[Place, Text], None]
WRITE_NAMES: Mapping[str, Type] = {**KNOWN_TO, "unit": "text"}
SOURCE: Shape = {"matter": TABLE, "names": ByName([WORD]), "ledgers": ByName(TABLE), "posts": [WORD], "bodies": [WORD]}
RESERVED = frozenset({*WRITE_NAMES, *ACT_FIELDS, "entry", "other", "act", "key", "behalf"})
"""Names that conditions, acts and those who submit them give a meaning of their own: no field or parameter may take them."""
APPLICANT = "applicant"
SHEET = "sheet"
"""The document that every case gives (审批单): no other one has its name."""
HASTE = "speed"
"""The detector of what is decided sooner than it can be read."""
PARTS = Text("流程只能由环节、choose、parallel、each、repeat 组成", "a flow is made of steps, choose, parallel, each and repeat")
WITHIN: Mapping[str, tuple[tuple[str, ...], Text]] = {
    "each": (("over", "do"), Text("each 应为 {over, do}", "each is {over, do}")),
    "repeat": (("acts", "until"), Text("repeat 应为 {acts, until}", "repeat is {acts, until}")),
}
"""The keys inside parts of a flow that are no lists."""
BRANCHES = Text("分支应为 {when, do} 或 {otherwise}", "a branch is {when, do} or {otherwise}")
UNITS = {"CNY": ("money", 100), "count": ("int", 1), "day": ("int", 1), "hour": ("int", 1), "percent": ("int", 1)}


def version_of(source: Mapping[str, Any]) -> str:
    """The version of a matter: the SHA-256 of its canonical source."""
    return hashlib.sha256(canonical(source)).hexdigest()


class SourceError(ValueError):
    """A source that is no matter that could judge; ``faults`` say why."""

    def __init__(self, faults: Iterable[Text]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.en for fault in self.faults))


def compile_source(source: Mapping[str, Any]) -> Matter:
    """A published matter from its full source ``{"matter", "names", "ledgers", "posts", "bodies", "calendar"?}``.

    Raises SourceError when its meaning is unclear. What only helps an author to write it well (see ``compile_matter``) is not asked:
    a version is judged by for as long as its cases run and its log is verified, also where such a rule came after it.
    """
    faults: list[Text] = []

    def report(place: Place, fault: Text) -> None:
        at = ".".join(map(str, place))
        faults.append(Text(f"{at}：{fault.zh}", f"{at}: {fault.en}"))

    torn = broken(source, SOURCE)
    if torn is not None:
        raise SourceError([torn])
    matter = compile_matter(source, report, published=True)
    if matter is None or faults:
        raise SourceError(faults)
    return matter


def compile_matter(
    source: Mapping[str, Any], report: Faults, published: bool = False, detectors: Detectors | None = None, around: Around | None = None
) -> Matter | None:
    """Compile, reporting every fault with its place in the matter; None when there was one.

    A matter that is not ``published`` yet is also held to what helps its author: spelling, names that mean two things or stand
    twice, what nothing uses, what can only ever refuse. ``detectors`` are those that it may name, with the settings they take;
    ``around`` is what the office has, where more is known of it than the source says.
    """
    found = shaped(source["matter"], MatterSpec, PUBLISHED if published else "")
    for fault in found.faults:
        report(*fault)
    if found.model is None or found.faults:
        return None
    around = around or Around(source["ledgers"], source["posts"], source["bodies"])
    return _Compiler(found.model, source, report, published, detectors, around).matter(version_of(source))


def text(words: Any) -> Text:
    """A kernel text from ``{zh, en}`` words, '' for None."""
    return Text(words.zh, words.en) if words is not None else Text("", "")


def field_of(name: str, spec: FieldSpec) -> Field:
    """A kernel field from its schema."""
    return Field(
        name, spec.type, text(spec.label), spec.required, {n: field_of(n, s) for n, s in spec.of.items()},
        {n: text(w) for n, w in spec.choices.items()}, spec.ledger, text(spec.help), spec.personal, spec.min, spec.max,
        spec.past, spec.own,
    )  # fmt: skip


def field_problems(fields: Mapping[str, FieldSpec], ledgers: Collection[str]) -> Iterator[tuple[Place, Text]]:
    """What is wrong with fields or columns beyond their shape: what their type needs and does not need."""
    for name, spec in fields.items():
        if spec.type == "entry" and spec.ledger not in ledgers:
            yield (name, "ledger"), nearest(spec.ledger, ledgers, "台账", "ledger")
        if spec.type == "list" and not spec.of:
            yield (name,), Text("列表须写明各栏（of）", "a list needs its columns (of)")
        if spec.type == "choice" and not spec.choices:
            yield (name,), Text("选择项须写明选项（choices）", "a choice needs its choices")
        for key, given, kinds in (
            ("of", spec.of, ("list",)),
            ("choices", spec.choices, ("choice", "text")),
            ("ledger", spec.ledger, ("entry",)),
            ("own", spec.own, ("entry",)),
            ("min", spec.min is not None, ("int", "money", "list")),
            ("past", spec.past, ("date", "datetime")),
            ("max", spec.max is not None, ("int", "money", "list", "text", "longtext")),
        ):
            if given and spec.type not in kinds:
                yield (name, key), Text(f"{spec.type} 没有“{key}”", f"a {spec.type} has no {key!r}")
        if spec.min is not None and spec.max is not None and spec.min > spec.max:
            yield (
                (name, "max"),
                Text(f"最大值 {spec.max} 小于最小值 {spec.min}", f"the most, {spec.max}, is less than the least, {spec.min}"),
            )
        for place, message in field_problems(spec.of, ledgers):
            yield (name, "of", *place), message


class _ControlHead(Model):
    """What every control has."""

    id: Id
    title: Words
    false_alarms: Words | None = None

    @property
    def innocent(self) -> tuple[Text, ...]:
        """What may look like a finding of it and is none."""
        return (text(self.false_alarms),) if self.false_alarms else ()


class _ListedHead(Model):
    """The same where what may look like a finding is a list: each is ruled out by itself."""

    id: Id
    title: Words
    false_alarms: list[Words]

    @property
    def innocent(self) -> tuple[Text, ...]:
        """What may look like a finding of it and is none."""
        return tuple(map(text, self.false_alarms))


class _Compiler:
    def __init__(
        self, spec: MatterSpec, source: Mapping[str, Any], report: Faults, published: bool, detectors: Detectors | None, around: Around
    ) -> None:
        self.spec, self.faulty, self.published, self.detectors, self.around = spec, False, published, detectors, around
        self._report = report
        self.record = {name: field_of(name, f) for name, f in spec.record.items()}
        self.params = {name: p.value * UNITS[p.unit][1] for name, p in spec.params.items()}
        self.ledgers = {name: {c: _type(t) for c, t in columns.items()} for name, columns in source["ledgers"].items()}
        self.posts, self.bodies = frozenset(source["posts"]), frozenset(source["bodies"])
        self.names = {name: Text(*pair) for name, pair in source["names"].items()}
        self.types: dict[str, Type] = {name: field_type(f) for name, f in self.record.items()}
        self.types.update({name: UNITS[p.unit][0] for name, p in spec.params.items()})
        self.types["unit"] = "text"
        self.constants = {**self.params, "unit": spec.unit}
        self.calendar = EVERY_WEEK
        if "calendar" in source:
            try:
                self.calendar = calendar_of(source["calendar"])
            except (ValueError, TypeError, AttributeError):
                self.report(("calendar",), Text("日历无法读懂", "the calendar can't be understood"))

    def report(self, place: Place, message: Text) -> None:
        self.faulty = True
        self._report(place, message)

    def advise(self, place: Place, message: Text) -> None:
        """Report what its author should mend before it is published; its meaning is clear all the same."""
        if not self.published:
            self.report(place, message)

    def matter(self, version: str) -> Matter | None:
        steps = {name: self.step(name, s) for name, s in self.spec.steps.items()}
        root = self.sequence(self.spec.flow, ("flow",), steps)
        self.check_fields()
        self.check_flow(root)
        self.check_twice("risks", [risk.id for risk in self.spec.risks])
        self.check_twice("controls", [str(control.get("id")) for control in self.spec.controls])
        self.check_twice("documents", [SHEET, *(document.id for document in self.spec.documents)], 1)
        in_flow = set(steps_of(root))
        for name in steps:
            if name not in in_flow:
                self.advise(("steps", name), Text(f"环节“{name}”不在流程中", f"the step {name!r} is not in the flow"))
        risks = self.risks(steps)
        controls = self.controls(steps)
        flow = Flow(root, tuple(steps_of(root)))
        documents = tuple(self.document(("documents", i), one, flow) for i, one in enumerate(self.spec.documents))
        owner = full(self.spec.unit, self.spec.owner) if self.spec.owner else ""
        if owner and owner not in self.posts:
            self.report(("owner",), nearest(self.spec.owner, inside(self.spec.unit, sorted(self.around.posts)), "岗位", "post"))
        if self.faulty:
            return None
        source = Source(tuple(self.spec.source.register_), self.spec.source.map)
        parts = Parts(
            self.spec.id, text(self.spec.title), self.spec.unit, version, source, self.record, self.params, steps, root,
            risks, controls, self.names, self.calendar, owner, documents,
        )  # fmt: skip
        try:
            return build_matter(parts)
        except FlowError as error:
            self.report(("flow",), Text(f"流程有误：{error}", str(error)))
            return None

    def check_flow(self, root: Node) -> None:
        returns = {name: step.returns_to for name, step in self.spec.steps.items() if step.returns_to}
        for step, message in flow_faults(root, returns):
            if step:
                self.advise(("steps", step, "returns_to"), message)
            else:
                self.report(("flow",), message)
        flow = Flow(root, tuple(steps_of(root)))
        finals = {name for name, step in self.spec.steps.items() if step.final}
        for step, to in returns.items():
            for name in sorted(finals & {*flow.before(step)} & flow.from_step(to)):
                message = Text(f"不能退回到“{to}”：“{name}”办理后不可撤销（final）",
                               f"can't return to {to!r}: {name!r} is final and can't be undone")  # fmt: skip
                self.advise(("steps", step, "returns_to"), message)

    def check_twice(self, section: str, names: list[str], taken: int = 0) -> None:
        """Names that stand twice in a section; the first few are ``taken`` by the system."""
        for i, name in enumerate(names):
            if name in names[:i]:
                self.advise((section, i - taken, "id"), Text(f"“{name}”写了两次", f"{name!r} stands twice"))

    def check_own(self) -> None:
        """Entries are told to be the unit's own by their ledger's column of that name."""
        for name, spec in self.spec.record.items():
            if spec.own and "unit" not in self.ledgers.get(spec.ledger, ["unit"]):
                message = Text(
                    f"台账“{spec.ledger}”没有“unit”一栏，分不出本单位的",
                    f"the ledger {spec.ledger!r} has no column 'unit' to tell the unit's own by",
                )
                self.advise(("record", name, "own"), message)

    def check_fields(self) -> None:
        """A word means one thing in a matter: conditions, forms and explanations find it by its name alone."""
        meanings: dict[str, list[tuple[str, Text]]] = {}
        for section, title in (
            ("record", Text("字段", "a field")),
            ("params", Text("参数", "a parameter")),
            ("steps", Text("环节", "a step")),
        ):
            for name in getattr(self.spec, section):
                meanings.setdefault(name, []).append((section, title))
        for name, held in meanings.items():
            for section, title in held:
                others = [other for where, other in held if where != section]
                if name in RESERVED and section != "steps":
                    others.append(Text("系统自带的名称", "a name of the system's own"))
                for other in others:
                    message = Text(
                        f"“{name}”另有所指：既是{title.zh}又是{other.zh}，请换一个名称",
                        f"{name!r} means something else already: it is {title.en} and {other.en}; choose another name",
                    )
                    self.advise((section, name), message)
        for place, message in field_problems(self.spec.record, self.around.ledgers):
            self.advise(("record", *place), message)
        self.check_own()
        collected = {name for step in self.spec.steps.values() for name in step.form}
        for name in self.spec.record:
            if name not in collected:
                self.advise(("record", name), Text(f"没有环节填写字段“{name}”", f"no step collects the field {name!r}"))

    def check_way_back(self, name: str, spec: StepSpec) -> None:
        """Whoever does not agree must have another way than to agree."""
        if spec.kind == "approval" and not spec.returns_to:
            self.advise(
                ("steps", name), Text("审批环节须写明退回到哪里（returns_to）", "an approval says where it returns to (returns_to)")
            )
        if not spec.rejects and (spec.kind == "task" or not spec.returns_to):
            message = Text(
                "rejects: false 用于可以退回（returns_to）的审批或会议",
                "rejects: false is for an approval or a meeting that can return (returns_to)",
            )
            self.report(("steps", name, "rejects"), message)

    def check_batch(self, name: str, spec: StepSpec) -> None:
        """Several cases at once are only ever agreed to: there is nothing to fill in, and nobody watches whether they are read."""
        if not spec.batch:
            return
        if spec.kind != "approval" or spec.form:
            message = Text("batch: true 用于没有表单内容的审批", "batch: true is for an approval with nothing to fill in")
            self.report(("steps", name, "batch"), message)
        if any(control.get("detector") == HASTE for control in self.spec.controls):
            message = Text(
                "本事项监测秒批（detector: speed），不得批量审批", "this matter watches for haste (detector: speed): no approval in a batch"
            )
            self.report(("steps", name, "batch"), message)

    def step(self, name: str, spec: StepSpec) -> Step:
        by = spec.by
        if spec.kind == "meeting":
            by = full(self.spec.unit, by)
            if by not in self.bodies:
                self.report(("steps", name, "by"), nearest(spec.by, inside(self.spec.unit, sorted(self.around.bodies)), "会议", "body"))
            by = f"body:{by}"
        elif by != APPLICANT:
            by = full(self.spec.unit, by)
            if by not in self.posts:
                self.report(
                    ("steps", name, "by"), nearest(spec.by, [APPLICANT, *inside(self.spec.unit, sorted(self.around.posts))], "岗位", "post")
                )
        self.check_form(name, spec)
        if spec.returns_to and spec.returns_to not in self.spec.steps:
            self.report(("steps", name, "returns_to"), nearest(spec.returns_to, self.spec.steps, "环节", "step"))
        self.check_way_back(name, spec)
        self.check_batch(name, spec)
        form = tuple(f for f in spec.form if f in self.record)
        headings = {f: text(words) for f, words in spec.headings.items()}
        writes = tuple(w for i, one in enumerate(spec.writes) if (w := self.write(("steps", name, "writes", i), one)) is not None)
        return Step(
            name, text(spec.title), spec.kind, by, form, writes, spec.returns_to, text(spec.note), spec.final, headings, spec.rejects,
            spec.batch,
        )  # fmt: skip

    def check_form(self, name: str, spec: StepSpec) -> None:
        """A form asks for fields of the record, each once; a heading stands above one of them."""
        for i, f in enumerate(spec.form):
            if f not in self.record:
                self.report(("steps", name, "form", i), nearest(f, self.record, "字段", "field"))
            elif f in spec.form[:i]:
                self.advise(("steps", name, "form", i), Text(f"字段“{f}”写了两次", f"the field {f!r} stands twice"))
        for f in spec.headings:
            if f not in spec.form:
                self.report(("steps", name, "headings", f), nearest(f, spec.form, "字段", "field"))

    def write(self, place: Place, spec: WriteSpec) -> Write | None:
        columns = self.ledgers.get(spec.ledger)
        if columns is None:
            self.report((*place, "ledger"), nearest(spec.ledger, self.around.ledgers, "台账", "ledger"))
            return None
        types = {**self.types, **WRITE_NAMES}
        when = self.condition((*place, "when"), spec.when, types, "bool") if spec.when else None
        each = self.condition((*place, "each"), spec.each, types, None) if spec.each else None
        if each is not None:
            types["item"] = each.type[1] if isinstance(each.type, tuple) else "any"
        key = self.condition((*place, "key"), spec.key, types, None)
        data = {name: self.column((*place, "data", name), one, types, columns) for name, one in spec.data.items()}
        adds = {name: self.column((*place, "adds", name), one, types, columns) for name, one in spec.adds.items()}
        for name in adds:
            if columns.get(name, "int") not in ("int", "money"):
                self.report((*place, "adds", name), Text(f"栏目“{name}”不是数，不能累加", f"the column {name!r} is no figure to add to"))
        if adds and (data or not spec.open):
            self.report(place, Text("adds 只累加，不与 data、open: false 同写", "adds only adds: it stands without data and open: false"))
        if key is None or None in data.values() or None in adds.values():
            return None
        return Write(spec.ledger, when, each, key, data, spec.open, adds, compile_row(key, adds or data))

    def document(self, place: Place, spec: DocumentSpec, flow: Flow) -> Document:
        signed = spec.signed or [spec.after]
        for where, name in [(("after",), spec.after), *((("signed", i), name) for i, name in enumerate(spec.signed))]:
            if name not in self.spec.steps:
                self.report((*place, *where), nearest(name, self.spec.steps, "环节", "step"))
        when = self.condition((*place, "when"), spec.when, self.types, "bool") if spec.when else None
        before = {spec.after, *flow.leading_to(spec.after), *flow.before(spec.after)}
        by_then = {name for step in before if step in self.spec.steps for name in self.spec.steps[step].form}
        for i, name in enumerate(spec.fields):
            self.check_told((*place, "fields", i), name, self.record, by_then, spec.after)
        for key, words in (("to", spec.to), ("text", spec.text)):
            if words is not None:
                self.check_text((*place, key), words, by_then, spec.after)
        if spec.text is None and not spec.fields:
            self.advise(place, Text("文书须有正文（text）或表格（fields）", "a document needs a text or a table (fields)"))
        return Document(spec.id, text(spec.title), spec.after, when, text(spec.to), text(spec.text), tuple(spec.fields), tuple(signed))

    def check_text(self, place: Place, words: Words, by_then: Collection[str], after: str) -> None:
        """A text names what can be told, in both languages the same."""
        for language, said in (("zh", words.zh), ("en", words.en)):
            for name in named(said):
                self.check_told((*place, language), name, [*self.record, *TOLD], by_then, after)
                if name in self.record and self.record[name].type == "list":
                    message = Text(f"列表“{name}”应放在表格（fields）中", f"the list {name!r} goes into the table (fields)")
                    self.advise((*place, language), message)
            if unpaired(said):
                self.advise((*place, language), Text("花括号不成对", "a brace stands alone"))
        differ = {*named(words.zh)} ^ {*named(words.en)}
        if differ:
            one = min(differ)
            self.advise(place, Text(f"只有一种文字写了“{one}”", f"only one language tells {one!r}"))

    def check_told(self, place: Place, name: str, known: Collection[str], by_then: Collection[str], after: str) -> None:
        """A document tells what may be on record when it is given."""
        if name not in known:
            self.report(place, nearest(name, known, "字段", "field"))
        elif name in self.record and name not in by_then and after in self.spec.steps:
            message = Text(f"到环节“{after}”时还没有填写字段“{name}”", f"the field {name!r} can't be filled in by the step {after!r}")
            self.advise(place, message)

    def column(self, place: Place, source: str, types: Mapping[str, Type], columns: Mapping[str, Type]) -> Any:
        """What is written to a column, or added to it."""
        name = str(place[-1])
        if name not in columns:
            self.report(place, nearest(name, columns, "栏目", "column"))
        value = self.condition(place, source, types, None)
        if value is not None and name in columns and not comparable(value.type, columns[name], literal=True):
            given, wanted = type_name(value.type), type_name(columns[name])
            self.advise(place, Text(f"栏目是 {wanted}，写入的是 {given}", f"the column is {wanted}, what is written is {given}"))
        return value

    def condition(self, place: Place, source: str, types: Mapping[str, Type], result: Type | None) -> Any:
        try:
            return compiled(source, types, self.constants, result, self.published)
        except ConditionError as error:
            self.report(place, error.message)
            return None

    def sequence(self, parts: Any, place: Place, steps: Mapping[str, Step]) -> Node:
        nodes = tuple(self.node(part, (*place, i), steps) for i, part in enumerate(parts if isinstance(parts, list) else [parts]))
        return nodes[0] if len(nodes) == 1 else Sequence(nodes)

    def node(self, raw: Any, place: Place, steps: Mapping[str, Step]) -> Node:
        if isinstance(raw, str):
            if raw not in steps:
                self.report(place, nearest(raw, steps, "环节", "step"))
            return StepNode(raw)
        raw = self.flow_keys(raw, ("choose", "parallel", "each", "repeat"), place, PARTS)
        if isinstance(raw, dict) and len(raw) == 1:
            (name,) = raw
            keys, rule = WITHIN.get(name, ((), PARTS))
            raw = {name: self.flow_keys(raw[name], keys, (*place, name), rule)} if keys else raw
            match next(iter(raw.items())):
                case "choose", list(branches):
                    return Choose(tuple(self.branch(b, (*place, "choose", i), steps) for i, b in enumerate(branches)))
                case "parallel", list(parts):
                    return Parallel(tuple(self.sequence(p, (*place, "parallel", i), steps) for i, p in enumerate(parts)))
                case "each", {"over": over, "do": do, **more} if not more:
                    call = self.condition((*place, "each", "over"), str(over), self.types, None)
                    if call is not None and not (isinstance(call.type, tuple) and call.type[0] == "list" and call.type[1] in WORDS):
                        fault = Text("each 须逐个取一列文字或人员", "an each goes over a list of texts or people")
                        self.report((*place, "each", "over"), fault)
                    return Each(call or (lambda values: ()), str(over), self.sequence(do, (*place, "each", "do"), steps))
                case "repeat", {"acts": list(acts), "until": str(until), **more} if not more:
                    if until not in steps:
                        self.report((*place, "repeat", "until"), nearest(until, steps, "环节", "step"))
                    return Repeat(tuple(self.sequence(a, (*place, "repeat", "acts", i), steps) for i, a in enumerate(acts)), until)
        self.report(place, PARTS)
        return Sequence(())

    def flow_keys(self, raw: Any, known: Collection[str], place: Place, rule: Text) -> Any:
        """A part of the flow with its misspelt keys put right; every one is reported."""
        for key in [*raw] if isinstance(raw, dict) else ():
            if key not in known:
                word = nearest(key, known, "键", "key")
                self.report((*place, key), Text(f"{rule.zh}；{word.zh}", f"{rule.en}; {word.en}"))
                raw = put_right(raw, (key,), closest(key, known), {})
        return raw

    def branch(self, raw: Any, place: Place, steps: Mapping[str, Step]) -> Branch:
        raw = self.flow_keys(raw, ("when", "do", "otherwise"), place, BRANCHES)
        match raw:
            case {"when": str(when), "do": do} if len(raw) == 2:  # noqa: PLR2004
                call = self.condition((*place, "when"), when, self.types, "bool")
                return Branch(call or (lambda values: False), when, self.sequence(do, (*place, "do"), steps))
            case {"otherwise": do} if len(raw) == 1:
                return Branch(None, "otherwise", self.sequence(do, (*place, "otherwise"), steps))
        self.report(place, BRANCHES)
        return Branch(None, "otherwise", Sequence(()))

    def risks(self, steps: Mapping[str, Step]) -> tuple[Risk, ...]:
        known = [str(c.get("id", "")) for c in self.spec.controls]
        for i, risk in enumerate(self.spec.risks):
            if risk.at not in steps:
                self.report(("risks", i, "at"), nearest(risk.at, steps, "环节", "step"))
            for j, name in enumerate(risk.controls):
                if name not in known:
                    self.report(("risks", i, "controls", j), nearest(name, known, "防控措施", "control"))
        for i, measure in enumerate(self.spec.measures):
            for j, name in enumerate(measure.controls):
                if name not in known:
                    self.report(("measures", i, "controls", j), nearest(name, known, "防控措施", "control"))
        return tuple(Risk(r.id, text(r.title), r.at, r.grade, tuple(r.controls), text(r.blind_spots), r.origin) for r in self.spec.risks)

    def controls(self, steps: Mapping[str, Step]) -> tuple[ControlPart, ...]:
        scope = Scope(
            self.spec.unit, self.record, steps, self.types, self.constants, self.ledgers, self.posts, self.bodies, self.published,
            self.detectors, self.around,
        )  # fmt: skip
        parts = []
        for i, written in enumerate(self.spec.controls):
            place: Place = ("controls", i)
            raw, keys = self.spelt(written, place)
            model: type[_ControlHead | _ListedHead] = _ListedHead if isinstance(raw.get("false_alarms"), list) else _ControlHead
            head = shaped(
                {key: raw[key] for key in ("id", "title", "false_alarms") if key in raw}, model, PUBLISHED if self.published else ""
            )
            for fault in head.faults:
                self.report((*place, *(keys.get(str(key), key) for key in fault.place)), fault.message)
            kind = KINDS.get(str(raw.get("kind")))
            if "kind" not in raw:
                self.report(place, Text("缺少“kind”", "'kind' is missing"))
            elif kind is None:
                self.report((*place, keys.get("kind", "kind")), nearest(str(raw["kind"]), KINDS, "防控种类", "kind of control"))
            if kind is None:
                continue
            if kind.family != "gate" and raw.get("false_alarms") in (None, []):
                self.advise(
                    place, Text("监测与履责须写明误报（false_alarms）", "a watch or a duty says what may look like it (false_alarms)")
                )

            def report(where: Place, message: Text, place: Place = place, keys: Mapping[str, str] = keys) -> None:
                self.report((*place, *(keys.get(str(key), key) for key in where[:1]), *where[1:]), message)

            params = read_params(kind, raw, scope, report)
            if head.model is not None:
                sentence = next((Text(m.text, m.en) for m in self.spec.measures if head.model.id in m.controls), None)
                parts.append(ControlPart(head.model.id, kind.id, text(head.model.title), sentence, params, head.model.innocent))
        return tuple(parts)

    def spelt(self, raw: Mapping[str, Any], place: Place) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        """A control with its misspelt keys put right, and by right key the one that was written; every one is reported."""
        renamed: dict[Place, str] = {}
        for heads_first in (True, False):
            kind = KINDS.get(str(raw.get("kind")))
            known = [*HEAD, *(param.name for param in kind.params)] if kind is not None else [*HEAD]
            for key in [key for key in raw if key not in known]:
                right = closest(key, known)
                if (right in HEAD and right not in raw) if heads_first else (kind is not None or right in HEAD):
                    self.report((*place, key), nearest(key, known, "参数", "parameter"))
                    raw = put_right(raw, (key,), right, renamed)
        return raw, {str(new): old for (new,), old in renamed.items()}


def _type(kind: Any) -> Type:
    """A type from its JSON form: lists become tuples."""
    if isinstance(kind, list):
        return (kind[0], {n: _type(t) for n, t in kind[1].items()} if isinstance(kind[1], dict) else _type(kind[1]))
    return kind
