"""The page of a simulated life: what its watches raised and missed, by detector, under the command that makes it again."""

from __future__ import annotations

from collections import Counter

from five import EXPENSE, five
from lianfang.simulate import simulate
from lianfang.simulate.page import page
from lianfang.watch.engine import find


def test_the_watches_of_one_detector_are_told_together():
    report = simulate(five(), find, 60, seed=8, misconduct=1.0, matters=[EXPENSE])
    rows = {one.id: one for one in report.by_detector(report.figures())}
    slices = [one for one in report.figures() if one.id in {f"{EXPENSE}/slices", f"{EXPENSE}/slices-large"}]
    assert len(slices) == 2
    assert rows["splitting"].wanted == sum(one.wanted for one in slices) > 0
    summed, told = Counter[str](), Counter[str]()
    for figures, count in ((report.figures(), summed), (rows.values(), told)):
        for one in figures:
            count.update({"raised": one.raised, "true": one.true, "found": one.found})
    assert summed == told
    written = page(report, "lianfang simulate --seed 8")
    assert "    lianfang simulate --seed 8\n" in written
    assert f"| `splitting` | {rows['splitting'].raised} |" in written
