"""draw 随机抽取: Ann commits to a seed, Kit closes the list with a word of his own, Ann reveals: the panel is what they give together."""

from __future__ import annotations

import hashlib
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from paper_office import BEGINS, PaperOffice, explains, matter

from lianfang.kernel.alike import fold
from lianfang.kernel.build import without
from lianfang.kernel.controls.draw import KIND, SPAN, below, commitment_of, draw
from lianfang.kernel.model import Refusal
from lianfang.kernel.returns import ways_back

PANEL = """
params: {wanted: 3}
record:
  topic: text
  promised: {type: text, required: true}
  experts: {type: list, required: true, of: {who: text, field: text}}
  word: {type: text, required: true}
  out: {type: list, of: {who: text}}
  seed: {type: text, required: true}
  panel: {type: list, of: {who: text}}
steps:
  promise: {by: clerk, form: [promised]}
  list: {by: keeper, form: [experts, word]}
  recuse: {by: clerk, form: [out]}
  reveal: {by: clerk, form: [seed]}
  name: {by: clerk, form: [panel]}
  check: {by: head, kind: approval, returns_to: promise, form: [topic]}
controls: [CONTROL]
"""
EXAMPLE = yaml.safe_load(KIND.example)
"""The control that the reference page shows."""
SEED, WORD = "correct horse battery staple 2026-03", "七月流火 九月授衣"
EXPERTS = ["曹工", "Feng", "何工", "Jin", "Lü", "Meng"]


def drawing(text: str = PANEL, **more: Any) -> str:
    control = {key: value for key, value in {**EXAMPLE, **more}.items() if value is not None}
    return text.replace("CONTROL", yaml.safe_dump(control, default_flow_style=True, width=10_000, allow_unicode=True).strip())


def lines(names: list[str]) -> list[dict[str, str]]:
    return [{"who": name} for name in names]


class Draw:
    """One draw, told step by step; each step gives the refusal or None."""

    def __init__(self, text: str = "") -> None:
        self.office = PaperOffice(text or drawing())

    def promise(self, promised: str = commitment_of(SEED), who: str = "ann") -> Refusal | None:
        return self.office.does(who, "promise", promised=promised)

    def list(self, experts: list[str] | None = None, word: str = WORD, who: str = "kit") -> Refusal | None:
        return self.office.does(who, "list", experts=lines(EXPERTS if experts is None else experts), word=word)

    def recuse(self, *names: str, who: str = "ben") -> Refusal | None:
        return self.office.does(who, "recuse", **({"out": lines([*names])} if names else {}))

    def reveal(self, seed: str = SEED, who: str = "ann") -> Refusal | None:
        return self.office.does(who, "reveal", seed=seed)

    def name(self, panel: list[str]) -> Refusal | None:
        return self.office.does("ben", "name", panel=lines(panel))

    def back(self) -> None:
        assert self.office.does("hua", "check", act="return", opinion="重新抽取") is None

    def revealed(self, *recused: str, experts: list[str] | None = None) -> Draw:
        for refusal in (self.promise(), self.list(experts), self.recuse(*recused), self.reveal()):
            assert refusal is None
        return self


def by_hand(seed: str, word: str, names: list[str], wanted: int) -> list[str]:
    """The recipe of the reference page, followed by somebody who has only the page."""
    left, drawn, n = sorted(names), [], 0
    while len(drawn) < wanted:
        text = seed.encode() + b"\0" + word.encode() + b"\0" + str(n).encode()
        x, k, n = int(hashlib.sha256(text).hexdigest(), 16), len(left), n + 1
        if x < 2**256 - 2**256 % k:
            drawn.append(left.pop(x % k))
    return drawn


PANELISTS = by_hand(SEED, WORD, EXPERTS, 3)
OTHERS = [name for name in EXPERTS if name not in PANELISTS]


