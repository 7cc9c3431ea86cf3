"""Nothing of the source gets lost on the way to the controls, and no control stands without a reason."""

from __future__ import annotations

from typing import Any

from lianfang.catalogue.checks.traceability import not_live, untraced
from lianfang.catalogue.load import Catalogue
from tests import written
from tests.five import five

EXPENSE, REGISTER = "matters/information-centre/expense/matter.yaml", "register/information-centre.yaml"
DRILLS = "matters/information-centre/expense/drills.yaml"


def told(catalogue: Catalogue) -> list[str]:
    """What is wrong, in English."""
    return [problem.message.en for problem in untraced(catalogue)]


def test_the_built_in_catalogue_is_traced() -> None:
    assert told(five()) == []


def test_rows_that_no_matter_carries_yet_are_counted_not_condemned() -> None:
    catalogue = five()
    live = {row for file in catalogue.matters.values() for row in file.matter.source.register}
    message = not_live(catalogue)
    assert message is not None
    assert message.en == f"{len(catalogue.rows) - len(live)} of the register's {len(catalogue.rows)} rows are not live yet."


def test_a_risk_that_nothing_guards(changed: Any) -> None:
    def unguard(matter: Any) -> None:
        matter["risks"].append({**matter["risks"][0], "id": "nobody-looks", "controls": []})

    problem, undrilled = untraced(changed(EXPENSE, unguard))
    assert undrilled.message.en == "no drill attempts the risk 'nobody-looks'"
    assert problem.message.en == "the risk 'nobody-looks' names no control"
    assert (problem.file, problem.check) == (EXPENSE, "traceability")
    assert problem.line > 1


def test_a_matter_that_nobody_answers_for(changed: Any) -> None:
    assert told(changed(EXPENSE, lambda matter: matter.pop("owner"))) == ["no post answers for the matter (owner)"]


def test_a_risk_whose_grade_has_no_reasons(changed: Any) -> None:
    found = told(changed(EXPENSE, lambda matter: matter["risks"][1].pop("factors")))
    assert found == ["the risk 'slack-review' does not say why it has its grade (factors)"]


def test_a_control_that_guards_nothing(changed: Any) -> None:
    def forget(matter: Any) -> None:
        for risk in matter["risks"]:
            risk["controls"] = [name for name in risk["controls"] if name != "slices"]

    assert told(changed(EXPENSE, forget)) == ["the control 'slices' serves no risk"]


def test_a_measure_with_one_word_changed_is_neither_quoted_nor_founded(changed: Any) -> None:
    def paraphrase(matter: Any) -> None:
        measure = matter["measures"][0]
        measure["text"] = measure["text"].replace("加强", "重视")

    wrong = told(changed(EXPENSE, paraphrase))
    assert [message.partition(":")[0] for message in wrong] == [
        "row 63", "map '十六（五）'", "the register does not say", "the map does not say",
    ]  # fmt: skip


def test_a_measure_that_nothing_carries_out(changed: Any) -> None:
    def drop(matter: Any) -> None:
        matter["measures"][0]["controls"] = []

    [message] = told(changed(EXPENSE, drop))
    assert message.startswith("nothing carries out the measure")


def test_a_new_sentence_of_the_register_is_missed(changed: Any) -> None:
    def add(register: Any) -> None:
        row = next(row for row in register["rows"] if row["row"] == 63)
        row["measures"].append({"zh": "票据每日入柜", "en": "Vouchers go into the cabinet every day"})

    assert told(changed(REGISTER, add)) == ["row 63: this measure is not quoted: 票据每日入柜"]


def test_a_risk_with_one_word_changed_is_neither_quoted_nor_founded(changed: Any) -> None:
    def paraphrase(matter: Any) -> None:
        risk = matter["risks"][1]["title"]
        risk["zh"] = risk["zh"].replace("审核把关不严", "审核不够严")

    wrong = told(changed(EXPENSE, paraphrase))
    assert [message.partition(":")[0] for message in wrong] == [
        "row 63", "map '十六（五）'", "the register does not say", "the map does not say",
    ]  # fmt: skip


def test_a_new_mechanism_and_a_new_risk_of_the_map_are_missed(changed: Any) -> None:
    def add(maps: Any) -> None:
        chart = next(chart for chart in maps["maps"] if chart["map"] == "十六（五）")
        chart["mechanisms"].append({"zh": "票据每日入柜", "en": "Vouchers go into the cabinet every day"})
        chart["risks"].append({"zh": "公款私存", "en": "Public money in a private account"})

    assert told(changed("maps/information-centre.yaml", add)) == [
        "map '十六（五）': this measure is not quoted: 票据每日入柜",
        "map '十六（五）': this risk is not quoted: 公款私存",
    ]


def test_a_gate_that_no_drill_expects_to_refuse(changed: Any) -> None:
    def forget(drills: Any) -> None:
        drills["drills"] = [one for one in drills["drills"] if all(act.get("expect") != {"refused": "papers"} for act in one["script"])]

    [problem] = untraced(changed(DRILLS, forget))
    assert problem.message.en == "no drill is refused by the control 'papers'"
    where = written.line_of(five().root, EXPENSE, "- id: papers\n")
    assert (problem.file, problem.line, problem.check) == (*where, "traceability"), "where the control stands"


def test_a_gate_that_drills_take_for_a_watch(changed: Any) -> None:
    def confuse(drills: Any) -> None:
        for act in (act for one in drills["drills"] for act in one["script"] if act.get("expect") == {"refused": "papers"}):
            act["expect"] = {"alarmed": "papers"}

    assert told(changed(DRILLS, confuse)) == ["no drill is refused by the control 'papers'"]


def test_a_watch_that_no_drill_expects_an_alarm_of(changed: Any) -> None:
    def forget(drills: Any) -> None:
        drills["drills"] = [one for one in drills["drills"] if all(act.get("expect") != {"alarmed": "bank-check"} for act in one["script"])]

    assert told(changed(DRILLS, forget)) == ["no drill is alarmed by the control 'bank-check'"]


def test_a_risk_that_no_drill_attempts(changed: Any) -> None:
    def lawful_only(drills: Any) -> None:
        drills["drills"] = [one for one in drills["drills"] if one.get("risk") != "voucher-loss"]

    assert "no drill attempts the risk 'voucher-loss'" in told(changed(DRILLS, lawful_only))
