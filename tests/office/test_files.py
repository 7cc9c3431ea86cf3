"""What is kept of a file: what its bytes are, once for everybody, and what each person calls it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from lianfang.evidence import canonical
from lianfang.office import cases, files, forms
from lianfang.office.views import OfficeError
from lianfang.store.models import Entry, FileKeeper, StoredFile

SEAL = "government-services/seal"
OWN, OTHERS, STRANGERS = "周六延时服务的函.txt", "也是这份函.txt", "绝密：某某的处分决定.txt"
WORDS = "自下月起周六上午开放综合窗口。"


def blank_pdf() -> bytes:
    """A scan of nothing."""
    out = BytesIO()
    Image.new("L", (850, 1200), 255).save(out, "PDF")
    return out.getvalue()


def opened(office: Any, login: str, document: str, **more: Any) -> Any:
    return office.start(login, SEAL, title="延时服务函", document=document, copies=1, seal="official-seal", **more)


def test_a_blank_scan_is_blank_under_whatever_name_it_comes_first(office: Any) -> None:
    scan = blank_pdf()
    with pytest.raises(OfficeError) as caught:
        office.file("note.txt", scan, "gs-clerk")
    assert "PDF 文件" in caught.value.message.zh and ".pdf" in caught.value.message.zh
    assert "it is a PDF" in caught.value.message.en and "note.txt" in caught.value.message.en
    assert not StoredFile.objects.exists() and not FileKeeper.objects.exists()
    view = files.keep("gs-clerk", "x.pdf", BytesIO(scan))
    assert (view.media, view.pages, view.blank_pages) == ("application/pdf", 1, 1)
    with pytest.raises(OfficeError):
        office.file("note.txt", scan, "gs-clerk-2")
    refusal = opened(office, "gs-clerk", view.sha256).refusal
    assert refusal is not None and refusal.control == "blank-application"


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("函.pdf", "其实是文字".encode(), "plain text"),
        ("函.docx", b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        ("函.png", b"\xff\xd8\xff\xe0", "a JPEG picture"),
        ("函.txt", b"%PDF-1.7", "a PDF"),
        ("函.txt", b"PK\x05\x06" + bytes(18), "an archive"),
        ("函.txt", b"MZ\x90\x00", "a program"),
        ("函.txt", b"a\x00b", "something unknown"),
    ],
)
def test_a_name_that_says_something_else_is_refused_with_what_came(office: Any, name: str, content: bytes, what: str) -> None:
    with pytest.raises(OfficeError) as caught:
        office.file(name, content, "gs-clerk")
    assert what in caught.value.message.en
    assert name in caught.value.message.zh
    assert not StoredFile.objects.exists()


def as_before(office: Any, content: bytes, name: str, login: str) -> str:
    """A file as it was kept when the name told the type: as a text of one page, not blank."""
    sha256 = str(office.file("x.pdf", content, login))
    StoredFile.objects.filter(sha256=sha256).update(media="text/plain", pages=1, blank_pages=0, rule=0)
    FileKeeper.objects.filter(sha256=sha256).update(name=name)
    return sha256


def test_what_was_counted_by_its_name_is_counted_anew_when_it_is_uploaded_again(office: Any) -> None:
    as_before(office, blank_pdf(), "note.txt", "gs-clerk")
    view = files.keep("gs-clerk-2", "x.pdf", BytesIO(blank_pdf()))
    assert (view.media, view.pages, view.blank_pages) == ("application/pdf", 1, 1)


def test_what_was_counted_by_its_name_is_counted_anew_when_it_is_looked_at(office: Any) -> None:
    sha256 = as_before(office, blank_pdf(), "note.txt", "gs-clerk")
    assert files.fetch("gs-clerk", sha256)[0].blank_pages == 1


def test_what_was_counted_by_its_name_is_counted_anew_before_a_gate_relies_on_it(office: Any) -> None:
    sha256 = as_before(office, blank_pdf(), "note.txt", "gs-clerk")
    refusal = opened(office, "gs-clerk", sha256).refusal
    assert refusal is not None and refusal.control == "blank-application"
    assert StoredFile.objects.get(sha256=sha256).rule > 0


def test_what_can_not_be_counted_any_more_is_no_paper(office: Any) -> None:
    sha256 = as_before(office, blank_pdf(), "note.txt", "gs-clerk")
    _, place = files.fetch("gs-clerk", sha256)
    StoredFile.objects.update(media="text/plain", pages=1, blank_pages=0, rule=0)
    Path(place).unlink()
    assert not opened(office, "gs-clerk", sha256).accepted
    view = files.keep("gs-clerk", "x.pdf", BytesIO(blank_pdf()))
    assert (view.media, view.pages) == ("application/pdf", 1), "it is whole again when it comes again"


def test_everybody_has_the_name_that_they_gave(office: Any) -> None:
    secret = office.file(STRANGERS, WORDS, "ic-clerk")
    view = files.keep("gs-clerk", OWN, BytesIO(WORDS.encode()))
    assert (view.sha256, view.name) == (secret, OWN)
    assert files.fetch("gs-clerk", secret)[0].name == OWN
    assert files.fetch("ic-clerk", secret)[0].name == STRANGERS
    assert files.keep("gs-clerk", "改了名.txt", BytesIO(WORDS.encode())).name == "改了名.txt"


def test_in_a_case_a_file_has_a_name_that_somebody_in_it_gave(office: Any) -> None:
    """The stranger came first; whoever reads the case, and the evidence, never learns what they call the paper."""
    office.file(STRANGERS, WORDS, "ic-clerk")
    letter = office.file(OWN, WORDS, "gs-clerk")
    case_id = opened(office, "gs-clerk", letter).case_id
    for reader in ("gs-clerk", "gs-deputy", "inspector"):
        view = cases.case_view(reader, case_id)
        assert [value.file.name for value in view.values if value.file] == [OWN]
        assert [value.file.name for item in view.timeline for value in item.values if value.file] == [OWN]
        assert files.fetch(reader, letter)[0].name == OWN
        form = {field.id: field for field in forms.step_form(reader, case_id, "apply").fields}
        assert form["document"].file is not None and form["document"].file.name == OWN
    office.file(OTHERS, WORDS, "gs-deputy")
    assert [value.file.name for value in cases.case_view("gs-deputy", case_id).values if value.file] == [OTHERS], "their own"
    assert [value.file.name for value in cases.case_view("inspector", case_id).values if value.file] == [OWN]
    assert STRANGERS not in "".join(Entry.objects.values_list("body", flat=True))


def test_a_refusal_names_the_paper_as_who_was_refused_does(office: Any) -> None:
    office.file(STRANGERS, " \n", "ic-clerk")
    refusal = opened(office, "gs-clerk", office.file("空白页.txt", " \n", "gs-clerk")).refusal
    assert refusal is not None
    assert "（空白页.txt）" in refusal.message.zh and "(空白页.txt)" in refusal.message.en
    office.file(STRANGERS, "换过的内容", "ic-clerk")
    case_id = opened(office, "gs-clerk", office.file(OWN, WORDS, "gs-clerk")).case_id
    assert office.act("gs-deputy", case_id, "approve", "approve").accepted
    office.file(STRANGERS, WORDS, "ic-clerk")
    stamped = office.act("gs-keeper", case_id, "use", stamped=office.file("另一份.txt", "换过的内容", "gs-keeper"), impressions=1).refusal
    assert stamped is not None and "“另一份.txt”" in stamped.message.zh and f"“{OWN}”" in stamped.message.zh
    told = canonical({"entries": list(Entry.objects.values_list("body", flat=True))}).decode()
    assert STRANGERS not in told + "".join(refusal.message) + "".join(stamped.message)


def test_who_came_second_before_names_were_kept_is_not_told_the_name_of_the_first(office: Any) -> None:
    letter = office.file(STRANGERS, WORDS, "ic-clerk")
    FileKeeper.objects.create(sha256=letter, person="gs-clerk")
    assert files.fetch("gs-clerk", letter)[0].name == f"{letter[:12]}.txt"
    case_id = opened(office, "gs-clerk", letter).case_id
    assert [value.text.zh for value in cases.case_view("inspector", case_id).values if value.file] == [f"{letter[:12]}.txt"]


def test_however_many_files_a_case_has_seen_its_page_asks_for_them_once(office: Any) -> None:
    asked = []
    case_id = opened(office, "gs-clerk", office.file("函.txt", WORDS, "gs-clerk")).case_id
    for number in range(4):
        office.act("gs-deputy", case_id, "approve", "return", opinion="请改")
        again = office.file(f"函{number}.txt", f"{WORDS}第 {number} 稿", "gs-clerk")
        assert office.act("gs-clerk", case_id, "apply", document=again).accepted
        with CaptureQueriesContext(connection) as queries:
            view = cases.case_view("inspector", case_id)
        shown = [value.file.name for item in view.timeline for value in item.values if value.file]
        assert shown == ["函.txt", *(f"函{earlier}.txt" for earlier in range(number + 1))]
        asked.append([sum(f'FROM "{table}"' in query["sql"] for query in queries) for table in ("file_keeper", "stored_file")])
    assert asked == [[1, 1]] * 4
