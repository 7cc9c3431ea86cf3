"""Files from elsewhere: how fast the log of another system, and open data of procurement, are read and looked at. One core, no database."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from lianfang.interchange.logs import read_log
from lianfang.interchange.ocds.releases import Releases
from lianfang.watch import flags
from lianfang.watch.unusual import look

CASES = 4_000
STEPS = ("申请", "受理", "初审", "复核", "审批", "办结")
HEAD = "办件编号,环节,办理时间,经办人,岗位,金额,渠道\n"


def log(folder: Path) -> tuple[Callable[[], object], int]:
    """Reads a log as a table and ranks its cases; how many events it has."""
    path = folder / "log.csv"
    chance = random.Random(7)
    path.write_text(HEAD + "".join(_events(chance)), "utf-8")

    def work() -> None:
        read = read_log(path, {})
        assert look(read.cases, read.traits).cases

    return work, CASES * len(STEPS)


def _events(chance: random.Random) -> Iterator[str]:
    for case in range(CASES):
        amount = round(chance.lognormvariate(8, 1), 2)
        for place, step in enumerate(STEPS):
            person = f"第{place}{chance.choice('甲乙丙丁戊己庚辛')}"
            yield f"C{case},{step},2026-{case % 12 + 1:02}-{case % 28 + 1:02} {9 + place}:{case % 60:02},{person},岗{place},{amount},窗口\n"
    yield f"C{CASES},办结,2026-01-05 09:00,第0甲,岗0,1,窗口\n"


def releases(folder: Path) -> tuple[Callable[[], object], int]:
    """Reads releases and computes every flag; how many processes there are."""
    path = folder / "releases.jsonl"
    chance = random.Random(7)
    path.write_text("".join(json.dumps(_release(chance, number)) + "\n" for number in range(CASES)), "utf-8")

    def work() -> None:
        assert flags.look(Releases(path)).looked == CASES

    return work, CASES


def _release(chance: random.Random, number: int) -> dict[str, object]:
    prices = sorted(round(chance.lognormvariate(12, 0.1), 2) for _ in range(4))
    who = [f"T{one}" for one in chance.sample(range(200), len(prices))]
    bids = [
        {
            "status": "valid", "date": "2026-02-01T09:00:00+08:00", "tenderers": [{"id": one}],
            "value": {"amount": price, "currency": "CNY"},
        }
        for one, price in zip(who, prices, strict=True)
    ]  # fmt: skip
    return {
        "ocid": f"ocds-bench-{number}", "buyer": {"id": f"B{number % 40}"},
        "tender": {
            "procurementMethod": "open", "numberOfTenderers": len(bids), "procuringEntity": {"id": f"P{number % 40}"},
            "tenderPeriod": {"startDate": "2026-01-05T09:00:00+08:00", "endDate": "2026-02-02T09:00:00+08:00"},
        },
        "bids": {"details": bids},
        "awards": [{"status": "active", "suppliers": [{"id": who[0]}], "items": [{"classification": {"id": f"{number % 30}000000"}}]}],
    }  # fmt: skip
