"""The register, verbatim, and the page of a matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.html import escape

from lianfang.kernel.model import Text
from lianfang.office import register
from tests.web.conftest import EXPENSE, SEAL, Reader


def test_the_register_shows_every_row_of_every_unit_in_the_source_s_words(reader: Callable[..., Reader]) -> None:
    units = register.register()
    page = reader("gs-clerk").open("/register/")
    rows = [row for unit in units for row in unit.rows]
    assert (len(units), len(rows)) == (16, 68)
    ids = {found.get("id") for found in page.all("tr")}
    assert {f"row-{number}" for number in range(1, 69)} <= ids
    assert {f"?unit={unit.id}" for unit in units} <= set(page.links)
    text = reader("gs-clerk").text("/register/").replace("&quot;", '"')
    for row in rows:
        for words in (row.matter, *row.risks, *(measure.text for measure in row.measures), *row.preamble, row.owner):
            assert words.zh in text, words.zh
        assert f"{row.responsible.zh} · 防控图 {row.map.zh}" in text


def test_in_english_units_and_maps_have_english_names_and_the_source_s_own_beside_them(reader: Callable[..., Reader]) -> None:
    clerk = reader("gs-clerk").speak("en")
    text = clerk.text("/register/")
    assert "Government Services Bureau 区政务局 · map 14(4) 十四（四）" in text
    assert "map 13(10) 十三（十）" in text
    several = "Secretariat Section 2, Secrecy Bureau, Government Services Bureau, Information Centre 秘书二科 保密局 政务局 信息中心"
    assert several in text
    assert "General Affairs Section 2 新闻信息科" in text, "a unit that is no more stands under the one whose row it is"
    assert "map 14(4) 十四（四）" in clerk.text(f"/matters/{SEAL}/")
    assert "14(4)" not in clerk.speak("zh-hans").text("/register/")


def own(text: Text) -> str:
    """A sentence as the source wrote it, marked as Chinese."""
    return f'lang="zh-Hans">{escape(text.zh)}</span>'


def test_in_english_every_sentence_of_the_source_stands_in_its_own_words_too(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    clerk = reader("gs-clerk").speak("en")
    page = clerk.open("/register/").source
    for row in (row for unit in register.register() for row in unit.rows):
        for words in (row.matter, row.owner, *row.risks, *row.preamble, *(measure.text for measure in row.measures)):
            assert own(words) in page, words.zh
    case = ask()
    refused = office.act("gs-clerk", case, "approve", "approve").refusal
    assert refused.source and refused.risk_title
    for words in (refused.source, refused.risk_title):
        assert own(words) in clerk.open(f"/cases/{case}/").source
    page = clerk.open(f"/matters/{SEAL}/").source
    view = register.matter_view("gs-clerk", SEAL)
    sources = [control.source for control in view.controls if control.source]
    for words in (*sources, *(risk.title for row in view.map for risk in row.risks)):
        assert own(words) in page
    for path in ("/register/", f"/matters/{SEAL}/", f"/cases/{case}/"):
        assert "own-sentence" not in clerk.speak("zh-hans").open(path).source, "in Chinese it is said once"


def test_the_register_is_folded_by_unit_and_says_what_is_in_each(reader: Callable[..., Reader]) -> None:
    clerk, units = reader("gs-clerk"), register.register()
    folds = {found["id"]: "open" in found for found in clerk.open("/register/").all("details")}
    assert folds == {unit.id: False for unit in units}
    text = clerk.text("/register/")
    for unit in units:
        listed = "；".join(f"{row.row} {row.matter.zh}" for row in unit.rows)
        live = f" · 已上线 {unit.live}" if unit.live else ""
        assert f"{unit.title.zh} {len(unit.rows)} 项{live} {listed}" in text
    for query in ({"show": "all"}, {"show": "live"}, {"unit": units[0].id}):
        assert all("open" in found for found in clerk.open("/register/", **query).all("details")), query
    live_row = next(row for unit in units for row in unit.rows if row.live == SEAL)
    assert f"/register/?show=all#row-{live_row.row}" in clerk.open(f"/matters/{SEAL}/").links
    assert f"/matters/{SEAL}/#cases" in clerk.open("/register/").links


def test_a_live_row_leads_to_its_matter_and_names_what_carries_each_measure_out(reader: Callable[..., Reader]) -> None:
    page = reader("gs-clerk").open("/register/")
    assert f"/matters/{SEAL}/" in page.links
    row = next(row for unit in register.register() for row in unit.rows if row.live == SEAL)
    for measure in row.measures:
        assert measure.controls
        for name, title in measure.controls:
            assert f"/matters/{SEAL}/#control-{name.rpartition('/')[2]}" in page.links
            assert title.zh in page.words


def test_a_unit_can_be_read_alone(reader: Callable[..., Reader]) -> None:
    for unit in register.register():
        page = reader("gs-clerk").open("/register/", unit=unit.id)
        assert {found["id"] for found in page.all("tr") if "id" in found} == {f"row-{row.row}" for row in unit.rows}
        assert [found["href"] for found in page.all("a") if found.get("aria-current") == "page"][1:] == [f"?unit={unit.id}"]
    everything = reader("gs-clerk").open("/register/", unit="no-such-unit")
    assert len([found for found in everything.all("tr") if "id" in found]) == 68


def test_the_live_rows_can_be_shown_alone(reader: Callable[..., Reader]) -> None:
    page = reader("gs-clerk").open("/register/", show="live")
    live = [row.row for unit in register.register() for row in unit.rows if row.live]
    assert sorted(found["id"] for found in page.all("tr") if "id" in found) == sorted(f"row-{number}" for number in live)
    assert f"已上线 {len(live)}" in reader("gs-clerk").text("/register/")


def test_the_page_of_a_matter_shows_map_controls_and_blind_spots(reader: Callable[..., Reader]) -> None:
    clerk = reader("gs-clerk")
    page, text = clerk.open(f"/matters/{SEAL}/"), clerk.text(f"/matters/{SEAL}/")
    view = register.matter_view("gs-clerk", SEAL)
    for control in view.controls:
        assert f"control-{control.id}" in {found.get("id") for found in page.all("tr")}
        for words in (control.title, control.kind_title, control.demand, control.blind):
            assert words.zh in text
        assert control.source.zh in text
    for row in view.map:
        assert row.title.zh in text
        for risk in row.risks:
            assert risk.title.zh in text
            assert risk.blind_spots.zh in text


def test_only_those_who_can_start_a_matter_are_offered_to(reader: Callable[..., Reader]) -> None:
    assert f"/start/{SEAL}/" in reader("gs-clerk").open(f"/matters/{SEAL}/").links
    assert f"/start/{SEAL}/" not in reader("ic-clerk").open(f"/matters/{SEAL}/").links


def test_refusals_are_listed_for_those_who_look_after_the_matter(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    refused = office.act("gs-clerk", ask(), "approve", "approve").refusal
    for login, told in (("inspector", True), ("gs-director", True), ("gs-clerk", False), ("ic-director", False)):
        words = reader(login).text(f"/matters/{SEAL}/")
        assert (refused.message.zh in words) is told, login


def test_the_cases_of_a_matter_are_listed_for_those_who_may_see_them(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    cases = [ask(f"第 {number} 件") for number in range(26)]
    other = ask("别人的一件", "gs-clerk-2")
    office.act("gs-deputy", cases[0], "approve", "approve")
    path = f"/matters/{SEAL}/"

    def listed(login: str, **query: str) -> set[str]:
        return {link.split("/")[2] for link in reader(login).open(path, **query).links if link.startswith("/cases/")}

    for login in ("inspector", "gs-director", "gs-deputy"):
        assert [len(listed(login)), len(listed(login, page="2"))] == [25, 2], login
        assert listed(login) | listed(login, page="2") == {*cases, other}
    first = reader("inspector").open(path)
    assert {"?page=2#cases", "#cases"} <= set(first.links)
    assert "只列您可以查看的" not in first.words
    words = reader("inspector").text(path, page="2")
    assert "26–27 / 27" in words
    assert "印章的审批" in words, "where it stands"
    assert cases[0] in reader("inspector").text(path), "also by its number: titles repeat"
    assert listed("gs-clerk-2") == {other}
    assert "本事项共有 27 件，此处只列您可以查看的" in reader("gs-clerk-2").text(path)
    assert listed("ic-director") == set()
    assert "别人的一件" not in reader("gs-clerk").text(path, page="2") + reader("gs-clerk").text(path)


def test_who_is_watched_does_not_learn_of_an_alert_from_the_map(reader: Callable[..., Reader], slices: list[str]) -> None:
    for path in (f"/matters/{EXPENSE}/", f"/start/{EXPENSE}/"):
        assert "▲" not in reader("ic-clerk").text(path)
    assert "▲" in reader("inspector").text(f"/matters/{EXPENSE}/")
