"""The documents that cases give: which there are, one as it is printed, and whether a printed one is genuine.

Nothing is kept of a document. What it says follows from the case's entries up to the act that gave it, so that the code printed on it
need only hold case, document, version and the leaf of that entry together, under the office's secret.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.crypto import salted_hmac

from lianfang.catalogue.compile import SHEET
from lianfang.evidence.canonical import canonical
from lianfang.evidence.leaves import leaf_bytes, leaf_hash
from lianfang.kernel import Case
from lianfang.kernel.documents import filled, given, holds, tells
from lianfang.kernel.entry import fold
from lianfang.kernel.model import Act, Document, Matter, Text
from lianfang.kernel.schedule import office_day
from lianfang.kernel.wording import ACTS, both
from lianfang.office.access import hidden_from, seen_case, without_fields
from lianfang.office.engine import engine
from lianfang.office.files import Shelf, shelf
from lianfang.office.lines import status_title
from lianfang.office.people import NOBODY, for_whom, names, title
from lianfang.office.readings import opened
from lianfang.office.views import NOTHING, CheckedView, DocumentLine, DocumentView, NotFound, SignatureView, StampView, ValueView
from lianfang.office.words import files_of, meeting_values, record_values, value_view
from lianfang.store.models import CaseRow, Entry, Leaf, chain

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Codes are typed from paper: no 0, O, 1 or I."""
GROUPS, SIZE, MOST_DIGITS = 4, 4, 18
NO_DOCUMENT = Text("本件没有这份文书，或您无权查看。", "The case has no such document, or it is not yours to see.")
NO_CODE = Text("没有出具过带这个验证码的文书。请逐字核对后再查。", "No document was given with this code: compare it letter by letter.")
WAITS = Text("待办", "waiting")


def sheet_of(matter: Matter) -> Document:
    """The sheet (审批单) that every case of a matter has, from its first act on."""
    return Document(SHEET, Text(f"{matter.title.zh}审批单", f"{matter.title.en}: approval sheet"), "")


def documents_of(person: str, case: Case, accepted: Sequence[Mapping[str, Any]]) -> tuple[DocumentLine, ...]:
    """The documents of a case that a person may see: the sheet first. ``accepted`` are the bodies of its accepted entries."""
    hidden = hidden_from(person, case)
    sheet = sheet_of(case.matter)
    lines = [DocumentLine(sheet.id, sheet.title, case.n, accepted[-1]["command"]["at"])]
    for document, act in given(case):
        if not tells(document) & hidden and (document.when is None or holds(document, _as_of(case, accepted, act.n))):
            lines.append(DocumentLine(document.id, document.title, act.n, act.at))
    return tuple(lines)


def stamp_of(row: CaseRow, accepted: Sequence[Entry]) -> StampView:
    """What the sheet of a case as it stands is checked by; ``accepted`` are the entries of its accepted commands."""
    return _stamp(row, sheet_of(engine().matter_of(row.version)), accepted[-1], len(accepted))


def document_view(person: str, case_id: str, name: str, n: int = 0) -> DocumentView:
    """A document as it was given with the case's ``n``-th accepted command, the latest for 0. Raises NotFound."""
    row = seen_case(person, case_id)
    kept, accepted = _accepted(row.last)
    now = fold(engine().matter_of(row.version).new_case(case_id), accepted)
    hidden = hidden_from(person, now)
    document, n = _wanted(now, accepted, name, n)
    if tells(document) & hidden:
        raise NotFound(NO_DOCUMENT)
    then = _as_of(now, accepted, n)
    opened(person, now, [name for name in then.values if document.id == SHEET or name in tells(document)])
    case = without_fields(then, hidden)
    body = accepted[n - 1]
    people = [person, *dict.fromkeys(one["command"]["actor"] for one in accepted)]
    files = shelf(files_of(case.matter, case.values), people)
    known = names([row.applicant, *_people(accepted)])
    acts = [act for done in case.acts.values() for act in done] if document.id == SHEET else _signing(case, document)
    acts += [_ended(body)] if document.id == SHEET and _outcome(body) else []
    words = _words(case, body, known, files, people)
    return DocumentView(
        stamp=_stamp(row, document, kept[n - 1], n),
        unit_title=title(row.unit),
        matter_title=case.matter.title,
        case_title=row.title,
        applicant=known.get(row.applicant, NOBODY),
        opened_at=row.opened_at,
        to=_filled(document.to, words),
        text=_filled(document.text, words),
        sections=_sheet(case, files, people) if document.id == SHEET else _table(case, document, files, people),
        signatures=(
            *(_signature(case, act, known) for act in sorted(acts, key=lambda act: act.n)),
            *(_waiting(case) if document.id == SHEET else ()),
        ),
        status=status_title(case.status) if document.id == SHEET else NOTHING,
    )


