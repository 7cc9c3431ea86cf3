"""The pure kernel: same input, same verdict. No clock, no database, no randomness."""

from lianfang.kernel.decide import decide, evolve, needs
from lianfang.kernel.model import Case, Command, CommandError, Event, Matter, Refusal, Text

__all__ = ["Case", "Command", "CommandError", "Event", "Matter", "Refusal", "Text", "decide", "evolve", "needs"]
