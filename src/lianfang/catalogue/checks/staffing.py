"""Staffing: whether the people of the office can finish a case of a matter without breaking a rule on who and how many they are, and
whether somebody is left to check it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from lianfang.catalogue.checks.approvers import holders
from lianfang.catalogue.checks.fewest import Meeting, Place, fewest
from lianfang.catalogue.checks.findings import way_text
from lianfang.catalogue.checks.paths import Path, TooManyPathsError, through
from lianfang.catalogue.organisation import Organisation
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Control
from lianfang.kernel.hands import APPLICANT, EVERYBODY, Apart, Elsewhere, Hands, Only, Quorum, Seats, Second
from lianfang.kernel.model import Matter, Step, Text
from lianfang.kernel.wording import joined, quoted

BODY = "body:"
Of = TypeVar("Of", bound=Hands)


class Missing(NamedTuple):
    """A matter that can't be finished: the posts of a smallest set of people who must come (a post stands once for each of them, a unit
    for anybody of it), the path that shows it, and the controls without which fewer would do."""

    matter: str
    posts: tuple[str, ...]
    path: tuple[str, ...]
    message: Text
    controls: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The want as the command line prints it."""
        return {
            "matter": self.matter, "posts": list(self.posts), "path": list(self.path), "controls": list(self.controls),
            "message": self.message.en, "message_zh": self.message.zh,
        }  # fmt: skip


class Asked(NamedTuple):
    """What a control asks of people, as it is said."""

    control: Control
    hands: tuple[Hands, ...]

    @property
    def after(self) -> bool:
        """Whether it asks for somebody once the case is finished, and only where there is one to ask it of."""
        return any(isinstance(one, Seats) and not one.step for one in self.hands)


def staff(matter: Matter, organisation: Organisation, at: str, others: Iterable[Matter] = ()) -> Missing | None:
    """What is missing for every way through a matter to be manned at a moment (UTC text); None when nothing is. ``others`` are the matters
    whose cases one of this may rest on."""
    office = Office(organisation, at)
    asked = [one for one in _asked(matter) if not one.after]
    for path in _ways(matter):
        for rest in office.rests(matter, asked, others):
            come = office.come(matter, path, asked, rest)
            if come != ():
                return office.missing(matter, path, asked, rest, come)
    return None


def unmanned(matter: Matter, organisation: Organisation, at: str, others: Iterable[Matter] = ()) -> Iterator[Missing]:
    """All that is missing: to go every way through a matter, to check what is drawn, and to accept what each holder of a post does."""
    found = staff(matter, organisation, at, others)
    if found is not None:
        yield found
    yield from unchecked(matter, organisation, at)
    yield from _unaccepted(matter, organisation, at)


def unchecked(matter: Matter, organisation: Organisation, at: str) -> Iterator[Missing]:
    """Every sample that may draw a case with nobody apart from it to check it, by the first such path: each who could is needed for a step
    of it, or is of a body that votes on it."""
    office, asked = Office(organisation, at), _asked(matter)
    within = [one for one in asked if not one.after]
    for one in asked:
        posts = [seat.posts for seat in one.hands if isinstance(seat, Seats)]
        if one.after and all(any(organisation.holders(post, at) for post in some) for some in posts):
            for path in _ways(matter):
                before, come = office.come(matter, path, within), office.come(matter, path, [*within, one])
                if before is not None and come is not None and len(come) > len(before):
                    yield office.no_checker(matter, one.control, path, (*(Counter(come) - Counter(before)).elements(),))
                    break