def test_the_example_of_the_page_runs() -> None:
    one = Draw().revealed()
    assert one.name(PANELISTS) is None
    assert one.office.does("hua", "check") is None
    assert one.office.status() == "completed"


def test_anyone_can_draw_again() -> None:
    """With the page's recipe, and the commitment with a tool that every system has."""
    assert draw(SEED, WORD, EXPERTS, 3) == PANELISTS
    assert draw(SEED, WORD, reversed(EXPERTS), 3) == PANELISTS, "the list's order decides nothing"
    told = subprocess.run(["sha256sum"], input=SEED.encode(), capture_output=True, check=True).stdout.decode()
    assert told.split()[0] == commitment_of(SEED)
    assert draw("s", "w", ["b", "a", "c"], 3) == by_hand("s", "w", ["a", "b", "c"], 3)


def test_the_recipe_stays_what_it_was() -> None:
    """A log of today is judged again in ten years: these are known answers, not reckoned by the code under test."""
    assert commitment_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert draw("abc", "def", list("ABCDEFGHIJ"), 4) == KNOWN


KNOWN = [*"BJHD"]


@pytest.mark.parametrize("order", [PANELISTS, PANELISTS[::-1], [f" {name.upper()} " for name in PANELISTS]])
def test_those_drawn_are_named_in_whatever_order_and_spelling(order: list[str]) -> None:
    assert Draw().revealed().name(order) is None


def test_another_panel_is_refused_and_told_who_was_drawn() -> None:
    one = Draw().revealed()
    refusal = one.name([*PANELISTS[:2], OTHERS[0]])
    assert explains(refusal, "fair-draw", "panel", OTHERS[0], PANELISTS[2])
    assert refusal is not None
    assert refusal.shown == {
        "given": [*PANELISTS[:2], OTHERS[0]], "drawn": PANELISTS, "over": [OTHERS[0]], "short": [PANELISTS[2]],
    }  # fmt: skip
    assert all(f"“{name}”" in refusal.remedy.zh and f"“{name}”" in refusal.remedy.en for name in PANELISTS)
    assert one.name(PANELISTS) is None, "and the right one is accepted after all"


def test_however_many_are_drawn_all_are_told() -> None:
    one = Draw(drawing().replace("wanted: 3", "wanted: 8"))
    names = [f"N{n:02}" for n in range(20)]
    for refusal in (one.promise(), one.list(names), one.recuse(), one.reveal()):
        assert refusal is None
    refusal = one.name(names[:1])
    assert explains(refusal, "fair-draw", "panel")
    assert refusal is not None
    assert all(name in refusal.remedy.zh and name in refusal.remedy.en for name in by_hand(SEED, WORD, names, 8))


@pytest.mark.parametrize("panel", [[], PANELISTS[:2], [*PANELISTS, OTHERS[0]], [*PANELISTS, PANELISTS[0]], [*PANELISTS[:2], PANELISTS[0]]])
def test_exactly_three_different_ones(panel: list[str]) -> None:
    assert explains(Draw().revealed().name(panel), "fair-draw", "panel")


def test_nobody_was_named() -> None:
    one = Draw().revealed()
    refusal = one.office.does("ben", "name")
    assert explains(refusal, "fair-draw", "panel")
    assert refusal is not None
    assert refusal.shown == {"missing": ["panel"]}


def test_who_is_recused_is_not_drawn() -> None:
    out = PANELISTS[0]
    one = Draw().revealed(f"{out.lower()} ", "一个名单外的人")
    assert explains(one.name(PANELISTS), "fair-draw", out)
    assert one.name(by_hand(SEED, WORD, [name for name in EXPERTS if name != out], 3)) is None


# The commitment


@pytest.mark.parametrize("promised", ["x", "", "A" * 64, "a" * 63, "a" * 65, f" {'a' * 63}", "g" * 64])
def test_a_commitment_is_a_sha256(promised: str) -> None:
    one = Draw(drawing(PANEL.replace("promised: {type: text, required: true}", "promised: text")))
    assert explains(one.promise(promised), "fair-draw", "promised", 64)
    assert explains(one.office.does("ann", "promise"), "fair-draw", 64)
    assert one.promise("a" * 64) is None