def checked(code: str) -> CheckedView:
    """Whether a document with this code was given, and how it stands. It tells no more than is printed on the document. Raises NotFound."""
    written = code.strip().upper().replace(" ", "")
    number = written.partition("-")[0]
    kept = (
        Entry.objects.filter(id=int(number), kind=Entry.ACCEPTED).first()
        if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS
        else None
    )
    row = CaseRow.objects.filter(id=kept.case_id).first() if kept is not None else None
    if kept is None or row is None:
        raise NotFound(NO_CODE)
    matter, before = engine().matter_of(row.version), list(chain(kept.id))
    n = sum(entry.kind == Entry.ACCEPTED for entry in before)
    stamps = (_stamp(row, document, kept, n) for document in (sheet_of(matter), *matter.documents))
    found = next((one for one in stamps if hmac.compare_digest(one.code.encode(), written.encode())), None)
    if found is None:
        raise NotFound(NO_CODE)
    sound = all(leaf_hash(leaf_bytes(str(entry.body).encode())) == bytes(entry.leaf) for entry in before)
    stands = sound and (row.n == n if found.document == SHEET else _stands(row, found.document, n))
    place = Leaf.objects.filter(entry_id=kept.id).values_list("idx", flat=True).first()
    return CheckedView(found, sound, stands, place, engine().log.caught_up().size)


def _accepted(last: int) -> tuple[list[Entry], list[Mapping[str, Any]]]:
    """The accepted entries of a case and their bodies: the ``n``-th is that of its ``n``-th accepted command."""
    kept = list(chain(last).filter(kind=Entry.ACCEPTED))
    return kept, [json.loads(entry.body) for entry in kept]


def _as_of(case: Case, accepted: Sequence[Mapping[str, Any]], n: int) -> Case:
    return fold(case.matter.new_case(case.id), accepted[:n])


def _stands(row: CaseRow, name: str, n: int) -> bool:
    case = fold(engine().matter_of(row.version).new_case(row.id), _accepted(row.last)[1])
    return any(document.id == name and act.n == n for document, act in given(case))


def _wanted(case: Case, accepted: Sequence[Mapping[str, Any]], name: str, n: int) -> tuple[Document, int]:
    """A document and with which accepted command it was given."""
    if name == SHEET and 0 <= n <= len(accepted):
        return sheet_of(case.matter), n or len(accepted)
    found = [(document, act.n) for document, act in given(case) if document.id == name and n in (0, act.n)]
    if not found or not holds(found[-1][0], _as_of(case, accepted, found[-1][1])):
        raise NotFound(NO_DOCUMENT)
    return found[-1]


def _stamp(row: CaseRow, document: Document, entry: Entry, n: int) -> StampView:
    leaf = bytes(entry.leaf).hex()
    held = {"case": row.id, "document": document.id, "entry": entry.id, "leaf": leaf, "version": row.version}
    digest = hashlib.sha256(canonical(held)).hexdigest()
    mac = salted_hmac("lianfang.document", digest, algorithm="sha256").digest()
    letters = "".join(LETTERS[byte & 31] for byte in mac[: GROUPS * SIZE])
    code = "-".join([str(entry.id), *(letters[i : i + SIZE] for i in range(0, GROUPS * SIZE, SIZE))])
    return StampView(code, row.id, document.id, document.title, n, entry.at, entry.id, leaf, digest)


