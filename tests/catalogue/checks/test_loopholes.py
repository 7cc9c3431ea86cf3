"""What takes the force out of an approval is found, with the way that leads to it and the values that show it."""

from __future__ import annotations

from typing import Any

import pytest
from paper_office import BEGINS, ORGANISATION, matter

from lianfang.catalogue.checks.findings import Finding
from lianfang.catalogue.checks.loopholes import loopholes
from tests.five import five

EXPENSE = "information-centre/expense"
FILE = f"matters/{EXPENSE}/matter.yaml"


def found(text: str) -> list[Finding]:
    """The loopholes of a matter written in short; each is told in both languages, with its way."""
    told = loopholes(matter(text), ORGANISATION, BEGINS)
    for one in told:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.message.zh)
        for sentence in one.message:
            assert " → ".join(matter(text).label(step).zh for step in one.path) in sentence or " → ".join(one.path) in sentence
    return told


def kinds(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.step) for one in found(text)]


@pytest.mark.parametrize("name", five().all_matters())
def test_the_built_in_matters_and_their_duties_have_none(name: str) -> None:
    catalogue = five()
    assert loopholes(catalogue.all_matters()[name], catalogue.organisation, BEGINS) == []


CLAIM = """
record: {what: text, remark: text, note: text}
steps:
  fill: {by: applicant, form: [what, note]}
  check: {by: head, kind: approval, returns_to: fill}
  pay: {by: cashier, form: [remark]}
controls:
  - {id: apart, kind: distinct, steps: [fill, check]}
  - {id: checked, kind: approval, steps: [pay], levels: [{step: check}]}
"""


def test_a_claim_that_somebody_else_checks_before_it_is_paid_is_sound() -> None:
    assert found(CLAIM) == []


def test_the_applicant_as_their_own_approver() -> None:
    [one] = found(CLAIM.replace("steps: [fill, check]", "steps: [fill, pay]"))
    assert (one.kind, one.step, one.path) == ("self-approval", "check", ("fill", "check"))
    assert "duo" in one.message.en, "duo is clerk and head: somebody who can do it today is named"
    assert "no distinct keeps it apart from “fill”" in one.message.en


def test_an_approval_that_is_the_applicants_own() -> None:
    own = CLAIM.replace("check: {by: head", "check: {by: applicant").replace("steps: [fill, check]", "steps: [fill, pay]")
    assert kinds(own) == [("self-approval", "check")]


def test_kept_apart_from_a_step_that_not_every_applicant_takes_is_not_kept_apart() -> None:
    sometimes = CLAIM.replace("  pay:", "  mend: {by: applicant, form: [note]}\n  pay:").replace(
        "steps: [fill, check]", "steps: [mend, check]"
    )
    flow = "flow: [fill, {choose: [{when: has(what), do: [mend]}, {otherwise: []}]}, check, pay]\n"
    assert kinds(sometimes + flow) == [("self-approval", "check")]
    assert kinds(sometimes + "flow: [fill, mend, check, pay]\n") == []


def test_recusal_of_the_applicant_keeps_them_from_approving_too() -> None:
    recused = CLAIM.replace(
        "{id: apart, kind: distinct, steps: [fill, check]}",
        "{id: apart, kind: recusal, at: [check], ledger: ties, related: to, applicant: true}",
    )
    assert kinds(recused + "ledgers: {ties: {fields: {to: text}}}\n") == []


MEETING = """
record: {what: text}
steps:
  fill: {by: applicant, form: [what]}
  meet: {by: meeting, kind: meeting, returns_to: fill}
  pay: {by: cashier}
controls:
  - {id: vote, kind: collective, at: meet, without_applicant: true}
  - {id: decided, kind: approval, steps: [pay], levels: [{step: meet}]}
"""


def test_a_meeting_that_votes_without_the_applicant_is_sound() -> None:
    assert found(MEETING) == []


def test_an_applicant_who_votes_on_their_own_case() -> None:
    [one] = found(MEETING.replace(", without_applicant: true", ""))
    assert (one.kind, one.step, one.path) == ("self-approval", "meet", ("fill", "meet"))
    assert "without_applicant: true" in one.message.en


