"""Pages: the server's time and queries of every page and every answer of the interface, in an office with ten thousand entries and in the
same office with a million.

The office lives a small year of its own (``office.life``), whose past is then there many times over (``bigger``): the larger one has ten
years behind it and ten times as much on its desks. It is asked by those who use it, turn by turn with the smaller. A time is what a core
is busy from the request to the answer, PostgreSQL's part of it included: whatever else runs on the machine does not count.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from bench.bigger import FIRST, grow
from bench.office import database, inside
from bench.rates import Line
from lianfang.catalogue.compile import SHEET
from lianfang.catalogue.load import load
from lianfang.interchange.kinds import PDF
from lianfang.kernel.alerts import OVERSIGHT
from lianfang.office import accounts, desk, documents, engine
from lianfang.office.access import seen_cases
from lianfang.office.alert_access import seen as seen_alerts
from lianfang.office.life import live
from lianfang.office.people import FEEDERS, led_units, looks_after, roles_of
from lianfang.store.models import Entry, FileUse, Person, StoredFile
from lianfang.watch.detectors import declared

NAME = "page"
SMALL, YEARS, BUSIER = 10_000, 10, 10
CASES = 120
SLOWER, QUICK, SHARE, MOST_QUERIES = 1.5, 0.1, 95, 60
"""How much longer a page may take in the larger office; how many seconds it may take there, and how many in a hundred keep to that; and
how many queries it may make."""
TIMES = 3
"""How often a page is asked for in a turn, once it was asked for unmeasured."""
BUSY = "/proc/{}/schedstat"
"""Where Linux says, first, for how many nanoseconds a process kept a core busy."""
HEAD = """\
# 页面耗时 · What a page costs

本页由下面的命令生成。 Written by this command:

    python -m bench --only page --events {events} --rounds {rounds} --table docs/pages.md

同一单位，存证 {small:,} 条与 {large:,} 条（十年、同时在办十倍）各请求一遍。时间是服务器与 PostgreSQL 合计占用一个核的毫秒数；
每页取最慢的一类人。要求：大单位不超过小单位的 {slower} 倍；{share}% 的页面不到 {quick:.0f} 毫秒；每页查询不超过 {most} 次。
One office with {small:,} entries, and with {large:,} (ten years, ten times as much under way). A time is the milliseconds that server and
PostgreSQL together keep one core busy; of those who ask for a page, whoever waits longest for the larger office's. Asked for: at most
{slower} times as long in the larger office, {share}% of pages under {quick:.0f} ms there, at most {most} queries a page.

| | | |
|---|---|--:|
| 所请求的页面（页面 × 人员） | pages asked for (pages × people) | {pages} |
| 不到 {quick:.0f} 毫秒的 | under {quick:.0f} ms | {under:.1f}% |
| 不超过 {slower} 倍的 | at most {slower} times as long | {kept:.1f}% |
| 倍数的中位数 | median ratio | {ratio:.2f} |
| 一页最多的查询 | most queries of a page | {queries} |

