"""What each kind of control asks of people: an office with one too few is told whom it lacks, and with that one it lacks nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from paper_office import BEGINS, ORGANISATION, duty_office, matter

from lianfang.catalogue.checks.staffing import unmanned
from lianfang.catalogue.organisation import Holding, Organisation, Person
from lianfang.kernel.model import Matter, Text

TOGETHER = """
record: {companions: people}
steps: {fill: {by: clerk}, visit: {by: cashier, form: [companions]}}
controls: [{id: paired, kind: together, at: visit, people: companions, at_least: 2, same_unit: true}]
"""
ANYBODY = TOGETHER.replace(", same_unit: true", "")
NOT_OWN = "{id: not-own, kind: recusal, at: [visit], applicant: true, people: [companions]}"
BESIDE = TOGETHER.replace("same_unit: true}]", f"same_unit: true}}, {NOT_OWN}]")
VOTE = """
record: {what: text}
steps: {fill: {by: clerk, form: [what]}, meet: {by: meeting, kind: meeting, returns_to: fill}}
controls: [{id: votes, kind: collective, at: meet, quorum: 2/3, majority: 1/2, base: entitled, without_applicant: OUT}]
"""
HEADS = VOTE.replace("fill: {by: clerk", "fill: {by: head")
VOTERS = """
record: {what: text}
steps:
  fill: {by: clerk, form: [what]}
  review: {by: head, kind: approval, returns_to: fill}
  meet: {by: meeting, kind: meeting, returns_to: fill}
controls:
  - {id: votes, kind: collective, at: meet, quorum: 2/3, majority: 1/2}
  - {id: apart, kind: distinct, steps: [review, meet], voters: true}
"""
RECUSED = """
record: {what: text}
steps: {fill: {by: clerk, form: [what]}, agree: {by: clerk, kind: approval, returns_to: fill}}
controls: [{id: not-own, kind: recusal, at: [agree], applicant: true}]
"""
SAMPLED = """
ledgers: {checks: {fields: {period: text, actors: people}}}
record: {what: text}
steps: {fill: {by: clerk, form: [what]}, pay: {by: cashier}}
controls:
  - id: again
    kind: sample
    share: 10%
    every: month
    ledger: checks
    by: BY
    within: 5d
    accept_by: ACCEPT
    false_alarms: {zh: 无, en: none}
"""
EACH = """
record: {what: text}
steps: {fill: {by: clerk, form: [what]}}
controls:
  - id: monthly
    kind: recur
    every: month
    by: clerk
    within: 5d
    accept_by: head
    per: holder
    false_alarms: {zh: 无, en: none}
"""


def staffed(*people: str, unit: str = "bureau") -> Organisation:
    """The office with these people only, each told as ``person: post post``."""
    found = {}
    for one in people:
        login, _, posts = one.partition(": ")
        held = tuple(Holding(f"{unit}/{post}", "2025-01-01", "") for post in posts.split())
        found[login] = Person(login, Text(f"〔{login}〕", login), unit, held)
    return replace(ORGANISATION, people=found, rosters={})


@pytest.mark.parametrize(
    ("text", "few", "one", "posts", "control"),
    [
        (TOGETHER, ["ann: clerk", "cai: cashier"], "eve: ", ["bureau"], "paired"),
        (ANYBODY, ["ann: clerk", "cai: cashier"], "eve: ", ["bureau"], "paired"),
        (BESIDE, ["ann: clerk", "cai: cashier", "eve: "], "max: ", ["bureau"], "paired"),
        (VOTE.replace("OUT", "false"), ["ann: clerk", "hua: head"], "dan: deputy", ["bureau/meeting"], "votes"),
        (HEADS.replace("OUT", "true"), ["hua: head", "dan: deputy"], "kit: keeper", ["bureau/meeting"], "votes"),
        (VOTERS, ["ann: clerk", "hua: head", "dan: deputy"], "kit: keeper", ["bureau/meeting"], "apart"),
        (RECUSED, ["ann: clerk"], "ben: clerk", ["bureau/clerk"], "not-own"),
        (SAMPLED.replace("BY", "clerk").replace("ACCEPT", "cashier"), ["ann: clerk", "cai: cashier"], "ben: clerk", ["bureau/clerk"],
         "again"),
        (SAMPLED.replace("BY", "head").replace("ACCEPT", "head"), ["ann: clerk", "cai: cashier", "hua: head"], "eve: head", ["bureau/head"],
         "again"),
        (EACH, ["ann: clerk head", "ben: clerk"], "hua: head", ["bureau/head"], "monthly"),
    ],
    ids=["together", "together-anybody", "together-recusal", "collective", "without-applicant", "voters", "recusal", "sample", "accept",
         "each-holder"],
)  # fmt: skip
def test_one_person_too_few(text: str, few: list[str], one: str, posts: list[str], control: str) -> None:
    asked = matter(text)
    (found, *more) = unmanned(asked, staffed(*few), BEGINS)
    assert not more
    assert [*found.posts] == posts
    assert control in found.controls
    title = next(named.title for named in asked.controls if named.id == control)
    for told, unit, name, why, who in (
        (found.message.zh, "〔bureau〕", "〔matter〕", title.zh, f"〔{posts[0].split('/')[-1]}〕"),
        (found.message.en, "bureau", "matter", title.en, posts[0].split("/")[-1]),
    ):
        assert unit in told
        assert name in told
        assert why in told
        assert who in told
    assert not [*unmanned(asked, staffed(*few, one), BEGINS)]


FIRST = """
ledgers: {contracts: {fields: {what: text}}}
record: {what: text}
steps:
  draft: {by: head, form: [what], writes: [{ledger: contracts, key: what, data: {what: what}}]}
  sign: {by: deputy}
controls: [{id: signed-apart, kind: distinct, steps: [draft, sign]}]
"""
THEN = """
ledgers: {contracts: {fields: {what: text}}}
record: {contract: {type: entry, ledger: contracts}}
steps: {claim: {by: clerk, form: [contract]}, accept: {by: head}}
controls: [{id: afresh, kind: distinct, steps: [accept], also: contract}]
"""


def other(text: str) -> Matter:
    return replace(matter(text), title=Text("〔first〕", "first"))


def test_who_did_the_case_that_another_rests_on_does_not_count() -> None:
    few = ["ann: clerk", "hua: head", "dan: deputy"]
    (found,) = unmanned(matter(THEN), staffed(*few), BEGINS, [other(FIRST)])
    assert (found.posts, found.controls) == (("bureau/head",), ("afresh",))
    assert "所依据的办件为“〔first〕”" in found.message.zh
    assert "rests on being one of “first”" in found.message.en
    assert not [*unmanned(matter(THEN), staffed(*few, "eve: head"), BEGINS, [other(FIRST)])]
    assert not [*unmanned(matter(THEN), staffed(*few), BEGINS)], "no matter writes it: its entries are facts"
    assert not [*unmanned(matter(THEN), staffed("ann: clerk", "hua: head"), BEGINS, [other(FIRST)])], "nobody gets that far"


def test_a_turn_is_accepted_by_a_second_person() -> None:
    """A turn of the post as one is a small matter, whose steps are kept apart."""
    small = duty_office(EACH.replace("    per: holder\n", "").replace("by: clerk\n    within", "by: head\n    within")).duties["monthly"]
    (found,) = unmanned(small, staffed("hua: head"), BEGINS)
    assert found.posts == ("bureau/head",)
    assert found.controls == ("apart",)
    assert not [*unmanned(small, staffed("hua: head", "eve: head"), BEGINS)]
