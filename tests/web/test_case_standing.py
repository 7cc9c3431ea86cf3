"""What a case's page says comes next, on the way that was taken."""

from __future__ import annotations

from lianfang.kernel.model import Text
from lianfang.kernel.wording import both
from lianfang.office.views import MapRow
from lianfang.web.case.standing import following

NONE = Text("", "")


def row(step: str, condition: str = "", state: str = "ahead") -> MapRow:
    return MapRow(step, both(step), NONE, "task", state, NONE, "", both(condition), ())


SEAL = (
    row("apply", state="done"), row("approve", state="now"), row("director", "外出"), row("leave", "外出"), row("hand_back", "外出"),
    row("use", "不外出"), row("custody"),
)  # fmt: skip
EXPENSE = (row("deputy", state="now"), row("director", "大于三千"), row("meeting", "大于三千；大于五万"), row("settle"), row("pay"))


def after(rows: tuple[MapRow, ...], step: str) -> list[str]:
    return [found.step for found in following(rows, step)]


def test_before_a_choice_each_branch_may_come() -> None:
    assert after(SEAL, "approve") == ["director", "use", "custody"]
    assert after(EXPENSE, "deputy") == ["director", "meeting", "settle"]


def test_inside_a_branch_the_others_do_not_come() -> None:
    assert after(SEAL, "director") == ["leave"]
    assert after(SEAL, "hand_back") == ["custody"]
    assert after(EXPENSE, "director") == ["meeting", "settle"]


def test_after_the_last_step_nothing_comes() -> None:
    assert after(SEAL, "custody") == []
