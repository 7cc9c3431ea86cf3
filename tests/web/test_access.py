"""Who may see and do what: every endpoint of the pages and of the interface, tried as everybody, held against ``access.csv``.

Its cells are statuses (``login`` is being sent to sign in) and, after one, of which subjects the answer told the words. After a change that
is meant, ``pytest tests/web/test_access.py --write-access-table`` writes it anew; what changed in it is then for people to read.
"""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from lianfang.api.urls import api
from lianfang.catalogue.compile import SHEET
from lianfang.office import alert_acts, cases, documents, installation, standins
from lianfang.office import engine as running
from lianfang.store.models import Alert, Entry, Person
from lianfang.watch.detectors import declared
from tests.conftest import EMBARGO, Office
from tests.web.conftest import EXPENSE, SEAL
from tests.written import as_one

TABLE = Path(__file__).with_name("access.csv")
WINDOW = "government-services/window"
BOX = f"{WINDOW}/suggestion-box"
API = "api/v1/"
WORDS = {"case": "三楼标识牌印制", "sealed": "关于撤并窗口的函", "box": "登记员把后来的材料先办了"}
"""What the answer says of a subject to whoever reads it: a case's title, that of a letter under an embargo, and a complaint."""
ROLES = {
    "nobody": "",
    "applicant": "ic-clerk",
    "clerk": "ic-clerk-2",
    "other-unit": "s1-clerk",
    "approver": "ic-rechecker",
    "leader": "ic-director",
    "stand-in": "s1-clerk-2",
    "sealed-applicant": "gs-clerk",
    "sealed-reader": "gs-deputy",
    "sealed-keeper": "gs-keeper",
    "concerned": "gs-head",
    "inspector": "inspector",
    "auditor": "auditor",
    "system-administrator": "sysadmin",
    "security-administrator": "secadmin",
    "audit-administrator": "audadmin",
    "postless": "postless",
}
"""Who tries, by their account. ``stand-in`` stands in for the approver and for the sealed reader, ``concerned`` is whom the complaint is
about and would answer it; who is ``postless`` has left every post."""
AWAY = ("ic-rechecker", "gs-deputy")
WAITS = {"case": "recheck", "sealed": "approve", "box": "answer"}
"""The step that waits in each."""


class Place(NamedTuple):
    """A row of the table: a method, the address as Django has it, and what it is asked about."""

    method: str
    route: str
    about: str


@dataclass
class World:
    """An office with a case of one unit that an alert is about, a case under an embargo, and a complaint."""

    office: Office
    paper: str
    letter: str
    proof: str = ""

    def begun(self, about: str) -> str:
        """A new case of the kind, in which ``WAITS`` waits; its number."""
        match about:
            case "case":
                number = f"{Entry.objects.count():04}"
                invoice = {"seller": "宝文印务", "number": number, "date": "2026-12-01", "amount": 290_000}
                given = {"payee": "宝文印务", "invoices": [invoice], "vouchers": self.paper}
                opened = self.office.start("ic-clerk", EXPENSE, title=WORDS[about], **given)
                filled = {"amount": 290_000, "purpose": "office", "budget_line": "office-2026"}
                assert self.office.act("ic-clerk", str(opened.case_id), "fill", **filled).accepted
            case "sealed":
                given = {"document": self.letter, "copies": 2, "seal": "official-seal"}
                opened = self.office.start("gs-clerk", SEAL, title=WORDS[about], **given)
            case _:
                given = {"sort": "tip", "about": ["gs-head"], "text": WORDS[about]}
                opened = self.office.start("ic-clerk", BOX, title="插队", **given)
        assert opened.accepted, opened.refusal
        return str(opened.case_id)

    def known(self) -> dict[str, dict[str, Any]]:
        """What each parameter of an address may be, by the subject that it leads to."""
        begun = {about: self.begun(about) for about in WORDS}
        entries = {about: Entry.objects.filter(case_id=case).latest("id").id for about, case in begun.items()}
        cases.case_view("gs-deputy-2", begun["sealed"])
        entries["reading"] = Entry.objects.filter(kind=Entry.READ).latest("id").id
        return {
            "case_id": begun,
            "step": WAITS,
            "name": dict.fromkeys(WORDS, SHEET),
            "sha256": {"case": self.paper, "sealed": self.letter, "alert": self.proof, "none": "0" * 64},
            "matter": {"case": EXPENSE, "sealed": SEAL, "box": BOX, "none": "no/such-matter"},
            "alert": {"alert": Alert.objects.get().id, "none": 999_999},
            "entry": {**entries, "none": 999_999},
            "kind": {"fact": "bank-lines", "none": "no-such-kind"},
            "row": {"": 48, "none": 999},
            "number": dict.fromkeys(("case", "sealed", "alert", "none"), 1),
            "code": {"case": documents.document_view("ic-clerk", begun["case"], SHEET).stamp.code, "none": "1-AAAA"},
        }


