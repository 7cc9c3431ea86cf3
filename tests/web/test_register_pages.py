"""The register, verbatim, and the page of a matter."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape, strip_tags

from lianfang.catalogue.kept import FILE, Kept, keep
from lianfang.kernel.model import Text
from lianfang.office import register
from lianfang.office.engine import engine
from lianfang.office.sweep import sweep
from lianfang.store.models import Duty, Holding, Task
from tests.web.conftest import EXPENSE, SEAL, Html, Reader


def test_the_register_shows_every_row_of_every_unit_in_the_source_s_words(reader: Callable[..., Reader]) -> None:
    units = register.register()
    rows = [row for unit in units for row in unit.rows]
    assert (len(units), len(rows)) == (16, 68)
    for show in ({}, {"show": "all"}):
        page = reader("gs-clerk").open("/register/", **show)
        ids = {found.get("id") for found in page.all("tr")}
        assert {f"row-{number}" for number in range(1, 69)} <= ids
        assert {f"?unit={unit.id}" for unit in units} <= set(page.links)
    text = reader("gs-clerk").text("/register/", show="all")
    text = text.replace("&quot;", '"')
    for row in rows:
        for words in (
            row.matter,
            *(risk.text for risk in row.risks),
            *(measure.text for measure in row.measures),
            *row.preamble,
            row.owner,
        ):
            assert words.zh in text, words.zh
        assert f"{row.responsible.zh} · 防控图 {row.map.zh}" in text


def test_in_english_units_and_maps_have_english_names_and_the_source_s_own_beside_them(reader: Callable[..., Reader]) -> None:
    clerk = reader("gs-clerk").speak("en")
    text = clerk.text("/register/", show="all")
    assert "Government Services Bureau 区政务局 · map 14(4) 十四（四）" in text
    assert "map 13(10) 十三（十）" in text
    several = "Secretariat Section 2, Secrecy Bureau, Government Services Bureau, Information Centre 秘书二科 保密局 政务局 信息中心"
    assert several in text
    assert "General Affairs Section 2 新闻信息科" in text, "a unit that is no more stands under the one whose row it is"
    assert "map 14(4) 十四（四）" in clerk.text(f"/matters/{SEAL}/")
    assert "14(4)" not in clerk.speak("zh-hans").text("/register/", show="all")


def tight(text: str) -> str:
    """Words without the spaces between them: cells stand closer than words."""
    return "".join(text.split())


def own(text: Text) -> str:
    """A sentence as the source wrote it, marked as Chinese."""
    return f'lang="zh-Hans">{escape(text.zh)}</span>'


def test_in_english_every_sentence_of_the_source_stands_in_its_own_words_too(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    clerk = reader("gs-clerk").speak("en")
    page = clerk.open("/register/", show="all").source
    for row in (row for unit in register.register() for row in unit.rows):
        for words in (
            row.matter,
            row.owner,
            *(risk.text for risk in row.risks),
            *row.preamble,
            *(measure.text for measure in row.measures),
        ):
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
    for path in ("/register/?show=all", f"/matters/{SEAL}/", f"/cases/{case}/"):
        assert "own-sentence" not in clerk.speak("zh-hans").open(path).source, "in Chinese it is said once"


def test_the_register_tells_of_each_row_in_a_line(office: Any, reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    assert not office.act("gs-clerk", ask(), "approve", "approve").accepted
    row = next(row for unit in register.register("inspector") for row in unit.rows if row.live == SEAL)
    grades = " ".join(f"{title.zh} {count}" for _, title, count in row.grades)
    assert grades
    holders = "、".join(one.name.zh for one in row.holders)
    text = reader("inspector").text("/register/")
    line = f"48 印章管理 事项 {row.post.zh}：{holders} {grades} {row.controls} 1 0 本版本尚未演练"
    assert tight(line) in tight(text), "one act was refused"
    assert tight("5 科级干部选拔 尚未上线 4 未定级 0 0 0 —") in tight(text)
    assert "未销预警" in text
    assert "未销预警" not in reader("gs-clerk").text("/register/"), "who sees no alerts is not told of any"
    live_row = f"/register/?show=all#row-{row.row}"
    assert live_row in reader("gs-clerk").open(f"/matters/{SEAL}/").links
    assert {"?unit=government-services#row-48", f"/matters/{SEAL}/"} <= set(reader("gs-clerk").open("/register/").links)


def test_a_post_that_nobody_holds_is_said_to_be_empty(office: Any, reader: Callable[..., Reader]) -> None:
    row = next(row for unit in register.register() for row in unit.rows if row.live == SEAL)
    held = Holding.objects.filter(person_id__in=[one.id for one in row.holders])
    assert "现无人任职" not in reader("gs-clerk").text("/register/", unit="government-services")
    held.update(until="2026-11-24")
    assert "现无人任职" in reader("gs-clerk").text("/register/", unit="government-services")


def test_what_controls_did_counts_from_the_first_of_january(office: Any, ask: Callable[..., str]) -> None:
    def counts() -> tuple[int, int]:
        row = next(row for unit in register.register("inspector") for row in unit.rows if row.live == SEAL)
        return row.refusals, sum(one.refusals for measure in row.measures for one in measure.controls)

    case = ask()
    assert not office.act("gs-clerk", case, "approve", "approve").accepted
    blank = office.file("空白.txt", " ", "gs-clerk")
    assert not office.start("gs-clerk", SEAL, title="空白", document=blank, copies=1, seal="official-seal").accepted
    refusals, carried = counts()
    assert refusals == 2 and carried >= 1
    office.at("2027-01-04T01:00:00Z")
    assert counts() == (0, 0)


def test_alerts_are_counted_for_those_who_may_see_them(slices: list[str]) -> None:
    told = {}
    for person in ("inspector", "ic-clerk"):
        row = next(row for unit in register.register(person) for row in unit.rows if row.live == EXPENSE)
        told[person] = row.alerts, sum(one.alerts for measure in row.measures for one in measure.controls)
    assert told["inspector"][0] >= 1 and told["inspector"][1] >= 1
    assert told["ic-clerk"] == (0, 0)


def test_every_grade_is_explained_by_its_factors(reader: Callable[..., Reader]) -> None:
    text = reader("gs-clerk").text("/register/", unit="government-services")
    row = next(row for unit in register.register() for row in unit.rows if row.live == SEAL)
    for risk in row.risks:
        factors = " · ".join(f"{name.zh} {judged.zh}" for name, judged in risk.factors)
        assert len(risk.factors) == 4
        assert tight(f"{risk.text.zh} {factors}{risk.why.zh} {risk.grade_title.zh}") in tight(text)
        opened = tight(f"{risk.text.zh} {risk.grade_title.zh} 理由 {factors}{risk.why.zh}")
        assert opened in tight(reader("gs-clerk").text("/register/", show="all"))


COLUMNS = {
    "zh-hans": ("序号", "责任主体", "职权内容", "风险点", "风险等级", "防控措施", "责任人"),
    "en": ("No.", "Responsible", "Power", "Risks", "Grade", "Measures", "Owner"),
}


@pytest.mark.parametrize("language", COLUMNS)
def test_the_register_is_printed_in_the_seven_columns_of_the_source(reader: Callable[..., Reader], language: str) -> None:
    source = reader("gs-clerk").speak(language).open("/register/", unit="government-services").source
    heads = [strip_tags(re.sub(r"<small>.*?</small>", "", head)).strip() for head in re.findall(r"<th scope=\"col\">(.*?)</th>", source)]
    assert tuple(heads) == COLUMNS[language]
    row = next(row for unit in register.register("gs-clerk") for row in unit.rows if row.live == SEAL)
    body = next(one for one in source.split("<tbody>") if 'id="row-48"' in one).partition("</tbody>")[0]
    first, *more = (re.findall(r"<td[^>]*>(.*?)</td>", line, re.S) for line in body.split("</tr>")[:-1])
    said = [strip_tags(cell) for cell in first]
    index = 1 if language == "en" else 0
    shown = ("48", row.responsible[index], row.matter[index], row.risks[0].text[index], row.risks[0].grade_title[index],
             row.measures[0].text[index], row.owner[index])  # fmt: skip
    assert len(said) == len(shown)
    for cell, words in zip(said, shown, strict=True):
        assert escape(words) in cell
    for cells, risk in zip(more, row.risks[1:], strict=True):
        assert [escape(risk.text[index]) in cells[0], risk.grade_title[index] in cells[1]] == [True, True], "a grade beside each risk"
    assert body.count(f'rowspan="{len(row.risks)}"') == 5


def test_rows_are_found_by_what_they_say_and_by_their_owner(reader: Callable[..., Reader]) -> None:
    def found(words: str, path: str = "/register/") -> set[str]:
        return {one["id"] for one in reader("gs-clerk").open(path, q=words).all("tr") if "id" in one}

    row = next(row for unit in register.register() for row in unit.rows if row.live == SEAL)
    for path in ("/register/", "/register/coverage/"):
        assert found("印章", path) >= {"row-48"}
        assert found("印章", path) < {f"row-{number}" for number in range(1, 69)}
        assert "row-48" in found(row.holders[0].name.zh, path)
        assert "row-48" in found("use of SEALS", path) or "row-48" in found("seal", path)
        assert found("没有这样的词", path) == set()
    assert "没有这样的项" in reader("gs-clerk").text("/register/", q="没有这样的词")


def test_each_cell_of_the_matrix_opens_its_risks(reader: Callable[..., Reader]) -> None:
    clerk = reader("gs-clerk")
    for query in ({}, {"unit": "government-services"}):
        page = clerk.open("/register/risks/", **query)
        cells = [link for link in page.links if f"unit={query.get('unit', '')}&probability=" in link]
        whole = register.matrix(unit for unit in register.register() if unit.id == query.get("unit", unit.id))
        assert len(cells) == sum(bool(cell.lines) for _, _, row in whole.cells for cell in row)
        opened = 0
        for cell in cells:
            text = clerk.open("/register/risks/" + cell.partition("#")[0])
            opened += len([one for one in text.all("td") if one.get("class") == "lead risk"])
        assert opened == whole.total > 0, "every graded risk stands in one cell"
    assert f"未定级的风险点 {register.matrix(register.register()).ungraded} 个" in clerk.text("/register/risks/")


def test_the_risks_of_the_office_stand_in_a_matrix_of_each_unit(reader: Callable[..., Reader]) -> None:
    clerk = reader("gs-clerk")
    page = clerk.open("/register/risks/")
    told = " ".join(page.words.split())
    summed = 0
    for unit in (one for one in register.register() if one.live):
        small = register.matrix([unit])
        assert f"{unit.title.zh} {small.total} " in told
        for probability, _, row in small.cells:
            for cell in row:
                link = f"?unit={unit.id}&probability={probability}&harm={cell.harm}#list"
                assert (link in page.links) is bool(cell.lines)
                summed += len(cell.lines)
                if cell.lines:
                    highest = cell.grades[0][0]
                    assert f'<td class="cell-{highest}"><a href="{escape(link)}">{len(cell.lines)}</a>' in page.source
    assert summed == register.matrix(register.register()).total
    alone = clerk.open("/register/risks/", unit="government-services")
    assert not [link for link in alone.links if "information-centre" in link and "probability" in link], "one unit is shown alone"


def test_the_risks_below_the_matrix_stand_in_groups(reader: Callable[..., Reader]) -> None:
    whole = register.matrix(register.register())
    assert [len(group.lines) for group in whole.groups] == [len(cell.lines) for _, _, row in whole.cells for cell in row if cell.lines]
    page = reader("gs-clerk").open("/register/risks/")
    assert len([found for found in page.all("details") if "risk-group" in found.get("class", "")]) == len(whole.groups) > 1
    cell = max((cell for _, _, row in whole.cells for cell in row), key=lambda cell: len(cell.lines))
    chosen = register.matrix(register.register(), cell.probability, cell.harm)
    assert chosen.total == len(cell.lines)
    units = [group.unit_title for group in chosen.groups]
    assert units == [unit.title for unit in register.register() if unit.title in units], "by unit, in the office's order"
    words = reader("gs-clerk").text("/register/risks/", probability=cell.probability, harm=cell.harm)
    for group in chosen.groups:
        assert f"{group.unit_title.zh} {len(group.lines)} " in words


def test_a_row_of_the_register_says_how_its_drills_went_and_leads_to_its_open_alerts(
    reader: Callable[..., Reader], slices: list[str]
) -> None:
    inspector = reader("inspector")
    row = next(row for unit in register.register("inspector") for row in unit.rows if row.live == EXPENSE)
    assert row.drilled.zh == "本版本尚未演练" and row.alerts
    run = Kept("2026-11-25T01:00:00Z", {}, ({"what": "missed", "message": "It passed", "message_zh": "得逞"},))
    keep(Path(settings.LIANFANG_DATA) / FILE, engine().fingerprint, {EXPENSE: run, SEAL: Kept("2026-11-24T01:00:00Z", {}, ())})
    for path in ("/register/", "/register/?unit=information-centre", "/register/?show=all", f"/matters/{EXPENSE}/"):
        page = inspector.open(path)
        assert "1 处不符 2026-11-25 09:00" in " ".join(page.words.split()), path
        assert {f"/alerts/?matter={EXPENSE}&state=open", f"/register/{row.row}/#drills"} <= set(page.links), path
    assert "全部如预期 2026-11-24 09:00" in inspector.text("/register/")
    assert f"/alerts/?matter={EXPENSE}&state=open" not in reader("ic-clerk").open("/register/").links


def test_the_matrix_of_traces_says_where_nothing_was_drilled_and_what_was(reader: Callable[..., Reader]) -> None:
    clerk = reader("gs-clerk")
    text, row = clerk.text("/register/coverage/"), register.row_trace(48)
    figures = f"{row.guarded}/{len(row.risks)} {row.carried}/{len(row.measures)} {len(row.controls)} {len(row.drills)}"
    assert tight(f"48 印章管理 {figures} 本版本尚未演练") in tight(text)
    idle = register.row_trace(5)
    assert tight(f"0/{len(idle.risks)} 0/{len(idle.measures)} 0 0 尚未上线") in tight(text), "nothing is blank"
    assert "本版本尚未演练" in clerk.text("/register/48/")
    drilled = {one.script.id: "refused" if one.script.risk else "lawful" for one in row.drills}
    missed = next(one.script.id for one in row.drills if one.script.risk)
    run = Kept("2026-11-25T01:00:00Z", {**drilled, missed: "missed"}, ({"what": "missed", "message": "It passed", "message_zh": "得逞"},))
    keep(Path(settings.LIANFANG_DATA) / FILE, engine().fingerprint, {SEAL: run})
    assert tight(f"{figures} 1 处不符 2026-11-25 09:00") in tight(clerk.text("/register/coverage/"))
    shown = clerk.text("/register/48/")
    assert "得逞 漏过" in shown
    for one in row.drills:
        assert one.script.title.zh in shown
    keep(Path(settings.LIANFANG_DATA) / FILE, "another catalogue", {SEAL: run})
    assert tight(f"{figures} 本版本尚未演练") in tight(clerk.text("/register/coverage/"))


def test_a_row_s_own_page_has_everything_behind_every_cell(reader: Callable[..., Reader]) -> None:
    clerk = reader("gs-clerk")
    anchors = {link for link in clerk.open("/register/coverage/").links if link.startswith("/register/") and "#" in link}
    assert len(anchors) == 68 * 4
    for path in ("/register/48/", "/register/5/"):
        ids = {found["id"] for _, found in clerk.open(path).tags if "id" in found}
        assert {link.split("#")[1] for link in anchors if link.startswith(path)} <= ids
    clerk.open("/register/69/", 404)


def test_no_page_of_the_register_asks_the_database_once_a_row(reader: Callable[..., Reader]) -> None:
    inspector = reader("inspector")
    asked = {}
    for path in (
        "/register/", "/register/?unit=supervision", "/register/?unit=government-services", "/register/?show=all", "/register/risks/",
        "/register/coverage/",
    ):  # fmt: skip
        inspector.open(path)
        with CaptureQueriesContext(connection) as queries:
            inspector.open(path)
        asked[path] = len(queries)
    assert max(asked.values()) <= 18, asked
    assert len({count for path, count in asked.items() if "unit" in path or "show" in path}) == 1, asked


def test_a_live_row_leads_to_its_matter_and_names_what_carries_each_measure_out(reader: Callable[..., Reader]) -> None:
    page = reader("gs-clerk").open("/register/", show="all")
    assert f"/matters/{SEAL}/" in page.links
    row = next(row for unit in register.register() for row in unit.rows if row.live == SEAL)
    for measure in row.measures:
        assert measure.controls
        for one in measure.controls:
            assert f"/matters/{SEAL}/#control-{one.id.rpartition('/')[2]}" in page.links
            assert one.title.zh in page.words


def test_a_unit_can_be_read_alone(reader: Callable[..., Reader]) -> None:
    for unit in register.register():
        page = reader("gs-clerk").open("/register/", unit=unit.id)
        assert {found["id"] for found in page.all("tr") if "id" in found} == {f"row-{row.row}" for row in unit.rows}
        assert [found["href"] for found in page.all("a") if found.get("aria-current") == "page"][2:] == [f"?unit={unit.id}"]
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


def test_how_a_matter_stands_is_told_to_those_who_look_after_it(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    office.at("2026-11-25T01:00:00Z")
    case, _ = ask("一"), ask("二")
    assert not office.act("gs-clerk", case, "approve", "approve").accepted
    assert office.act("gs-deputy", case, "approve", "approve").accepted
    keeper = next(one for unit in register.register() for row in unit.rows if row.live == SEAL for one in row.holders).id
    for login, told in (("inspector", True), ("gs-director", True), (keeper, True), ("gs-clerk", False), ("ic-director", False)):
        standing = register.matter_view(login, SEAL).standing
        assert (standing is not None) is told, login
    standing = register.matter_view("inspector", SEAL).standing
    assert {step.zh: count for step, count in standing.steps} == {"印章的审批": 1, "印章的使用": 1}
    assert ([count for _, _, count in standing.refused], standing.overdue, standing.alerts) == ([1], 0, 0)
    text = tight(reader("inspector").text(f"/matters/{SEAL}/"))
    assert tight("印章的审批 1 · 印章的使用 1") in text
    assert "现况" not in reader("gs-clerk").text(f"/matters/{SEAL}/")
    Task.objects.filter(case_id=case).update(due="2026-12-01T01:00:00Z")
    assert register.matter_view("inspector", SEAL).standing.overdue == 0
    office.at("2027-03-01T01:00:00Z")
    late = register.matter_view("inspector", SEAL).standing
    assert (late.refused, late.overdue) == ((), 1), "another year"


def test_the_duties_of_a_matter_stand_on_its_page(office: Any, reader: Callable[..., Reader]) -> None:
    office.at("2026-12-30T01:00:00Z")
    sweep()
    duties = {duty.control: duty for duty in register.matter_view("inspector", SEAL).duties}
    turns = Duty.objects.filter(parent=SEAL)
    assert duties and sum(duty.owed for duty in duties.values()) == turns.count() > 0
    assert sum(duty.late for duty in duties.values()) == turns.filter(due__lt="2026-12-30T01:00:00Z").count() > 0
    for duty in duties.values():
        assert duty.by
        assert duty.title.zh in reader("gs-clerk").text(f"/matters/{SEAL}/")
    assert {duty.owed for duty in register.matter_view("gs-clerk", SEAL).duties} == {0}, "how they are done is not everybody's"


def test_the_page_of_a_matter_asks_the_same_whatever_happened(office: Any, reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    inspector, asked = reader("inspector"), []
    for cases in (1, 12):
        for number in range(cases):
            assert not office.act("gs-clerk", ask(f"第 {number} 件"), "approve", "approve").accepted
        with CaptureQueriesContext(connection) as queries:
            inspector.open(f"/matters/{SEAL}/")
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 40


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
    assert "只列、只计您可以查看的办件" in reader("gs-clerk-2").text(path)
    assert "27" not in reader("gs-clerk-2").text(path).partition("规则版本")[0], "nor how many others there are"
    assert listed("ic-director") == set()
    assert "别人的一件" not in reader("gs-clerk").text(path, page="2") + reader("gs-clerk").text(path)


def test_who_is_watched_does_not_learn_of_an_alert_from_the_map(reader: Callable[..., Reader], slices: list[str]) -> None:
    for path in (f"/matters/{EXPENSE}/", f"/start/{EXPENSE}/"):
        assert "▲" not in reader("ic-clerk").text(path)
    assert "▲" in reader("inspector").text(f"/matters/{EXPENSE}/")


def badges(reader: Reader, path: str) -> dict[str, str]:
    """The figures of a map's heat that lead somewhere: by where, what they say."""
    page = reader.client.get(path).content.decode()
    found = re.findall(r'<a class="heat depth-\d" href="([^"]*)">(.*?)</a>', page)
    return {unescape(href): " ".join(strip_tags(words).split()) for href, words in found}


