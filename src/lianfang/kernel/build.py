"""From typed parts to a matter that can judge: every control is built once, and put at the steps it guards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from lianfang.kernel.calendar import EVERY_WEEK, Calendar
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Ask, Control, Judge
from lianfang.kernel.decide import FORWARD
from lianfang.kernel.fields import read_beside, reader
from lianfang.kernel.flow import Flow, Node, repeated_steps
from lianfang.kernel.model import BESIDE, Document, Field, Matter, Risk, Source, Step, Text
from lianfang.kernel.plan import Ground, Plan, StepPlan


class ControlPart(NamedTuple):
    """A control before it is built: its parameters are validated and its conditions compiled."""

    id: str
    kind: str
    title: Text
    source: Text | None
    params: Mapping[str, Any]
    innocent: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """All that a matter is made of. ``names`` titles posts, bodies, units and ledgers for the explanations."""

    id: str
    title: Text
    unit: str
    version: str
    source: Source
    record: Mapping[str, Field]
    params: Mapping[str, Any]
    steps: Mapping[str, Step]
    root: Node
    risks: tuple[Risk, ...]
    controls: tuple[ControlPart, ...]
    names: Mapping[str, Text] = field(default_factory=dict)
    calendar: Calendar = EVERY_WEEK
    owner: str = ""
    documents: tuple[Document, ...] = ()

    def label(self, name: str) -> Text:
        """The title of anything the matter names; the id itself when unknown."""
        if name in self.steps:
            return self.steps[name].title
        if name in self.record:
            return self.record[name].label
        return self.names.get(name, Text(name, name))


def build_matter(parts: Parts) -> Matter:
    """Build every control and compile the plan. Raises FlowError when a step stands twice in the flow."""
    flow = Flow.of(parts.root)
    controls = tuple(_control(part, parts.risks) for part in parts.controls)
    judges: dict[str, list[tuple[str, Judge]]] = {name: [] for name in parts.steps}
    asks: dict[str, list[Ask]] = {name: [] for name in parts.steps}
    for control in controls:
        build = KINDS[control.kind].build
        if build is None:
            continue
        gate = build(control, parts)
        for step in control.steps:
            judges[step].append((control.id, gate.judge))
            if gate.ask is not None:
                asks[step].append(gate.ask)
    again = frozenset(repeated_steps(parts.root))
    leading = {c.id: flow.leading_to(c.params["until"]) for c in controls if c.kind == "deadline"}
    withheld = frozenset(name for control in controls for name in KINDS[control.kind].withholds(control.params))
    secret = {control.params["at"] for control in controls if control.kind == "collective" and control.params["secret"]}
    barred = {step for control in controls for step in KINDS[control.kind].barred(control.params)}
    plans = {
        name: StepPlan(
            step,
            (*step.acts, *step.closed),
            step.by if step.by != "applicant" and not step.by.startswith("body:") else "",
            reader(parts.record, step.form, step.kind, FORWARD, name in again, name in secret),
            tuple(judges[name]),
            tuple(asks[name]),
            _ground(name, "qualified", parts.risks, controls),
            _ground(name, "approval", parts.risks, controls),
            frozenset(step.form) if name in again else frozenset(),
            tuple(c for c in controls if name in leading.get(c.id, ())),
            tuple(field for field in step.form if parts.record[field].type == "file"),
            tuple(before for before in flow.before(name) if before not in barred) if "return" in step.acts else (),
            any(write.adds for write in step.writes),
            name in secret,
        )
        for name, step in parts.steps.items()
    }
    beside = StepPlan(Step("", Text("", ""), "", ""), tuple(BESIDE), "", read_beside, (), (), Ground("", None), Ground("", None))
    return Matter(
        parts.id, parts.title, parts.unit, parts.version, parts.source, parts.record, parts.params, parts.steps,
        flow, parts.risks, controls, Plan(flow.order[0], plans, beside, withheld, bool(leading)), parts.calendar, parts.names, parts.owner,
        parts.documents,
    )  # fmt: skip


def _control(part: ControlPart, risks: tuple[Risk, ...]) -> Control:
    kind = KINDS[part.kind]
    guarded = tuple(risk.id for risk in risks if part.id in risk.controls)
    return Control(
        part.id, part.kind, kind.family, part.title, guarded, part.source, kind.steps_of(part.params), part.params, part.innocent
    )


def _ground(step: str, kind: str, risks: tuple[Risk, ...], controls: tuple[Control, ...]) -> Ground:
    """What a rule of every matter guards at a step: what the step's own gates guard, those of the kind nearest to the rule first."""
    here = next((risk.id for risk in risks if risk.at == step), "")
    guards = sorted((c for c in controls if step in c.steps and c.risks), key=lambda c: c.kind != kind)
    if guards:
        return Ground(here if here in guards[0].risks else guards[0].risks[0], guards[0].source)
    return Ground(here, next((c.source for c in controls if here in c.risks and c.source), None))


def without(matter: Matter, control_id: str) -> Matter:
    """The matter with one control switched off: for drills and tests, never in production."""
    others = tuple(c for c in matter.controls if c.id != control_id)
    return replace(matter, controls=others, plan=matter.plan.judged(control_id, {}))


def weakened(matter: Matter, control_id: str, params: Mapping[str, Any]) -> Matter:
    """The matter with one control that has other parameters: for drills and tests, never in production."""
    kind = KINDS[next(c.kind for c in matter.controls if c.id == control_id)]
    controls = tuple(replace(c, params=params, steps=kind.steps_of(params)) if c.id == control_id else c for c in matter.controls)
    weaker = next(c for c in controls if c.id == control_id)
    gate = kind.build(weaker, matter) if kind.build else None
    judges = dict.fromkeys(weaker.steps, gate.judge) if gate else {}
    return replace(matter, controls=controls, plan=matter.plan.judged(control_id, judges))