def test_the_list_waits_for_the_commitment_and_the_reveal_for_both() -> None:
    one = Draw()
    assert explains(one.list(), "fair-draw", "promise", "list")
    assert explains(one.reveal(), "fair-draw", "promise", "reveal")
    one.promise()
    assert explains(one.reveal(), "fair-draw", "list", "reveal")
    one.list()
    one.recuse()
    assert explains(one.name(PANELISTS), "fair-draw", "reveal", "name")


def test_nothing_is_done_over() -> None:
    one = Draw()
    one.promise()
    assert explains(one.promise("b" * 64), "fair-draw", "promise")
    one.list()
    assert explains(one.promise("b" * 64), "fair-draw", "list", "promise")
    assert explains(one.list(word="another word"), "fair-draw", "list")
    one.recuse()
    one.reveal()
    assert explains(one.promise("b" * 64), "fair-draw", "reveal")
    assert explains(one.list(word="another word"), "fair-draw", "reveal")
    assert explains(one.recuse(PANELISTS[0]), "fair-draw", "reveal", "recuse")
    assert one.name(PANELISTS) is None


# The seed


@pytest.mark.parametrize("seed", [SEED + " ", SEED.upper(), SEED[:-1], "another seed of thirty-two characters"])
def test_another_seed_than_the_one_committed_to(seed: str) -> None:
    one = Draw()
    one.promise()
    one.list()
    one.recuse()
    refusal = one.reveal(seed)
    assert explains(refusal, "fair-draw", commitment_of(seed)[:12], commitment_of(SEED)[:12], "seed", "promised")
    assert refusal is not None
    assert refusal.shown == {"committed": commitment_of(SEED), "given": commitment_of(seed)}
    assert one.reveal() is None


@pytest.mark.parametrize(("length", "lawful"), [(31, False), (32, True)])
def test_a_seed_is_long_enough_not_to_be_guessed(length: int, lawful: bool) -> None:
    one, seed = Draw(), "x" * length
    one.promise(commitment_of(seed))
    one.list()
    one.recuse()
    refusal = one.reveal(seed)
    assert (refusal is None) if lawful else explains(refusal, "fair-draw", 31, 32, "seed")


@pytest.mark.parametrize(("word", "lawful"), [("", False), ("1234567", False), ("-- 1234567 --", False), ("12345678", True)])
def test_a_word_is_long_enough_too(word: str, lawful: bool) -> None:
    one = Draw()
    one.promise()
    refusal = one.list(word=word) if word else one.office.does("kit", "list", experts=lines(EXPERTS), word=" ? ")
    assert (refusal is None) if lawful else explains(refusal, "fair-draw", 8, "word")


# The list


@pytest.mark.parametrize("number", range(6))
def test_one_more_than_are_drawn_to_the_last_name(number: int) -> None:
    one = Draw()
    one.promise()
    refusal = one.list(EXPERTS[:number])
    if number >= 4:
        assert refusal is None
    else:
        assert explains(refusal, "fair-draw", "experts", number, 4, 3)


@pytest.mark.parametrize("twin", ["Feng", "ＦＥＮＧ", " feng", "f-e-n-g"])
def test_a_name_that_stands_twice_would_be_drawn_twice_as_often(twin: str) -> None:
    one = Draw()
    one.promise()
    assert explains(one.list([*EXPERTS, twin]), "fair-draw", 2, 7, twin.strip())


@pytest.mark.parametrize("blank", ["", " ", "—"])
def test_a_line_that_names_nobody(blank: str) -> None:
    one = Draw()
    one.promise()
    assert explains(one.list([*EXPERTS, blank]), "fair-draw", "experts", 7)
    assert explains(one.office.does("kit", "list", word=WORD, experts=[*lines(EXPERTS), {"field": "law"}]), "fair-draw", 7)