def test_a_map_with_its_heat_shows_what_waits_where_and_leads_there(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    office.at("2026-11-23T01:00:00Z")
    first = ask("一")
    office.at("2026-11-25T01:00:00Z")
    second, third = ask("二"), ask("三", "gs-clerk-2")
    assert office.act("gs-deputy", second, "approve", "approve").accepted
    path = f"/matters/{SEAL}/"
    assert not badges(reader("inspector"), path), "the rules are shown first"
    assert "?map=heat#map" in reader("inspector").open(path).links
    seen = badges(reader("inspector"), f"{path}?map=heat")
    waits = {href: words for href, words in seen.items() if "step=" in href}
    assert waits == {"?map=heat&step=approve#cases": "停在此 2", "?map=heat&step=use#cases": "停在此 1"}
    assert "停在此 2 最久 2 个工作日" in reader("inspector").text(path, map="heat")
    listed = reader("inspector").open(path, map="heat", step="approve")
    assert {link for link in listed.links if link.startswith("/cases/")} == {f"/cases/{first}/", f"/cases/{third}/"}
    assert "只列停在此环节的：印章的审批" in reader("inspector").text(path, map="heat", step="approve")
    assert badges(reader("gs-clerk-2"), f"{path}?map=heat") == {"?map=heat&step=approve#cases": "停在此 1"}, "of others nothing is told"
    assert not badges(reader("ic-clerk"), f"{path}?map=heat")


def test_a_map_with_its_heat_tells_what_controls_did_this_year_to_who_looks_after_it(office: Any, reader: Callable[..., Reader]) -> None:
    office.at("2026-11-25T01:00:00Z")
    blank = office.file("空白.txt", " ", "gs-clerk")
    for _ in range(2):
        assert not office.start("gs-clerk", SEAL, title="空白", document=blank, copies=1, seal="official-seal").accepted
    control = register.matter_view("inspector", SEAL).standing.refused[0][0]
    path, there = f"/matters/{SEAL}/?map=heat", f"/refusals/{SEAL}/?control={control}&year=1"
    assert badges(reader("gs-director"), path).get(there) == "今年拦截 2"
    page = reader("gs-director").open(there.partition("?")[0], control=control, year="1")
    assert len(page.all("tr")) == 1 + 2
    assert len(reader("gs-director").open(f"/refusals/{SEAL}/", control="another").all("tr")) == 0
    assert "<b>2</b>" not in reader("gs-clerk").client.get(path).content.decode(), "who does not look after it is not told"
    for login in ("gs-clerk", "ic-director"):
        reader(login).open(f"/refusals/{SEAL}/", 403)
    reader("inspector").open("/refusals/no-such/matter/", 404)
    office.at("2027-01-04T01:00:00Z")
    assert there not in badges(reader("gs-director"), path), "another year"
    assert "没有拦截" in reader("gs-director").text(f"/refusals/{SEAL}/", year="1")
    assert len(reader("gs-director").open(f"/refusals/{SEAL}/").all("tr")) == 1 + 2


def test_each_figure_of_alerts_on_a_map_leads_to_as_many_alerts(office: Any, reader: Callable[..., Reader], slices: list[str]) -> None:
    path = f"/matters/{EXPENSE}/?map=heat"
    figures = {href: words for href, words in badges(reader("inspector"), path).items() if href.startswith("/alerts/")}
    assert {words.rpartition(" ")[0] for words in figures.values()} == {"未销预警", "今年预警"}
    for href, words in figures.items():
        answer = Html(reader("inspector").client.get(href).content.decode())
        assert len([found for found in answer.all("a") if found.get("class") == "noticed"]) == int(words.rpartition(" ")[2]), href
    view = register.matter_view("inspector", EXPENSE)
    only = f"只列：{view.unit_title.zh} · {view.title.zh} · 今年"
    assert only in reader("inspector").text("/alerts/", matter=EXPENSE, year="1")
    assert "只列" not in reader("inspector").text("/alerts/")
    assert "没有这样的预警" in reader("inspector").text("/alerts/", matter=SEAL)
    assert not [href for href in badges(reader("ic-clerk"), path) if href.startswith("/alerts/")], "who is watched does not learn of it"
    office.at("2027-01-04T01:00:00Z")
    later = badges(reader("inspector"), path).values()
    assert {words.rpartition(" ")[0] for words in later if "预警" in words} == {"未销预警"}, "what is open is, in whatever year"


def test_the_heat_of_a_map_is_asked_for_at_once_however_much_happened(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    inspector, asked = reader("inspector"), []
    for cases in (1, 12):
        for number in range(cases):
            assert not office.act("gs-clerk", ask(f"第 {number} 件"), "approve", "approve").accepted
        with CaptureQueriesContext(connection) as queries:
            inspector.open(f"/matters/{SEAL}/", map="heat")
        asked.append(len(queries))
    with CaptureQueriesContext(connection) as queries:
        inspector.open(f"/matters/{SEAL}/")
    assert asked[0] == asked[1] <= len(queries) + 8
