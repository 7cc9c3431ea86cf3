"""A form as its person left it: with what was carried through signing in, with their draft, or as the record has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.http import QueryDict

from lianfang.kernel.model import Text
from lianfang.office.views import DraftView, FormView
from lianfang.web import drafts
from lianfang.web.case.foresight import looking_ahead
from lianfang.web.case.foresight import posted as as_posted
from lianfang.web.case.inputs import Form, build
from lianfang.web.case.typed import Typed, from_record

BACK = Text(
    "您刚才填的内容没有提交，已填回原处；新选的文件须重新选择。请核对后再提交。",
    "What you filled in was not submitted. It is back in its place, but files must be chosen again. Check it and submit.",
)


def begun(
    person: str,
    view: FormView,
    draft: DraftView | None,
    carried: QueryDict | None = None,
    given: Mapping[str, tuple[str, ...]] | None = None,
) -> Form:
    """The form of a person. What was carried is newer than their draft; what the address gives counts more than what it finds there."""
    if carried is not None:
        form = replace(_filled(person, view, carried, {}, BACK), answers=True)
    elif draft is not None:
        left = from_record(field for field in view.fields if field.id in draft.left)
        form = _filled(person, view, drafts.typed(draft), {**left, **(given or {})}, drafts.told(draft, view.n))
    else:
        form = build(view, {**from_record(view.fields), **(given or {})})
    return looking_ahead(person, form)


def _filled(person: str, view: FormView, posted: QueryDict, over: Typed, note: Text) -> Form:
    return replace(as_posted(person, view, posted, over, note), left=True)