def test_recusals_that_leave_too_few_are_kept_and_the_list_is_made_again() -> None:
    """Three of six are recused: three to draw, nobody to spare."""
    one = Draw()
    one.promise()
    one.list()
    assert one.recuse(*EXPERTS[:3]) is None
    assert explains(one.reveal(), "fair-draw", 3, 4)
    two = Draw()
    two.promise()
    two.list()
    two.recuse(*EXPERTS[:2])
    assert two.reveal() is None
    assert two.name(by_hand(SEED, WORD, EXPERTS[2:], 3)) is None


# Nobody steers alone


def test_who_knows_the_seed_neither_closes_the_list_nor_names_the_recused() -> None:
    text = drawing(PANEL.replace("list: {by: keeper", "list: {by: clerk"))
    one = Draw(text)
    one.promise()
    assert explains(one.list(who="ann"), "fair-draw", "promise", "list")
    assert one.list(who="ben") is None
    assert explains(one.recuse("Feng", who="ann"), "fair-draw", "promise", "recuse")
    assert one.recuse("Feng", who="ben") is None
    loose = Draw(text.replace("id: fair-draw", "id: fair-draw, distinct: false"))
    loose.promise()
    assert loose.list(who="ann") is None, "where the matter says so, and then it can't see more"
    assert "distinct" in KIND.blind.en


def test_neither_a_stand_in_nor_who_was_away_has_a_hand_in_the_list() -> None:
    """Ann is away and Ben promises in her name: both may know the seed."""
    asked = PANEL.replace("  promise:", "  ask: {by: applicant}\n  promise:").replace("list: {by: keeper", "list: {by: clerk")
    one = Draw(drawing(asked))
    assert one.office.does("cai", "ask") is None
    one.office.lend("ann", "ben", ["bureau/clerk"], BEGINS, "2026-04-01T00:00:00Z")
    assert one.office.act("ben", "a", "promise", "", {"promised": commitment_of(SEED)}, behalf="ann") is None
    for who in ("ann", "ben"):
        assert explains(one.list(who=who), "fair-draw", "promise", "list")
    assert one.list(who="duo") is None


def test_after_a_return_the_seed_the_word_and_the_commitment_are_new() -> None:
    one = Draw().revealed()
    one.name(PANELISTS)
    one.back()
    assert explains(one.promise(), "fair-draw", "promised"), "the seed is known by now"
    assert explains(one.office.does("ann", "promise"), "fair-draw", 64)
    second = SEED[::-1]
    assert one.promise(commitment_of(second)) is None
    assert explains(one.list(), "fair-draw", "word"), "and so is the word"
    assert explains(one.office.does("kit", "list"), "fair-draw", "word")
    assert one.list(word="new word 8") is None
    one.recuse()
    assert explains(one.reveal(SEED), "fair-draw", "seed")
    assert explains(one.office.does("ann", "reveal"), "fair-draw", "seed")
    assert one.reveal(second) is None
    assert one.name(by_hand(second, "new word 8", EXPERTS, 3)) is None


def test_a_commitment_serves_once_even_where_its_seed_was_never_revealed() -> None:
    """The clerk who revealed it in vain, or told it, has let it out all the same."""
    one = Draw()
    one.promise()
    one.office.cases["a"] = one.office.cases["a"]._replace(acts={})
    assert explains(one.promise(), "fair-draw", "promised")
    assert one.promise("b" * 64) is not None, "the step is behind the case, but the commitment itself is fine"
    assert one.promise("b" * 64).control == "step-order"  # type: ignore[union-attr]


