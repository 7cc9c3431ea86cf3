"""Staffing: whether the people of the office can finish a case of a matter without breaking a separation of duties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

from lianfang.catalogue.checks.approvers import APPLICANT, holders
from lianfang.catalogue.checks.findings import way_text
from lianfang.catalogue.checks.paths import Path, TooManyPathsError, through
from lianfang.catalogue.organisation import Organisation
from lianfang.kernel.model import Matter, Step, Text
from lianfang.kernel.wording import joined, quoted

Able = Mapping[str, tuple[str, ...]]
"""By step who may take it."""


class Missing(NamedTuple):
    """A matter that can't be finished: the posts of a smallest set of people who must come (a post stands once for each of them), and the
    path that shows it."""

    matter: str
    posts: tuple[str, ...]
    path: tuple[str, ...]
    message: Text

    def as_json(self) -> dict[str, Any]:
        """The want as the command line prints it."""
        return {
            "matter": self.matter, "posts": list(self.posts), "path": list(self.path),
            "message": self.message.en, "message_zh": self.message.zh,
        }  # fmt: skip


def staff(matter: Matter, organisation: Organisation, at: str) -> Missing | None:
    """What is missing for every way through a matter to be manned at a moment (UTC text); None when nothing is."""
    able = {name: _able(matter, step, organisation, at) for name, step in matter.steps.items()}
    apart = [frozenset(control.params["steps"]) for control in matter.controls if control.kind == "distinct"]
    try:
        paths = through(matter.flow.root, matter.record)
    except TooManyPathsError:
        # All steps at once ask for more than any one path does.
        paths = [Path(matter.flow.order)]
    for path in paths:
        if not manned(matter, path.steps, able, apart):
            return _missing(matter, path, able, apart)
    return None


def manned(matter: Matter, steps: Sequence[str], able: Able, apart: Sequence[frozenset[str]]) -> bool:
    """Whether each step can be given to somebody who may take it so that incompatible steps are different people's; the applicant is one
    person throughout."""

    def place(rest: Sequence[str], given: dict[str, str]) -> bool:
        if not rest:
            return True
        step, own_step = rest[0], matter.steps[rest[0]].by == APPLICANT
        others = {given[one] for group in apart if step in group for one in group if one in given}
        own = [given[one] for one in given if own_step and matter.steps[one].by == APPLICANT]
        return any(place(rest[1:], {**given, step: person}) for person in (own[:1] or able[step]) if person not in others)

    # The applicant, who takes several steps, and then who has the least choice is placed first.
    return place(sorted(steps, key=lambda step: (matter.steps[step].by != APPLICANT, len(able[step]))), {})


def _able(matter: Matter, step: Step, organisation: Organisation, at: str) -> tuple[str, ...]:
    """Who may take a step: its holders, as far as they also have the post or belong to the unit that a gate asks for there."""
    people = holders(matter, step, organisation, at)
    for control in matter.controls:
        if control.kind == "qualified" and step.id in control.steps:
            posts, unit = {*control.params["posts"]}, matter.unit if control.params["own_unit"] else ""
            people = tuple(
                person for person in people
                if (not posts or posts & {*organisation.posts_of(person, at)}) and (not unit or organisation.people[person].unit == unit)
            )  # fmt: skip
    return people


def _missing(matter: Matter, path: Path, able: Able, apart: Sequence[frozenset[str]]) -> Missing:
    """The smallest set of people who must come, by the posts that they take: where nobody is there at all, and then wherever it helps."""
    posts = sorted({matter.steps[step].by for step in path.steps})
    vacant = sorted({matter.steps[step].by for step in path.steps if not able[step]})
    many = {step: tuple(f"+{matter.steps[step].by}{n}" for n in range(len(path.steps))) for step in path.steps}
    if not manned(matter, path.steps, many, apart):
        return _never(matter, path, apart)
    for size in range(len(path.steps) + 1):
        for others in combinations_with_replacement(posts, size):
            come = Counter((*vacant, *others))
            more = {step: (*able[step], *(f"+{by}{n}" for n in range(come[by]))) for step in path.steps if (by := matter.steps[step].by)}
            if manned(matter, path.steps, more, apart):
                return _named(matter, path, tuple(sorted(come.elements())))
    raise AssertionError("a newcomer for every step is enough")


def _never(matter: Matter, path: Path, apart: Sequence[frozenset[str]]) -> Missing:
    """Steps that only the applicant may take, and that are kept apart: nobody who comes can help."""
    own = [step for step in path.steps if matter.steps[step].by == APPLICANT]
    both = next([step for step in own if step in group] for group in apart if len(group & {*own}) > 1)
    named = joined(quoted(matter.label(step)) for step in both)
    return Missing(matter.id, (APPLICANT,), path.steps, Text(
        f"{matter.title.zh}：{named.zh}都由申请人本人办理，又须由不同的人办理，永远办不结",
        f"{matter.title.en}: {named.en} are all the applicant's own and must be different people's: it can never be finished",
    ))  # fmt: skip


def _named(matter: Matter, path: Path, posts: tuple[str, ...]) -> Missing:
    labels = {by: Text("申请人", "an applicant") if by == APPLICANT else matter.label(by.removeprefix("body:")) for by in posts}
    wanted = joined(
        labels[by] if n == 1 else Text(f"{labels[by].zh} {n} 人", f"{labels[by].en} ({n} people)") for by, n in Counter(posts).items()
    )
    way = way_text(matter, path.steps)
    return Missing(matter.id, tuple(by.removeprefix("body:") for by in posts), path.steps, Text(
        f"{matter.title.zh}：现有人员无法在不相容岗位分离的前提下办结，至少还缺：{wanted.zh}。走法：{way.zh}",
        f"{matter.title.en}: the people there are can't finish it without breaking a separation; at least one more is needed as:"
        f" {wanted.en}. By this way: {way.en}",
    ))  # fmt: skip
