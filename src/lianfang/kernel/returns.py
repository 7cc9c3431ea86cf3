"""To which earlier steps a case can be returned (退回)."""

from __future__ import annotations

from lianfang.kernel.model import Case, Refusal, Text
from lianfang.kernel.plan import StepPlan
from lianfang.kernel.wording import joined


def ways_back(case: Case, step: str) -> tuple[str, ...]:
    """The earlier steps that a step can return a case to, in flow order: those that were done and still count, but none whose return
    would undo a step that is final."""
    return tuple(to for to in case.matter.plan.steps[step].back if to in case.acts and not _finals(case, to))


def _finals(case: Case, to: str) -> list[str]:
    """The final steps that were done and that a return would undo."""
    steps = case.matter.steps
    return [name for name in case.matter.flow.from_step(to) if steps[name].final and name in case.acts]


def no_way_back(case: Case, plan: StepPlan, chosen: str, to: str) -> Refusal | None:
    """Why a case can't be returned to a step from the one of this plan, chosen or ('') the declared one; None where it can."""
    ways, finals = ways_back(case, plan.step.id), sorted(_finals(case, to))
    if chosen in ("", *ways) and not finals:
        return None
    matter = case.matter
    target = matter.label(to)
    if finals:
        done = joined(matter.label(name) for name in finals)
        message = Text(f"“{done.zh}”已经办理，办理后不可撤销，不能退回到“{target.zh}”。",
                       f"“{done.en}” is done and can't be undone, so the case can't go back to “{target.en}”.")  # fmt: skip
    else:
        message = Text(f"不能退回到“{target.zh}”：它不是本件在此之前已办过的环节。",
                       f"The case can't go back to “{target.en}”: that is no step that was done in it before.")  # fmt: skip
    listed = joined(matter.label(name) for name in ways)
    remedy = (
        Text(f"可以退回到：{listed.zh}。", f"It can go back to: {listed.en}.")
        if ways
        else Text("请同意或不予同意。", "Agree, or reject it.")
    )
    shown = {"to": to, "done": list(ways), "final": finals}
    return Refusal("return-order", "order", "gate", plan.in_order.risk, message, remedy, plan.in_order.source, shown)