def test_a_seed_that_is_known_does_not_serve_even_under_an_older_commitment() -> None:
    """Committed to twice in turn, so that the commitment is not that of the time before."""
    one = Draw().revealed()
    one.name(PANELISTS)
    one.back()
    one.promise("b" * 64)
    office = one.office
    office.cases["a"] = office.cases["a"]._replace(values={**office.cases["a"].values, "promised": "c" * 64}, acts={})
    assert explains(one.promise(), "fair-draw", "promised")
    office.cases["a"] = office.cases["a"]._replace(
        values={**office.cases["a"].values, "promised": commitment_of(SEED)}, acts={"promise": ()}
    )
    assert explains(one.list(word="new word 8"), "fair-draw", "promised")


def chi_square(counts: Counter[Any], outcomes: int) -> float:
    expected = counts.total() / outcomes
    return sum((counts[one] - expected) ** 2 for one in counts) / expected + (outcomes - len(counts)) * expected


def seeds(start: int = 0) -> Iterator[str]:
    return (f"seed number {n:020d}" for n in range(start, start + 6000))


@pytest.mark.parametrize(
    "results",
    [
        lambda: (draw(seed, WORD, EXPERTS, 2) for seed in seeds()),
        lambda: (draw(SEED, word, EXPERTS, 2) for word in seeds()),
        lambda: (draw(seed, seed, EXPERTS, 2) for seed in seeds(7)),
    ],
)
def test_every_pair_is_drawn_about_as_often(results: Callable[[], Iterator[list[str]]]) -> None:
    """Over seeds for a given word, over words for a given seed, and over both. 14 degrees of freedom: 36.1 is passed once in 1000."""
    counts = Counter(frozenset(one) for one in results())
    assert set(counts) == {frozenset(pair) for pair in combinations(EXPERTS, 2)}
    assert chi_square(counts, 15) < 36.1
    order = Counter(tuple(one) for one in results())
    assert chi_square(order, 30) < 58.3, "and the first is no likelier than the second (29 degrees of freedom)"


def test_a_biased_draw_would_be_noticed() -> None:
    """The test above can fail: a number from 0 to 255 modulo 100 falls below 56 more often."""
    counts = Counter(int(commitment_of(seed)[:2], 16) % 100 for seed in seeds())
    assert chi_square(counts, 100) > 148.2, "99 degrees of freedom, once in 1000"


def wins(results: Iterator[list[str]]) -> float:
    outcomes = ["Feng" in one for one in results]
    return sum(outcomes) / len(outcomes)


def test_who_commits_can_not_steer_alone() -> None:
    """Of 200 seeds Ann takes one that is best for Feng, for the list and the word she expects; Kit then writes his own word."""
    expected = "the word Ann expects"
    best = next(seed for seed in seeds() if draw(seed, expected, EXPERTS, 3)[0] == "Feng")
    assert wins(draw(best, word, EXPERTS, 3) for word in seeds()) == pytest.approx(1 / 2, abs=0.02)
    one = Draw()
    one.promise(commitment_of(best))
    one.list()
    one.recuse()
    for other in list(seeds())[:50]:
        assert other == best or explains(one.reveal(other), "fair-draw", "seed")


def test_who_closes_the_list_can_not_steer_alone() -> None:
    """Kit takes of many words and lists the best for Feng, for the seed he guesses; Ann's is another."""
    guessed = "the seed that Kit guesses, in vain"
    word = next(word for word in seeds() if draw(guessed, word, EXPERTS, 3)[0] == "Feng")
    assert wins(draw(seed, word, EXPERTS, 3) for seed in seeds()) == pytest.approx(1 / 2, abs=0.02)
    longer = [*EXPERTS, "Zhao", "Zhou"]
    assert wins(draw(seed, word, longer, 3) for seed in seeds()) == pytest.approx(3 / 8, abs=0.02), "a longer list only lessens it"


def test_a_number_of_the_last_incomplete_round_is_passed_over() -> None:
    """Modulo alone would make the first ones likelier."""
    last = SPAN - SPAN % 3
    assert below(3, iter([last, SPAN - 1, 7])) == 1
    assert below(3, iter([last - 1])) == 2
    assert below(4, iter([SPAN - 1])) == 3, "nothing is passed over where the rounds come out even"


