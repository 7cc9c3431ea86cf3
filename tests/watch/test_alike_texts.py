"""雷同: records of different cases that differ in a few words only."""

from __future__ import annotations

from lianfang.watch.engine import traits
from tests.watch.live import Row, agree

BASE = {"text": "fact"}
FIRST = "现场取号体验三次，均由综合窗口受理，二月办结四百一十二件，逾期三件未说明原因"


def record(case: str, fact: str, key: str = "", **more: str) -> Row:
    return {"case": case, "key": key or case, "fact": fact, **more}


def test_a_record_copied_with_a_word_changed_is_found() -> None:
    (finding,) = agree("alike", BASE, [record("a", FIRST), record("b", FIRST.replace("二月", "三月"))])
    assert finding.cases == ("a", "b")
    for text in finding.explanation:
        assert "现场取号体验三次" in text and "83" in text


def test_spaces_and_punctuation_do_not_make_another_text() -> None:
    (finding,) = agree("alike", BASE, [record("a", FIRST), record("b", FIRST.replace("，", " ; "))])
    assert (finding.strength, "100" in finding.explanation.zh) == (3, True)


def test_own_words_are_innocent() -> None:
    other = "到街道便民中心查看叫号记录，二十件抽查中两件二次索要材料，窗口人员当场补正"
    assert agree("alike", BASE, [record("a", FIRST), record("b", other)]) == []


def test_the_share_decides() -> None:
    rows = [record("a", FIRST), record("b", FIRST.replace("二月", "三月"))]
    assert agree("alike", {**BASE, "percent": 83}, rows)
    assert agree("alike", {**BASE, "percent": 84}, rows) == []


def test_short_texts_and_texts_of_one_case_are_not_compared() -> None:
    assert agree("alike", BASE, [record("a", "情况良好，已落实到位"), record("b", "情况良好，已落实到位")]) == []
    assert agree("alike", BASE, [record("a", FIRST, "a1"), record("a", FIRST, "a2")]) == []


def test_words_of_the_template_do_not_count() -> None:
    form = "按照实施方案第三条的要求对照检查窗口设置人员配备制度上墙三个方面的落实情况"
    rows = [
        record("a", form + "窗口六个，缺一名值班长，排班表贴在门口", form=form),
        record("b", form + "人员到岗，无制度牌，已当场指出并拍照", form=form),
    ]
    assert agree("alike", {**BASE, "percent": 40}, rows)
    assert agree("alike", {**BASE, "percent": 40, "template": ["form"]}, rows) == []


def test_traits_are_the_same_whenever_they_are_made() -> None:
    assert traits("alike", BASE, record("a", FIRST)) == traits("alike", BASE, record("b", FIRST))
