"""Ways of narrowing a list that a person keeps for themselves (常用筛选). Like drafts they are no evidence (ADR 13)."""

from __future__ import annotations

from lianfang.kernel.model import CommandError, FieldError, Text
from lianfang.office.views import FilterView, NotFound
from lianfang.store.models import SavedFilter

MOST, MOST_NAME = 20, 20
NO_NAME = Text("请写明筛选的名称", "give it a name")
TOO_MANY = Text(f"最多保存 {MOST} 个筛选，请先删除不用的", f"at most {MOST} are kept: delete what you don't use first")
NONE = Text("没有这个筛选。", "There is no such filter.")


def keep(person: str, name: str, place: str) -> None:
    """Keep an address under a name, in the place of what had that name before. Raises CommandError."""
    called = name.strip()[:MOST_NAME]
    if not called:
        raise CommandError([FieldError("name", NO_NAME)])
    mine = SavedFilter.objects.filter(person=person)
    if mine.count() >= MOST and not mine.filter(name=called).exists():
        raise CommandError([FieldError("name", TOO_MANY)])
    SavedFilter.objects.update_or_create(person=person, name=called, defaults={"place": place})


def kept(person: str) -> tuple[FilterView, ...]:
    """What a person keeps, by name."""
    return tuple(FilterView(one.name, one.place) for one in SavedFilter.objects.filter(person=person).order_by("name"))


def drop(person: str, name: str) -> None:
    """Forget one. Raises NotFound."""
    if not SavedFilter.objects.filter(person=person, name=name).delete()[0]:
        raise NotFound(NONE)
