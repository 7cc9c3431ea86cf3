"""A form, made from a matter's record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from lianfang.kernel.model import FieldError, Text
from lianfang.office.views.common import NOTHING, FileView, PersonView
from lianfang.office.views.rules import RefusalView


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field. ``far`` is what stands after the others, for it is seldom the one: somebody of another unit."""

    value: str
    label: Text
    group: Text = NOTHING
    far: bool = False


@dataclass(frozen=True, slots=True)
class FormField:
    """One input of a form. ``value`` is a kernel value; ``columns`` are those of a list; ``file`` is what a hash stands for.
    ``heading`` stands above the first of several that belong together."""

    id: str
    type: str
    label: Text
    required: bool
    help: Text = NOTHING
    value: Any = None
    options: tuple[Option, ...] = ()
    columns: tuple[FormField, ...] = ()
    file: FileView | None = None
    min: int | None = None
    max: int | None = None
    heading: Text = NOTHING


class FactKind(NamedTuple):
    """A kind of facts from outside, and the columns that a file of it has."""

    id: str
    title: Text
    columns: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class ActChoice:
    """An act that a step offers. A ``forward`` act carries the case on; the others need an opinion."""

    id: str
    title: Text
    forward: bool


@dataclass(frozen=True, slots=True)
class FormView:
    """The form of a step; ``case_id`` is empty for the form that opens a case. ``n`` is the case's number of acts, to notice
    that it changed meanwhile. ``meeting`` lists the members who may attend and vote, by a ``secret`` ballot where it says so; ``returns``
    the earlier steps that it can return the case to, where there is a choice, with ``returns_to`` as what is meant without one; ``behalf``
    is for whom the person would take it, None for themselves."""

    matter: str
    matter_title: Text
    unit_title: Text
    case_id: str
    step: str
    step_title: Text
    kind: str
    note: Text
    acts: tuple[ActChoice, ...]
    fields: tuple[FormField, ...]
    meeting: tuple[PersonView, ...] = ()
    n: int = 0
    returns: tuple[Option, ...] = ()
    returns_to: str = ""
    behalf: PersonView | None = None
    secret: bool = False


class ForeseenView(NamedTuple):
    """A refusal that a form would meet as it stands, and the fields of it that it depends on."""

    refusal: RefusalView
    fields: tuple[str, ...] = ()


class Foresight(NamedTuple):
    """What a form would meet as it stands: what is wrong with what is filled in, and what would be refused."""

    errors: tuple[FieldError, ...] = ()
    refusals: tuple[ForeseenView, ...] = ()
