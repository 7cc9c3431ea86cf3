"""The workbench and its lists."""

from __future__ import annotations

from dataclasses import dataclass

from lianfang.kernel.model import Text
from lianfang.office.views.common import NOTHING, Page, PersonView
from lianfang.office.views.rules import AlertView, RefusalView


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. ``step`` is what waits or what was done; ``moment`` is since when, or when; ``urged`` when what waits was last
    urged, '' where nobody did; ``behalf`` is what somebody is called for whom it would be done, empty for one's own; ``soon`` whether it is
    time to remind of its day."""

    id: str
    title: str
    matter: str
    matter_title: Text
    unit_title: Text
    step: Text
    moment: str
    due: str
    status: str
    status_title: Text
    applicant: Text
    urged: str = ""
    behalf: Text = NOTHING
    soon: bool = False


@dataclass(frozen=True, slots=True)
class StandInView:
    """Somebody who stands in for a ``person`` at some ``posts`` (their ids and titles), from a moment until another (UTC texts); it
    ``runs`` when it has begun."""

    stand_in: PersonView
    person: PersonView
    posts: tuple[str, ...]
    titles: tuple[Text, ...]
    since: str
    until: str
    runs: bool


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A matter that somebody can start."""

    id: str
    title: Text
    unit: str
    unit_title: Text
    first_step: Text


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A turn of a recurring duty (履责) that a person's post owes. ``case_id`` is empty until it was begun; ``state`` is open,
    overdue or done. ``matter`` is the small matter to start, with ``period`` as the value of its record's ``period``."""

    matter: str
    title: Text
    parent: str
    parent_title: Text
    unit_title: Text
    period: str
    opens_at: str
    due: str
    state: str
    case_id: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The workbench: what waits for me (待办), what I did (已办), what I started (我发起), what was copied to me (抄送我的), my
    duties, what I can start, my latest acts that were refused, of the ``alerts`` that I look after the latest (``noticed``), and what
    others have yet to do of which I bear that it is ``overdue``."""

    waiting: Page[CaseLine]
    done: Page[CaseLine]
    started: Page[CaseLine]
    copied: Page[CaseLine]
    duties: tuple[DutyLine, ...]
    startable: tuple[MatterLine, ...]
    alerts: int
    refused: tuple[RefusalView, ...] = ()
    noticed: tuple[AlertView, ...] = ()
    overdue: tuple[CaseLine, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo office, for the table that the server prints and the sign-in page shows."""

    login: str
    name: Text
    unit: Text
    posts: tuple[Text, ...]
    password: str
