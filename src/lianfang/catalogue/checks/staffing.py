"""Staffing: whether the people of the office can finish a case of a matter without breaking a separation of duties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from lianfang.catalogue.checks.paths import Path, TooManyPathsError, through
from lianfang.catalogue.organisation import Organisation
from lianfang.kernel.model import Matter, Text

APPLICANT = "applicant"
Holders = Mapping[str, tuple[str, ...]]
"""Who may take the steps of a post or body; of the applicant, anybody of the unit."""


class Missing(NamedTuple):
    """A matter that can't be finished: a smallest set of posts that need one more person, and the path that shows it."""

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
    holders = _holders(matter, organisation, at)
    apart = [frozenset(control.params["steps"]) for control in matter.controls if control.kind == "distinct"]
    try:
        paths = through(matter.flow.root, matter.record)
    except TooManyPathsError:
        # All steps at once ask for more than any one path does.
        paths = [Path(matter.flow.order)]
    for path in paths:
        if not manned(matter, path.steps, holders, apart):
            return _missing(matter, path, holders, apart)
    return None


def manned(matter: Matter, steps: Sequence[str], holders: Holders, apart: Sequence[frozenset[str]]) -> bool:
    """Whether each step can be given to one of its holders so that incompatible steps are different people's; the applicant is one
    person throughout."""

    def place(rest: Sequence[str], given: dict[str, str]) -> bool:
        if not rest:
            return True
        step, by = rest[0], matter.steps[rest[0]].by
        others = {given[one] for group in apart if step in group for one in group if one in given}
        own = [given[one] for one in given if by == APPLICANT and matter.steps[one].by == APPLICANT]
        return any(place(rest[1:], {**given, step: person}) for person in (own[:1] or holders[by]) if person not in others)

    # Who has the least choice is placed first.
    return place(sorted(steps, key=lambda step: len(holders[matter.steps[step].by])), {})


def _holders(matter: Matter, organisation: Organisation, at: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for step in matter.steps.values():
        if step.by == APPLICANT:
            found[step.by] = tuple(person.id for person in organisation.people.values() if person.unit == matter.unit)
        elif step.by.startswith("body:"):
            found[step.by] = organisation.members(step.by.removeprefix("body:"), at)
        else:
            found[step.by] = organisation.holders(step.by, at)
    return found


def _missing(matter: Matter, path: Path, holders: Holders, apart: Sequence[frozenset[str]]) -> Missing:
    """The smallest set of posts that must gain a person. One newcomer a post is enough: they are different from everybody."""
    posts = sorted({matter.steps[step].by for step in path.steps})
    for size in range(1, len(posts) + 1):
        for chosen in combinations(posts, size):
            more = {by: (*people, f"+{by}") if by in chosen else people for by, people in holders.items()}
            if manned(matter, path.steps, more, apart):
                return _named(matter, path, chosen)
    # Two steps of one post that must be apart, and nobody there: every post then needs people.
    return _named(matter, path, tuple(posts))


def _named(matter: Matter, path: Path, posts: tuple[str, ...]) -> Missing:
    labels = [Text("申请人", "an applicant") if by == APPLICANT else matter.label(by.removeprefix("body:")) for by in posts]
    zh, en = "、".join(label.zh for label in labels), ", ".join(label.en for label in labels)
    return Missing(matter.id, tuple(by.removeprefix("body:") for by in posts), path.steps, Text(
        f"{matter.title.zh}：现有人员无法在不相容岗位分离的前提下办结，至少还缺：{zh}",
        f"{matter.title.en}: the people there are can't finish it without breaking a separation; at least one more is needed as: {en}",
    ))  # fmt: skip
