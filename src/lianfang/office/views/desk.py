"""The workbench and its lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lianfang.kernel.model import Text
from lianfang.office.views.case import Outcome
from lianfang.office.views.common import NOTHING, Page, PersonView
from lianfang.office.views.rules import AlertView, RefusalView


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. ``step`` is what waits or what was done; ``moment`` is since when, or when; ``urged`` when what waits was last
    urged, '' where nobody did; ``behalf`` is what somebody is called for whom it would be done, empty for one's own; ``soon`` whether it is
    time to remind of its day; ``batch`` the step, where it may be approved with others at once and is one's own to do, else '', and ``n``
    how many acts the case has had."""

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
    batch: str = ""
    n: int = 0


@dataclass(frozen=True, slots=True)
class BatchLine:
    """What came of one case of a batch: its ``outcome``, or what was ``told`` where it could not be submitted at all."""

    case_id: str
    title: str
    step: Text
    outcome: Outcome | None = None
    told: Text = NOTHING

    def saying(self, told: Text) -> BatchLine:
        """The same with what is in its way."""
        return replace(self, told=told)

    def judged(self, outcome: Outcome) -> BatchLine:
        """The same with its verdict."""
        return replace(self, outcome=outcome)


@dataclass(frozen=True, slots=True)
class FilterView:
    """A way of narrowing a list that a person keeps: what they call it, and where it leads."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class DraftView:
    """What a person had typed into a form: the strings of each of its inputs by name, the fields that were ``left`` as the record has
    them, when it was saved and until when it is kept (UTC texts), and how many acts of the case they had seen."""

    fields: Mapping[str, Sequence[str]]
    left: frozenset[str]
    saved_at: str
    until: str
    n: int


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list: the form's address, of which matter and step it is, and of which case (empty for one that is not open yet)."""

    place: str
    matter_title: Text
    unit_title: Text
    step: Text
    case_id: str
    title: str
    saved_at: str
    until: str


@dataclass(frozen=True, slots=True)
class MentionLine:
    """A comment on a case that names the person: of which case it is, by whom, what it says and when (UTC text)."""

    case_id: str
    title: str
    matter_title: Text
    unit_title: Text
    who: Text
    words: str
    at: str


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
    """The workbench: what waits for me (待办), what I did (已办), what I started (我发起), what was copied to me (抄送我的), what I
    began to write (草稿), my duties, what I can start, my latest acts that were refused, of the ``alerts`` that I look after the latest
    (``noticed``) and those that wait for me (``worked``), what others have yet to do of which I bear that it is ``overdue``, and the
    comments that name me and wait for my answer (``mentions``)."""

    waiting: Page[CaseLine]
    done: Page[CaseLine]
    started: Page[CaseLine]
    copied: Page[CaseLine]
    drafts: Page[DraftLine]
    duties: tuple[DutyLine, ...]
    startable: tuple[MatterLine, ...]
    alerts: int
    refused: tuple[RefusalView, ...] = ()
    noticed: tuple[AlertView, ...] = ()
    worked: tuple[AlertView, ...] = ()
    overdue: tuple[CaseLine, ...] = ()
    mentions: tuple[MentionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo office, for the sign-in page, and where it is told ``first`` for the table that the server prints."""

    login: str
    name: Text
    unit: Text
    posts: tuple[Text, ...]
    password: str
    first: bool = False
