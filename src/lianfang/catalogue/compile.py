"""From a matter's source to a matter that judges. Works on the canonical JSON alone, so that a verifier needs nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from lianfang.catalogue.organisation import full
from lianfang.catalogue.params import Scope, read_params
from lianfang.catalogue.problems import nearest, schema_message
from lianfang.catalogue.schema import FieldSpec, MatterSpec, StepSpec, WriteSpec
from lianfang.catalogue.source import Place
from lianfang.evidence.canonical import canonical
from lianfang.kernel.build import ControlPart, Parts, build_matter
from lianfang.kernel.conditions import ConditionError, Type, compile_condition, field_type
from lianfang.kernel.conditions.types import WORDS, comparable, type_name
from lianfang.kernel.controls import KINDS
from lianfang.kernel.fields import ACT_FIELDS
from lianfang.kernel.flow import Branch, Choose, Each, FlowError, Node, Parallel, Repeat, Sequence, StepNode, steps_of
from lianfang.kernel.model import Field, Matter, Risk, Source, Step, Text, Write
from lianfang.kernel.soundness import flow_faults

Faults = Callable[[Place, Text], None]
WRITE_NAMES: Mapping[str, Type] = {"case_id": "text", "applicant": "person", "actor": "person", "at": "datetime", "unit": "text"}
RESERVED = frozenset({*WRITE_NAMES, *ACT_FIELDS, "entry"})
"""Names that conditions and acts give a meaning of their own: no field or parameter may take them."""
UNITS = {"CNY": ("money", 100), "count": ("int", 1), "day": ("int", 1), "hour": ("int", 1), "percent": ("int", 1)}


def version_of(source: Mapping[str, Any]) -> str:
    """The version of a matter: the SHA-256 of its canonical source."""
    return hashlib.sha256(canonical(source)).hexdigest()


def compile_source(source: Mapping[str, Any]) -> Matter:
    """A matter from its full source ``{"matter", "names", "ledgers", "posts", "bodies"}``. Raises ValueError when it has a fault."""
    faults: list[str] = []
    matter = compile_matter(source, lambda place, text: faults.append(f"{place}: {text.en}"))
    if matter is None or faults:
        raise ValueError("; ".join(faults) or "the source is not a matter")
    return matter


def compile_matter(source: Mapping[str, Any], report: Faults) -> Matter | None:
    """Compile, reporting every fault with its place in the matter; None when there was one."""
    try:
        spec = MatterSpec.model_validate(source["matter"])
    except ValidationError as error:
        for fault in error.errors():
            report(tuple(fault["loc"]), schema_message(fault, MatterSpec))
        return None
    compiler = _Compiler(spec, source, report)
    return compiler.matter(version_of(source))


def text(words: Any) -> Text:
    """A kernel text from ``{zh, en}`` words, '' for None."""
    return Text(words.zh, words.en) if words is not None else Text("", "")


def field_of(name: str, spec: FieldSpec) -> Field:
    """A kernel field from its schema."""
    return Field(
        name, spec.type, text(spec.label), spec.required, {n: field_of(n, s) for n, s in spec.of.items()},
        {n: text(w) for n, w in spec.choices.items()}, spec.ledger, text(spec.help), spec.personal, spec.min, spec.max,
    )  # fmt: skip


class _Compiler:
    def __init__(self, spec: MatterSpec, source: Mapping[str, Any], report: Faults) -> None:
        self.spec, self.faulty = spec, False
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

    def report(self, place: Place, message: Text) -> None:
        self.faulty = True
        self._report(place, message)

    def matter(self, version: str) -> Matter | None:
        steps = {name: self.step(name, s) for name, s in self.spec.steps.items()}
        root = self.sequence(self.spec.flow, ("flow",), steps)
        self.check_fields()
        self.check_flow(root)
        self.check_twice("risks", [risk.id for risk in self.spec.risks])
        self.check_twice("controls", [str(control.get("id")) for control in self.spec.controls])
        in_flow = set(steps_of(root))
        for name in steps:
            if name not in in_flow:
                self.report(("steps", name), Text(f"环节“{name}”不在流程中", f"the step {name!r} is not in the flow"))
        risks = self.risks(steps)
        controls = self.controls(steps)
        if self.faulty:
            return None
        source = Source(tuple(self.spec.source.register_), self.spec.source.map)
        parts = Parts(
            self.spec.id, text(self.spec.title), self.spec.unit, version, source, self.record, self.params, steps, root,
            risks, controls, self.names,
        )  # fmt: skip
        try:
            return build_matter(parts)
        except FlowError as error:
            self.report(("flow",), Text(f"流程有误：{error}", str(error)))
            return None

    def check_flow(self, root: Node) -> None:
        returns = {name: step.returns_to for name, step in self.spec.steps.items() if step.returns_to}
        for step, message in flow_faults(root, returns):
            self.report(("steps", step, "returns_to") if step else ("flow",), message)

    def check_twice(self, section: str, names: list[str]) -> None:
        for i, name in enumerate(names):
            if name in names[:i]:
                self.report((section, i, "id"), Text(f"“{name}”写了两次", f"{name!r} stands twice"))

    def check_fields(self) -> None:
        for name in dict.fromkeys([*self.spec.record, *self.spec.params]):
            if name in RESERVED or (name in self.spec.record and name in self.spec.params):
                where = "record" if name in self.spec.record else "params"
                self.report(
                    (where, name), Text(f"“{name}”另有所指，请换一个名称", f"{name!r} means something else already; choose another name")
                )
        for name, f in self.record.items():
            if f.type == "entry" and f.ledger not in self.ledgers:
                self.report(("record", name, "ledger"), nearest(f.ledger, self.ledgers, "台账", "ledger"))
            if f.type == "list" and not f.of:
                self.report(("record", name), Text("列表须写明各栏（of）", "a list needs its columns (of)"))
            if f.type == "choice" and not f.choices:
                self.report(("record", name), Text("选择项须写明选项（choices）", "a choice needs its choices"))

    def step(self, name: str, spec: StepSpec) -> Step:
        by = spec.by
        if spec.kind == "meeting":
            by = full(self.spec.unit, by)
            if by not in self.bodies:
                self.report(("steps", name, "by"), nearest(spec.by, _own(self.bodies, self.spec.unit), "会议", "body"))
            by = f"body:{by}"
        elif by != "applicant":
            by = full(self.spec.unit, by)
            if by not in self.posts:
                self.report(("steps", name, "by"), nearest(spec.by, _own(self.posts, self.spec.unit), "岗位", "post"))
        for f in spec.form:
            if f not in self.record:
                self.report(("steps", name, "form"), nearest(f, self.record, "字段", "field"))
        if spec.returns_to and spec.returns_to not in self.spec.steps:
            self.report(("steps", name, "returns_to"), nearest(spec.returns_to, self.spec.steps, "环节", "step"))
        if spec.kind == "approval" and not spec.returns_to:
            self.report(
                ("steps", name), Text("审批环节须写明退回到哪里（returns_to）", "an approval says where it returns to (returns_to)")
            )
        form = tuple(f for f in spec.form if f in self.record)
        writes = tuple(w for i, one in enumerate(spec.writes) if (w := self.write(("steps", name, "writes", i), one)) is not None)
        return Step(name, text(spec.title), spec.kind, by, form, writes, spec.returns_to, text(spec.note))

    def write(self, place: Place, spec: WriteSpec) -> Write | None:
        columns = self.ledgers.get(spec.ledger)
        if columns is None:
            self.report((*place, "ledger"), nearest(spec.ledger, self.ledgers, "台账", "ledger"))
            return None
        types = {**self.types, **WRITE_NAMES}
        each = self.condition((*place, "each"), spec.each, types, None) if spec.each else None
        if each is not None:
            types["item"] = each.type[1] if isinstance(each.type, tuple) else "any"
        key = self.condition((*place, "key"), spec.key, types, None)
        data = {}
        for name, one in spec.data.items():
            if name not in columns:
                self.report((*place, "data", name), nearest(name, columns, "栏目", "column"))
            value = data[name] = self.condition((*place, "data", name), one, types, None)
            if value is not None and name in columns and not comparable(value.type, columns[name], literal=True):
                given, wanted = type_name(value.type), type_name(columns[name])
                self.report(
                    (*place, "data", name),
                    Text(f"栏目是 {wanted}，写入的是 {given}", f"the column is {wanted}, what is written is {given}"),
                )
        if key is None or None in data.values():
            return None
        return Write(spec.ledger, each, key, data, spec.open)

    def condition(self, place: Place, source: str, types: Mapping[str, Type], result: Type | None) -> Any:
        try:
            return compile_condition(source, types, self.constants, result)
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
        if isinstance(raw, dict) and len(raw) == 1:
            match next(iter(raw.items())):
                case "choose", list(branches):
                    return Choose(tuple(self.branch(b, (*place, "choose", i), steps) for i, b in enumerate(branches)))
                case "parallel", list(parts):
                    return Parallel(tuple(self.sequence(p, (*place, "parallel", i), steps) for i, p in enumerate(parts)))
                case "each", {"over": over, "do": do}:
                    call = self.condition((*place, "each", "over"), str(over), self.types, None)
                    if call is not None and not (isinstance(call.type, tuple) and call.type[0] == "list" and call.type[1] in WORDS):
                        fault = Text("each 须逐个取一列文字或人员", "an each goes over a list of texts or people")
                        self.report((*place, "each", "over"), fault)
                    return Each(call or (lambda values: ()), str(over), self.sequence(do, (*place, "each", "do"), steps))
                case "repeat", {"acts": acts, "until": str(until)}:
                    if until not in steps:
                        self.report((*place, "repeat", "until"), nearest(until, steps, "环节", "step"))
                    return Repeat(tuple(self.sequence(a, (*place, "repeat", "acts", i), steps) for i, a in enumerate(acts)), until)
        self.report(
            place, Text("流程只能由环节、choose、parallel、each、repeat 组成", "a flow is made of steps, choose, parallel, each and repeat")
        )
        return Sequence(())

    def branch(self, raw: Any, place: Place, steps: Mapping[str, Step]) -> Branch:
        match raw:
            case {"when": str(when), "do": do} if len(raw) == 2:  # noqa: PLR2004
                call = self.condition((*place, "when"), when, self.types, "bool")
                return Branch(call, when, self.sequence(do, (*place, "do"), steps))
            case {"otherwise": do} if len(raw) == 1:
                return Branch(None, "otherwise", self.sequence(do, (*place, "otherwise"), steps))
        self.report(place, Text("分支应为 {when, do} 或 {otherwise}", "a branch is {when, do} or {otherwise}"))
        return Branch(None, "otherwise", Sequence(()))

    def risks(self, steps: Mapping[str, Step]) -> tuple[Risk, ...]:
        known = [str(c.get("id", "")) for c in self.spec.controls]
        for i, risk in enumerate(self.spec.risks):
            if risk.at not in steps:
                self.report(("risks", i, "at"), nearest(risk.at, steps, "环节", "step"))
            for name in risk.controls:
                if name not in known:
                    self.report(("risks", i, "controls"), nearest(name, known, "防控措施", "control"))
        for i, measure in enumerate(self.spec.measures):
            for name in measure.controls:
                if name not in known:
                    self.report(("measures", i, "controls"), nearest(name, known, "防控措施", "control"))
        return tuple(Risk(r.id, text(r.title), r.at, r.grade, tuple(r.controls), text(r.blind_spots), r.origin) for r in self.spec.risks)

    def controls(self, steps: Mapping[str, Step]) -> tuple[ControlPart, ...]:
        scope = Scope(self.spec.unit, self.record, steps, self.types, self.constants, self.ledgers, self.posts, self.bodies)
        parts = []
        for i, raw in enumerate(self.spec.controls):
            place = ("controls", i)
            kind = KINDS.get(str(raw.get("kind", "")))
            title = raw.get("title")
            if not isinstance(raw.get("id"), str):
                self.report(place, Text("缺少 id", "the id is missing"))
            if not isinstance(title, dict) or set(title) != {"zh", "en"}:
                self.report((*place, "title"), Text("须有中英文标题 {zh, en}", "a title {zh, en} is needed"))
                continue
            if kind is None:
                self.report((*place, "kind"), nearest(str(raw.get("kind", "")), KINDS, "防控种类", "kind of control"))
                continue
            if kind.family != "gate" and "false_alarms" not in raw:
                self.report(
                    place, Text("监测与履责须写明误报（false_alarms）", "a watch or a duty says what may look like it (false_alarms)")
                )
            params = read_params(kind, raw, scope, lambda key, message, p=place: self.report((*p, key) if key else p, message))  # type: ignore[misc]
            name = str(raw.get("id"))
            sentence = next((Text(m.text, m.en) for m in self.spec.measures if name in m.controls), None)
            parts.append(ControlPart(name, kind.id, Text(title["zh"], title["en"]), sentence, params))
        return tuple(parts)


def _own(names: frozenset[str], unit: str) -> list[str]:
    return sorted(name.removeprefix(f"{unit}/") for name in names if name.startswith(f"{unit}/"))


def _type(kind: Any) -> Type:
    """A type from its JSON form: lists become tuples."""
    if isinstance(kind, list):
        return (kind[0], {n: _type(t) for n, t in kind[1].items()} if isinstance(kind[1], dict) else _type(kind[1]))
    return kind