| 页面 / page | 谁 / who | 小 / small (ms) | 大 / large (ms) | 倍 / ratio | 查询 / queries |
|---|---|--:|--:|--:|--:|
"""
FIELDS = re.compile(r"\{(\w+)\}").findall
ADDRESSES: Mapping[str, Sequence[str]] = {
    "": ("", "?list=done", "?list=done&page=40", "?list=started", "?list=copied", "?list=drafts", "?q=wx", "?late=1&list=started"),
    "stand-ins/": ("stand-ins/",),
    "search/": ("search/", "search/?q=公章", "search/?q=wx", "search/?q={case}", "search/?page=200", "search/?late=1"),
    "start/<path:matter>/": ("start/{matter}/",),
    "cases/<str:case_id>/": ("cases/{case}/",),
    "cases/<str:case_id>/steps/<str:step>/": ("cases/{case}/steps/{step}/",),
    "cases/<str:case_id>/documents/<str:name>/": ("cases/{case}/documents/sheet/",),
    "files/<str:sha256>/": ("files/{file}/",),
    "files/<str:sha256>/pages/<int:number>/": ("files/{paper}/pages/1/",),
    "register/": ("register/", "register/?show=all"),
    "register/risks/": ("register/risks/",),
    "register/coverage/": ("register/coverage/", "register/coverage/?drills=unrun"),
    "register/maps/": ("register/maps/", "register/maps/?form=slides"),
    "register/<int:row>/": ("register/1/",),
    "matters/<path:matter>/map/": ("matters/{matter}/map/?map=heat",),
    "matters/<path:matter>/": ("matters/{matter}/?map=heat", "matters/{matter}/", "matters/{matter}/?page=40"),
    "refusals/<path:matter>/": ("refusals/{looked_after}/",),
    "style/": ("style/",),
    "overview/": ("overview/",),
    "agenda/": ("agenda/", "agenda/?unit={unit}"),
    "worklist/": ("worklist/", "worklist/?kind=duties&state=late", "worklist/?page=20"),
    "alerts/": ("alerts/", "alerts/?state=open", "alerts/?mine=1", "alerts/?page=20"),
    "alerts/records/": ("alerts/records/",),
    "alerts/<int:alert>/": ("alerts/{alert}/",),
    "evidence/": ("evidence/", "evidence/?page=100"),
    "evidence/checkpoint": ("evidence/checkpoint",),
    "evidence/entries/<int:entry>/": ("evidence/entries/{entry}/",),
    "verify/": ("verify/",),
    "verify/<str:code>/": ("verify/{code}/",),
    "login/": ("login/",),
    "healthz": ("healthz",),
    "api/v1/openapi.json": ("api/v1/openapi.json",),
    "api/v1/cases/<case_id>": ("api/v1/cases/{case}",),
    "api/v1/cases/<case_id>/events": ("api/v1/cases/{case}/events",),
    "api/v1/cases/<case_id>/steps/<step>/form": ("api/v1/cases/{case}/steps/{step}/form",),
    "api/v1/matters/<path:matter>/form": ("api/v1/matters/{matter}/form",),
    "api/v1/tasks": ("api/v1/tasks",),
    "api/v1/stand-ins": ("api/v1/stand-ins",),
    "api/v1/copies": ("api/v1/copies",),
    "api/v1/matters": ("api/v1/matters",),
    "api/v1/agenda": ("api/v1/agenda",),
    "api/v1/overview": ("api/v1/overview",),
    "api/v1/register": ("api/v1/register",),
    "api/v1/alerts": ("api/v1/alerts", "api/v1/alerts?page=3"),
    "api/v1/alerts/records": ("api/v1/alerts/records",),
    "api/v1/alerts/<int:alert>": ("api/v1/alerts/{alert}",),
    "api/v1/files/<sha256>": ("api/v1/files/{file}",),
    "api/v1/facts": ("api/v1/facts?{feeds}",),
    "api/v1/evidence/checkpoint": ("api/v1/evidence/checkpoint",),
    "api/v1/evidence/proof": ("api/v1/evidence/proof?event={entry}",),
    "api/v1/evidence/entries/<int:entry>": ("api/v1/evidence/entries/{entry}",),
}
"""By route, what is asked for of it; of each case, alert, matter ... one that the person may see."""
SENT = frozenset({
    "api/v1/tokens", "api/v1/cases", "api/v1/cases/<case_id>/commands", "api/v1/stand-ins/end", "api/v1/alerts/<int:alert>/acts",
    "api/v1/files", "api/v1/facts/<kind>", "api/v1/",
    "api/v1/matters/<path:matter>/foresight", "api/v1/cases/<case_id>/steps/<step>/foresight",
    "logout/", "i18n/setlang/", "drafts/", "batch/", "filters/", "cases/<str:case_id>/acts/",
})  # fmt: skip
"""Routes that only take something, or only say that there is nothing."""


@dataclass(frozen=True)
class Seen:
    """What one of the people may see; '' for nothing of the kind."""

    case: str = ""
    step: str = ""
    matter: str = ""
    looked_after: str = ""
    unit: str = ""
    file: str = ""
    paper: str = ""
    alert: str = ""
    entry: str = ""
    code: str = ""
    feeds: str = ""


class Asked(NamedTuple):
    """A page as somebody asks for it: what they are, what of ``ADDRESSES`` it is, where it is, how they sign in."""

    who: str
    page: str
    path: str
    login: str
    token: str


class Took(NamedTuple):
    """How many seconds a page took in the smaller and in the larger office, and how many queries it made there."""

    small: float
    large: float
    queries: int


def routes(patterns: Sequence[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[str]:
    """Every route that the server has."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        else:
            yield route


