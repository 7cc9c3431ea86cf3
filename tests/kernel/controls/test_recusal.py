"""recusal 回避: who is a party, or has declared to be related to one, neither scores nor decides; declared by either side counts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from paper_office import MEMBERS, PaperOffice, explains, matter, source

from lianfang.catalogue.compile import compile_source
from lianfang.kernel.build import without
from lianfang.kernel.controls.recusal import KIND
from lianfang.kernel.decide import needs
from lianfang.kernel.entry import Rejudge, judge
from lianfang.kernel.model import Command, Refusal

BID = """
ledgers:
  relations:
    fields: {related: {type: list, of: {who: text, how: text}}}
    entries: ENTRIES
record:
  bidder: {type: text, required: true}
  scorers: people
steps:
  apply: {by: applicant, form: [bidder]}
  score: {by: clerk, form: [scorers]}
  amend: {by: keeper, form: [bidder]}
  decide: {kind: approval, by: head, returns_to: apply}
controls: [CONTROL]
"""
EXAMPLE = yaml.safe_load(KIND.example)
"""The control that the reference page shows."""
NOTHING: dict[str, Any] = {"related": []}
EVERYBODY = ("ann", "ben", "hua", "kit", "duo", "cai", "dan", "dora")


def bid(declared: dict[str, Any] | None = None, **more: Any) -> str:
    """The matter, with what people declared (the others declared that there is nothing)."""
    entries = {**dict.fromkeys(EVERYBODY, NOTHING), **{k: v for k, v in (declared or {}).items() if v is not None}}
    entries = {who: entry for who, entry in entries.items() if (declared or {}).get(who, entry) is not None}
    control = {key: value for key, value in {**EXAMPLE, "named": ["apply", "amend"], **more}.items() if value is not None}
    return BID.replace("ENTRIES", json.dumps(entries, ensure_ascii=False)).replace("CONTROL", json.dumps(control, ensure_ascii=False))


def related(*names: str) -> dict[str, Any]:
    return {"related": [{"who": name, "how": "配偶"} for name in names]}


def scored(text: str, who: str = "ben", by: str = "ann", bidder: str = "宏达公司", scorers: tuple[str, ...] = ("cai",)) -> Refusal | None:
    office = PaperOffice(text)
    assert office.does(by, "apply", bidder=bidder) is None
    return office.does(who, "score", scorers=[*scorers])


def test_who_has_nothing_to_do_with_the_party_acts() -> None:
    office = PaperOffice(bid({"ben": related("别的公司")}))
    for who, step, data in (
        ("ann", "apply", {"bidder": "宏达公司"}), ("ben", "score", {"scorers": ["cai"]}),
        ("kit", "amend", {"bidder": "宏达公司"}), ("hua", "decide", {}),
    ):  # fmt: skip
        assert office.does(who, step, **data) is None
    assert office.status() == "completed"


def test_without_a_ledger_only_the_parties_themselves_stand_back() -> None:
    text = bid({"ben": None, "ann": None, "cai": None}, ledger=None, related=None)
    assert scored(text) is None, "nobody has to declare anything"
    assert explains(scored(text, by="duo", who="duo"), "stand-back")
    assert explains(scored(text, bidder="cai"), "stand-back"), "nor do those who act beside"


@pytest.mark.parametrize("bidder", ["宏达公司", " 宏达 公司", "宏达公司。", "Hongda Ltd", "ＨＯＮＧＤＡ　ＬＴＤ"])
def test_who_declared_the_party_stands_back_however_it_is_spelt(bidder: str) -> None:
    refusal = scored(bid({"ben": related("宏达公司", "hongda ltd")}), bidder=bidder)
    assert explains(refusal, "stand-back", bidder, "score")
    assert refusal is not None
    assert refusal.shown == {"related": ["ben"], "parties": [bidder]}


@pytest.mark.parametrize("bidder", ["宏达", "宏达公司二部", "达公司"])
def test_a_name_that_is_only_part_of_another_is_another(bidder: str) -> None:
    assert scored(bid({"ben": related("宏达公司")}), bidder=bidder) is None


@pytest.mark.parametrize("declared", [{"ben": related("ann")}, {"ann": related("ben")}, {"ann": related("BEN ")}])
def test_the_applicant_is_a_party_and_either_sides_declaration_counts(declared: dict[str, Any]) -> None:
    assert explains(scored(bid(declared)), "stand-back", "ann")
    assert scored(bid(declared, applicant=None)) is None, "where the applicant is no party, their relatives may act"


def test_the_same_person_under_another_post_is_still_the_same_person() -> None:
    """Duo applied as a clerk and can't decide as the head; nor can who is related to Duo, in whatever post."""
    office = PaperOffice(bid({"hua": related("duo")}))
    office.does("duo", "apply", bidder="x1")
    assert explains(office.does("duo", "score", scorers=["cai"]), "stand-back", "score")
    office.does("ben", "score", scorers=["cai"])
    office.does("kit", "amend", bidder="x1")
    for who in ("duo", "hua"):
        refusal = office.does(who, "decide")
        assert explains(refusal, "stand-back", "decide")
        assert refusal is not None
        assert refusal.shown == {"related": [who], "parties": ["duo"]}


