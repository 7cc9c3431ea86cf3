"""Risks and controls, what they refused and what they noticed."""

from __future__ import annotations

from dataclasses import dataclass

from lianfang.kernel.model import Text
from lianfang.office.views.common import NOTHING


@dataclass(frozen=True, slots=True)
class ControlView:
    """A control as a page shows it. ``source`` is the sentence of the office's document that it carries out."""

    id: str
    title: Text
    kind: str
    kind_title: Text
    family: str
    family_title: Text
    demand: Text
    blind: Text
    source: Text = NOTHING
    false_alarms: Text = NOTHING
    refusals: int = 0
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class RiskView:
    """A risk with the controls that guard it, and how often they acted (in the case, or in all cases on a matter's page). ``named`` are
    the open alerts that name it, on a map with its heat."""

    id: str
    title: Text
    grade: str
    grade_title: Text
    blind_spots: Text
    controls: tuple[ControlView, ...]
    refusals: int = 0
    alerts: int = 0
    named: int = 0


@dataclass(frozen=True, slots=True)
class RefusalView:
    """A refused act: what, by which control, which risk it guards, what the source says and how to comply. ``ask`` is whom to ask: the post
    that answers for the matter and who holds it; told to whoever tried, empty in lists and histories."""

    entry: int
    at: str
    who: Text
    step: Text
    control: str
    control_title: Text
    kind: str
    kind_title: Text
    family: str
    risk: str
    risk_title: Text
    message: Text
    remedy: Text
    source: Text = NOTHING
    case_id: str = ""
    matter_title: Text = NOTHING
    ask: Text = NOTHING


@dataclass(frozen=True, slots=True)
class AlertView:
    """Something a watch noticed. ``level`` is red, orange or yellow; ``stage`` what it waits for, until when (``due``, '' where nothing
    says), and whom it waits for (``holder``, empty while nobody took it over). ``reason`` is why it was closed, ``last`` its last entry."""

    id: int
    matter: str
    matter_title: Text
    unit_title: Text
    control: str
    control_title: Text
    kind_title: Text
    risk_title: Text
    level: str
    level_title: Text
    status: str
    raised_at: str
    cases: tuple[str, ...]
    explanation: Text
    false_alarms: Text
    entry: int
    stage: str = ""
    stage_title: Text = NOTHING
    due: str = ""
    holder: Text = NOTHING
    holder_id: str = ""
    outcome: str = ""
    reason: Text = NOTHING
    last: int = 0


@dataclass(frozen=True, slots=True)
class MapRow:
    """A step of the three-column map with its risks and their controls. ``state`` is done, now, skipped, ahead or ruled-out (ahead, but
    not on this case's way); ``coming`` says of what is ahead whether it comes, may come or never does, as far as the values of the
    case tell now. On a map with its heat ``waiting`` cases stand at the step, the one that does for longest ``since`` then."""

    step: str
    title: Text
    by: Text
    kind: str
    state: str
    who: Text
    at: str
    condition: Text
    risks: tuple[RiskView, ...]
    coming: str = "may"
    waiting: int = 0
    since: str = ""