def lines(only: str, server: str, events: int, rounds: int, out: Path | None = None) -> Iterator[Line]:
    """A line a page: of those who ask for it, whoever has to wait longest for the larger office's; and what all of them come to. Written
    as a page to ``out`` besides."""
    if only not in NAME:
        return
    took, grown = measured(server, events, rounds)
    if out is not None:
        out.write_text(table(took, grown, events, rounds))
    by_page: dict[str, list[tuple[Asked, Took]]] = {}
    for asked, one in took.items():
        by_page.setdefault(asked.page, []).append((asked, one))
    for page, found in by_page.items():
        asked, one = max(found, key=lambda pair: pair[1].large / pair[1].small)
        name = f"page: /{page} {asked.who}, {one.queries} queries"
        yield Line(name, 1 / one.large, f"{SMALL:,}", 1 / one.small, one.small / one.large, 1 / SLOWER)
    quick = sum(one.large <= QUICK for one in took.values()) * 100 / len(took)
    yield Line(f"page: under {QUICK * 1000:.0f} ms", quick, "", 0.0, 0.0, SHARE, " %")
    yield Line("page: most queries", max(one.queries for one in took.values()), "", 0.0, 0.0, MOST_QUERIES, "", at_most=True)


def table(took: Mapping[Asked, Took], grown: Sequence[int], events: int, rounds: int) -> str:
    """The figures as a page: of each page, of those who ask for it, whoever waits longest in the larger office; the slowest first."""
    ratios = [one.large / one.small for one in took.values()]
    found = HEAD.format(
        events=events, rounds=rounds, small=grown[0], large=grown[1], slower=SLOWER, share=SHARE, quick=QUICK * 1000, most=MOST_QUERIES,
        pages=len(took), under=sum(one.large <= QUICK for one in took.values()) * 100 / len(took), ratio=statistics.median(ratios),
        kept=sum(ratio <= SLOWER for ratio in ratios) * 100 / len(took), queries=max(one.queries for one in took.values()),
    )  # fmt: skip
    slowest: dict[str, tuple[Asked, Took]] = {}
    for asked, one in sorted(took.items(), key=lambda pair: -pair[1].large):
        slowest.setdefault(asked.page, (asked, one))
    for asked, (small, large, queries) in slowest.values():
        found += f"| /{asked.page} | {asked.who} | {small * 1000:.0f} | {large * 1000:.0f} | {large / small:.2f} | {queries} |\n"
    return found


def measured(server: str, events: int, rounds: int) -> tuple[dict[Asked, Took], list[int]]:
    """Every page, as everybody asks for it, in the smaller office and in the larger; and how many entries each of them has."""
    catalogue = load(detectors=declared(), drills=False)
    with tempfile.TemporaryDirectory(prefix="lianfang-bench-") as folder, database(server) as small:
        data = Path(folder)
        with inside(data, small):
            _lived(CASES)
            wanted = list(pages())
        with database(server, small) as large:
            grown = []
            for url, many, years, busier in ((small, SMALL, 1, 2), (large, events, YEARS, 2 * BUSIER)):
                _one_core(url)
                with inside(data, url):
                    grown.append(grow(many, years, busier))
            seconds: dict[tuple[str, Asked], list[float]] = {}
            queries: dict[Asked, int] = {}
            for _ in range(rounds):
                for url in (small, large):
                    with inside(data, url):
                        engine.reset(engine.wall_clock, catalogue)
                        engine.engine().log.caught_up()  # a process reads the log once, when it starts
                        for asked in wanted:
                            times, queries[asked] = timed(asked)
                            seconds.setdefault((url, asked), []).extend(times)
            median = {key: statistics.median(times) for key, times in seconds.items()}
            return {asked: Took(median[small, asked], median[large, asked], queries[asked]) for asked in wanted}, grown


