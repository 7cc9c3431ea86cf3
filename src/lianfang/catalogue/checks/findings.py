"""What a proof found: where in a matter, by which way through its flow, with which values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lianfang.catalogue.checks.paths import Path, TooManyPathsError, conditions, paths_to
from lianfang.catalogue.checks.samples import samples
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.wording import joined, value_text

EMPTY = Text("未填写", "not filled in")


class Finding(NamedTuple):
    """A fault of a matter. ``path`` is a way that leads to it, ``record`` the values (money in fen) that show it; either may be empty."""

    matter: str
    kind: str
    step: str
    path: tuple[str, ...]
    record: Mapping[str, Any]
    message: Text

    def as_json(self) -> dict[str, Any]:
        """The fault as the command line prints it."""
        return printed(self._asdict())


def printed(finding: Mapping[str, Any]) -> dict[str, Any]:
    """A finding with a path, a record and a message as the command line prints it."""
    message = finding["message"]
    return {
        **finding, "path": list(finding["path"]), "record": dict(finding["record"]), "message": message.en, "message_zh": message.zh,
    }  # fmt: skip


def loophole(
    matter: Matter, kind: str, step: str, zh: str, en: str, path: tuple[str, ...] = (), record: Mapping[str, Any] | None = None
) -> Finding:
    """A loophole; the way that leads to it is told in the message."""
    steps = path or way_to(matter, step)
    way = way_text(matter, steps)
    message = Text(f"{matter.title.zh}：{zh}。走法：{way.zh}", f"{matter.title.en}: {en}. By this way: {way.en}")
    return Finding(matter.id, kind, step, steps, record or {}, message)


def takes(path: Path, record: Mapping[str, Any]) -> bool:
    """Whether a record takes every turn of a path; where a condition errs the kernel refuses, and it does not."""
    return all(taken.branch.when is None or holds(taken.branch.when, record) is taken.held for taken in path.taken)


def holds(condition: Any, record: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds (none at all always does); None where it errs, because the kernel then refuses."""
    if condition is None:
        return True
    try:
        return bool(condition(record))
    except (LookupError, TypeError, ArithmeticError):
        return None


def asked(matter: Matter, steps: Iterable[str]) -> frozenset[str]:
    """The fields that are certainly filled in once these steps are done."""
    return frozenset(name for step in steps for name in matter.steps[step].form if matter.record[name].required)


def filled(matter: Matter, path: Path) -> frozenset[str]:
    """The fields that are certainly filled in when a path comes to its first choice."""
    order = matter.flow.order
    since = min((order.index(taken.step) for taken in path.taken if taken.step), default=len(order))
    return asked(matter, (step for step in path.steps if order.index(step) < since))


def changed(matter: Matter, path: Path, step: str, read: Iterable[Any] = ()) -> str:
    """A field that two choices of a path (or one of them and a condition ``read`` at a step) read and that a step between them may set
    anew, so that no one record tells of both; '' where there is none. One that is first read after it was set is the same in both."""
    order = matter.flow.order
    met = [(order.index(taken.step), taken.branch.when) for taken in path.taken if taken.step]
    if not met:
        return ""
    here = order.index(step) if step else len(order)
    conditions: list[tuple[int, Any]] = [*met, *((here, one) for one in read)]
    asked_at: dict[str, list[int]] = {}
    for at, condition in conditions:
        for name in sorted(condition.uses) if condition is not None else ():
            asked_at.setdefault(name, []).append(at)
    for name, moments in asked_at.items():
        if any(name in matter.steps[one].form for one in order[min(moments) : max(moments)]):
            return name
    return ""


def possible(matter: Matter, paths: Iterable[Path]) -> list[Path]:
    """The paths that some record takes; also those of which that can't be tried out."""
    found = []
    for path in paths:
        tried = samples(conditions(path), matter, filled(matter, path))
        if tried is None or changed(matter, path, "") or any(takes(path, record) for record in tried):
            found.append(path)
    return found


def way_to(matter: Matter, step: str) -> tuple[str, ...]:
    """The steps of a way that leads to a step, with the step itself."""
    try:
        paths = paths_to(matter.flow.root, step, matter.record)
    except TooManyPathsError:
        return (*matter.flow.order[: matter.flow.order.index(step)], step)
    return (*min((path.steps for path in possible(matter, paths) or paths), key=len), step)


def way_text(matter: Matter, steps: Iterable[str]) -> Text:
    """A way through the flow in words."""
    labels = [matter.label(step) for step in steps]
    return Text(" → ".join(label.zh for label in labels), " → ".join(label.en for label in labels))


def record_text(matter: Matter, record: Mapping[str, Any], names: Iterable[str] = ()) -> Text:
    """The values of a record in words; of the ``names`` that it does not hold, that they are not filled in."""
    told = []
    for name in dict.fromkeys([*record, *names]):
        field = matter.record[name]
        value = value_text(field.type, record[name], field) if name in record else EMPTY
        told.append(Text(f"{field.label.zh} = {value.zh}", f"{field.label.en} = {value.en}"))
    return joined(told)