def _unaccepted(matter: Matter, organisation: Organisation, at: str) -> Iterator[Missing]:
    """Every duty of each holder of a post of which one would accept what they did themselves, and nobody else could."""
    for control, hands in _asked(matter):
        for post, other in (one for one in hands if isinstance(one, Second)):
            accepting = organisation.holders(other, at)
            if len(accepting) == 1 and accepting[0] in organisation.holders(post, at):
                name, who, title = organisation.people[accepting[0]].name, matter.label(other), control.title
                unit = organisation.units[matter.unit].title
                yield Missing(matter.id, (other,), (), Text(
                    f"{unit.zh}“{matter.title.zh}”：“{title.zh}”由每名{matter.label(post).zh}各自履责、另一人核验，而{who.zh}只有"
                    f" {name.zh} 一人，其本人履责的没有旁人核验，至少还缺：{who.zh}",
                    f"{unit.en}, {matter.title.en}: “{title.en}” is done by each {matter.label(post).en} and accepted by somebody else, but"
                    f" {name.en} alone is {who.en}, and nobody accepts what they did themselves; one more is needed as: {who.en}",
                ), (control.id,))  # fmt: skip


def _asked(matter: Matter) -> list[Asked]:
    """What the controls of a matter ask of people."""
    told = (Asked(control, tuple(KINDS[control.kind].hands(control, matter))) for control in matter.controls)
    return [one for one in told if one.hands]


def _ways(matter: Matter) -> Sequence[Path]:
    """The paths through a matter that ask for the most: none whose steps another one has too. All steps at once where there are too many
    paths."""
    try:
        ways = {frozenset(path.steps): path for path in reversed(through(matter.flow.root, matter.record))}
    except TooManyPathsError:
        return [Path(matter.flow.order)]
    return [path for steps, path in reversed(ways.items()) if not any(steps < others for others in ways)]


def _hands(asked: Iterable[Asked], kind: type[Of]) -> list[Of]:
    return [hands for one in asked for hands in one.hands if isinstance(hands, kind)]


class Rest(NamedTuple):
    """A way through the matter that wrote an entry: who went it takes none of the steps that a control names of a case that rests on it."""

    matter: Matter
    path: Path
    by: Elsewhere


