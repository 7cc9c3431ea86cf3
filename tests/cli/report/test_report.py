"""What the drills came to, for people: a table in which failures come first, and a page that opens by itself."""

from __future__ import annotations

import re
import shutil
import unicodedata
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

import lianfang.cli.report
from lianfang.catalogue.drills import Report, drill
from lianfang.catalogue.load import Catalogue, load
from lianfang.cli.report.lines import fault_lines, lines
from lianfang.cli.report.page import page
from lianfang.cli.report.told import Played, faults, told
from lianfang.watch.detectors import declared
from lianfang.watch.engine import find
from tests import written
from tests.five import FIVE
from tests.web.test_templates import bare, one_sided

FOLDER = Path(lianfang.cli.report.__file__).parent
TOKENS = Path(__file__).parents[3] / "frontend" / "src" / "tokens.css"
SEAL = "government-services/seal"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = "<script>alert(1)</script>"
AT = "2026-03-02T01:00:00Z"


def drilled(root: Path | None = None) -> tuple[Report, Catalogue]:
    catalogue = load(root, declared())
    return drill(catalogue, find, [SEAL]), catalogue


@pytest.fixture(scope="module")
def sound() -> tuple[Report, Catalogue]:
    """The drills of a matter, all as they must be."""
    return drilled()


@pytest.fixture(scope="module")
def unsound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Catalogue]:
    """The same, where one drill names the wrong control and another has a title that no browser should run."""
    root = tmp_path_factory.mktemp("office") / "catalogue"
    shutil.copytree(FIVE, root)
    for old, new in (("{refused: own-staff}", "{refused: copies}"), ("合规用印", f"合规{HOSTILE}")):
        written.replace(root, f"matters/{SEAL}/drills.yaml", old, new)
    return drilled(root)


def table(of: tuple[Report, Catalogue], language: str = "zh") -> list[str]:
    report, catalogue = of
    return [ANSI.sub("", line) for run in report.runs for line in lines(told(run, report, catalogue), language)]


def every(of: tuple[Report, Catalogue]) -> list[Played]:
    one = told(of[0].runs[0], *of)
    return [*one.lawful, *(drill for danger in one.dangers for drill in danger.drills)]


def test_a_drill_says_what_it_attempts_what_stopped_it_and_without_what_it_gets_through(sound: tuple[Report, Catalogue]) -> None:
    zh, en = "\n".join(table(sound)), "\n".join(table(sound, "en"))
    assert re.search(r"▲ 未审批盖章 .*\n.*\n.*✓  未经审批盖章 +拦截：用印须经领导签批 +已拦截  整项；“印章的使用”；“印章的审批”\n", zh)
    assert re.search(r"办理“印章的使用”之前须先经：印章的审批（[^）]+）。目前尚未完成。", zh)
    assert re.search(r"✓  Stamping another document +refused by: The stamped document is the approved one +Refused +the whole of it", en)
    assert "“情况说明.txt”; it should equal “Document to be stamped” (“关于窗口延时服务的函.txt”)" in en, "files are named, not hashed"
    assert re.search(r"用印后迟迟不归柜 +预警：用毕或交还后须及时归柜 +已预警 .*\n +过了 3 小时\n", zh)
    assert "“区政务局行政公章”的指定人员不是您" in zh and "“Official seal of the bureau”" in en, "so are ledger entries"


def test_every_drill_is_in_the_table_once(sound: tuple[Report, Catalogue]) -> None:
    told_of = [line for line in table(sound) if line.lstrip()[:1] in ("✓", "✗")]
    assert len(told_of) == len(sound[1].matters[SEAL].drills.drills)


def test_columns_stand_below_each_other_whatever_stands_in_them(sound: tuple[Report, Catalogue]) -> None:
    def place(line: str, word: str) -> int:
        return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line[: line.index(word)])

    for language, heads in (("zh", ("应当", "拦截：")), ("en", ("Must be", "refused by:"))):
        shown = table(sound, language)
        head = next(i for i, line in enumerate(shown) if heads[0] in line)
        below = [line for line in shown[head + 1 : head + 12] if heads[1] in line]
        assert len(below) > 4
        assert {place(line, heads[1]) for line in below} == {place(shown[head], heads[0])}


