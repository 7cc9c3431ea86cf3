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
from lianfang.kernel.schedule import office_day
from lianfang.office.alert_log import ABOUT, raise_alert
from lianfang.store.models import Alert

if TYPE_CHECKING:
    from lianfang.office.engine import Engine

_log = logging.getLogger(__name__)

CERTAIN = 3


@contextmanager
def guarded(engine: Engine, matter: Matter, control: Control, *cases: str) -> Iterator[None]:
    """Look at a control in here, at what concerns these cases. Whatever fails is reported and told as an alert of the control, once for
    each kind of failure, and again on a day on which it still fails although that was closed.

    A database that fails is no fault of a rule: it is raised on, and the next sweep looks again.
    """
    try:
        yield
    except Error:
        raise
    except Exception as error:
        _log.exception("防控措施没能检查 / a control could not be looked at: %s %s", matter.id, control.id)
        about = "|".join(("failed", type(error).__name__, *cases))
        known = Alert.objects.filter(matter=matter.id, control=control.id, about=about[:ABOUT]).first()
        if known is None or known.status == Alert.CLOSED:
            again = office_day(engine.now()).isoformat() if known is not None else ""
            raise_alert(engine, matter, control, Finding(about, cases, CERTAIN, _told(control, error, again)))


def _told(control: Control, error: Exception, again: str) -> Text:
    """What failed; with the day where it still does after the alert was closed, so that it is open again."""
    title, kind = control.title, type(error).__name__
    still = Text(f"销号之后，{again} 仍然出错。", f" It was closed, and still failed on {again}.") if again else Text("", "")
    return Text(
        f"“{title.zh}”没能检查：规则执行出错（{kind}）。{still.zh}修正之前，它该发现的发现不了，请由系统管理员查看日志并修正该事项的规则。",
        f"“{title.en}” could not be looked at: its rule failed ({kind}).{still.en} Until it is mended, what it should find is not found:"
        " ask the system administrator to read the log and mend the rule.",
    )
