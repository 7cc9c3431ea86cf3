"""sample 抽查: a share of what was finished is drawn so that anyone draws the same, and is checked by nobody who acted in it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import BEGINS, ORGANISATION, PaperOffice, ledgers_of, matter, source, words

from lianfang.catalogue.compile import compile_source
from lianfang.catalogue.drills.office import MemoryOffice
from lianfang.catalogue.meaning import full_source
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.sample import Drawn, checker, drawn, how_many, took_part
from lianfang.kernel.model import Refusal
from lianfang.kernel.schedule import Duration, Span, add, spans
from lianfang.watch.engine import find

RULE = """
ledgers: {checks: {fields: {period: text, actors: people}}}
record: {note: text}
steps: {fill: {by: applicant, form: [note]}, agree: {by: head, kind: approval, returns_to: fill}}
controls: [{id: again, kind: sample, share: SHARE, every: month, ledger: checks, by: clerk, within: 5d, false_alarms: {zh: 无, en: none}}]
"""
ALL = RULE.replace("SHARE", "100%")
MARCH = Span("2026-03", "2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z")
ROOT = "ab" * 32


def office(text: str = ALL) -> MemoryOffice:
    written = source(text)["matter"]
    control = {**written["controls"][0], "title": words("again")}
    ledgers = ledgers_of({"ledgers": {"checks": {"fields": {"period": "text", "actors": "people"}}}})
    turn = KINDS["sample"].matter
    assert turn is not None
    small = compile_source(full_source(turn(control, written), ORGANISATION, ledgers))
    return MemoryOffice(matter(text), {"again": small}, ORGANISATION, ledgers, {}, BEGINS, find)


def finish(made: MemoryOffice, case: str, who: str = "ann") -> None:
    made.act(who, case, "fill", "", {"note": "x"})
    assert made.act("hua", case, "agree", "", {}) is None


def check(made: MemoryOffice, who: str, case: str, name: str = "check") -> Refusal | None:
    return made.act(who, name, "perform", "", {"period": case, "note": "查过"}, "again")


def draw(cases: list[str], share: str = "20%", root: str = ROOT) -> Drawn:
    return drawn("bureau/matter", matter(RULE.replace("SHARE", share)).controls[0], MARCH, 7, root, cases)


@pytest.mark.parametrize(
    ("share", "of", "wanted"),
    [((5, 100), 0, 0), ((5, 100), 1, 1), ((5, 100), 20, 1), ((5, 100), 21, 2), ((100, 100), 7, 7), (3, 2, 2), (3, 3, 3), (3, 4, 3)],
)
def test_a_share_is_rounded_up_and_a_count_ends_with_the_cases(share: Any, of: int, wanted: int) -> None:
    assert how_many(share, of) == wanted


@pytest.mark.parametrize("share", ["0%", "101%", "0", "-1", "some", "5.5%"])
def test_a_share_that_is_none_is_told(share: str) -> None:
    with pytest.raises(ValueError, match="share"):
        matter(RULE.replace("SHARE", share))


def test_the_draw_is_the_published_one() -> None:
    """Reckoned by hand from the method of the page: SHA-256 of root, 0, word, 0, number; the cases in the order of their numbers."""
    import hashlib  # noqa: PLC0415 the reckoning stands here alone

    cases = [f"case-{n}" for n in range(10)]
    left, number, wanted = sorted(cases), 0, []
    while len(wanted) < 2:
        said = b"\0".join((ROOT.encode(), b"bureau/matter/again/2026-03", str(number).encode()))
        x, number = int.from_bytes(hashlib.sha256(said).digest()), number + 1
        if x < 2**256 - 2**256 % len(left):
            wanted.append(left.pop(x % len(left)))
    found = draw(cases)
    assert found.cases == tuple(sorted(wanted))
    assert (found.of, found.population) == (10, hashlib.sha256("".join(f"{c}\n" for c in sorted(cases)).encode()).hexdigest())


@given(
    st.sets(st.text("ABC234", min_size=1, max_size=4), max_size=12), st.randoms(use_true_random=False), st.binary(min_size=32, max_size=32)
)
def test_whoever_draws_draws_the_same_of_the_right_number(cases: set[str], order: Any, root: bytes) -> None:
    listed = sorted(cases)
    order.shuffle(listed)
    found = draw(listed, "30%", root.hex())
    assert found == draw(sorted(cases), "30%", root.hex())
    assert set(found.cases) <= cases
    assert len(found.cases) == len(set(found.cases)) == -(-len(cases) * 30 // 100)


def test_every_case_can_be_drawn_and_the_seed_decides() -> None:
    cases = [f"case-{n}" for n in range(5)]
    once = [draw(cases, "1", f"{n:064x}").cases[0] for n in range(100)]
    assert set(once) == set(cases)
    assert max(map(once.count, cases)) < 40


def test_who_acted_in_a_case_does_not_check_it() -> None:
    made = office()
    finish(made, "a", "ann")
    made.wait(Duration(31, "d"))
    refusal = check(made, "ann", "a")
    assert refusal is not None
    assert refusal.control == "not-an-actor"
    assert refusal.shown == {"key": "a", "barred": ["ann", "hua"], "actor": "ann"}
    for text in refusal.message:
        assert "“a”" in text
        assert "actors" in text
    assert all(refusal.remedy)
    assert check(made, "ben", "a") is None


def test_only_the_post_checks_and_only_what_was_drawn() -> None:
    made = office()
    finish(made, "a")
    made.wait(Duration(31, "d"))
    for who, case, control in (("kit", "a", "step-post"), ("ben", "b", "not-an-actor")):
        refusal = check(made, who, case)
        assert refusal is not None
        assert refusal.control == control


def test_neither_a_stand_in_nor_who_was_away_checks_what_was_done_in_their_name() -> None:
    """Hua is away and Ben agrees in her name; Duo, a clerk, had no part in it."""
    made = office()
    made.act("ann", "a", "fill", "", {"note": "x"})
    made.lend("hua", "ben", ["bureau/head"], BEGINS, "2026-04-01T00:00:00Z")
    assert made.act("ben", "a", "agree", "", {}, behalf="hua") is None
    made.wait(Duration(31, "d"))
    made.also = {"hua": "clerk"}
    for who in ("ann", "ben", "hua"):
        refusal = check(made, who, "a")
        assert refusal is not None
        assert refusal.control == "not-an-actor", who
    assert check(made, "duo", "a") is None


@pytest.mark.parametrize(("data", "part"), [
    ({}, {"ann", "hua"}),
    ({"votes": [{"person": "kit", "vote": "for"}]}, {"ann", "hua"}),
    ({"attendance": ["kit", "cai"], "votes": [{"person": "kit", "vote": "for"}]}, {"ann", "hua", "kit"}),
    ({"attendance": ["kit", "cai"], "cast_by": ["cai"], "counts": {"for": 1}}, {"ann", "hua", "cai"}),
])  # fmt: skip
def test_who_voted_had_a_part_in_it_and_who_was_only_there_had_none(data: dict[str, Any], part: set[str]) -> None:
    command = {"act": "do", "actor": "ann", "behalf": "hua", "data": data}
    assert took_part(command) == part
    assert took_part(command, voters=False) == {"ann", "hua"}, "as the first logs were written"
    assert took_part({"act": "do", "actor": "ann", "data": data}) == part - {"hua"}


def test_who_only_commented_had_no_part_in_it_but_in_the_first_draws() -> None:
    command = {"act": "comment", "actor": "ann", "data": {"opinion": "请看"}}
    assert took_part(command) == set()
    assert took_part(command, comments=True) == {"ann"}


SEVERAL = ALL.replace("by: clerk", "by: [head, clerk]")


def test_of_several_posts_any_checks_but_nobody_who_acted_and_nobody_else() -> None:
    """Ann, a clerk, filled it in and Hua, a head, agreed."""
    made = office(SEVERAL)
    finish(made, "a", "ann")
    made.wait(Duration(31, "d"))
    for who, control in (("hua", "not-an-actor"), ("ann", "not-an-actor"), ("kit", "again")):
        refusal = check(made, who, "a")
        assert refusal is not None
        assert refusal.control == control
        assert all((*refusal.message, *refusal.remedy))
    assert check(made, "ben", "a") is None


def test_the_first_post_with_somebody_who_did_not_act_checks_and_the_first_of_all_where_there_is_none() -> None:
    control = matter(SEVERAL).controls[0]
    head, clerk = control.params["by"]
    holders = {head: ["hua"], clerk: ["ann", "ben"]}.get
    for actors, post in ((["ann"], head), (["hua"], clerk), (["ann", "hua"], clerk), (["ann", "ben", "hua"], head)):
        assert checker(control, actors, holders) == post  # type: ignore[arg-type]


def test_a_check_that_is_late_is_alarmed_after_its_last_second() -> None:
    """March is over at 16:00 UTC on the 31st; five days later the check is due."""
    made = office()
    finish(made, "a")
    finish(made, "b")
    made.now = "2026-04-01T01:00:00Z"
    made.wait(Duration(0, "h"))
    check(made, "ben", "b")
    made.now = "2026-04-05T16:00:00Z"
    made.wait(Duration(0, "h"))
    assert made.alarms == set()
    made.now = "2026-04-05T16:00:01Z"
    made.wait(Duration(0, "h"))
    assert {(alarm.control, alarm.where) for alarm in made.alarms} == {("again", ("a",))}


def test_what_is_not_finished_is_not_drawn() -> None:
    made = office()
    made.act("ann", "open", "fill", "", {"note": "x"})
    made.act("ann", "no", "fill", "", {"note": "x"})
    made.act("hua", "no", "agree", "reject", {"opinion": "不妥"})
    made.wait(Duration(60, "d"))
    assert made.alarms == set()
    assert {found.of for found in made.drawn.values()} == {0}


def test_a_case_is_drawn_from_with_the_month_in_which_it_was_finished() -> None:
    made = office()
    made.now = "2026-03-31T15:59:59Z"
    finish(made, "march")
    made.now = "2026-03-31T16:00:00Z"
    finish(made, "april")
    made.wait(Duration(40, "d"))
    assert {period: found.cases for (_, period), found in made.drawn.items()} == {"2026-03": ("march",), "2026-04": ("april",)}


@given(st.sampled_from(["week", "month", "quarter", "year"]), st.integers(0, 9000), st.integers(0, 9000))
def test_spans_follow_each_other_and_end_in_time(every: str, begin: int, length: int) -> None:
    since = add(BEGINS, Duration(begin, "h"))
    until = add(since, Duration(length, "h"))
    found = list(spans(every, since, until))
    assert all(since < span.ends <= until and span.begins < span.ends for span in found)
    assert all(a.ends == b.begins for a, b in pairwise(found))
    assert all(span.holds(span.begins) and not span.holds(span.ends) for span in found)


BARRED = """
ledgers:
  outings: {fields: {went: people}, entries: {one: {went: [ann, ben]}, none: {went: []}, bare: {}}}
record: {outing: text}
steps: {look: {by: applicant, form: [outing]}}
controls: [{id: out, kind: qualified, at: look, ledger: outings, key: outing, barred: went}]
"""


@pytest.mark.parametrize(("who", "outing", "refused"), [
    ("ann", "one", True), ("hua", "one", False), ("ann", "none", False), ("hua", "bare", True), ("hua", "unknown", True),
])  # fmt: skip
def test_whom_a_ledger_bars_may_not_and_where_it_does_not_say_nobody_may(who: str, outing: str, refused: bool) -> None:
    refusal = PaperOffice(BARRED).does(who, "look", outing=outing)
    assert (refusal is not None and refusal.control == "out") == refused
