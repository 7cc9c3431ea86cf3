"""Both languages side by side in templates, and moments as the office's clock shows them."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from lianfang.kernel.model import Text
from lianfang.kernel.schedule import utc_moment
from lianfang.kernel.wording import moment as office_moment
from lianfang.office.engine import engine

register = template.Library()
DAY = 86400
NONE = "—"


def english() -> bool:
    """Whether the reader has switched to English."""
    return (get_language() or "").startswith("en")


@register.simple_tag
def t(zh: str, en: str) -> str:
    """The words in the reader's language."""
    return en if english() else zh


@register.filter
def say(text: Text) -> str:
    """A text in the reader's language; the Chinese where there is no English."""
    return (text.en or text.zh) if english() else text.zh


@register.filter
def moment(text: str) -> str:
    """A UTC moment by the office's clock; a dash for none."""
    return office_moment(text) if text else NONE


@register.filter
def left(due: str) -> str:
    """How long is left until a deadline, in words; a dash for none."""
    if not due:
        return NONE
    seconds = (utc_moment(due) - utc_moment(engine().now())).total_seconds()
    days = int(abs(seconds) // DAY)
    if seconds < 0:
        return t(f"已逾期 {days} 天" if days else "已逾期", f"{days} days overdue" if days else "overdue")
    return t(f"还剩 {days} 天" if days else "今日到期", f"{days} days left" if days else "due within a day")
