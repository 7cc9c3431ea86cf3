"""What came of a simulated life: what was refused and noticed, rightly and wrongly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lianfang.kernel.controls.base import Control
from lianfang.simulate.shape import Bound


def finder(control: Control) -> str:
    """What notices for a control: its detector, or its kind where it has none."""
    return str(control.params["detector"]) if control.kind == "pattern" else control.kind


class Alarm(NamedTuple):
    """What a watch or a duty noticed: the matter, its control, what it is about, and the cases (or the turn) it stands on."""

    matter: str
    control: str
    about: str
    where: tuple[str, ...]


class Label(NamedTuple):
    """What a run was in truth: its cases, the drill it has the shape of, and whether it was honest. ``expects`` are the controls (by
    ``matter/control``) that notice it: of a misconduct the one that must, of an honest run those that it raises."""

    cases: tuple[str, ...]
    drill: str
    honest: bool
    expects: tuple[str, ...]


class Stopped(NamedTuple):
    """An honest act that was refused: at which case, by which control, and its words."""

    drill: str
    case: str
    at: str
    control: str
    message: str


class Figures(NamedTuple):
    """What a watch or duty raised: ``true`` is about misconduct, ``expected`` about what honest people do and are told of, such as being
    late; the rest is false. Of what was injected for it to find, ``wanted``, it found ``found``."""

    id: str
    raised: int
    true: int
    expected: int
    wanted: int
    found: int

    @property
    def false(self) -> int:
        """How many stand on nothing but honest work."""
        return self.raised - self.true - self.expected

    @property
    def judged(self) -> int:
        """How many of what was raised say that somebody may have done wrong: precision is a share of these."""
        return self.raised - self.expected

    def as_json(self) -> dict[str, Any]:
        """The figures as the command line prints them: shares to the thousandth, null where there is nothing to take a share of."""
        return {
            "id": self.id, "raised": self.raised, "true": self.true, "expected": self.expected,
            "precision": round(self.true / self.judged, 3) if self.judged else None,
            "recall": round(self.found / self.wanted, 3) if self.wanted else None,
        }  # fmt: skip


@dataclass(slots=True)
class Report:
    """The counts of a simulation. ``turns`` are the cases of duties, beside the ``cases`` that were asked for; ``kept`` is what honest life
    did not try, because the rules turned it down in rehearsal."""

    cases: int = 0
    turns: int = 0
    commands: int = 0
    refused: list[Stopped] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    cut: list[Label] = field(default_factory=list)
    """The misconduct that the end of the time came before."""
    refusals: dict[str, set[str]] = field(default_factory=dict)
    """By case of a misconduct: the controls that refused it."""
    alarms: list[Alarm] = field(default_factory=list)
    kept: list[Bound] = field(default_factory=list)
    finders: Mapping[str, str] = field(default_factory=dict)
    """By control (``matter/control``): what notices for it."""

    @property
    def injected(self) -> list[Label]:
        """The misconduct."""
        return [label for label in self.labels if not label.honest]

    def caught(self, label: Label) -> bool:
        """Whether a misconduct was refused or noticed by the control that must."""
        expects = {*label.expects}
        return any(expects & self.refusals.get(case, set()) for case in label.cases) or any(
            f"{alarm.matter}/{alarm.control}" in expects for case in label.cases for alarm in self._on().get(case, ())
        )

    def _on(self) -> Mapping[str, list[Alarm]]:
        found: dict[str, list[Alarm]] = {}
        for alarm in self.alarms:
            for place in alarm.where:
                found.setdefault(place, []).append(alarm)
        return found

    def figures(self) -> list[Figures]:
        """By watch and duty that raised anything or should have."""
        truth = _truth([*self.labels, *self.cut])
        raised, true, expected, wanted, found = (Counter[str]() for _ in range(5))
        stood: dict[str, set[str]] = {}
        for alarm in self.alarms:
            name = f"{alarm.matter}/{alarm.control}"
            raised[name] += 1
            runs = [truth[place] for place in alarm.where if place in truth]
            if None in runs:
                true[name] += 1
            elif any(alarm.control in right for right in runs if right is not None):
                expected[name] += 1
            stood.setdefault(name, set()).update(alarm.where)
        for label in self.injected:
            refused = {control for case in label.cases for control in self.refusals.get(case, ())}
            for name in label.expects:
                if name not in refused:
                    wanted[name] += 1
                    found[name] += any(case in stood.get(name, ()) for case in label.cases)
        names = sorted({*raised, *wanted})
        return [Figures(name, *(counted[name] for counted in (raised, true, expected, wanted, found))) for name in names]

    def by_detector(self, figures: Iterable[Figures]) -> list[Figures]:
        """Figures of controls: those of all watches of one detector, and of all controls of one kind that have none, together."""
        found: dict[str, list[Figures]] = {}
        for one in figures:
            found.setdefault(self.finders.get(one.id, one.id.rpartition("/")[2]), []).append(one)
        return [Figures(name, *map(sum, zip(*(one[1:] for one in some), strict=True))) for name, some in sorted(found.items())]

    @property
    def false_alarms(self) -> int:
        """The alarms that stand on nothing but honest work."""
        return sum(one.false for one in self.figures())

    def as_json(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        injected, figures = self.injected, self.figures()
        return {
            "cases": self.cases,
            "turns": self.turns,
            "commands": self.commands,
            "false_refusals": len(self.refused),
            "false_alarms": sum(one.false for one in figures),
            "injected": len(injected),
            "caught": sum(map(self.caught, injected)),
            "detectors": [one.as_json() for one in self.by_detector(figures)],
            "controls": [one.as_json() for one in figures],
            "refused": [one._asdict() for one in self.refused],
            "kept": [{"drill": f"{one.matter}/{one.drill}", "what": one.what, "control": one.control} for one in self.kept],
        }


def _truth(labels: Iterable[Label]) -> dict[str, frozenset[str] | None]:
    """By case or turn: the controls that are right to notice it, in whichever matter; None for a misconduct: whatever does."""
    return {
        case: frozenset(name.rpartition("/")[2] for name in label.expects) if label.honest else None
        for label in labels
        for case in label.cases
    }