def test_one_may_return_what_one_may_not_decide() -> None:
    office = PaperOffice(bid({"hua": related("x1")}))
    office.does("ann", "apply", bidder="x1")
    office.does("ben", "score", scorers=["cai"])
    office.does("kit", "amend", bidder="x1")
    assert office.does("hua", "decide", act="return", opinion="应由他人办理") is None


@pytest.mark.parametrize("who", ["ben", "cai"])
def test_who_declared_nothing_is_asked_to(who: str) -> None:
    """Nothing on record is not nothing to declare; of the actor and of those who act besides."""
    refusal = scored(bid({who: None}))
    assert explains(refusal, "stand-back", "relations", "score")
    assert refusal is not None
    assert refusal.shown == {"undeclared": [who]}


def test_a_declaration_without_the_column_says_nothing_and_an_empty_one_says_nobody() -> None:
    assert explains(scored(bid({"ben": {}})), "stand-back", "relations")
    assert scored(bid({"ben": NOTHING})) is None


def test_a_party_need_not_have_declared() -> None:
    assert scored(bid({"ann": None})) is None


def test_a_declaration_that_no_longer_stands_is_none() -> None:
    office = PaperOffice(bid())
    office.does("ann", "apply", bidder="x1")
    office.ledgers.fact("relations", "ben")["open"] = False  # type: ignore[index]
    assert explains(office.does("ben", "score", scorers=["cai"]), "stand-back", "relations")


def test_those_who_act_besides_stand_back_too() -> None:
    refusal = scored(bid({"cai": related("宏达公司")}), scorers=("dan", "cai"))
    assert explains(refusal, "stand-back", "宏达公司", "1 ")
    assert refusal is not None
    assert refusal.shown == {"related": ["cai"], "parties": ["宏达公司"]}


@pytest.mark.parametrize("who", ["ben", "cai"])
def test_a_party_named_only_after_a_relative_acted_is_not_named(who: str) -> None:
    """Ben scored, and Cai with him, while another firm stood in the record."""
    office = PaperOffice(bid({who: related("宏达公司")}))
    office.does("ann", "apply", bidder="别的公司")
    assert office.does("ben", "score", scorers=["cai"]) is None
    refusal = office.does("kit", "amend", bidder="宏达公司")
    assert explains(refusal, "stand-back", "宏达公司", "amend")
    assert refusal is not None
    assert refusal.shown["related"] == [who]
    assert office.does("kit", "amend", bidder="第三家公司") is None


def test_after_a_return_others_may_act_for_the_party() -> None:
    office = PaperOffice(bid({"ben": related("宏达公司")}))
    office.does("ann", "apply", bidder="别的公司")
    office.does("ben", "score", scorers=["cai"])
    office.does("kit", "amend", bidder="别的公司")
    office.does("hua", "decide", act="return", opinion="当事人有误")
    assert office.does("ann", "apply", bidder="宏达公司") is None, "what Ben did no longer counts"
    assert explains(office.does("ben", "score", scorers=["cai"]), "stand-back")
    assert office.does("duo", "score", scorers=["cai"]) is None