QUERIES: Mapping[str, Callable[[Mapping[str, Any]], dict[str, dict[str, Any]]]] = {
    "search/": lambda known: {about: {"q": case} for about, case in known["case_id"].items()},
    "verify/": lambda known: {about: {"code": code} for about, code in known["code"].items()},
    f"{API}evidence/proof": lambda known: {about: {"event": entry} for about, entry in known["entry"].items()},
}
"""What is asked for behind the question mark, by subject."""


class Deed(NamedTuple):
    """Something that is done, as a page's form or a program sends it; ``known`` are the parameters of a subject of its own."""

    name: str
    route: str
    about: str
    body: Callable[[Mapping[str, Any]], dict[str, Any]]


def said(**body: Any) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A body that is the same whatever it is about."""
    return lambda known: body


def _step(about: str, act: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return said(step=WAITS[about], act=act)


CASE, COMMANDS = "cases/<str:case_id>/", f"{API}cases/<case_id>/commands"
LENDING = {"stand_in": "gs-clerk-2", "posts": "information-centre/rechecker", "first": "2026-12-14", "last": "2026-12-14"}
DEEDS = [
    *(Deed("approve", f"{CASE}steps/<str:step>/", about, said(act="approve")) for about in ("case", "sealed")),
    *(Deed("comment", f"{CASE}acts/", about, said(act="comment", opinion="请看")) for about in WORDS),
    *(Deed("copy", f"{CASE}acts/", about, said(act="copy", people="gs-clerk-2")) for about in WORDS),
    *(Deed("urge", f"{CASE}acts/", about, said(act="urge")) for about in WORDS),
    *(Deed("withdraw", f"{CASE}acts/", about, said(act="withdraw")) for about in WORDS),
    Deed("save", f"{CASE}steps/<str:step>/", "case", said(**{"save-draft": "quiet"}, opinion="看看")),
    Deed("send", "start/<path:matter>/", "box", said(act="do", sort="tip", title="插队", text="压件")),
    *(Deed("approve", "batch/", about, lambda known, about=about: {"item": f"{known['case_id']}:{WAITS[about]}:2"}) for about in WORDS),
    Deed("take", "alerts/<int:alert>/", "alert", said(act="take")),
    Deed("save", "alerts/<int:alert>/", "alert", said(**{"save-draft": "quiet"}, form="take", opinion="看看")),
    Deed("end", "stand-ins/", "stand-in", lambda known: {"act": "end", **known["lent"]["ic-rechecker"]}),
    Deed("name", "stand-ins/", "stand-in", said(**LENDING)),
    Deed("open", f"{API}cases", "case", lambda known: {"matter": EXPENSE, "record": known["record"]}),
    *(Deed("approve", COMMANDS, about, _step(about, "approve")) for about in ("case", "sealed")),
    Deed("answer", COMMANDS, "box", said(step="answer", act="do", data={"reply": "已查"})),
    *(Deed("comment", COMMANDS, about, said(act="comment", data={"opinion": "请看", "people": []})) for about in WORDS),
    *(Deed("withdraw", COMMANDS, about, said(act="withdraw")) for about in WORDS),
    Deed("forward", f"{API}alerts/<int:alert>/acts", "alert", said(act="forward", data={"opinion": "属实", "ruled_out": [1]})),
    Deed("end", f"{API}stand-ins/end", "stand-in", lambda known: known["lent"]["gs-deputy"]),
]  # fmt: skip
"""What is tried beside asking each address for a page and sending it an empty form."""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, shipped_once: None) -> Iterator[Path]:
    """The catalogue with an embargo and a complaints box, loaded once for everybody."""
    catalogue = tmp_path_factory.mktemp("guarded") / "catalogue"
    shutil.copytree(settings.LIANFANG_CATALOGUE, catalogue)
    shutil.copytree(Path(__file__).parents[1] / "window", catalogue / "matters" / WINDOW)
    with as_one(catalogue, f"matters/{SEAL}/matter.yaml").open("a", encoding="utf-8") as matter:
        matter.write(EMBARGO.lstrip("\n"))
    load = running.load
    loaded = cache(lambda: load(catalogue, declared(), drills=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "load", lambda folder, *given, **more: loaded() if folder == catalogue else load(folder, *given, **more))
        yield catalogue


@pytest.fixture
def world(office: Any, guarded: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The office, on a Monday at ten."""
    monkeypatch.setattr(settings, "LIANFANG_CATALOGUE", guarded)
    office.at("2026-12-07T02:00:00Z")
    running.reset(office.clock)
    installation.install(demo=True)
    gone = User.objects.create_user("postless", password=office.password)
    Person.objects.create(id="postless", name_zh="离任者", name_en="Left", unit="information-centre", user=gone)
    for away in AWAY:
        standins.name(away, "s1-clerk-2", (), "2026-12-07", "2026-12-11")
    office.at("2026-12-07T02:02:00Z")
    kept = office.file("凭证.txt", "增值税普通发票", "ic-clerk"), office.file("函.txt", "自下月起撤并两个窗口。", "gs-clerk")
    made = World(office, *kept)
    for _ in range(3):
        made.begun("case")
    office.settle()
    made.proof = office.file("约谈记录.txt", "已约谈。", "inspector")
    number = Alert.objects.get().id
    assert alert_acts.act("inspector", number, "take", {}).accepted
    told = {"opinion": "三笔同日同一收款人", "files": [made.proof], "ruled_out": [1]}
    assert alert_acts.act("inspector", number, "forward", told).accepted
    return made


def routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    """Every address, as Django has it."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route


ROUTES = list(routes(get_resolver().url_patterns))


def names(route: str) -> list[str]:
    """The parameters of an address."""
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


def filled(route: str, about: str, known: Mapping[str, Mapping[str, Any]]) -> str:
    """An address that leads to a subject."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(str(known[found[1]][about])), route)


def asked(known: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Place, str, Mapping[str, Any]]]:
    """Every address by each method that it takes, for every subject that all its parameters can lead to: the row, where it is and what it
    asks."""
    for route in ROUTES:
        unknown = [name for name in names(route) if name not in known]
        assert not unknown, f"{route}: say in World.known what {unknown} may be"
        subjects = [[*known[name]] for name in names(route)]
        for about in [one for one in subjects[0] if all(one in each for each in subjects)] if subjects else [""]:
            place = filled(route, about, known)
            for method in ("GET", "POST"):
                if method in Client().options(place).headers.get("Allow", method):
                    yield Place(method, route, about), place, {}
        for about, query in QUERIES[route](known).items() if route in QUERIES else ():
            yield Place("GET", route, f"{about}?"), filled(route, about, known), query


class Somebody:
    """Somebody who tries everything, in a browser and with a program."""

    def __init__(self, world: World, login: str) -> None:
        self.world, self.login = world, login
        self.token = world.office.token(login) if login else ""
        self.reader = self.browser()

    def browser(self) -> Client:
        """A browser in which they are signed in."""
        client = Client(raise_request_exception=False)
        if self.login:
            client.force_login(self.world.office.login(self.login))
        return client

    def get(self, path: str, query: Mapping[str, Any]) -> str:
        """The cell of what they read."""
        return cell(self.reader.get(path, query, headers=self._headers(path)))

    def post(self, path: str, body: Mapping[str, Any]) -> str:
        """The cell of what they sent, from a browser of its own: they may have signed out with it."""
        sent = {"data": dict(body), "content_type": "application/json"} if path.startswith(f"/{API}") else {"data": dict(body)}
        return cell(self.browser().post(path, headers=self._headers(path), **sent))

    def _headers(self, path: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token and path.startswith(f"/{API}") else {}

    def tries(self) -> dict[Place, str]:
        """Every row and its cell: first everything is read, then sent, then done."""
        known = self.world.known()
        everything = sorted(asked(known), key=lambda one: one[0].method)
        found = {place: (self.get if place.method == "GET" else self.post)(path, query) for place, path, query in everything}
        return found | {Place(deed.name, deed.route, deed.about): self._does(deed, known) for deed in DEEDS}

    def _does(self, deed: Deed, known: Mapping[str, Mapping[str, Any]]) -> str:
        """In a case of its own, so that what was done before is not in the way."""
        fresh = {name: values.get(deed.about) for name, values in known.items()}
        if deed.about in WORDS:
            fresh["case_id"] = self.world.begun(deed.about)
        lines = [{"seller": "宝文印务", "number": "A1", "date": "2026-12-01", "amount": "2900"}]
        paper = self.world.office.file("发票.txt", "发票", self.login)
        fresh["record"] = {"title": "印制", "payee": "宝文印务", "invoices": lines, "vouchers": paper}
        lent = {one.person.id: one.since for one in standins.named("s1-clerk-2")}
        fresh["lent"] = {away: {"stand_in": "s1-clerk-2", "person": away, "since": lent.get(away, "")} for away in AWAY}
        path = filled(deed.route, deed.about, {name: {deed.about: value} for name, value in fresh.items()})
        return self.post(path, deed.body(fresh))


def cell(answer: Any) -> str:
    """An answer as the table has it."""
    if answer.status_code == 302 and answer["Location"].startswith("/login/"):
        return "login"
    content = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")
    if "json" in answer["Content-Type"]:
        content = json.dumps(json.loads(content), ensure_ascii=False)
    told = [about for about, words in WORDS.items() if words in html.unescape(content)]
    return " ".join([str(answer.status_code), *told])


def table() -> dict[Place, dict[str, str]]:
    """What is expected: by row and by role."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {Place(row.pop("method"), row.pop("route"), row.pop("about")): row for row in csv.DictReader(file)}


def written(role: str, found: Mapping[Place, str]) -> None:
    """Write the column of a role, and the rows that there are."""
    before = table() if TABLE.exists() else {}
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*Place._fields, *ROLES])
        for place, now in found.items():
            cells = {**before.get(place, {}), role: now}
            writer.writerow([*place, *(cells.get(one, "") for one in ROLES)])


@pytest.mark.parametrize("role", ROLES)
def test_every_endpoint_answers_everybody_as_the_table_says(role: str, world: World, request: pytest.FixtureRequest) -> None:
    found = Somebody(world, ROLES[role]).tries()
    if request.config.getoption("--write-access-table"):
        written(role, found)
    expected = table()
    missing = [" ".join(place) for place in found.keys() - expected.keys()]
    assert not missing, f"no row in access.csv for {missing}"
    left = [" ".join(place) for place in expected.keys() - found.keys()]
    assert not left, f"nothing is behind these rows of access.csv any more: {left}"
    wrong = [
        f"{' '.join(place)} as {role}: expected {expected[place][role]!r}, found {now!r}"
        for place, now in found.items()
        if now != expected[place][role]
    ]
    assert not wrong, "\n".join(wrong)


def test_the_interface_has_no_method_that_is_not_tried() -> None:
    methods = {method for methods in api.get_openapi_schema()["paths"].values() for method in methods}
    assert methods == {"get", "post"}
