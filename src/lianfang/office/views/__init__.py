"""What the use cases answer, as plain values for pages, API and command line. No Django object leaves the office.

Words on screen are kernel ``Text`` pairs; moments are UTC texts; money is fen. A title that somebody typed is plain ``str``.
"""

from __future__ import annotations

from lianfang.office.views.alert import AlertEvent, AlertList, AlertOutcome, AlertPage, ControlRecord, Subject
from lianfang.office.views.case import (
    CaseView,
    ChangeView,
    DocumentLine,
    OpinionView,
    Outcome,
    StampView,
    TaskView,
    TimelineItem,
    ValueView,
)
from lianfang.office.views.common import NOTHING, FileView, Forbidden, NotFound, OfficeError, Page, PersonView, StaleCase
from lianfang.office.views.desk import (
    BatchLine,
    CaseLine,
    DemoAccount,
    Desk,
    DraftLine,
    DraftView,
    DutyLine,
    FilterView,
    MatterLine,
    MentionLine,
    StandInView,
)
from lianfang.office.views.documents import CheckedView, DocumentView, SignatureView
from lianfang.office.views.form import ActChoice, ForeseenView, Foresight, FormField, FormView, Option
from lianfang.office.views.log import LogLine, LogView, ProofView
from lianfang.office.views.register import (
    Carrier,
    DutyView,
    MatterView,
    MeasureView,
    RiskLine,
    RiskMatrix,
    RowRisk,
    RowView,
    Standing,
    UnitView,
)
from lianfang.office.views.rules import AlertView, ControlView, MapRow, RefusalView, RiskView

__all__ = [
    "NOTHING",
    "ActChoice",
    "AlertEvent",
    "AlertList",
    "AlertOutcome",
    "AlertPage",
    "AlertView",
    "BatchLine",
    "Carrier",
    "CaseLine",
    "CaseView",
    "ChangeView",
    "CheckedView",
    "ControlRecord",
    "ControlView",
    "DemoAccount",
    "Desk",
    "DocumentLine",
    "DocumentView",
    "DraftLine",
    "DraftView",
    "DutyLine",
    "DutyView",
    "FileView",
    "FilterView",
    "Forbidden",
    "ForeseenView",
    "Foresight",
    "FormField",
    "FormView",
    "LogLine",
    "LogView",
    "MapRow",
    "MatterLine",
    "MatterView",
    "MeasureView",
    "MentionLine",
    "NotFound",
    "OfficeError",
    "OpinionView",
    "Option",
    "Outcome",
    "Page",
    "PersonView",
    "ProofView",
    "RefusalView",
    "RiskLine",
    "RiskMatrix",
    "RiskView",
    "RowRisk",
    "RowView",
    "SignatureView",
    "StaleCase",
    "StampView",
    "StandInView",
    "Standing",
    "Subject",
    "TaskView",
    "TimelineItem",
    "UnitView",
    "ValueView",
]