def _lived(count: int) -> None:
    """Live a year, its entries numbered so that there is room for their copies."""
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('entry_id_seq', %s)", [FIRST])
    live(count)


def _one_core(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as found:
        found.execute(f"ALTER DATABASE {urlsplit(url).path.lstrip('/')} SET max_parallel_workers_per_gather = 0")


def people() -> dict[str, str]:
    """Who asks, by what they are: of oversight one each; of those who lead a unit, and of those who have no such post, who did most."""
    did = Entry.objects.filter(kind=Entry.ACCEPTED).order_by().values_list("actor").annotate(count=Count("id"))
    active = [actor for actor, _ in did.order_by("-count", "actor")]
    known = Person.objects.filter(user__isnull=False).order_by("id").values_list("id", flat=True)
    found = {role: next(one for one in known if role in roles_of(one)) for role in sorted(OVERSIGHT)}
    found["leader"] = next(one for one in active if led_units(one))
    found["clerk"] = next(one for one in active if not led_units(one) and not roles_of(one))
    return found


def pages() -> Iterator[Asked]:
    """Every page as each of them asks for it: those that show them nothing of the kind are left out."""
    password = (Path(settings.LIANFANG_DATA) / accounts.PASSWORD_FILE).read_text()
    for who, person in people().items():
        user = Person.objects.select_related("user").get(id=person).user
        assert user is not None
        made = accounts.make_token(user.username, password)
        assert made is not None
        seen = asdict(seen_by(person))
        for paths in ADDRESSES.values():
            for path in paths:
                if all(seen[name] for name in FIELDS(path)):
                    yield Asked(who, path, path.format(**seen), user.username, made[0])


def seen_by(person: str) -> Seen:
    """Of each kind something that a person may see: the case in which most happened, and the latest alert."""
    rows = list(seen_cases(person).order_by("-n", "id")[:1])
    alert = seen_alerts(person).order_by("-id").first()
    known = engine.engine().catalogue.matters
    told = {"alert": str(alert.pk) if alert else "", "matter": next((one.id for one in desk.startable(person) if one.id in known), "")}
    told["looked_after"] = next((name for name, one in known.items() if looks_after(person, one.matter.unit)), "")
    told["feeds"] = "feeds" if roles_of(person) & FEEDERS else ""
    told["unit"] = known[told["looked_after"]].matter.unit if told["looked_after"] else ""
    if not rows:
        return Seen(**told)
    row, sheet = rows[0], documents.document_view(person, rows[0].id, SHEET)
    uses = FileUse.objects.filter(case_id__in=seen_cases(person).values("id")).order_by("case_id", "sha256")
    file = uses.first()
    told["paper"] = next((one.sha256 for one in uses.filter(sha256__in=StoredFile.objects.filter(media=PDF).values("sha256"))[:1]), "")
    step = engine.engine().matter_of(row.version).flow.order[0]
    return Seen(**told, case=row.id, step=step, file=file.sha256 if file else "", entry=str(row.last), code=sheet.stamp.code)


def timed(asked: Asked) -> tuple[list[float], int]:
    """How many seconds of a core a page takes, again and again, and how many queries it makes. Raises RuntimeError for one that is not
    answered."""
    client, headers = Client(), dict[str, str]()
    if asked.path.startswith("api/"):
        headers = {"Authorization": f"Bearer {asked.token}"}
    elif asked.path != "login/":
        client.force_login(User.objects.get(username=asked.login))

    def ask() -> None:
        answer = client.get(f"/{asked.path}", headers=headers)
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{asked.who} /{asked.path}: {answer.status_code}")
        for _ in answer:
            pass

    with CaptureQueriesContext(connection) as made:
        ask()
    queries = len(made)  # now: the next request forgets them
    backend, times = Path(BUSY.format(connection.connection.info.backend_pid)), []

    def busy() -> float:
        return time.process_time() + int(backend.read_text().split()[0]) / 1e9

    for _ in range(TIMES):
        begun = busy()
        ask()
        times.append(busy() - begun)
    return times, queries
