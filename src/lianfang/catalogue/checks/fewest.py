"""The fewest people who must come so that a case can be manned: its places, its meetings, and who is somebody else. Solved by OR-Tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from lianfang.kernel.controls.collective import FEWEST
from lianfang.kernel.hands import Apart, Quorum

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar, LinearExprT


class Place(NamedTuple):
    """What one person takes: steps, or a seat beside them, by the ``names`` it is called. Who comes for it comes as ``by``; it may also
    be taken by who came as one of ``others``."""

    names: tuple[str, ...]
    by: str
    people: tuple[str, ...]
    others: frozenset[str] = frozenset()


class Meeting(NamedTuple):
    """What a vote asks of a meeting, and its members: who comes as one comes as ``by``, and who came as one of ``others`` is one too."""

    asks: Quorum
    by: str
    people: tuple[str, ...]
    others: frozenset[str] = frozenset()


class Newcomer(NamedTuple):
    """Somebody who may come, and as what."""

    by: str
    number: int


Who = str | Newcomer


def fewest(places: Sequence[Place], meetings: Sequence[Meeting], apart: Sequence[Apart]) -> tuple[str, ...] | None:
    """The smallest set of people who must come so that each place is taken by somebody who may take it, each meeting is held, and who is
    to be somebody else is: as what each would come, sorted. Empty where nobody need come, None where nobody who comes helps."""
    if any(one is other for one, other in _pairs(places, apart)):
        return None
    held = [meeting for meeting in meetings if len(meeting.people) < FEWEST or any(_beside(meeting, places, meetings, apart))]
    left = _hard(places, held, apart)
    return _solved(left, held, apart) if left or held else ()


def _pairs(places: Sequence[Place], apart: Sequence[Apart]) -> Iterator[tuple[Place, Place]]:
    """The places that are to be different people's; one beside itself where it is called by two such names."""
    for group in apart:
        called = [[place for place in places if name in place.names] for name in group.names]
        yield from ((a, b) for one, other in combinations(called, 2) for a in one for b in other)


def _beside(
    meeting: Meeting, places: Sequence[Place], meetings: Sequence[Meeting], apart: Sequence[Apart]
) -> tuple[list[Place], list[Meeting]]:
    """The places whose people don't attend a meeting, and the other meetings that its people don't."""
    step = meeting.asks.step
    groups = [group for group in apart if step in group.meetings]
    names = {name for group in groups for name in group.names} - {step}
    steps = {one for group in groups for one in group.meetings} - {step}
    return [place for place in places if names & {*place.names}], [one for one in meetings if one.asks.step in steps]


def _hard(places: Sequence[Place], held: Sequence[Meeting], apart: Sequence[Apart]) -> list[Place]:
    """The places that are not manned whatever the others are: apart from nobody, or with more people than there are places."""
    left = [*places]
    while True:
        met = {id(place) for meeting in held for place in _beside(meeting, left, held, apart)[0]}
        bound = {id(place) for pair in _pairs(left, apart) for place in pair}
        enough = {id(place): len(place.people) >= (len(left) if id(place) in bound else 1) for place in left}
        hard = [place for place in left if id(place) in met or not enough[id(place)]]
        if len(hard) == len(left):
            return left
        left = hard


def _solved(places: Sequence[Place], held: Sequence[Meeting], apart: Sequence[Apart]) -> tuple[str, ...] | None:
    from ortools.sat.python import cp_model  # noqa: PLC0415 it takes half a second, and every verb would wait for it

    model = cp_model.CpModel()
    come = _newcomers(model, places, held)
    takes = {id(place): _takers(model, place, places, come) for place in places}
    for one, other in _pairs(places, apart):
        for who in takes[id(one)].keys() & takes[id(other)].keys():
            model.add_at_most_one(takes[id(one)][who], takes[id(other)][who])
    attends = {meeting.asks.step: _flags(model, meeting.people, _could(meeting, come)) for meeting in held}
    for meeting in held:
        seated, elsewhere = _beside(meeting, places, held, apart)
        beside = [*(takes[id(place)] for place in seated), *(attends[one.asks.step] for one in elsewhere)]
        _hold(model, meeting.asks, come, attends[meeting.asks.step], beside)
    # As few as can be, and of several such sets one that is early by name.
    kinds = sorted({one.by for one in come})
    dear = 1 + len(kinds) * len(come)
    model.minimize(sum((dear + kinds.index(one.by)) * new for one, new in come.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    return tuple(sorted(one.by for one, new in come.items() if solver.boolean_value(new)))


def _newcomers(model: CpModel, places: Sequence[Place], held: Sequence[Meeting]) -> dict[Newcomer, IntVar]:
    """As many as could ever be needed: one for each place, and for a meeting twice as many as may have to stand back, and two."""
    wanted = [place.by for place in places] + [meeting.by for meeting in held for _ in range(2 * len(places) + FEWEST * len(held))]
    return {Newcomer(by, wanted[:i].count(by)): model.new_bool_var("") for i, by in enumerate(wanted)}


def _could(one: Place | Meeting, come: dict[Newcomer, IntVar]) -> list[Newcomer]:
    return [new for new in come if new.by == one.by or new.by in one.others]


def _takers(model: CpModel, place: Place, places: Sequence[Place], come: dict[Newcomer, IntVar]) -> dict[Who, IntVar]:
    """Who takes a place, exactly one of all who may. Newcomers are alike: the first place of their kind is the first one's."""
    number = [one for one in places if one.by == place.by].index(place)
    new = [one for one in _could(place, come) if one.by != place.by or one.number <= number]
    takes = _flags(model, place.people, new)
    for one in new:
        model.add_implication(takes[one], come[one])
    model.add_exactly_one(takes.values())
    return takes


def _flags(model: CpModel, people: Iterable[str], new: Iterable[Newcomer]) -> dict[Who, IntVar]:
    every: list[Who] = [*people, *new]
    return {who: model.new_bool_var("") for who in every}


def _hold(
    model: CpModel, asks: Quorum, come: dict[Newcomer, IntVar], attends: dict[Who, IntVar], beside: Sequence[dict[Who, IntVar]]
) -> None:
    """A meeting is held: who is beside it does not attend, and may stand back; nobody else does."""
    members: list[LinearExprT] = [come[who] if isinstance(who, Newcomer) else 1 for who in attends]
    back: list[IntVar] = []
    for i, (who, there) in enumerate(attends.items()):
        elsewhere = [one[who] for one in beside if who in one]
        model.add(there <= members[i])
        for one in elsewhere:
            model.add_at_most_one(there, one)
        if elsewhere:
            back.append(model.new_bool_var(""))
            model.add(back[-1] <= sum(elsewhere))
            model.add_at_most_one(there, back[-1])
    every: LinearExprT = sum(members)
    present, entitled = sum(attends.values()), sum([*members, *(-one for one in back)])
    (least, of), (more, than) = asks.quorum, asks.more_than
    model.add(present >= FEWEST)
    model.add(present * of >= entitled * least)
    model.add(present * than > entitled * more)
    model.add(2 * entitled > every)
