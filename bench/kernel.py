"""The kernel alone: verdicts a second, verdicts as canonical entries, and entries judged again. One core, no database."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lianfang.evidence import canonical
from lianfang.kernel import Case, Command, Matter, decide, judge
from lianfang.kernel.entry import Rejudge, command_of, fold
from lianfang.office.engine import engine
from lianfang.store.models import Entry

Json = dict[str, Any]
Judgement = tuple[Matter, Case, Command, Json]


def entries() -> list[Json]:
    """The evidence of the office that is open, from the first entry."""
    return [json.loads(body) for body in Entry.objects.order_by("id").values_list("body", flat=True)]


def judgements(log: Sequence[Json]) -> Iterator[Judgement]:
    """Every command of a log as it stood before the judge."""
    cases: dict[str, Case] = {}
    for entry in log:
        if "command" in entry:
            matter = engine().matter_of(entry["version"])
            case = cases.get(entry["case"]) or matter.new_case(entry["case"])
            yield matter, case, command_of(entry), entry["facts"]
            cases[entry["case"]] = fold(case, [entry])


def verdicts(judged: Sequence[Judgement]) -> Callable[[], object]:
    """Judges them all."""

    def work() -> None:
        for matter, case, command, facts in judged:
            decide(matter, case, command, facts)

    return work


def canonical_verdicts(judged: Sequence[Judgement]) -> Callable[[], object]:
    """Judges them all and writes each as the canonical entry that is kept."""

    def work() -> None:
        for matter, case, command, facts in judged:
            canonical(judge(matter, case, command, facts).entry)

    return work


def judged_again(log: Sequence[Json]) -> Callable[[], object]:
    """Judges a log again, from its first entry."""

    def work() -> None:
        rejudge = Rejudge(engine().matter_of)
        for entry in log:
            fault = rejudge.check(entry)
            assert fault is None, fault

    return work


def a_second(work: Callable[[], object], things: int, seconds: float) -> float:
    """How many things in a second of a core, when ``work`` does this many: the best of its runs, the others having been disturbed."""
    best, ends = 0.0, time.process_time() + seconds
    for turn in itertools.count():
        begun = time.process_time()
        if turn and begun > ends:
            return best
        work()
        best = max(best, things / (time.process_time() - begun))
    raise AssertionError
