"""Words, moments and money in templates. Both languages stand side by side: ``{% t "中文" "English" %}``."""

from __future__ import annotations

import hashlib
from bisect import bisect
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lianfang.catalogue.kept import FAULTS, VERDICTS
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import A_MOMENT, Duration, utc_moment, utc_text, workdays
from lianfang.kernel.wording import moment as office_moment
from lianfang.kernel.wording import money as yuan
from lianfang.office import files
from lianfang.office.engine import engine
from lianfang.office.refusals import FAMILIES, GRADES
from lianfang.web import carried

register = template.Library()
EMPTY = "—"
NOT_RUN = Text("未演练", "not run")
HOUR, DAY = 3600, 86400
HEAT = (1, 3, 10, 30)
"""From how many on a count falls in each class, as the legend has it."""


@register.simple_tag
def t(zh: str, en: str) -> str:
    """The words in the reader's language."""
    return en if english() else zh


@register.filter
def say(text: Text) -> str:
    """A text in the reader's language; the Chinese where there is no English."""
    return (text.en or text.zh) if english() else text.zh


@register.simple_tag
def own_words(text: Text) -> SafeString:
    """The source's own word after its English, for those who compare; a Chinese reader has it before them already."""
    return format_html(' <span class="own" lang="zh-Hans">{}</span>', text.zh) if english() and text.en != text.zh else SafeString()


@register.simple_tag
def own_sentence(text: Text) -> SafeString:
    """A sentence of the source in its own words, on a line below the English: the Chinese is what counts."""
    return format_html('<span class="own-sentence" lang="zh-Hans">{}</span>', text.zh) if english() and text.en else SafeString()


@register.filter
def grade_title(grade: str) -> Text:
    """The word for a grade."""
    return GRADES[grade]


@register.filter
def family_title(family: str) -> Text:
    """The word for a family of controls."""
    return FAMILIES[family]


@register.filter
def verdict_title(verdict: str) -> Text:
    """How a drill went, in words; '' where it was not run."""
    return VERDICTS.get(verdict) or FAULTS.get(verdict) or NOT_RUN


@register.filter
def unit_title(unit: str) -> Text:
    """What a unit, a post or a body is called."""
    return engine().title(unit)


@register.filter
def moment(utc: str) -> str:
    """A UTC moment by the office's clock, ``2026-01-05 09:30``; a dash for none."""
    return office_moment(utc) if utc else EMPTY


@register.filter
def money(fen: int | None) -> str:
    """Fen as yuan, ``¥2,900.00``; a dash for none."""
    return EMPTY if fen is None else yuan(fen)


@register.filter
def left(due: str) -> str:
    """How long is left until a deadline, or how long it is overdue, in words: from a day on in working days, where there are any; nothing
    where there is no deadline."""
    if not due:
        return ""
    seconds = _until(due)
    size = _length(abs(seconds), _workdays_until(due))
    return say(Text(f"剩 {size.zh}", f"{size.en} left") if seconds >= 0 else Text(f"逾期 {size.zh}", f"{size.en} overdue"))


@register.filter
def waited(since: str) -> str:
    """How long something has waited since a moment, in words: from a day on in working days, where there were any."""
    return say(_length(abs(_until(since)), _workdays_until(since)))


@register.filter
def depth(count: int) -> int:
    """In which of the four classes of a heat layer a count falls, the fewest first: 1 to 4."""
    return bisect(HEAT, count)


@register.filter
def late(due: str) -> bool:
    """Whether a deadline has passed."""
    return bool(due) and _until(due) < 0


@register.simple_tag
def control_url(name: str) -> str:
    """Where a control (``matter/control``) is described: its place on the page of its matter."""
    matter, _, control = name.rpartition("/")
    return f"{reverse('matter', args=[matter])}#control-{control}"


@register.simple_tag
def writer(person: str) -> str:
    """The signed field of a form: whom it is made for."""
    return carried.mark(person)


@register.simple_tag
def most_file_bytes() -> int:
    """What a file may weigh."""
    return files.MOST


@register.simple_tag
def file_too_big() -> str:
    """What is said of a file that weighs more."""
    return say(files.TOO_BIG)


@register.simple_tag
def most_bytes() -> int:
    """What the files of one submission may come to, with room for what is typed."""
    return int(settings.LIANFANG_MOST_BODY) - settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@register.simple_tag
def asset(name: str) -> str:
    """The address of a static file with its content's hash, so that browsers keep it until it changes."""
    place = finders.find(name)
    return static(name) + (_version(place, Path(place).stat().st_mtime_ns) if place else "")


def english() -> bool:
    """Whether the reader has switched to English."""
    return (get_language() or "").startswith("en")


def _until(due: str) -> float:
    return (utc_moment(due) - utc_moment(engine().now())).total_seconds()


def _workdays_until(due: str) -> int:
    """The working days that come after today until a deadline, or that came since: what is due at midnight is due on the day before."""
    last, now, calendar = utc_text(utc_moment(due) - A_MOMENT), engine().now(), engine().calendar
    return workdays(min(last, now), max(last, now), calendar)


def _length(seconds: float, days: int) -> Text:
    if seconds < HOUR:
        return Text("不到 1 小时", "less than an hour")
    if seconds >= DAY and days:
        return Duration(days, "wd").words
    many, zh, en = (seconds // HOUR, "小时", "hour") if seconds < DAY else (seconds // DAY, "天", "day")
    return Text(f"{many:.0f} {zh}", f"{many:.0f} {en}{'' if many == 1 else 's'}")


@lru_cache(maxsize=16)
def _version(place: str, _written: int) -> str:
    """What tells browsers one content of a file from another; it may be built anew while the server runs."""
    with open(place, "rb") as file:  # noqa: PTH123 a path as the finder gives it
        return f"?v={hashlib.file_digest(file, 'sha256').hexdigest()[:10]}"
