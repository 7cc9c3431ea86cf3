"""Staffing: whether the people of the office can finish a case of a matter without breaking a separation of duties, and whether somebody
is left to check it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

from lianfang.catalogue.checks.approvers import APPLICANT, holders, votes
from lianfang.catalogue.checks.findings import way_text
from lianfang.catalogue.checks.paths import Path, TooManyPathsError, through
from lianfang.catalogue.organisation import Organisation
from lianfang.kernel.controls.base import Control
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
    able, apart = _hands(matter, organisation, at)
    for path in _ways(matter):
        if not manned(matter, path.steps, able, apart):
            return _missing(matter, path, able, apart)
    return None


def unmanned(matter: Matter, organisation: Organisation, at: str) -> Iterator[Missing]:
    """All that is missing: to go every way through a matter, and to check again what is drawn."""
    found = staff(matter, organisation, at)
    if found is not None:
        yield found
    yield from unchecked(matter, organisation, at)


def unchecked(matter: Matter, organisation: Organisation, at: str) -> Iterator[Missing]:
    """Every sample that may draw a case with nobody apart from it to check it, by the first such path: each who could is needed for a step
    of it, or votes on it."""
    able, apart = _hands(matter, organisation, at)
    for control in matter.controls:
        if control.kind == "sample":
            checkers = {person for post in control.params["by"] for person in organisation.holders(post, at)}
            for path in _ways(matter):
                voting = {person for step in path.steps if votes(matter, matter.steps[step]) for person in able[step]}
                if checkers and not any(_spared(matter, path, able, apart, person) for person in checkers - voting):
                    yield _no_checker(matter, control, path)
                    break


def _hands(matter: Matter, organisation: Organisation, at: str) -> tuple[Able, list[frozenset[str]]]:
    """Who may take each step, and which steps are kept apart."""
    able = {name: _able(matter, step, organisation, at) for name, step in matter.steps.items()}
    return able, [frozenset(control.params["steps"]) for control in matter.controls if control.kind == "distinct"]


def _ways(matter: Matter) -> Sequence[Path]:
    """The paths through a matter; all steps at once, which ask for more than any one path does, where there are too many."""
    try:
        return through(matter.flow.root, matter.record)
    except TooManyPathsError:
        return [Path(matter.flow.order)]


def _spared(matter: Matter, path: Path, able: Able, apart: Sequence[frozenset[str]], person: str) -> bool:
    """Whether a path can be gone without somebody."""
    return manned(matter, path.steps, {step: tuple(one for one in people if one != person) for step, people in able.items()}, apart)


def _no_checker(matter: Matter, control: Control, path: Path) -> Missing:
    posts: tuple[str, ...] = control.params["by"]
    who, way = joined(matter.label(post) for post in posts), way_text(matter, path.steps)
    return Missing(matter.id, posts[:1], path.steps, Text(
        f"{matter.title.zh}：“{control.title.zh}”可能抽中没有旁人能查的办件：{who.zh}人人都须办理或表决它，请在 by 再写一个岗位。"
        f"走法：{way.zh}",
        f"{matter.title.en}: “{control.title.en}” may draw a case that nobody apart from it can check: everybody who is {who.en} is"
        f" needed for it or votes on it. Name one more post in `by`. By this way: {way.en}",
    ))  # fmt: skip


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
    """Who may take a step: its holders, as far as they also have the post or belong to the unit that a gate asks for there. An applicant's
    own is taken from anywhere in the office where it asks for a post."""
    asking = [control for control in matter.controls if control.kind == "qualified" and step.id in control.steps]
    anywhere = step.by == APPLICANT and any(control.params["posts"] for control in asking)
    people = tuple(organisation.people) if anywhere else holders(matter, step, organisation, at)
    for control in asking:
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