# Whatever is listed


@given(
    st.lists(st.text("abcABC甲乙 -", min_size=1, max_size=4), max_size=8),
    st.lists(st.sampled_from(["a", "B", "甲", "ab"]), max_size=3),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=32, max_size=40),
    st.randoms(use_true_random=False),
)
def test_only_what_the_recipe_gives_is_accepted(names: list[str], recused: list[str], seed: str, chance: Any) -> None:
    one = Draw()
    assert one.promise(commitment_of(seed)) is None
    folded = [fold(name) for name in names]
    closed = one.list(names)
    assert (closed is None) == (all(folded) and len(set(folded)) == len(folded) >= 4)
    if closed is not None:
        return
    assert one.recuse(*recused) is None
    left = [name.strip() for name in names if fold(name) not in {fold(out) for out in recused}]
    shown = one.reveal(seed)
    assert (shown is None) == (len(left) >= 4)
    if shown is None:
        should = by_hand(seed, WORD, left, 3)
        for panel in (chance.sample(left, 3), chance.sample(left, 4), should):
            assert (one.name(panel) is None) == (set(panel) == set(should))
            if set(panel) == set(should):
                break


# People instead of a list, a single one, and the result beside the seed


SHORT = """
record: {n: int, promised: text, clerks: people, word: text, out: people, seed: text, chosen: TYPE}
steps:
  promise: {by: clerk, form: [promised, n]}
  list: {by: keeper, form: [clerks, word, out]}
  reveal: {by: clerk, form: [seed, chosen]}
controls:
  - {id: lot, kind: draw, commit: promise, close: list, reveal: reveal, at: reveal, commitment: promised, candidates: clerks, word: word,
     seed: seed, drawn: chosen, count: COUNT, excluded: out, excluding: list}
"""


@pytest.mark.parametrize(("kind", "count"), [("people", "2"), ("people", "n"), ("person", "1"), ("text", "n - 1")])
def test_people_are_drawn_and_the_result_may_stand_beside_the_seed(kind: str, count: str) -> None:
    office = PaperOffice(SHORT.replace("TYPE", kind).replace("COUNT", count))
    assert office.does("ann", "promise", promised=commitment_of(SEED), n=2) is None
    assert office.does("kit", "list", clerks=["ann", "ben", "hua", "dan"], out=["dan"], word=WORD) is None
    should = by_hand(SEED, WORD, ["ann", "ben", "hua"], 2 if kind == "people" else 1)
    wrong = [name for name in ("ann", "ben", "hua", "dan") if name not in should]
    assert explains(office.does("ben", "reveal", seed=SEED, chosen=wrong[:2] if kind == "people" else wrong[0]), "lot", wrong[0])
    assert office.does("ben", "reveal", seed=SEED, chosen=should if kind == "people" else should[0]) is None


@pytest.mark.parametrize("n", [0, -1])
def test_a_draw_of_nobody_is_refused(n: int) -> None:
    office = PaperOffice(SHORT.replace("TYPE", "people").replace("COUNT", "n"))
    office.does("ann", "promise", promised=commitment_of(SEED), n=n)
    office.does("kit", "list", clerks=["ann", "ben", "hua"], word=WORD)
    assert explains(office.does("ben", "reveal", seed=SEED, chosen=[]), "lot")


def test_a_draw_of_all_is_none() -> None:
    for names in ([], ["a"]):
        with pytest.raises(ValueError):
            draw(SEED, WORD, names, 2)
    with pytest.raises(ValueError):
        draw(SEED, WORD, EXPERTS, 0)


# Off, broken, and out of shape


def test_without_it_a_friend_slips_through() -> None:
    assert explains(Draw().revealed().name(OTHERS), "fair-draw")
    one = Draw()
    one.office.matter = without(one.office.matter, "fair-draw")
    for refusal in (one.promise("no hash"), one.list([]), one.recuse(), one.reveal("x"), one.name(OTHERS)):
        assert refusal is None