def test_a_meeting_that_one_member_records_as_carried() -> None:
    assert kinds(MEETING.replace("  - {id: vote, kind: collective, at: meet, without_applicant: true}\n", "")) == [("no-vote", "meet")]


def test_a_body_without_members() -> None:
    [one] = found(MEETING.replace("meet: {by: meeting", "meet: {by: empty"))
    assert (one.kind, one.step, one.path) == ("empty-approver", "meet", ("fill", "meet"))
    assert "no one is empty now" in one.message.en


@pytest.mark.parametrize(("at", "vacant"), [(BEGINS, []), ("2001-01-01T00:00:00Z", [("empty-approver", "check")])])
def test_a_post_that_nobody_holds_at_the_time(at: str, vacant: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.step) for one in loopholes(matter(CLAIM), ORGANISATION, at)] == vacant


def test_a_body_of_one_can_never_vote(changed: Any) -> None:
    def alone(organisation: Any) -> None:
        body = next(one for unit in organisation["units"] for one in unit.get("bodies", []) if unit["id"] == "information-centre")
        body["members"] = ["director"]

    catalogue = changed("organisation.yaml", alone)
    [one] = loopholes(catalogue.matters[EXPENSE].matter, catalogue.organisation, BEGINS)
    assert (one.kind, one.step) == ("empty-approver", "office_meeting")
    assert "龚世衡" in one.message.zh


TWO_LEVELS = """
record: {what: text}
steps:
  fill: {by: keeper, form: [what]}
  first: {by: clerk, kind: approval, returns_to: fill}
  second: {by: head, kind: approval, returns_to: fill}
  pay: {by: cashier}
controls:
  - {id: apart, kind: distinct, steps: [fill, first, second]}
  - {id: levels, kind: approval, steps: [pay], levels: [{step: first}, {step: second}]}
"""


def test_one_person_at_two_levels() -> None:
    """Duo is clerk and head, and could approve at both levels."""
    assert found(TWO_LEVELS) == []
    lax = TWO_LEVELS.replace("{id: apart, kind: distinct, steps: [fill, first, second]}", "{id: a, kind: distinct, steps: [fill, first]}")
    [one] = found(lax + "  - {id: b, kind: distinct, steps: [fill, second]}\n")
    assert (one.kind, one.step) == ("one-approver", "second")
    assert "duo alone may pass two levels of “levels”, “first” and “second”" in one.message.en


def skipping(levels: list[dict[str, str]], branches: list[dict[str, Any]] | None = None) -> Any:
    """Changes by which amounts the expenses' levels and their flow go."""

    def change(expenses: Any) -> None:
        control = next(one for one in expenses["controls"] if one["id"] == "levels")
        control["levels"] = [*control["levels"][:3], *levels]
        if branches is not None:
            expenses["flow"] = [{"choose": branches} if isinstance(part, dict) else part for part in expenses["flow"]]

    return change


def of_expenses(catalogue: Any) -> list[Finding]:
    return loopholes(catalogue.matters[EXPENSE].matter, catalogue.organisation, BEGINS)


LARGE = {"step": "office_meeting", "when": "amount > large"}


def test_a_larger_amount_that_skips_a_level_of_the_control(changed: Any) -> None:
    [one] = of_expenses(changed(FILE, skipping([{"step": "director", "when": "amount > small && amount <= large"}])))
    assert (one.kind, one.step, one.record) == ("skipped-level", "director", {"amount": 5_000_001})
    assert "¥50,000.01 does without" in one.message.en
    assert "¥50,000.00 needs" in one.message.en


def test_a_larger_amount_that_skips_a_level_of_the_flow(changed: Any) -> None:
    branches = [{"when": "amount > small && amount <= large", "do": ["director", "office_meeting"]}, {"otherwise": []}]
    told = of_expenses(changed(FILE, skipping([], branches)))
    assert [(one.kind, one.step, one.record) for one in told] == [
        ("skipped-level", "director", {"amount": 5_000_001}), ("skipped-level", "office_meeting", {"amount": 5_000_001}),
    ]  # fmt: skip