def test_what_failed_comes_first_and_stands_out(unsound: tuple[Report, Catalogue]) -> None:
    missed, decorative = fault_lines(faults(*unsound))
    assert missed.startswith("\x1b[31m✗ 印章管理 漏过 outsider-applies：") and "refused by 'own-staff'" in missed
    assert "own-staff：没有针对它的演练" in decorative
    shown = table(unsound)
    first = next(i for i, line in enumerate(shown) if line.startswith("▲")) + 2
    assert shown[first].startswith("  ✗  外单位人员申请用印"), "the one that went wrong is the first of its risk"
    assert any(line.startswith("  ✗") and "漏过" in line for line in shown)


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "srcset", "poster", "data"):
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            assert not name.startswith("on"), name


def parts(html: str) -> _Parts:
    found = _Parts()
    found.feed(html)
    return found


def test_the_page_needs_nothing_but_itself(sound: tuple[Report, Catalogue]) -> None:
    html = page(*sound, AT)
    found = parts(html)
    assert not found.tags & {"script", "link", "img", "iframe", "object", "embed"}
    assert found.links and all(link.startswith("#") and link[1:] in found.ids for link in found.links), "every link leads to a drill in it"
    assert len(found.ids) == len(set(found.ids))
    style = html[html.index("<style>") : html.index("</style>")]
    assert "url(" not in style and "@import" not in style
    assert "http:" not in html and "https:" not in html


def test_what_somebody_wrote_is_shown_and_never_run(unsound: tuple[Report, Catalogue]) -> None:
    html = page(*unsound, AT)
    assert HOSTILE not in html
    assert "合规&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_page_tells_a_leader_and_an_auditor_everything(sound: tuple[Report, Catalogue]) -> None:
    report, catalogue = sound
    html = page(report, catalogue, AT)
    assert "全部如期" in html and "All as it must be" in html
    assert "2026-03-02 09:00" in html, "the moment that it was given, by the office's clock"
    assert catalogue.matters[SEAL].matter.version in html
    read = unescape(html)
    for one in every(sound):
        went = [text for step in one.steps for text in (step.what, step.told, step.said, step.remedy)]
        assert [words for text in (one.title, one.expected, *one.slips, *went) for words in text if words not in read] == []
    for tally in report.generated.values():
        assert f"<td>{tally.tried}</td>" in html


def test_the_page_says_first_what_failed(unsound: tuple[Report, Catalogue]) -> None:
    html = page(*unsound, AT)
    assert "全部如期" not in html
    assert html.index("outsider-applies") < html.index('class="matter"')
    assert html.count("<details open>") == 1, "what went wrong lies open"


def test_the_hash_of_the_catalogue_is_what_sha256sum_makes_of_it(unsound: tuple[Report, Catalogue]) -> None:
    root = unsound[1].root
    files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.yaml"))
    listed = "".join(f"{sha256((root / name).read_bytes()).hexdigest()}  {name}\n" for name in files)
    assert sha256(listed.encode()).hexdigest() in page(*unsound, AT)


def test_the_page_has_the_colours_of_the_product() -> None:
    def colours(path: Path) -> dict[str, str]:
        return dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]+)", path.read_text()))

    mine = colours(FOLDER / "report.css")
    assert {"--ink", "--vermilion", "--green"} <= set(mine)
    assert mine.items() <= colours(TOKENS).items()


@pytest.mark.parametrize("name", ["report.html", "drill.html"])
def test_no_word_of_the_page_stands_alone(name: str) -> None:
    both_at_once = r"<title>.*?</title>|<label.*?</label>"
    text = re.sub(both_at_once, "", (FOLDER / name).read_text())
    assert not bare(text)
    assert not one_sided(text)