class Office(NamedTuple):
    """The people of an office at a moment, and what comes of asking for them."""

    organisation: Organisation
    at: str

    def come(self, matter: Matter, path: Path, asked: Sequence[Asked], rest: Rest | None = None) -> tuple[str, ...] | None:
        """As what people must come for a path to be manned; None where nobody who comes helps."""
        voting = [hands.step for hands in _hands(asked, Quorum) if hands.step in path.steps]
        places = [*self._steps(matter, path, asked), *self._seats(matter, path, asked, voting)]
        meetings = [self._meeting(matter, hands) for hands in _hands(asked, Quorum) if hands.step in path.steps]
        apart = [other for one in _hands(asked, Apart) for other in _told_apart(one, path)]
        for seats in _hands(asked, Seats):
            apart.append(Apart((seats.step, *(_nth(seats, n) for n in range(seats.many)))))
        if rest is not None and rest.by in _hands(asked, Elsewhere):
            before = _asked(rest.matter)
            there = self._steps(rest.matter, rest.path, before)
            places += [place._replace(names=tuple(map(_there, place.names))) for place in there]
            apart += [Apart(tuple(map(_there, one.names))) for one in _hands(before, Apart)]
            apart += [Apart((step, _there(other))) for step in rest.by.steps for other in rest.path.steps]
        return fewest(places, meetings, apart)

    def rests(self, matter: Matter, asked: Sequence[Asked], others: Iterable[Matter]) -> Iterator[Rest | None]:
        """What a case may rest on: nothing, and for each that its people are kept apart from every way through a matter that writes it, as
        far as that can be manned at all."""
        yield None
        wanted = _hands(asked, Elsewhere)
        for other in others if wanted else ():
            for path in _ways(other):
                written = {write.ledger for step in path.steps for write in other.steps[step].writes}
                for one in wanted:
                    if one.ledger in written and self.come(other, path, _asked(other)) == ():
                        yield Rest(other, path, one)

    def _steps(self, matter: Matter, path: Path, asked: Sequence[Asked]) -> Iterator[Place]:
        """Who may take the steps: one person all of the applicant's together, every other one by itself. The first is the applicant's."""
        own = tuple(step for step in path.steps if matter.steps[step].by == APPLICANT)
        if own:
            able = [self._able(matter, matter.steps[step], asked) for step in own]
            first = (APPLICANT,) if path.steps[0] in own else ()
            yield Place((*own, *first), APPLICANT, tuple(sorted(set.intersection(*map(set, able)))))
        for step in path.steps:
            if step not in own:
                by, first = matter.steps[step].by, (APPLICANT,) if step == path.steps[0] else ()
                yield Place((step, *first), by, self._able(matter, matter.steps[step], asked), self._posts(by))

    def _able(self, matter: Matter, step: Step, asked: Sequence[Asked]) -> tuple[str, ...]:
        """Who may take a step: its holders, as far as they also have the post or belong to the unit that a gate asks for there. An
        applicant's own is taken from anywhere in the office where it asks for a post."""
        only = [hands for hands in _hands(asked, Only) if step.id in hands.steps]
        anywhere = step.by == APPLICANT and any(hands.posts for hands in only)
        people = tuple(self.organisation.people) if anywhere else holders(matter, step, self.organisation, self.at)
        for hands in only:
            people = tuple(person for person in people if self._is(person, hands.posts, hands.unit))
        return people

    def _is(self, person: str, posts: Sequence[str], unit: str) -> bool:
        held = self.organisation.posts_of(person, self.at)
        return (not posts or not {*posts}.isdisjoint(held)) and (not unit or self.organisation.people[person].unit == unit)

    def _seats(self, matter: Matter, path: Path, asked: Sequence[Asked], voting: Sequence[str]) -> Iterator[Place]:
        """The seats beside the steps of a path, and those once it is gone: nobody sits there who is of a body that voted."""
        voters = {person for step in voting for person in holders(matter, matter.steps[step], self.organisation, self.at)}
        for seats in _hands(asked, Seats):
            if not seats.step or seats.step in path.steps:
                people = tuple(one for one in self.organisation.people if self._is(one, seats.posts, seats.unit))
                if any(EVERYBODY in one.names and seats.name in one.names for one in _hands(asked, Apart)):
                    people = tuple(one for one in people if one not in voters)
                by = seats.posts[0] if seats.posts else seats.unit or matter.unit
                others = frozenset(seats.posts) if seats.posts else self._of(matter, seats.unit)
                for n in range(seats.many):
                    yield Place((seats.name, _nth(seats, n)), by, people, others)

    def _of(self, matter: Matter, unit: str) -> frozenset[str]:
        """As what somebody comes who belongs to a unit (to any for ''), as far as the matter may ask for them."""
        posts = (post.id for post in self.organisation.posts.values() if unit in ("", post.unit))
        return frozenset((*posts, *((APPLICANT,) if unit in ("", matter.unit) else ())))

    def _posts(self, by: str) -> frozenset[str]:
        body = self.organisation.bodies.get(by.removeprefix(BODY)) if by.startswith(BODY) else None
        return frozenset(body.posts if body is not None else ())

    def _meeting(self, matter: Matter, hands: Quorum) -> Meeting:
        step = matter.steps[hands.step]
        return Meeting(hands, step.by, holders(matter, step, self.organisation, self.at), self._posts(step.by))

    def _needed(self, matter: Matter, path: Path, asked: Sequence[Asked], rest: Rest | None, come: Sequence[str] | None) -> list[Control]:
        """The controls without any one of which fewer would have to come."""
        found = []
        for one in asked:
            without = self.come(matter, path, [other for other in asked if other is not one], rest)
            if without is not None and (come is None or len(without) < len(come)):
                found.append(one.control)
        return found

    def missing(self, matter: Matter, path: Path, asked: Sequence[Asked], rest: Rest | None, come: tuple[str, ...] | None) -> Missing:
        """The want of a path, in words."""
        controls = self._needed(matter, path, asked, rest, come)
        if come is None:
            return _never(matter, path, controls)
        way, wanted = way_text(matter, path.steps), self._wanted(matter, come)
        title, unit = matter.title, self.organisation.units[matter.unit].title
        named = joined(quoted(control.title) for control in controls)
        because = Text(f"（按{named.zh}的要求）", f" (as {named.en} asks)") if controls else named
        on = rest.matter.title if rest is not None else Text("", "")
        resting = Text(f"（所依据的办件为“{on.zh}”）", f" (the case that it rests on being one of “{on.en}”)") if rest is not None else on
        return Missing(matter.id, _bare(come), path.steps, Text(
            f"{unit.zh}“{title.zh}”：现有人员无法依规办结{because.zh}，至少还缺：{wanted.zh}。走法：{way.zh}{resting.zh}",
            f"{unit.en}, {title.en}: the people there are can't finish it without breaking a rule{because.en}; at least one more is needed"
            f" as: {wanted.en}. By this way: {way.en}{resting.en}",
        ), tuple(control.id for control in controls))  # fmt: skip

    def no_checker(self, matter: Matter, control: Control, path: Path, come: tuple[str, ...]) -> Missing:
        """The want of somebody who checks a case once that path is gone, in words."""
        who, way = joined(matter.label(post) for post in control.params["by"]), way_text(matter, path.steps)
        unit, title, wanted = self.organisation.units[matter.unit].title, matter.title, self._wanted(matter, come)
        return Missing(matter.id, _bare(come), path.steps, Text(
            f"{unit.zh}“{title.zh}”：“{control.title.zh}”可能抽中没有旁人能查的办件：{who.zh}人人都须办理或表决它，请在 by 再写一个岗位，"
            f"否则至少还缺：{wanted.zh}。走法：{way.zh}",
            f"{unit.en}, {title.en}: “{control.title.en}” may draw a case that nobody apart from it can check: everybody who is {who.en} is"
            f" needed for it or votes on it. Name one more post in `by`, or at least one more is needed as: {wanted.en}. By this way:"
            f" {way.en}",
        ), (control.id,))  # fmt: skip

    def _wanted(self, matter: Matter, come: Iterable[str]) -> Text:
        """As what people must come, each with how many they are."""
        told = []
        for by, n in Counter(come).items():
            unit, label = self.organisation.units.get(by), matter.label(by.removeprefix(BODY))
            if by == APPLICANT:
                label = Text("申请人", "an applicant")
            elif unit is not None:
                label = Text(f"{unit.title.zh}人员", f"staff of {unit.title.en}")
            elif by.startswith(BODY):
                label = Text(f"{label.zh}成员", f"member of {label.en}")
            told.append(label if n == 1 else Text(f"{label.zh} {n} 人", f"{label.en} ({n} people)"))
        return joined(told)


