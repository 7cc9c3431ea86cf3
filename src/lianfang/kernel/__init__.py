"""The pure kernel: same input, same verdict. No clock, no database, no randomness."""

from lianfang.kernel.build import without
from lianfang.kernel.decide import decide, evolve, needs, read
from lianfang.kernel.entry import Judged, Rejudge, judge
from lianfang.kernel.ledger import Add, Ledgers, Put, Release, ledger_changes
from lianfang.kernel.model import Case, Command, CommandError, Event, Matter, Refusal, Text

__all__ = [
    "Add",
    "Case",
    "Command",
    "CommandError",
    "Event",
    "Judged",
    "Ledgers",
    "Matter",
    "Put",
    "Refusal",
    "Rejudge",
    "Release",
    "Text",
    "decide",
    "evolve",
    "judge",
    "ledger_changes",
    "needs",
    "read",
    "without",
]