@pytest.mark.parametrize("bidder", ["—", "　"])
def test_where_no_party_is_named_nothing_can_be_told(bidder: str) -> None:
    text = bid(applicant=None).replace("required: true", "required: false")
    assert explains(scored(text, bidder=bidder), "stand-back", "score")


def test_a_party_that_is_not_filled_in_is_asked_for() -> None:
    office = PaperOffice(bid().replace("required: true", "required: false"))
    office.does("ann", "apply")
    refusal = office.does("ben", "score", scorers=["cai"])
    assert explains(refusal, "stand-back", "bidder")
    assert refusal is not None
    assert refusal.shown == {"missing": ["bidder"]}


@pytest.mark.parametrize(("unit", "may"), [("annex", True), ("bureau", False), ("", True)])
def test_nobody_scores_their_own_unit(unit: str, may: bool) -> None:
    """All who act here are staff of the bureau; with the applicant as a party a blank unit leaves somebody to be judged against."""
    refusal = scored(bid(parties=None, units="bidder"), bidder=unit or "—")
    assert (refusal is None) if may else explains(refusal, "stand-back", "bureau", "score")


MEET = """
ledgers:
  relations: {fields: {related: people}, entries: ENTRIES}
record: {candidate: {type: person, required: true}}
steps:
  name: {by: applicant, form: [candidate]}
  meet: {kind: meeting, by: meeting, returns_to: name}
controls: [{id: stand-back, kind: recusal, at: meet, named: name, ledger: relations, related: related, parties: candidate}]
"""


def met(absent: tuple[str, ...] = (), silent: tuple[str, ...] = (), **declared: list[str]) -> Refusal | None:
    """The meeting: who is absent from its list of those present, and who gives no vote."""
    entries = {who: {"related": declared.get(who, [])} for who in MEMBERS}
    office = PaperOffice(MEET.replace("ENTRIES", json.dumps(entries)))
    office.does("ann", "name", candidate="ben")
    votes = [{"person": who, "vote": "for"} for who in MEMBERS if who not in silent]
    return office.does("dora", "meet", attendance=[who for who in MEMBERS if who not in absent], votes=votes)


def test_at_a_meeting_nobody_present_or_voting_is_related() -> None:
    """Hua is present and gives no vote, Dan votes and is not on the list of those present."""
    assert met() is None
    refusal = met(absent=("dan",), silent=("hua",), dan=["ben"], hua=["ben"])
    assert explains(refusal, "stand-back", "ben", "2 ")
    assert refusal is not None
    assert refusal.shown == {"related": ["dan", "hua"], "parties": ["ben"]}
    both = ("dan", "hua")
    assert met(both, both, dan=["ben"], hua=["ben"]) is None, "who stands back is neither present nor votes"


def test_without_it_a_relative_scores() -> None:
    office = PaperOffice(bid({"ben": related("宏达公司")}))
    office.does("ann", "apply", bidder="宏达公司")
    assert explains(office.does("ben", "score", scorers=["cai"]), "stand-back")
    office.cases["a"] = office.cases["a"]._replace(matter=without(office.matter, "stand-back"))
    office.matter = office.cases["a"].matter
    assert office.does("ben", "score", scorers=["cai"]) is None


