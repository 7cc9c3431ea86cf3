"""A version that was published goes on judging when the catalogue's rules grow stricter, as long as what it means is clear."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from lianfang.catalogue.compile import compile_matter, compile_source
from lianfang.catalogue.load import Catalogue
from lianfang.kernel import decide
from lianfang.kernel.model import Command, Refusal
from tests.five import five

EXPENSE = "information-centre/expense"
Source = dict[str, Any]
WORDS = {"zh": "一", "en": "one"}
FIGURE = {"value": 2, "unit": "count", "cite": WORDS}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return five()


@pytest.fixture
def source(catalogue: Catalogue) -> Source:
    """The full source of the expenses, to be written as an office may once have written it."""
    file = catalogue.matters[EXPENSE]
    return copy.deepcopy(dict(file.source))


def collect(matter: Source, name: str) -> None:
    """One field more, which the last step collects."""
    matter["record"][name] = {"type": "text", "label": WORDS}
    matter["steps"]["pay"]["form"].append(name)


def rename(matter: Source, old: str, new: str) -> None:
    written = json.loads(json.dumps(matter).replace(f'"{old}"', f'"{new}"'))
    matter.clear()
    matter.update(written)


def as_twice(section: str) -> Callable[[Source], object]:
    return lambda matter: matter[section].append(copy.deepcopy(matter[section][-1]))


CLEAR: dict[str, Callable[[Source], object]] = {
    "a field that no step collects": lambda m: m["record"].update(spare={"type": "text", "label": WORDS}),
    "a field and a step of one name": lambda m: collect(m, "pay"),
    "a parameter and a step of one name": lambda m: m["params"].update(pay=FIGURE),
    "a field called as the system's own": lambda m: collect(m, "votes"),
    "a step that the flow leaves out": lambda m: m["steps"].update(spare={"title": WORDS, "kind": "task", "by": "applicant"}),
    "a field twice in a form": lambda m: m["steps"]["pay"]["form"].append("paid"),
    "a risk twice": as_twice("risks"),
    "a control twice": as_twice("controls"),
    "what no type needs": lambda m: m["record"]["title"].update(min=1),
    "the most below the least": lambda m: m["record"]["paid"].update(max=0),
    "an approval that sends nowhere back": lambda m: m["steps"]["recheck"].pop("returns_to"),
    "a return to where not every case was": lambda m: m["steps"]["settle"].update(returns_to="director"),
    "no word on false alarms": lambda m: m["controls"][-1].pop("false_alarms"),
    "an empty title": lambda m: m["title"].update(en=" "),
    "capitals in a field": lambda m: collect(m, "Note"),
    "an underscore in a control": lambda m: rename(m, "integrity-training", "integrity_training"),
    "a day that no calendar has": lambda m: m.update(version_date="2026-02-30"),
    "no row of a register": lambda m: m["source"].update(register=[]),
    "a figure below nothing": lambda m: m["params"].update(less={**FIGURE, "value": -1}),
    "an item called as a field": lambda m: m["controls"][3].update(that="sum(invoices.map(paid, paid.amount)) == amount"),
    "a condition that nobody can read": lambda m: m["controls"][3].update(that="amount == amount" + " && amount == amount" * 200),
    "a column of another type": lambda m: m["steps"]["pay"]["writes"][0]["data"].update(payee="paid"),
}  # fmt: skip
UNCLEAR: dict[str, Callable[[Source], object]] = {
    "an unknown key": lambda m: m.update(unti="x"),
    "an unknown parameter": lambda m: m["controls"][3].update(thta="true"),
    "an unknown kind": lambda m: m["controls"][3].update(kind="macth"),
    "a field that is not there": lambda m: m["steps"]["pay"]["form"].append("payd"),
    "a step that is not there": lambda m: m["flow"].append("spare"),
    "a step twice in the flow": lambda m: m["flow"].append("pay"),
    "a condition that can't be read": lambda m: m["controls"][3].update(that="amount =="),
    "a name that leads nowhere": lambda m: m["controls"][3].update(that="amuont == amount"),
    "a post that is not there": lambda m: m["steps"]["pay"].update(by="cashire"),
    "a ledger that is not there": lambda m: m["steps"]["pay"]["writes"][0].update(ledger="paymints"),
    "a choice without an otherwise": lambda m: m["flow"][5]["choose"].pop(),
    "a required parameter left out": lambda m: m["controls"][3].pop("that"),
}


def faults(source: Source) -> list[str]:
    found: list[str] = []
    made = compile_matter(source, lambda place, text: found.append(text.en))
    assert (made is None) == bool(found)
    return found


def opened(source: Source) -> Any:
    """What the verdict on somebody of another unit who files a claim is, by this source."""
    matter = compile_source(source)
    data = {
        "title": "打印纸", "payee": "宝文", "vouchers": "0" * 64,
        "invoices": [{"seller": "宝文", "number": "1", "date": "2026-11-02", "amount": 1}],
    }  # fmt: skip
    command = Command("", "collect", "do", data, "stranger", "", "2026-11-24T01:00:00Z")
    facts = {"posts:stranger": [], "person:stranger": {"unit": "elsewhere"}, f"file:{'0' * 64}": None, "entry:invoices:宝文:1": None}
    return decide(matter, matter.new_case(), command, facts)


@pytest.mark.parametrize("change", CLEAR.values(), ids=CLEAR)
def test_what_a_catalogue_would_refuse_but_is_clear_judges_as_before(source: Source, change: Callable[[Source], object]) -> None:
    before = opened(source)
    assert isinstance(before, Refusal)
    change(source["matter"])
    assert faults(source), "today's catalogue refuses it"
    assert opened(source) == before


@pytest.mark.parametrize("change", UNCLEAR.values(), ids=UNCLEAR)
def test_what_is_unclear_never_judges(source: Source, change: Callable[[Source], object]) -> None:
    change(source["matter"])
    assert faults(source)
    with pytest.raises(ValueError, match=r"."):
        compile_source(source)