def _people(accepted: Iterable[Mapping[str, Any]]) -> list[str]:
    return [who for body in accepted for who in (body["command"]["actor"], body["command"].get("behalf", "")) if who]


def _signing(case: Case, document: Document) -> list[Act]:
    """The last act of each step whose people sign a document."""
    return [case.acts[step][-1] for step in document.signed if step in case.acts]


def _outcome(body: Mapping[str, Any]) -> bool:
    return any(event["kind"] in ("rejected", "withdrawn") for event in body["verdict"]["events"])


def _ended(body: Mapping[str, Any]) -> Act:
    """The act that ended a case: no step holds it, and the sheet says who it was."""
    one = body["command"]
    return Act(one["step"], one["act"], one["actor"], one["post"], one["at"], one["data"], one.get("behalf", ""), body["n"])


def _signature(case: Case, act: Act, known: Mapping[str, Text]) -> SignatureView:
    who = for_whom({"actor": act.actor, "behalf": act.behalf}, known)
    step = case.matter.label(act.step) if act.step else NOTHING
    opinion, post = str(act.data.get("opinion", "")), title(act.post) if act.post else NOTHING
    return SignatureView(step, ACTS.get(act.act, NOTHING), who, post, act.at, opinion, meeting_values(act.data))


def _waiting(case: Case) -> tuple[SignatureView, ...]:
    return tuple(SignatureView(case.matter.label(step), WAITS, NOTHING, NOTHING, "") for step in case.waiting)


def _sheet(case: Case, files: Shelf, people: Sequence[str]) -> tuple[tuple[Text, tuple[ValueView, ...]], ...]:
    """All of the record, as the forms of the steps part it: a field that several ask for stands with the one that was done."""
    parts: list[tuple[Text, list[ValueView]]] = []
    seen: set[str] = set()
    for step in map(case.matter.steps.__getitem__, sorted(case.matter.flow.order, key=lambda name: name not in case.acts)):
        begun = False
        for name in step.form:
            if name in seen or name not in case.values:
                continue
            if name in step.headings or not begun:
                parts.append((step.headings.get(name, step.title), []))
            parts[-1][1].append(value_view(case.matter.record[name], case.values[name], files, people))
            seen.add(name)
            begun = True
    return tuple((heading, tuple(values)) for heading, values in parts)


def _table(case: Case, document: Document, files: Shelf, people: Sequence[str]) -> tuple[tuple[Text, tuple[ValueView, ...]], ...]:
    asked = {name: case.values[name] for name in document.fields if name in case.values}
    found = {value.id: value for value in record_values(case.matter, asked, files, people)}
    return ((NOTHING, tuple(found[name] for name in asked)),) if found else ()


def _words(case: Case, body: Mapping[str, Any], known: Mapping[str, Text], files: Shelf, people: Sequence[str]) -> dict[str, Text]:
    """What the names in a text come to."""
    command = body["command"]
    words = {value.id: value.text for value in record_values(case.matter, case.values, files, people)}
    words.update({n: _day(str(case.values[n])) for n, one in case.matter.record.items() if one.type == "date" and n in case.values})
    words.update(
        case_id=both(case.id), unit=title(case.matter.unit), applicant=known.get(case.applicant, NOBODY),
        actor=for_whom(command, known), at=_day(office_day(command["at"]).isoformat()),
    )  # fmt: skip
    opinion = str(command["data"].get("opinion", ""))
    return {**words, "opinion": both(opinion)} if opinion else words


def _filled(text: Text, words: Mapping[str, Text]) -> Text:
    zh = filled(text.zh, {name: word.zh for name, word in words.items()}, "—")
    en = filled(text.en, {name: word.en for name, word in words.items()}, "—")
    return Text("\n\n".join(zh), "\n\n".join(en))


def _day(day: str) -> Text:
    """A day as documents write it."""
    one = date.fromisoformat(day)
    return Text(f"{one.year}年{one.month}月{one.day}日", f"{one.day} {one:%B %Y}")
