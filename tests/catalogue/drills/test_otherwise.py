"""What nobody wrote of recusals, notices, quotes, draws, embargoes and allowances: each is tried and stopped, and found where it passes."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from lianfang.catalogue.drills.attempts import attempts
from lianfang.catalogue.drills.runner import Stage, play
from lianfang.catalogue.drills.tally import Tally
from lianfang.catalogue.schema import DrillsSpec
from lianfang.kernel.build import without
from lianfang.kernel.controls.draw import commitment_of, draw
from lianfang.watch.engine import find
from tests.kernel.paper_office import ORGANISATION, ledgers_of, matter

SEED, WORD, LISTED = "s" * 32, "w" * 8, ["Li", "Mo", "Ou"]
DRAWN = draw(SEED, WORD, LISTED, 1)[0]


def quote(name: str, price: int) -> dict[str, Any]:
    return {"supplier": name, "price": price, "owner": f"{name}-o", "phone": f"{name}-p"}


MATTERS: dict[str, tuple[str, list[dict[str, Any]], set[str]]] = {
    "compete": (
        """
record: {quotes: {type: list, of: {supplier: text, price: money, owner: text, phone: text}}, winner: text}
steps: {collect: {by: applicant, form: [quotes]}, choose: {by: head, form: [winner]}}
controls:
  - {id: x, kind: compete, at: choose, quotes: quotes, least: 3, name: supplier, price: price, chosen: winner, apart: [owner, phone]}
""",
        [
            {"who": "ann", "step": "collect", "data": {"quotes": [quote("A", 3), quote("B", 1), quote("C", 2)]}},
            {"who": "hua", "step": "choose", "data": {"winner": "B"}},
        ],
        {"limit"},
    ),
    "draw": (
        """
record: {promised: text, listed: {type: list, of: {who: text}}, word: text, seed: text, one: text}
steps: {promise: {by: applicant, form: [promised]}, close: {by: keeper, form: [listed, word]}, reveal: {by: clerk, form: [seed, one]}}
controls:
  - {id: x, kind: draw, commit: promise, close: close, reveal: reveal, at: reveal, commitment: promised, candidates: listed, word: word,
     seed: seed, drawn: one, count: 1, name: who}
""",
        [
            {"who": "ann", "step": "promise", "data": {"promised": commitment_of(SEED)}},
            {"who": "kit", "step": "close", "data": {"listed": [{"who": one} for one in LISTED], "word": WORD}},
            {"who": "ann", "step": "reveal", "data": {"seed": SEED, "one": DRAWN}},
        ],
        {"limit"},
    ),
    "publicity": (
        """
calendar: true
record: {notice: file, objections: {type: list, of: {what: text, answer: text}}}
steps: {publish: {by: applicant, form: [notice]}, hear: {by: keeper, form: [objections]}, appoint: {by: head}}
controls:
  - {id: x, kind: publicity, at: appoint, notice: publish, file: notice, period: 5wd, objections: objections, answer: answer,
     received: hear}
""",
        [
            {"who": "ann", "step": "publish", "data": {"notice": "$paper"}},
            {"pass": "8d"},
            {"who": "kit", "step": "hear", "data": {"objections": []}},
            {"who": "hua", "step": "appoint"},
        ],
        {"early", "limit"},
    ),
    "embargo": (
        """
record: {score: int, note: text}
steps: {rate: {by: applicant, form: [score]}, agree: {by: head}, publish: {by: keeper, form: [note]}}
controls: [{id: x, kind: embargo, fields: [score], readers: [applicant, head], at: [rate], until: publish}]
""",
        [
            {"who": "ann", "step": "rate", "data": {"score": 1}},
            {"who": "hua", "step": "agree"},
            {"who": "kit", "step": "publish", "data": {"note": "x"}},
        ],
        {"reading"},
    ),
    "recusal": (
        """
ledgers: {relations: {fields: {related: {type: list, of: {who: text}}}, entries: {hua: {related: []}}}}
record: {bidder: text}
steps: {apply: {by: applicant, form: [bidder]}, score: {by: head}}
controls: [{id: x, kind: recusal, at: score, ledger: relations, related: related, parties: bidder, named: apply}]
""",
        [{"who": "ann", "step": "apply", "data": {"bidder": "Co"}}, {"who": "hua", "step": "score"}],
        {"related"},
    ),
    "limit": (
        """
ledgers: {budget: {fields: {allowed: int, used: int}, entries: {line: {allowed: 100, used: 0}}}}
record: {sum: int}
steps:
  ask: {by: applicant, form: [sum]}
  grant: {by: head, writes: [{ledger: budget, key: "'line'", adds: {used: sum}}]}
controls: [{id: x, kind: limit, at: grant, ledger: budget, key: "'line'", value: sum, max: entry.allowed - entry.used}]
""",
        [{"who": "ann", "step": "ask", "data": {"sum": 30}}, {"who": "hua", "step": "grant"}],
        {"twice"},
    ),
}


def tried(kind: str, *, off: bool) -> dict[str, Tally]:
    text, script, _ = MATTERS[kind]
    one, title = matter(text), {"zh": "演练", "en": "run"}
    files = {"paper": {"name": "公示.pdf", "content": "x"}}
    told = {"files": files, "drills": [{"id": "run", "title": title, "lawful": True, "script": script}]}
    drills = DrillsSpec.model_validate_json(json.dumps(told))
    file: Any = SimpleNamespace(matter=one, drills=drills, duties={})
    world: Any = SimpleNamespace(organisation=ORGANISATION, ledgers=ledgers_of(yaml.safe_load(text)))
    stage = Stage(world, file, without(one, "x") if off else one, find)
    played = play(stage, drills.drills[0])
    assert played.verdict == "lawful", played.why
    return attempts(stage)


@pytest.mark.parametrize("kind", MATTERS)
def test_it_is_tried_and_stopped(kind: str) -> None:
    found = tried(kind, off=False)
    assert {sort: tally.accepted for sort, tally in found.items() if tally.accepted} == {}
    assert all(found[sort].refused for sort in MATTERS[kind][2])


@pytest.mark.parametrize("kind", MATTERS)
def test_it_is_found_where_it_passes(kind: str) -> None:
    found = tried(kind, off=True)
    assert {sort for sort, tally in found.items() if tally.accepted} >= MATTERS[kind][2]


def test_every_way_in_which_quotes_come_from_one_hand_is_tried() -> None:
    """Two are too few; of three two have the name, the owner or the telephone in common."""
    assert len(tried("compete", off=True)["limit"].accepted) == 4


def test_an_objection_and_the_last_second_are_told() -> None:
    passed = tried("publicity", off=True)
    assert [one.step for one in passed["limit"].accepted] == ["appoint"]
    assert [(one.why.zh[:7], one.why.en[:26]) for one in passed["early"].accepted] == [("公示期还差一秒", "a second before the notice")]
