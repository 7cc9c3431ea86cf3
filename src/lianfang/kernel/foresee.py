"""What would be refused if a step were taken as its form stands now: the same gates, all of them, before anything is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lianfang.kernel import consult
from lianfang.kernel.conditions import Condition
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Control
from lianfang.kernel.decide import Reading, failed, kept_out, merged, plan_of, reading_of, weigh
from lianfang.kernel.fields import REQUIRED
from lianfang.kernel.model import Case, Command, CommandError, Facts, FieldError, Matter, Refusal


class Foreseen(NamedTuple):
    """A refusal that is to be expected, and the fields of the form that its control looks at; none where it looks at who acts."""

    refusal: Refusal
    fields: tuple[str, ...] = ()


class Begun(NamedTuple):
    """A form that may be half filled in: what can be read of it, what is wrong with that (``errors``), and the names of what is lacking,
    so that nothing which looks at it can be told yet."""

    reading: Reading
    errors: tuple[FieldError, ...]
    lacking: frozenset[str]


class _Unfilled(dict[str, Any]):
    """What an act carries, where some of it is still to come: who asks for that can't be answered."""

    def __init__(self, data: Mapping[str, Any], lacking: frozenset[str]) -> None:
        super().__init__(data)
        self.lacking = lacking

    def get(self, name: str, default: Any = None) -> Any:
        if name in self.lacking:
            raise KeyError(name)
        return super().get(name, default)


def begun(matter: Matter, case: Case, command: Command, unread: Iterable[str] = ()) -> Begun:
    """Read a form as it stands; ``unread`` are the places of what could not be read. Raises CommandError for an unknown step or act."""
    plan = plan_of(matter, command)
    errors: list[FieldError] = []
    try:
        values = plan.read(command, case.values)
    except CommandError as error:
        errors = error.errors
        wrong = {_root(one.field) for one in errors}
        sound = {name: value for name, value in command.data.items() if name not in wrong}
        values = dict(merged(case, command._replace(data=sound)))
    papers = (name for name in plan.files if name not in values)
    lacking = frozenset((*papers, *map(_root, (*(one.field for one in errors), *unread))))
    told = tuple(one for one in errors if one.message is not REQUIRED)
    return Begun(reading_of(matter, case, command, plan, values), told, lacking)


def foresee(matter: Matter, case: Case, command: Command, form: Begun, facts: Facts) -> tuple[Foreseen, ...]:
    """All that would be refused. Who may not take the step, or not now, hears that and no more.

    A control that looks at a field which is not filled in is not told of, nor one that can't be judged while something is lacking.
    """
    plan, values, _ = form.reading
    refusal = kept_out(matter, case, command, plan, facts)
    if refusal is not None:
        return (Foreseen(refusal),)
    controls = {control.id: control for control in matter.controls}
    given = command._replace(data=_Unfilled(command.data, form.lacking))
    found: list[Foreseen] = []
    for name, judge in plan.judges:
        about = _looked_at(controls[name])
        if about & form.lacking:
            continue
        try:
            refusal = judge(case, given, values, facts)
        except Exception as error:
            refusal = failed(matter, name, plan, values, error) if not form.lacking else None
        if refusal is not None:
            found.append(Foreseen(refusal, tuple(field for field in plan.step.form if field in about)))
    if case.asked and (refusal := consult.unanswered(case, command)) is not None:
        found.append(Foreseen(refusal))
    if not found and not form.lacking:
        verdict = weigh(matter, case, command, facts, form.reading)
        return (Foreseen(verdict),) if isinstance(verdict, Refusal) else ()
    return tuple(found)


def _looked_at(control: Control) -> frozenset[str]:
    """The fields of the record that a control's parameters name."""
    found: set[str] = set()
    for param in KINDS[control.kind].params:
        _collect(control.params.get(param.name), "field" in param.type, found)
    return frozenset(found)


def _collect(value: Any, fields: bool, found: set[str]) -> None:
    if isinstance(value, Condition):
        found |= value.uses
    elif isinstance(value, str):
        found |= {value} if fields else set()
    elif isinstance(value, Mapping):
        for one in value.values():
            _collect(one, fields, found)
    elif isinstance(value, list | tuple):
        for one in value:
            _collect(one, fields, found)


def _root(path: str) -> str:
    return path.split("[", 1)[0].split(".", 1)[0]
