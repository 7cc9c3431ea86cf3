"""Unusual cases of a log that has no matter behind it: what seldom comes after what, whose hands a step seldom goes through, what is seldom
said of it.

Of all that is seen alike, how often is it so? The probability of each step given the one before, of each person given the step, of each
post given the step, of each person given the step and who had the one before, of one person having two steps of a case, and of each
attribute given the step (amounts by their class), where it does not say what it said before in the case. What is below a share is told.
Where the rare values together are more than a crowd (numbers of papers, free text, too many people to tell apart), none of them is
unusual, and nothing is told of it.

Source: probabilities given the predecessor, the simplest of the anomaly detectors for event logs (Nolle et al., BINet, 2018).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from lianfang.kernel.model import Text
from lianfang.kernel.wording import joined

RARE, CROWD = 0.02, 0.10
"""Below which share something is unusual; above which share of rare values together they are none."""
BEGINNING, END = "\x02", "\x03"
"""Stand for what comes before the first step and after the last; no text that can be read has them."""
SAME, OTHER = "\x04", "\x05"
"""Whether the one who has a step is the one who had another."""
AGAIN = "\x06"
"""An attribute says what it said before in the case: so an odd value is told once, and a change is odd where nothing usually changes."""
NOTHING = frozenset({OTHER, AGAIN})
"""What is usual however seldom it is."""
FEW_VALUES, MOSTLY = 12, 0.95
"""An attribute is an amount where it has more values than those, and so many of them are numbers."""
MOST_STEPS = 40
"""With how many earlier steps of its case a step is compared."""
NUMBER = re.compile(r"[¥￥]?-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,9})?元?").fullmatch
KINDS: Mapping[str, tuple[Text, Text]] = {
    "path": (
        Text("路径", "path"),
        Text(
            "补正、退回重办、特事特办、新规定刚施行、导出时次序有误或办件尚未办完，也会走出少见的路径。",
            "Corrections, returns, urgent cases, new rules, an export in the wrong order or a case still running make rare paths too.",
        ),
    ),
    "hand": (
        Text("经手人", "hand"),
        Text(
            "请假代理、轮岗、新来的人、人手少的单位，也会出现少见的经手人。",
            "Stand-ins, rotation, newcomers and small teams bring rare hands too.",
        ),
    ),
    "post": (
        Text("岗位", "post"),
        Text(
            "兼岗、顶岗、岗位更名或机构调整，也会出现少见的岗位。",
            "Who holds two posts or fills in for one, posts with a new name and reorganisations bring rare posts too.",
        ),
    ),
    "handover": (
        Text("交接", "handover"),
        Text(
            "请假代理、轮岗、片区调整，也会使平时不搭档的人前后经手。",
            "Stand-ins, rotation and new districts bring together people who seldom work on the same case.",
        ),
    ),
    "same": (
        Text("一手办理", "one hand"),
        Text(
            "人手少、代理或账号共用时，一人会办平时由两人分办的环节。",
            "In small teams, by standing in or with a shared account, one person does what is usually done by two.",
        ),
    ),
    "attribute": (
        Text("属性", "attribute"),
        Text(
            "业务本来少见、口径改变或录入有误，也会出现少见的值。",
            "Business that is rare, a new way of writing or a slip of the keyboard gives rare values too.",
        ),
    ),
}
"""The kinds of what is unusual: what each is called, and what may look like it and be innocent."""


class Seen(Protocol):
    """An event as it is looked at."""

    @property
    def step(self) -> str:
        """What was done."""

    @property
    def person(self) -> str:
        """Who did it, '' where it is not told."""

    @property
    def post(self) -> str:
        """The post of who did it, '' where it is not told."""

    @property
    def line(self) -> int:
        """Where in the file."""

    @property
    def more(self) -> Sequence[tuple[str, str]]:
        """Its other attributes."""


class Given(NamedTuple):
    """What is seen alike: a kind, and what it is seen of."""

    kind: str
    of: tuple[str, ...]


class Observation(NamedTuple):
    """A value of what is seen alike, where in the file, and how it is told."""

    given: Given
    value: str
    line: int
    shown: str


class Sign(NamedTuple):
    """One thing about a case that is unusual: ``times`` of ``all`` it was so. ``bits``: how surprising that is, its logarithm."""

    kind: str
    line: int
    times: int
    all: int
    words: Text

    @property
    def bits(self) -> float:
        """How surprising it is, in bits."""
        return math.log2(self.all / self.times)


@dataclass(frozen=True)
class Unusual:
    """A case with its signs, the most surprising first."""

    case: str
    signs: tuple[Sign, ...]

    @property
    def score(self) -> float:
        """How surprising the case is: the bits of its signs together."""
        return sum(sign.bits for sign in self.signs)

    @property
    def explanation(self) -> Text:
        """All signs, and what may be innocent about them."""
        signs = joined([sign.words for sign in self.signs])
        kinds = dict.fromkeys(sign.kind for sign in self.signs)
        zh = "".join(KINDS[kind][1].zh for kind in kinds)
        en = " ".join(KINDS[kind][1].en for kind in kinds)
        return Text(f"“{self.case}”少见：{signs.zh}。也可能无误：{zh}", f"“{self.case}” is unusual: {signs.en}. It can be innocent: {en}")


class Looked(NamedTuple):
    """What was found: the cases by rank, and of what nothing is told because its values are too many."""

    cases: tuple[Unusual, ...]
    silent: tuple[str, ...]


def look(
    cases: Mapping[str, Sequence[Seen]], traits: Mapping[str, Sequence[tuple[str, str]]], rare: float = RARE, crowd: float = CROWD
) -> Looked:
    """Find the unusual cases of a log. ``cases``: the events of each in their order; ``traits``: what is said of a case as a whole."""
    amounts = _amounts(cases, traits)
    counted: dict[Given, Counter[str]] = defaultdict(Counter)
    for case, events in cases.items():
        for one in _seen(events, traits.get(case, ()), amounts):
            counted[one.given][one.value] += 1
    totals, crowded = dict[Given, int](), set[Given]()
    for given, values in counted.items():
        totals[given] = total = values.total()
        if sum(count for count in values.values() if count < rare * total) > crowd * total:
            crowded.add(given)
    found = []
    for case, events in cases.items():
        signs = dict[tuple[Given, str], Sign]()
        for one in _seen(events, traits.get(case, ()), amounts):
            given, times, total = one.given, counted[one.given][one.value], totals[one.given]
            if times < rare * total and given not in crowded and one.value not in NOTHING:
                signs.setdefault((given, one.value), Sign(given.kind, one.line, times, total, _words(one, times, total)))
        if signs:
            found.append(Unusual(case, tuple(sorted(signs.values(), key=lambda one: (-one.bits, one.line)))))
    names = {given.of[-1] for given in crowded if given.kind == "attribute"}
    return Looked(tuple(sorted(found, key=lambda one: (-one.score, one.case))), tuple(sorted(names)))


def _seen(events: Sequence[Seen], traits: Sequence[tuple[str, str]], amounts: frozenset[str]) -> Iterator[Observation]:
    """All that is counted of a case: what it is seen of, the value, and where."""
    for name, value in traits:
        yield _attribute(BEGINNING, name, value, events[0].line, amounts)
    before, hand, earlier, said = BEGINNING, "", dict[str, str](), dict(traits)
    for event in events:
        step, person, line = event.step, event.person, event.line
        yield Observation(Given("path", (before,)), step, line, step)
        if person:
            yield from _hands(event, before, hand, earlier)
            if step in earlier or len(earlier) < MOST_STEPS:
                earlier[step] = person
        if event.post:
            yield Observation(Given("post", (step,)), event.post, line, event.post)
        for name, value in event.more:
            if said.get(name) == value:
                yield Observation(Given("attribute", (step, name)), AGAIN, line, value)
            else:
                yield _attribute(step, name, value, line, amounts)
            said[name] = value
        before, hand = step, person
    yield Observation(Given("path", (before,)), END, events[-1].line, END)


def _hands(event: Seen, before: str, hand: str, earlier: Mapping[str, str]) -> Iterator[Observation]:
    """What is counted of who has a step: after whose hands, and beside which earlier steps of the case."""
    step, person, line = event.step, event.person, event.line
    yield Observation(Given("hand", (step,)), person, line, person)
    if hand:
        yield Observation(Given("handover", (before, step, hand)), person, line, person)
    for other, who in earlier.items():
        if other != step:
            yield Observation(Given("same", (other, step)), SAME if who == person else OTHER, line, person)


def _attribute(step: str, name: str, value: str, line: int, amounts: frozenset[str]) -> Observation:
    return Observation(Given("attribute", (step, name)), _value(name, value, amounts), line, value)


def _amounts(cases: Mapping[str, Sequence[Seen]], traits: Mapping[str, Sequence[tuple[str, str]]]) -> frozenset[str]:
    """The attributes that are amounts."""
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for case, events in cases.items():
        for name, value in traits.get(case, ()):
            values[name][value] += 1
        for event in events:
            for name, value in event.more:
                values[name][value] += 1
    return frozenset(name for name, told in values.items() if len(told) > FEW_VALUES and _mostly_numbers(told))


def _mostly_numbers(values: Counter[str]) -> bool:
    return sum(count for value, count in values.items() if NUMBER(value)) >= MOSTLY * values.total()


def _value(name: str, value: str, amounts: frozenset[str]) -> str:
    """A value as it is compared: an amount by its class, 1, 2 or 5 times a power of ten."""
    if name not in amounts or not NUMBER(value):
        return value
    amount = float(value.strip("¥￥元").replace(",", ""))
    if amount == 0:
        return "0"
    sign, size = ("-" if amount < 0 else ""), abs(amount)
    power = 10.0 ** math.floor(math.log10(size))
    low = max(step for step in (1, 2, 5) if step == 1 or step * power <= size)
    high = {1: 2, 2: 5, 5: 10}[low]
    return f"{sign}{low * power:,.9g}–{sign}{high * power:,.9g}"


def _words(one: Observation, times: int, total: int) -> Text:
    value = one.shown
    share = Text(f"{total} 次中 {times} 次", f"{times} of {total}")
    match one.given:
        case ("path", (before,)):
            after, then = _named(before), _named(value)
            what = Text(f"{after.zh}之后{then.zh}", f"{then.en} after {after.en}")
        case ("hand", (step,)):
            what = Text(f"“{step}”由“{value}”办理", f"“{step}” by “{value}”")
        case ("post", (step,)):
            what = Text(f"“{step}”由岗位“{value}”办理", f"“{step}” by the post “{value}”")
        case ("handover", (before, step, hand)):
            what = Text(f"“{hand}”办“{before}”后由“{value}”办“{step}”", f"“{step}” by “{value}” after “{before}” by “{hand}”")
        case ("same", (other, step)):
            what = Text(f"“{other}”与“{step}”都由“{value}”办理", f"both “{other}” and “{step}” by one person, “{value}”")
        case (_, (step, name)):
            at = _named(step)
            what = Text(f"{at.zh}时“{name}”为“{value}”", f"{name} “{value}” at {at.en}")
        case _:
            raise AssertionError(one.given)
    return Text(f"{what.zh}（{share.zh}）", f"{what.en} ({share.en})")


def _named(step: str) -> Text:
    if step == BEGINNING:
        return Text("开始", "the beginning")
    return Text("结束", "the end") if step == END else Text(f"“{step}”", f"“{step}”")
