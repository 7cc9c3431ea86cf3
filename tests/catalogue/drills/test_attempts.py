"""What nobody wrote is tried too: nothing passes that must not, and each hole that is made in the judge is found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

import lianfang.catalogue.drills.office as drilled
from lianfang.catalogue.drills.attempts import attempts
from lianfang.catalogue.drills.runner import Stage, play
from lianfang.catalogue.drills.tally import SORTS, Tally
from lianfang.catalogue.schema import DrillsSpec
from lianfang.cli.main import cli
from lianfang.kernel import beside, consult, standins
from lianfang.kernel.build import without
from lianfang.kernel.decide import Accepted
from lianfang.kernel.flow import Flow, FlowError
from lianfang.kernel.ledger import NOTHING_LEFT
from lianfang.kernel.model import BESIDE, Case, Command
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.watch.engine import find
from tests import five
from tests.kernel.paper_office import ORGANISATION, matter

DECIDE = sys.modules[Accepted.__module__]
"""The module of the judge, whose name in the package is that of its function."""
TWO = (five.SEAL, five.EXPENSE)
"""The matters that the holes are made in: each costs seconds, and what is tried is the generator, not the matter."""
SHIELDED = {
    "approved": "the order of the steps demands the same",
    "outing-approved": "the order of the steps demands the same",
    "counted-back": "its condition compares nothing, so that it has no limit",
    "seal-sound": "what it looks for is entered by another step than those that it guards",
}
"""Gates whose absence the generator does not see, and why: the drills that are written do."""


def stage(name: str, off: str = "") -> Stage:
    """A matter of the built-in catalogue, with one control off in the office that judges."""
    file = five.five().matters[name]
    return Stage(five.five(), file, without(file.matter, off) if off else file.matter, find)


def passed(found: dict[str, Tally]) -> dict[str, int]:
    """How many attempts of each sort passed."""
    return {sort: len(tally.accepted) for sort, tally in found.items() if tally.accepted}


def tried(name: str) -> dict[str, int]:
    return passed(attempts(stage(name)))


@pytest.mark.parametrize("name", TWO)
def test_nothing_passes_that_must_not(name: str) -> None:
    found = attempts(stage(name))
    assert [*found] == [*SORTS]
    assert {sort: tally.accepted for sort, tally in found.items() if tally.accepted} == {}
    assert all(tally.tried == tally.refused + tally.alarmed for tally in found.values())
    assert found["person"].tried > 1000
    assert all(found[sort].tried > 20 for sort in ("order", "limit", "twice", "edit"))
    assert found["delegate"].tried > 50
    assert found["opinion"].tried > 20


def test_the_same_attempts_every_time() -> None:
    off = next(control.id for control in five.five().matters[five.SEAL].matter.controls if control.kind == "distinct")
    assert attempts(stage(five.SEAL, off)) == attempts(stage(five.SEAL, off))


def gates() -> Iterator[tuple[str, str]]:
    """Each gate of one matter, and of the other those of the kinds that the first does not have."""
    known = set()
    for name in TWO:
        found = [control for control in five.five().matters[name].matter.controls if control.family == "gate" and control.kind not in known]
        known |= {control.kind for control in found}
        yield from ((name, control.id) for control in found)


@pytest.mark.parametrize(("name", "off"), [*gates()])
def test_a_gate_that_is_off_is_found(name: str, off: str) -> None:
    assert bool(passed(attempts(stage(name, off)))) != (off in SHIELDED)


@pytest.mark.parametrize(
    ("name", "off"),
    [(name, control.id) for name in TWO for control in five.five().matters[name].matter.controls if control.kind == "deadline"],
)
def test_a_deadline_that_nobody_watches_is_found(name: str, off: str) -> None:
    assert set(passed(attempts(stage(name, off)))) == {"late"}


def test_a_judge_that_does_not_ask_for_the_post_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DECIDE, "_may_act", lambda *_: None)
    for name in TWO:
        assert tried(name)["person"] > 50


def test_a_flow_that_lets_any_step_come_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Flow.advance

    def anywhere(self: Flow, position: Any, step: str, values: Any, item: str = "") -> Any:
        try:
            return real(self, position, step, values, item)
        except FlowError:
            return position

    monkeypatch.setattr(Flow, "waiting", lambda self, position: self.order)
    monkeypatch.setattr(Flow, "advance", anywhere)
    monkeypatch.setattr(DECIDE, "left_by", lambda *_: NOTHING_LEFT)  # a step that comes too early has nothing to write yet
    for name in TWO:
        assert {"order", "twice", "edit"} <= set(tried(name))


def test_an_approval_that_outlives_an_edit_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A return that undoes nothing: who returned it goes on as if it had not been."""
    monkeypatch.setattr(Flow, "go_back", lambda self, position, step, again=False: position)
    monkeypatch.setattr(Flow, "from_step", lambda self, step: frozenset())
    for name in TWO:
        assert "edit" in tried(name)