def test_a_judge_that_errs_refuses() -> None:
    office = PaperOffice(bid())
    office.does("ann", "apply", bidder="x1")
    plans = dict(office.matter.plan.steps)
    plans["score"] = replace(plans["score"], judges=(("stand-back", lambda *args: 1 // 0),))  # type: ignore[arg-type,return-value]
    office.matter = replace(office.matter, plan=replace(office.matter.plan, steps=plans))
    refusal = office.does("ben", "score", scorers=["cai"])
    assert explains(refusal, "stand-back")
    assert refusal is not None
    assert refusal.shown == {"error": "ZeroDivisionError"}


def test_a_declaration_that_can_not_be_read_or_was_not_looked_up_refuses() -> None:
    office = PaperOffice(bid({"ben": {"related": [7]}}))
    office.does("ann", "apply", bidder="x1")
    assert explains(office.does("ben", "score", scorers=["cai"]), "stand-back")
    made = office.matter
    command = Command("a", "score", "do", {"scorers": ["cai"]}, "ben", "bureau/clerk", "2026-03-02T02:00:00Z")
    judged = judge(made, office.cases["a"], command, {"posts:ben": ["bureau/clerk"]})
    assert explains(judged.refusal, "stand-back")


def test_an_auditor_with_the_source_and_the_log_alone_comes_to_the_same() -> None:
    text = bid({"ben": related("宏达公司")})
    made, office = compile_source(json.loads(json.dumps(source(text)))), PaperOffice(text)
    facts = [{"fact": {"ledger": "relations", "key": key, "data": entry["data"]}} for key, entry in office.ledgers.rows("relations")]
    log, case = list[dict[str, Any]](), made.new_case("a")
    for who, post, step, data in (
        ("ann", "", "apply", {"bidder": "宏达公司"}),
        ("ben", "bureau/clerk", "score", {"scorers": ["cai"]}),
        ("duo", "bureau/clerk", "score", {"scorers": ["cai"]}),
    ):
        command = Command("a" if case.n else "", step, "do", data, who, post, "2026-03-02T02:00:00Z", who)
        judged = judge(made, case, command, office.facts(needs(made, case, command), office.now))
        log.append(json.loads(json.dumps({**judged.entry, "case": judged.case.id})))
        case = judged.case
    assert [("refusal" in entry["verdict"]) for entry in log] == [False, True, False]
    again = Rejudge({made.version: made}.__getitem__)
    assert list(again.faults(enumerate([*facts, *log]))) == []
    hidden = [fact if fact["fact"]["key"] != "ben" else {"fact": {**fact["fact"], "data": NOTHING}} for fact in facts]
    found = list(Rejudge({made.version: made}.__getitem__).faults(enumerate([*hidden, *log])))
    assert [leaf for leaf, _ in found] == [len(facts) + 1], "the log shows what was declared when Ben was refused"


PARTIES = st.sampled_from(["宏达公司", "hongda", "ann", "cai", "ben"])


@given(PARTIES, st.dictionaries(st.sampled_from(EVERYBODY), st.lists(PARTIES, max_size=2)), st.sampled_from(["ben", "duo"]))
def test_allowed_means_that_no_tie_was_declared_by_either_side(party: str, declared: dict[str, list[str]], who: str) -> None:
    refusal = scored(bid({one: related(*names) for one, names in declared.items()}), who=who, bidder=party)
    tied = [
        (one, other)
        for one in (who, "cai")
        for other in (party, "ann")
        if one == other or other in declared.get(one, ()) or one in declared.get(other, ())
    ]
    assert (refusal is None) == (not tied)
    if refusal is not None:
        assert refusal.shown["related"] == sorted({one for one, _ in tied})


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"parties": None, "applicant": None}, "parties, units or applicant is needed"),
        ({"parties": "size(scorers)"}, "parties should be a text, a person or a list of them"),
        ({"units": "1"}, "units should be a text, a person or a list of them"),
        ({"at": ["apply", "score"]}, "'apply' is the applicant's own step"),
        ({"people": ["bidder"]}, "'bidder' holds no people"),
        ({"named": ["apply"]}, "the step 'amend' sets 'bidder': name it in named"),
        ({"at": ["decide"]}, "the step 'score' sets 'scorers': name it in named"),
        ({"related": "kin"}, "no column 'kin'"),
        ({"ledger": "relation"}, "no ledger 'relation'"),
        ({"ledger": None}, "ledger and related belong together"),
        ({"related": None}, "ledger and related belong together"),
    ],
)
def test_what_does_not_fit_together_is_told_when_it_is_written(more: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        matter(bid(**more))
