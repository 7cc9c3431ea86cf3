"""What the watches noticed: listed, read, worked to its end, and how it came out by control."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from lianfang.api.interface import ASKED, FOUND, SENT, Key, PageNumber, person_id
from lianfang.api.problems import refused
from lianfang.api.schemas import (
    Alert,
    AlertEntry,
    AlertReason,
    Alerts,
    Basis,
    DetectorRecord,
    LedgerRow,
    Level,
    Malformed,
    OneAlert,
    Record,
    Records,
    Refused,
    Setting,
    Working,
    words,
)
from lianfang.office import alert_acts, alert_page, alerts
from lianfang.office.views import AlertView, ControlRecord, Subject
from lianfang.office.views import Basis as BasisView

MOST = 200
"""Alerts of a page."""
State = Annotated[
    str, Query(pattern="^(|open|late|verify|handle|rectify|close|agree|closed)$", description="Which ones; all where left out.")
]
router = Router(tags=["alerts"])


@router.get("/alerts", response={200: Alerts, **ASKED, 422: Malformed}, operation_id="get_alerts")
def get_alerts(
    request: HttpRequest,
    page: PageNumber = 1,
    level: Level | None = None,
    state: State = "",
    unit: str = "",
    mine: bool = False,
    matter: str = "",
    control: str = "",
    risk: str = "",
    this_year: bool = False,
) -> Alerts:
    """预警。 The alerts that I may see, open ones first, page by page; ``mine`` are those that wait for me; ``control`` and ``risk`` are
    of the ``matter``, ``this_year`` is the office's."""
    of = Subject(matter, control, risk, this_year)
    found = alerts.narrowed(person_id(request), level or "", state, unit, page, mine=mine, of=of, size=MOST)
    listed = [Alert(**_plain(alert)) for alert in found.lines]
    return Alerts(alerts=listed, page=found.number, size=found.size, total=found.total)


@router.get("/alerts/records", response={200: Records, **ASKED}, operation_id="get_alert_records")
def get_records(request: HttpRequest) -> Records:
    """预警成效。 How the alerts that I may see came out, by control and by detector."""
    found = alerts.records(person_id(request))
    controls = [
        Record(matter=one.matter, control=one.control, title=words(one.title), **_counts(one), detector=one.detector or None)
        for one in found
    ]
    detectors = [DetectorRecord(detector=one.detector, **_counts(one)) for one in alerts.by_detector(found)]
    return Records(controls=controls, detectors=detectors)


@router.get("/alerts/{int:alert}", response={200: OneAlert, **FOUND}, operation_id="get_alert")
def get_alert(request: HttpRequest, alert: int) -> OneAlert:
    """一条预警。 An alert, what was done about it, and what I could do."""
    return _one(person_id(request), alert)


@router.post("/alerts/{int:alert}/acts", response={200: OneAlert, **FOUND, 409: Refused, **SENT}, operation_id="work_alert")
def work_alert(request: HttpRequest, alert: int, working: Working, key: Key = "") -> OneAlert | HttpResponse:
    """办理预警：接办、转交、办结环节、销号、同意销号、退回。 Take an alert over, hand it over, carry it to its next stage, close it, agree
    to that or send it back. Who is named in it and tries is refused, and that is kept."""
    person = person_id(request)
    outcome = alert_acts.act(person, alert, working.act, working.data, key, working.n)
    if outcome.refusal is not None:
        return refused(request, outcome.refusal, outcome.entry, outcome.receipt())
    return _one(person, alert)


def _one(person: str, alert: int) -> OneAlert:
    page = alert_page.alert_page(person, alert)
    return OneAlert(
        **_plain(page.alert),
        people=[one.id for one in page.people],
        innocent=[words(text) for text in page.innocent],
        history=[AlertEntry(**one) for one in alert_page.entries(person, alert)],
        acts=[act for act, _ in page.acts],
        takers=[one.id for one in page.takers],
        reasons=[
            AlertReason.model_validate({"id": name, "title": words(text), "outcome": outcome}) for name, text, outcome in page.reasons
        ],
        n=page.alert.last,
        basis=_basis(page.basis) if page.basis is not None else None,
    )


def _basis(found: BasisView) -> Basis:
    return Basis(
        version=found.version,
        detector=found.detector or None,
        title=words(found.detector_title) if found.detector_title else None,
        method=words(found.method) if found.method else None,
        settings=[Setting(name=name, title=words(title), value=value, shown=words(shown)) for name, value, title, shown in found.settings],
        rows=[LedgerRow(ledger=one.ledger, title=words(one.ledger_title), key=one.key, case=one.case or None) for one in found.rows],
    )


def _plain(alert: AlertView) -> dict[str, Any]:
    shown = {name: getattr(alert, name) for name in ("id", "matter", "control", "level", "status", "raised_at", "entry", "stage")}
    texts = {name: words(getattr(alert, name)) for name in ("matter_title", "explanation", "false_alarms")}
    said = {"due": alert.due, "holder": alert.holder_id, "outcome": alert.outcome}
    reason = words(alert.reason) if alert.reason else None
    return {**shown, **texts, **{name: value or None for name, value in said.items()}, "cases": [*alert.cases], "reason": reason}


def _counts(one: ControlRecord) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("raised", "confirmed", "dismissed", "open", "precision")}