@pytest.mark.parametrize(
    ("rule", "broken", "sorts"),
    [
        ("_no_part", lambda scene: None, {"person", "order"}),
        ("_withdraw", lambda scene: scene.event("withdrawn", "withdrawn"), {"order"}),
    ],
)
def test_a_case_that_is_taken_back_too_late_or_by_another_is_found(
    monkeypatch: pytest.MonkeyPatch, rule: str, broken: Callable[..., Any], sorts: set[str]
) -> None:
    monkeypatch.setattr(beside, rule, broken)
    found = attempts(stage("information-centre/expense"))
    assert sorts >= set(passed(found)) & sorts != set()
    assert all(one.act in BESIDE and not one.step for tally in found.values() for one in tally.accepted)


@pytest.mark.parametrize(
    ("owner", "name", "broken"),
    [
        (Command, "people", property(lambda command: (command.actor,))),
        (standins, "judge", lambda *_: None),
    ],
)
def test_a_stand_in_who_counts_as_one_or_does_what_is_not_lent_is_found(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, broken: Any
) -> None:
    monkeypatch.setattr(owner, name, broken)
    assert set(passed(attempts(stage(five.SEAL)))) == {"delegate"}


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("unanswered", lambda case, command: None),
        ("_advise", lambda scene: scene.event("advised", scene.command.data["step"])),
        ("_consult", lambda scene: scene.event("consulted", scene.command.data["step"])),
    ],
)
def test_an_opinion_that_is_not_waited_for_or_given_by_the_wrong_one_is_found(
    monkeypatch: pytest.MonkeyPatch, rule: str, broken: Callable[..., Any]
) -> None:
    monkeypatch.setattr(consult, rule, broken)
    assert set(passed(attempts(stage(five.SEAL)))) == {"opinion"}


