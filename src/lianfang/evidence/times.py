"""The moments of a log while it passes by: whether time runs on.

A case's entries are written one after another, each no earlier than the one before it: where one is, somebody wrote it who did not
keep to that, and it is a fault. Across cases nobody waits for anybody: an entry's moment is read before its turn comes, several
processes have clocks of their own, and a clock that went wrong is set right again. So a log that holds can still run back, and that
is remarked where it is more than waiting explains: whoever reads deadlines off the log must know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from lianfang.evidence.bundle import Remark

FORM = "%Y-%m-%dT%H:%M:%SZ"
LEEWAY = timedelta(minutes=5)
"""What waiting for the writer, a slow transaction and clocks that are kept in step may come to."""


class Times:
    """Looks at one entry after another, in the order of the log."""

    def __init__(self) -> None:
        self._of_case: dict[str, str] = {}
        self._latest = ""
        self._early = 0
        self._first = (-1, "", "")

    def passing(self, index: int, entry: Mapping[str, Any]) -> tuple[str, str] | None:
        """What is wrong with the moment of the next entry; None also for an entry that has none."""
        case, command = entry.get("case"), entry.get("command", entry)
        at = command.get("at") if isinstance(command, dict) else None
        if at is None:
            return None
        if not _is_moment(at):
            written = at[:20] if isinstance(at, str) else "—"
            return f"时间写法不对：{written}", f"not written as a moment: {written}"
        if at >= self._latest:
            self._latest = at
        elif datetime.fromisoformat(self._latest) - datetime.fromisoformat(at) > LEEWAY:
            self._early += 1
            if self._early == 1:
                self._first = index, at, self._latest
        if not isinstance(case, str):
            return None
        before = self._of_case.get(case, "")
        self._of_case[case] = max(at, before)
        if at >= before:
            return None
        return f"时间倒退：{at}，而本办件此前已到 {before}", f"time runs back to {at}, where its case had come to {before}"

    def remarks(self) -> Iterator[Remark]:
        """What an auditor should know, once all have passed."""
        if self._early:
            leaf, at, latest = self._first
            yield Remark(
                f"从第 {leaf} 叶起有 {self._early} 条存证早于此前的存证五分钟以上（{at} 在 {latest} 之后）：时钟曾被拨回或走得不准",
                f"from leaf {leaf} on, entries that are more than five minutes before an earlier one ({at} after {latest}): "
                f"{self._early}; a clock was set back or ran wrong",
            )


def _is_moment(at: Any) -> bool:
    """Whether this is text of the one form in which the order of texts is that of time."""
    try:
        return isinstance(at, str) and datetime.fromisoformat(at).strftime(FORM) == at
    except ValueError:
        return False