def test_a_later_level_instead_is_no_skipping(changed: Any) -> None:
    """Up to the limit the director, beyond it the meeting."""
    instead = [{"step": "director", "when": "amount > small && amount <= large"}, LARGE]
    assert of_expenses(changed(FILE, skipping(instead))) == []


PAY = "  pay: {by: cashier, form: [remark]}"


@pytest.mark.parametrize(("step", "form"), [("mend", "what"), ("pay", "what")])
def test_a_value_that_is_changed_after_it_was_approved(step: str, form: str) -> None:
    """On the way to the payment, or with the payment itself."""
    late = CLAIM.replace(PAY, "  mend: {by: clerk, form: [remark]}\n" + PAY)
    assert found(late) == [], "what nobody had approved may still be filled in"
    before = {"mend": "form: [remark]}", "pay": PAY}[step]
    after = {"mend": f"form: [remark, {form}]}}", "pay": f"  pay: {{by: cashier, form: [remark, {form}]}}"}[step]
    [one] = found(late.replace(before, after))
    assert (one.kind, one.step, one.path[:2]) == ("changed-after-approval", step, ("fill", "check"))
    assert "“what” can still be changed at" in one.message.en


def test_a_return_to_before_the_approval_undoes_it_and_one_to_after_it_does_not() -> None:
    """The way back is no way round, unless the step that it leads to stands after the approval and sets what was approved."""
    more = "  mend: {by: clerk, form: [remark]}\n  book: {by: deputy, kind: approval, returns_to: fill}\n"
    back = CLAIM.replace(PAY, more + PAY).replace("steps: [fill, check]", "steps: [fill, check, book]")
    assert found(back) == []
    nearer = back.replace("deputy, kind: approval, returns_to: fill", "deputy, kind: approval, returns_to: mend")
    assert found(nearer) == []
    assert kinds(nearer.replace("mend: {by: clerk, form: [remark]}", "mend: {by: clerk, form: [what]}")) == [
        ("changed-after-approval", "mend")
    ]


def test_a_change_beside_the_approval_may_come_after_it() -> None:
    beside = CLAIM.replace(PAY, "  mend: {by: clerk, form: [what]}\n" + PAY)
    for parts in ("[[check], [mend]]", "[[mend], [check]]"):
        assert kinds(beside + f"flow: [fill, {{parallel: {parts}}}, pay]\n") == [("changed-after-approval", "mend")]
    assert kinds(beside + "flow: [fill, mend, check, pay]\n") == []


JUMP = """
record: {what: text, urgent: {type: bool, required: true}, remark: text}
steps:
  fill: {by: clerk, form: [what, urgent]}
  count: {by: keeper, form: [remark]}
  pay: {by: cashier}
flow: [fill, {choose: [{when: urgent, do: []}, {otherwise: [count]}]}, pay]
controls: [{id: counted, kind: complete, at: [count], fields: [remark]}]
risks: [{id: risk, title: {zh: 〔risk〕, en: risk}, from: both, at: pay, grade: high, controls: [counted], blind_spots: {zh: 〔x〕, en: x}}]
"""


def test_a_choice_that_leads_past_every_gate_of_a_risk() -> None:
    [one] = found(JUMP)
    assert (one.kind, one.step, one.path, one.record) == ("jump", "pay", ("fill", "pay"), {"urgent": True})
    assert "urgent = yes" in one.message.en
    assert kinds(JUMP.replace("at: [count]", "at: [count, pay]")) == []
    never = JUMP.replace("{when: urgent, do: []}", "{when: urgent && !urgent, do: []}")
    assert kinds(never) == [], "no record takes that way"
    assert kinds(JUMP.replace("{when: urgent, do: []}, {otherwise: [count]}", "{when: urgent, do: [count]}, {otherwise: []}")) != []
    assert kinds(JUMP.replace("at: pay, grade", "at: count, grade")) == [], "the risk is there only where the gate is"