@pytest.mark.parametrize("seconds", [-1, 1])
def test_a_deadline_that_is_a_second_off_is_found(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    real = drilled.due

    def off(control: Any, case: Case) -> Any:
        item = real(control, case)
        return item and item._replace(moment=utc_text(utc_moment(item.moment) + timedelta(seconds=seconds)))

    monkeypatch.setattr(drilled, "due", off)
    assert set(tried(five.SEAL)) == {"late"}


def test_what_passes_and_must_not_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(cli, ["drill", five.SEAL]).exit_code == 0
    monkeypatch.setattr(DECIDE, "_may_act", lambda *_: None)
    assert CliRunner().invoke(cli, ["drill", five.SEAL]).exit_code == 1


PAPER = """
record: {amount: int, note: text, seen: text}
flow:
  - ask
  - parallel: [hall, desk]
  - repeat: {acts: [visit], until: enough}
  - choose:
      - {when: "amount <= 10", do: []}
      - {otherwise: [agree]}
  - pay
steps:
  ask: {by: applicant, form: [amount, note]}
  hall: {by: clerk}
  desk: {by: keeper}
  visit: {by: keeper, form: [seen]}
  enough: {by: keeper}
  agree: {by: director, kind: approval, returns_to: ask}
  pay: {by: cashier}
controls:
  - {id: apart, kind: distinct, steps: [ask, hall, pay]}
"""
RUN = """[
  {"who": "ann", "step": "ask", "data": {"amount": AMOUNT, "note": "x"}}, {"who": "kit", "step": "desk"}, {"who": "ben", "step": "hall"},
  {"who": "kit", "step": "visit", "data": {"seen": "a"}}, {"who": "kit", "step": "visit", "data": {"seen": "b"}},
  {"who": "kit", "step": "enough"}, AGREED {"who": "cai", "step": "pay"}]"""


def paper(*runs: str, off: str = "", text: str = PAPER) -> Stage:
    """A matter on paper with lawful runs."""
    one = matter(text)
    scripts = [
        f'{{"id": "run-{n}", "title": {{"zh": "演练", "en": "run"}}, "lawful": true, "script": {run}}}' for n, run in enumerate(runs)
    ]
    drills = DrillsSpec.model_validate_json(f'{{"drills": [{", ".join(scripts)}]}}')
    file: Any = SimpleNamespace(matter=one, drills=drills, duties={})
    world: Any = SimpleNamespace(organisation=ORGANISATION, ledgers={})
    return Stage(world, file, without(one, off) if off else one, find)


SMALL = RUN.replace("AMOUNT", "10").replace("AGREED", "")
LARGE = RUN.replace("AMOUNT", "11").replace("AGREED", '{"who": "dora", "step": "agree"},')


def test_parts_side_by_side_and_rounds_are_in_nobodys_way() -> None:
    """What may come in any order, or again, is not called out of order; what may not is."""
    drilled = paper(SMALL, LARGE)
    assert [play(drilled, drill).verdict for drill in drilled.file.drills.drills] == ["lawful", "lawful"]
    found = attempts(drilled)
    assert passed(found) == {}
    assert all(found[sort].tried for sort in ("person", "order", "limit", "twice", "edit"))


def test_a_round_within_a_round_is_in_nobodys_way() -> None:
    """What closes an inner round can come again with the outer one; what closed the outer one can't."""
    nested = PAPER.replace("acts: [visit], until: enough", "acts: [[visit, {repeat: {acts: [look], until: noted}}]], until: enough")
    nested = nested.replace("  enough: {by: keeper}", "  look: {by: keeper}\n  noted: {by: keeper}\n  enough: {by: keeper}")
    noted = '"data": {"seen": "SEEN"}}, {"who": "kit", "step": "look"}, {"who": "kit", "step": "noted"}'
    run = SMALL
    for seen in "ab":
        run = run.replace(f'"data": {{"seen": "{seen}"}}}}', noted.replace("SEEN", seen))
    drilled = paper(run, text=nested)
    assert [play(drilled, drill).verdict for drill in drilled.file.drills.drills] == ["lawful"]
    found = attempts(drilled)
    assert passed(found) == {}
    assert found["order"].tried


def test_a_way_that_turns_one_too_late_is_found() -> None:
    """The figure where the way turns is tried on both sides: the small run at eleven, the large one at nine and ten."""
    found = attempts(paper(SMALL, LARGE))
    assert found["limit"].tried == found["limit"].refused == 3
    late = paper(SMALL, LARGE)._replace(matter=matter(PAPER.replace("<= 10", "<= 11")))
    assert {(one.drill, one.step) for one in attempts(late)["limit"].accepted} == {("run-0", "pay")}


def test_two_steps_in_one_hand_are_found() -> None:
    """Ann asked, and with the cashier's post as well she pays herself."""
    found = attempts(paper(SMALL, off="apart"))
    assert {(one.who, one.step) for one in found["person"].accepted} == {("ann", "hall"), ("ann", "pay"), ("ben", "pay")}
    assert all("apart" in one.why.en for one in found["person"].accepted)


def test_an_attempt_says_who_tried_what_and_why_it_must_not_pass() -> None:
    one = attempts(paper(SMALL, off="apart"))["person"].accepted[-1]
    told: Callable[[str], Any] = one.as_json().get
    assert (told("drill"), told("who"), told("step"), told("act")) == ("run-0", "ben", "pay", "do")
    assert "hall" in told("message") and "hall" in told("message_zh")