def test_nobody_returns_a_draw_to_where_its_seed_is_known() -> None:
    """Else the list could be chosen to the result, or the case would wait for ever at a step that its gate refuses."""
    one = Draw().revealed()
    assert one.name(PANELISTS) is None
    assert ways_back(one.office.cases["a"], "check") == ("promise", "name")
    for step in ("list", "recuse", "reveal"):
        refusal = one.office.does("hua", "check", act="return", opinion="不满意", returns_to=step)
        assert refusal is not None
        assert refusal.control == "return-order"
    assert one.office.does("hua", "check", act="return", opinion="重新抽取", returns_to="promise") is None


@pytest.mark.parametrize("step", ["promise", "list", "recuse", "reveal", "name"])
def test_a_judge_that_errs_refuses(step: str) -> None:
    one = Draw()
    plans = dict(one.office.matter.plan.steps)
    plans[step] = replace(plans[step], judges=(("fair-draw", lambda *args: 1 // 0),))  # type: ignore[arg-type,return-value]
    one.office.matter = replace(one.office.matter, plan=replace(one.office.matter.plan, steps=plans))
    told = [one.promise(), one.list(), one.recuse("Feng"), one.reveal(), one.name(PANELISTS)]
    refusal = told[["promise", "list", "recuse", "reveal", "name"].index(step)]
    assert explains(refusal, "fair-draw")
    assert refusal is not None
    assert refusal.shown == {"error": "ZeroDivisionError"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"commit": "list"}, "are different steps"),
        ({"reveal": "list"}, "are different steps"),
        ({"at": "list"}, "are different steps"),
        ({"excluding": "reveal"}, "are different steps"),
        ({"excluding": None}, "excluded and excluding belong together"),
        ({"excluded": None}, "excluded and excluding belong together"),
        ({"candidates": "promised"}, "'promised' in candidates should be one of people, list"),
        ({"seed": "experts"}, "'experts' in seed should be one of text, longtext"),
        ({"name": "wh"}, "no column 'wh'; did you mean 'who'"),
        ({"name": "field"}, "the list 'panel' has no column 'field'"),
        ({"name": None}, "the list 'experts' has no column ''"),
        ({"count": "0"}, "count is 1 or more"),
        ({"count": "topic"}, "count should be a whole number, not text"),
        ({"spare": 0}, "spare is 1 or more"),
        ({"seed_length": 15}, "seed_length is 16 or more"),
        ({"word_length": 0}, "word_length is 1 or more"),
        ({"at": "check"}, "drawn 'panel' is set at check only, not at 'name'"),
        ({"excluding": "check"}, "excluded 'out' is set at check only, not at 'recuse'"),
    ],
)
def test_parameters_that_do_not_fit_are_told(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        matter(drawing(**change))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("form: [topic]", "form: [seed]", "seed 'seed' is set at reveal only, not at 'check'"),
        ("form: [seed]", "form: [seed, experts]", "candidates 'experts' is set at list only, not at 'reveal'"),
        ("form: [out]", "form: [out, word]", "word 'word' is set at list only, not at 'recuse'"),
        ("form: [panel]", "form: [panel, promised]", "commitment 'promised' is set at promise only, not at 'name'"),
        ("returns_to: promise", "returns_to: list", "the step 'check' can't return to 'list', but to 'promise'"),
    ],
)
def test_what_decides_is_set_only_where_the_gate_looks(old: str, new: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        matter(drawing(PANEL.replace(old, new)))


def test_how_many_are_drawn_is_not_said_beside_the_seed() -> None:
    text = SHORT.replace("TYPE", "people").replace("COUNT", "n").replace("[promised, n]", "[promised]")
    with pytest.raises(ValueError, match="'n' says how many are drawn: it is not set at 'reveal'"):
        matter(text.replace("form: [seed, chosen]", "form: [seed, chosen, n]"))
