"""Staffing: whether the people of the office can finish a case of a matter without breaking a separation of duties, and whether somebody
is left to check it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from lianfang.catalogue.checks.approvers import APPLICANT, holders, votes
from lianfang.catalogue.checks.findings import way_text
from lianfang.catalogue.checks.paths import Path, TooManyPathsError, through
from lianfang.catalogue.organisation import Organisation
from lianfang.kernel.controls.base import Control
from lianfang.kernel.model import Matter, Step, Text
from lianfang.kernel.wording import joined, quoted

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

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
        come = fewest(matter, path.steps, able, apart)
        if come != ():
            return _never(matter, path, apart) if come is None else _named(matter, path, come)
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
    """The paths through a matter that ask for the most: none whose steps another one has too. All steps at once where there are too many
    paths."""
    try:
        ways = {frozenset(path.steps): path for path in reversed(through(matter.flow.root, matter.record))}
    except TooManyPathsError:
        return [Path(matter.flow.order)]
    return [path for steps, path in reversed(ways.items()) if not any(steps < others for others in ways)]


def _spared(matter: Matter, path: Path, able: Able, apart: Sequence[frozenset[str]], person: str) -> bool:
    """Whether a path can be gone without somebody."""
    rest = {step: tuple(one for one in people if one != person) for step, people in able.items()}
    return fewest(matter, path.steps, rest, apart) == ()


def _no_checker(matter: Matter, control: Control, path: Path) -> Missing:
    posts: tuple[str, ...] = control.params["by"]
    who, way = joined(matter.label(post) for post in posts), way_text(matter, path.steps)
    return Missing(matter.id, posts[:1], path.steps, Text(
        f"{matter.title.zh}：“{control.title.zh}”可能抽中没有旁人能查的办件：{who.zh}人人都须办理或表决它，请在 by 再写一个岗位。"
        f"走法：{way.zh}",
        f"{matter.title.en}: “{control.title.en}” may draw a case that nobody apart from it can check: everybody who is {who.en} is"
        f" needed for it or votes on it. Name one more post in `by`. By this way: {way.en}",
    ))  # fmt: skip


def fewest(matter: Matter, steps: Sequence[str], able: Able, apart: Sequence[frozenset[str]]) -> tuple[str, ...] | None:
    """The smallest set of people who must come so that each step can be given to somebody who may take it and incompatible steps are
    different people's: whose step each would take, sorted. Empty where nobody need come, None where nobody who comes helps. The applicant
    is one person throughout."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 it takes half a second, and every verb would wait for it

    model = cp_model.CpModel()
    takes: dict[str, dict[str, IntVar]] = {}
    come: dict[str, list[IntVar]] = {}
    for by, own in _hands_of(matter, steps):
        new = model.new_bool_var("")
        could = {person: model.new_bool_var("") for person in sorted(set.intersection(*({*able[step]} for step in own)))}
        for number, other in enumerate((*come.get(by, ()), new)):
            could[f"+{by}{number}"] = model.new_bool_var("")
            model.add_implication(could[f"+{by}{number}"], other)
        come.setdefault(by, []).append(new)
        model.add_exactly_one(could.values())
        takes.update(dict.fromkeys(own, could))
    for group in apart:
        together = [takes[step] for step in steps if step in group]
        for person in sorted({person for could in together for person in could}):
            model.add_at_most_one([could[person] for could in together if person in could])
    # As few as can be, and of several such sets one that is early by name.
    posts = sorted(come)
    dear = 1 + len(posts) * len(steps)
    model.minimize(sum((dear + posts.index(by)) * new for by, all_new in come.items() for new in all_new))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    return tuple(by for by in posts for new in come[by] if solver.boolean_value(new))


def _hands_of(matter: Matter, steps: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The steps that one person takes, with whose they are: all of the applicant's together, every other by itself."""
    own = [step for step in steps if matter.steps[step].by == APPLICANT]
    if own:
        yield APPLICANT, own
    yield from ((matter.steps[step].by, [step]) for step in steps if step not in own)


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
