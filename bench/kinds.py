"""What each kind of control costs: lawful cases of six matters, which ask every gate there is, judged without an office."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from bench.kernel import Judgement, a_second, verdicts
from bench.rates import Line
from lianfang.catalogue.drills import office as memory
from lianfang.catalogue.drills.runner import Stage, play
from lianfang.catalogue.load import Catalogue, load
from lianfang.kernel.controls.base import Judge
from lianfang.kernel.decide import FORWARD, read
from lianfang.kernel.entry import Judged
from lianfang.kernel.model import Case, Command, Facts, Matter, Values
from lianfang.watch.engine import find

MIX = (
    "information-centre/expense", "government-services/seal", "information-centre/contract", "archives-bureau/procurement",
    "government-services/vehicle", "open-government/openness-assessment",
)  # fmt: skip
"""The two matters that were live first, and one of each of four templates."""
NAME, FLOOR = "decide, six matters' mix of controls", 100_000
REPEATS = 20

Asked = tuple[Judge, Case, Command, Values, Facts]


@dataclass(frozen=True)
class Cost:
    """What the gates of a kind cost: how often one is asked by a thousand commands, microseconds each time, and their share of judging."""

    kind: str
    asked: float
    each: float
    share: float


def mix(catalogue: Catalogue) -> list[Judgement]:
    """Every command of the lawful drills of the six that go to the end, as cases do, with the facts it was judged on; their duties too."""
    kept: list[Judgement] = []
    judge = memory.judge

    def keeping(matter: Matter, case: Case, command: Command, facts: Facts) -> Judged:
        kept.append((matter, case, command, dict(facts)))
        return judge(matter, case, command, facts)

    memory.judge = keeping  # type: ignore[assignment]
    try:
        for file in (catalogue.matters[name] for name in MIX):
            for drill in file.drills.drills:
                if drill.ends == "completed":
                    play(Stage(catalogue, file, file.matter, find), drill)
    finally:
        memory.judge = judge
    return kept


def line(judged: Sequence[Judgement], seconds: float) -> Line:
    """How many commands of the mix are judged in a second of a core."""
    return Line(NAME, a_second(verdicts(judged), len(judged), seconds), "", 0.0, 0.0, FLOOR)


def costs(judged: Sequence[Judgement]) -> list[Cost]:
    """What the gates of each kind cost beside all of judging, the dearest first; last what is not any gate's."""
    asked: dict[str, list[Asked]] = defaultdict(list)
    for matter, case, command, facts in judged:
        if command.step and command.act in FORWARD:
            kinds = {control.id: control.kind for control in matter.controls}
            reading = read(matter, case, command)
            for control, judge in reading.plan.judges:
                asked[kinds[control]].append((judge, case, command, reading.values, facts))
    whole = _spent(verdicts(judged))
    spent = {kind: _spent(_asking(some)) for kind, some in asked.items()}
    found = [
        Cost(kind, 1000 * len(asked[kind]) / len(judged), 1e6 * own / len(asked[kind]), own / whole)
        for kind, own in sorted(spent.items(), key=lambda one: -one[1])
    ]
    rest = whole - sum(spent.values())
    return [*found, Cost("", 1000.0, 1e6 * rest / len(judged), rest / whole)]


def _asking(some: Sequence[Asked]) -> Callable[[], object]:
    def work() -> None:
        for judge, *given in some:
            judge(*given)

    return work


def _spent(work: Callable[[], object]) -> float:
    """Seconds of a core that it takes: the least of its runs, the others having been disturbed."""

    def once() -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    return min(once() for _ in range(REPEATS))


def table(seconds: float, *, as_json: bool) -> None:
    """Print the costs of the built-in catalogue."""
    judged = mix(load())
    if as_json:
        print(json.dumps({"commands": len(judged), "costs": [asdict(cost) for cost in costs(judged)]}, ensure_ascii=False, indent=2))
        return
    print(f"{len(judged)} 条命令 / commands, {line(judged, seconds).rate:,.0f}/s")
    print(f"{'种类 kind':<14}{'每千条 per 1000':>16}{'µs':>9}{'占比 share':>10}")
    for cost in costs(judged):
        print(f"{cost.kind or '其余 the rest':<14}{cost.asked:>16,.0f}{cost.each:>9.2f}{cost.share:>10.1%}")