def _nth(seats: Seats, n: int) -> str:
    return f"{seats.name}#{n}"


def _there(name: str) -> str:
    """A name of the case that another one rests on."""
    return f"there:{name}"


def _told_apart(one: Apart, path: Path) -> list[Apart]:
    """Everybody who had a part is told by the steps of a path, which are not kept apart themselves."""
    names = tuple(name for name in one.names if name != EVERYBODY)
    return [one] if names == one.names else [Apart((*names, step)) for step in path.steps]


def _bare(come: Iterable[str]) -> tuple[str, ...]:
    return tuple(by.removeprefix(BODY) for by in come)


def _never(matter: Matter, path: Path, controls: Sequence[Control]) -> Missing:
    """Steps that only the applicant may take, and that are kept apart: nobody who comes can help."""
    apart = [step for step in path.steps if any(step in control.steps for control in controls)]
    own = [step for step in apart if matter.steps[step].by == APPLICANT] or apart
    named = joined(quoted(matter.label(step)) for step in own)
    return Missing(matter.id, (APPLICANT,), path.steps, Text(
        f"{matter.title.zh}：{named.zh}都由申请人本人办理，又须由不同的人办理，永远办不结",
        f"{matter.title.en}: {named.en} are all the applicant's own and must be different people's: it can never be finished",
    ), tuple(control.id for control in controls))  # fmt: skip
