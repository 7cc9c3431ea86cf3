"""The documents that a case gives, and what a printed one is checked by."""

from __future__ import annotations

from dataclasses import dataclass

from lianfang.kernel.model import Text
from lianfang.office.views.case import StampView, ValueView
from lianfang.office.views.common import NOTHING


@dataclass(frozen=True, slots=True)
class SignatureView:
    """Who signs: what they did at which step, as which post, when (UTC text, '' for a step that still waits) and in which words."""

    step: Text
    act: Text
    who: Text
    post: Text
    at: str
    opinion: str = ""
    votes: tuple[ValueView, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedView:
    """The answer to a code: what should be printed, whether the entries it rests on are as they were kept (``sound``), whether it still
    ``stands`` (no act that it rests on was taken back, and of a sheet nothing came after it), and its place in a log of ``size`` entries,
    None while it waits for one."""

    stamp: StampView
    sound: bool
    stands: bool
    place: int | None
    size: int


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as it is printed. ``text`` has an empty line between paragraphs; ``sections`` are tables, each under its heading, which
    may be empty; ``status`` is how the case stands, on a sheet only."""

    stamp: StampView
    unit_title: Text
    matter_title: Text
    case_title: str
    applicant: Text
    opened_at: str
    to: Text = NOTHING
    text: Text = NOTHING
    sections: tuple[tuple[Text, tuple[ValueView, ...]], ...] = ()
    signatures: tuple[SignatureView, ...] = ()
    status: Text = NOTHING
