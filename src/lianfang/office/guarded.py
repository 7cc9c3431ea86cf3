"""A watch or a duty that fails when it is looked at: the others are looked at all the same, and that this one can't be is an alert."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import Error

from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Matter, Text
from lianfang.office.alert_log import raise_alert

if TYPE_CHECKING:
    from lianfang.office.engine import Engine

_log = logging.getLogger(__name__)

CERTAIN = 3


@contextmanager
def guarded(engine: Engine, matter: Matter, control: Control, *cases: str) -> Iterator[None]:
    """Look at a control in here, at what concerns these cases. Whatever fails is reported and told as an alert of the control, once for
    each kind of failure; a database that fails is no fault of a rule: it is raised on, and the next sweep looks again."""
    try:
        yield
    except Error:
        raise
    except Exception as error:
        _log.exception("防控措施没能检查 / a control could not be looked at: %s %s", matter.id, control.id)
        about = "|".join(("failed", type(error).__name__, *cases))
        raise_alert(engine, matter, control, Finding(about, cases, CERTAIN, _told(control, error)))


def _told(control: Control, error: Exception) -> Text:
    title, kind = control.title, type(error).__name__
    return Text(
        f"“{title.zh}”没能检查：规则执行出错（{kind}）。修正之前，它该发现的发现不了，请由系统管理员查看日志并修正该事项的规则。",
        f"“{title.en}” could not be looked at: its rule failed ({kind}). Until it is mended, what it should find is not found: ask the"
        " system administrator to read the log and mend the rule.",
    )
