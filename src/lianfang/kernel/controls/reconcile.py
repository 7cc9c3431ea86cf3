"""reconcile 对账: what the office wrote down and what comes from outside agree, entry by entry; each difference is cleared by somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from lianfang.kernel.alike import says
from lianfang.kernel.conditions import Condition, type_name
from lianfang.kernel.controls.base import WATCH, Control, Kind, Param, Setting, Source, turn_matter
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.explain import EMPTY, choice_called
from lianfang.kernel.ledger import Standing
from lianfang.kernel.model import Field, Step, Text
from lianfang.kernel.schedule import NO_GUESS, OFFICE_TIME, office_clock, office_day, periods, utc_moment, utc_text
from lianfang.kernel.wording import both, joined, quoted, several, value_text

CERTAIN = 3
A_YEAR = timedelta(days=367)
OF, DONE = Text("差异", "Difference"), Text("核实及处理结果", "What was found and done")
_COLUMN = re.compile(r"\b(entry|other)\.([a-z][a-z0-9_]*)").finditer
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z").fullmatch
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch

Params = Mapping[str, Any]


class Difference(NamedTuple):
    """What does not agree: ``about`` tells it apart, ``here`` and ``there`` are the entries of either side, ``why`` says it."""

    about: str
    here: tuple[Standing, ...]
    there: tuple[Standing, ...]
    why: Text


class Compared(NamedTuple):
    """What came of a comparison, in four groups, each in the order of the keys: ``agree`` are keys. ``waiting`` are the keys of what
    stands on one side only and may still come on the other."""

    agree: tuple[str, ...]
    differ: tuple[Difference, ...]
    only_here: tuple[Difference, ...]
    only_there: tuple[Difference, ...]
    waiting: tuple[str, ...]

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All that does not agree."""
        return (*self.differ, *self.only_here, *self.only_there)


class _Read(NamedTuple):
    """An entry with what the control reads of it; without a key, what can't be compared."""

    entry: Standing
    key: str
    amount: int
    moment: str


class _Side(NamedTuple):
    """One of the two ledgers as a control reads it."""

    ledger: str
    key: Condition
    moment: Condition
    amount: Condition | None
    when: Condition | None

    @staticmethod
    def of(params: Params, ledger: str, prefix: str) -> _Side:
        return _Side(params[ledger], *(params[f"{prefix}{name}"] for name in ("key", "moment", "amount", "when")))

    def read(self, entries: Iterable[Standing]) -> Iterator[_Read]:
        """The entries that count. One that can't be read counts, and agrees with nothing: a fault hides no entry."""
        for entry in entries:
            scope = {"entry": entry.data}
            try:
                if self.when is not None and not self.when(scope):
                    continue
                key, amount = str(self.key(scope)), self.amount(scope) if self.amount is not None else 0
                yield _Read(entry, key if says(key) else "", amount, _moment(self.moment(scope)))
            except Exception:  # whatever is wrong with what came from outside
                yield _Read(entry, "", 0, "")


def compare(control: Control, setting: Setting, here: Iterable[Standing], there: Iterable[Standing], now: str) -> Compared:
    """Compare the standing entries of a control's two ledgers as of a moment. Pure.

    Entries belong together by their keys, whenever they were made: what is paid before midnight and booked after it, or a month later,
    still agrees. What stands on one side only is a difference from the end of its own period, and ``grace`` after that, on.
    """
    return _Comparison(control, setting, now).groups(here, there)


def findings(compared: Compared) -> list[Finding]:
    """One finding a difference, on the cases that wrote either side, and on what no case wrote, as what comes from outside."""
    return [_finding(one) for one in compared.differences]


def _finding(one: Difference) -> Finding:
    sides = [*(("ledger", entry) for entry in one.here), *(("with", entry) for entry in one.there)]
    cases = tuple(dict.fromkeys(entry.case for _, entry in sides if entry.case))
    facts = tuple((side, entry.key) for side, entry in sides if not entry.case)
    return Finding(f"difference|{one.about}", cases, CERTAIN, one.why, facts=facts)


def _moment(value: str) -> str:
    """A moment, or the beginning of a day by the office's clock."""
    if len(value) == len("2026-01-05"):
        return utc_text(datetime.combine(datetime.fromisoformat(value).date(), time(), OFFICE_TIME))
    return utc_text(utc_moment(value))


class _Comparison:
    def __init__(self, control: Control, setting: Setting, now: str) -> None:
        self.params, self.setting, self.now = control.params, setting, now
        self.here, self.there = _Side.of(self.params, "ledger", ""), _Side.of(self.params, "with", "with_")
        self.names = setting.label(self.here.ledger), setting.label(self.there.ledger)
        self.calendar = setting.calendar.guessing()
        self.known: dict[str, str] = {}
        that = self.params["that"]
        self.columns = dict.fromkeys((owner, name) for owner, name in (m.groups() for m in _COLUMN(that.text))) if that else {}
        sides = [side for part in that.parts for side in part.sides] if that else []
        self.types = {side.named.of: side.type for side in sides if side.named.how == "column"}

    def groups(self, here: Iterable[Standing], there: Iterable[Standing]) -> Compared:
        ours, theirs = list(self.here.read(here)), list(self.there.read(there))
        mine, other = _by_key(ours), _by_key(theirs)
        agree: list[str] = []
        waiting: list[str] = []
        differ: list[Difference] = []
        only: tuple[list[Difference], list[Difference]] = ([], [])
        for key in sorted({*mine, *other}):
            a, b = mine.get(key, []), other.get(key, [])
            if a and b:
                told = self.differs(key, a, b)
                if told:
                    differ.append(self.difference(key, a, b, told))
                else:
                    agree.append(key)
            elif all(self.told_from(one.moment) > self.now for one in a or b):
                waiting.append(key)
            else:
                only[not a].append(self.difference(key, a, b, self.alone(key, a or b, there=not a)))
        for side, read in enumerate((ours, theirs)):
            for one in read:
                if not one.key:
                    ledger = (self.here, self.there)[side].ledger
                    pair = ([one], []) if side == 0 else ([], [one])
                    only[side].append(self.difference(f"{ledger}/{one.entry.key}", *pair, self.unclear(one, there=side == 1)))
        return Compared(tuple(agree), tuple(differ), tuple(only[0]), tuple(only[1]), tuple(waiting))

    @staticmethod
    def difference(about: str, here: Sequence[_Read], there: Sequence[_Read], why: Text) -> Difference:
        return Difference(about, tuple(one.entry for one in here), tuple(one.entry for one in there), why)

    def told_from(self, moment: str) -> str:
        """From when on an entry must have its other side."""
        day = office_day(moment).isoformat()
        if day not in self.known:
            far = utc_text(utc_moment(moment) + A_YEAR)
            begin = utc_text(office_clock(moment).replace(hour=0, minute=0, second=0))
            self.known[day] = next(periods(self.params["every"], self.params["grace"], begin, far, self.calendar)).due
        return self.known[day]

    def guessed(self, moment: str, until: str) -> Text:
        """What is to be told of working days counted in a year whose holidays are not known."""
        counted = self.params["every"] == "workday" or self.params["grace"].by_calendar
        return self.setting.calendar.guessed(office_day(moment), office_day(until)) if counted else NO_GUESS

    def differs(self, key: str, here: Sequence[_Read], there: Sequence[_Read]) -> Text:
        """What does not agree of entries with the same key; empty where all does."""
        if len(there) > 1 or (len(here) > 1 and not self.params["batch"]):
            return self.sentence(key, Text(
                f"{self.names[0].zh}有 {len(here)} 笔，{self.names[1].zh}有 {len(there)} 笔，无法一一对应",
                f"{len(here)} in {self.names[0].en} and {len(there)} in {self.names[1].en}: which belongs to which can't be told",
            ), here, there)  # fmt: skip
        told = [*self.amounts(here, there), *(self.other_values(one, there[0]) for one in here if not self.holds(one, there[0]))]
        if not told:
            return Text("", "")
        return self.sentence(key, Text("；".join(t.zh for t in told), "; ".join(t.en for t in told)), here, there)

    def amounts(self, here: Sequence[_Read], there: Sequence[_Read]) -> Iterator[Text]:
        if self.here.amount is None:
            return
        ours, theirs, tolerance = sum(one.amount for one in here), there[0].amount, self.params["tolerance"]
        if abs(ours - theirs) <= tolerance:
            return
        a, b, gap, most = (self.figure(value) for value in (ours, theirs, abs(ours - theirs), tolerance))
        count = Text(f"（{len(here)} 笔合计）", f" ({len(here)} together)") if len(here) > 1 else Text("", "")
        yield Text(
            f"{self.names[0].zh}为 {a.zh}{count.zh}，{self.names[1].zh}为 {b.zh}，相差 {gap.zh}，允许相差 {most.zh}",
            f"{a.en}{count.en} in {self.names[0].en}, {b.en} in {self.names[1].en}: they differ by {gap.en}, and may by {most.en}",
        )

    def other_values(self, here: _Read, there: _Read) -> Text:
        """What of the other values does not agree, told by the columns that the condition reads; by the condition where it names none."""
        told = []
        for owner, column in self.columns:
            side, one = (self.here, here) if owner == "entry" else (self.there, there)
            told.append(self.column(side.ledger, column, one.entry.data.get(column), self.types.get((owner, column), "text")))
        return joined(told) or both(self.params["that"].text)

    def holds(self, here: _Read, there: _Read) -> bool:
        that = self.params["that"]
        try:
            return that is None or bool(that({"entry": here.entry.data, "other": there.entry.data}))
        except Exception:  # what can't be compared does not agree
            return False

    def column(self, ledger: str, name: str, value: Any, kind: Any) -> Text:
        label, title = self.setting.label(ledger), self.title(ledger, name)
        shown = EMPTY if value is None else quoted(choice_called(self.setting, ledger, name, value) or value_text(kind, value))
        return Text(f"{label.zh}的{title.zh}为{shown.zh}", f"{title.en} in {label.en} is {shown.en}")

    def title(self, ledger: str, name: str) -> Text:
        label = self.setting.label(f"{ledger}.{name}")
        return both(name) if label.zh == f"{ledger}.{name}" else label

    def alone(self, key: str, entries: Sequence[_Read], there: bool) -> Text:
        """What stands on one side only."""
        one, other = self.names[::-1] if there else self.names
        first = min(read.moment for read in entries)
        until = self.told_from(first)
        by, guessed = value_text("datetime", until), self.guessed(first, until)
        pair: tuple[Sequence[_Read], Sequence[_Read]] = ([], entries) if there else (entries, [])
        return self.sentence(key, Text(
            f"{one.zh}有 {len(entries)} 笔，{other.zh}至 {by.zh} 仍没有{guessed.zh}",
            f"{len(entries)} in {one.en}, and none in {other.en} by {by.en}{guessed.en}",
        ), *pair)  # fmt: skip

    def unclear(self, read: _Read, there: bool) -> Text:
        name = self.names[there]
        pair: tuple[Sequence[_Read], Sequence[_Read]] = ([], [read]) if there else ([read], [])
        return self.sentence(read.entry.key, Text(
            f"{name.zh}的这一笔缺少对账所需的内容，无法核对", f"this entry of {name.en} lacks what it would be compared by"
        ), *pair)  # fmt: skip

    def sentence(self, key: str, what: Text, here: Sequence[_Read], there: Sequence[_Read]) -> Text:
        """What is wrong, with the values of both sides and who clears it by when."""
        sides = [
            Text(f"{name.zh}：{told.zh}。", f"{name.en}: {told.en}.")
            for name, side, entries in zip(self.names, (self.here, self.there), (here, there), strict=True)
            if entries and (told := several([self.described(side, one) for one in entries]))
        ]
        post, within = self.setting.label(self.params["by"]), self.params["within"].words
        return Text(
            f"“{key}”：{what.zh}。{''.join(side.zh for side in sides)}请{post.zh}在 {within.zh}内核实并销号。",
            f"“{key}”: {what.en}. {' '.join(side.en for side in sides)} {post.en} is to look into it and clear it within {within.en}.",
        )

    def described(self, side: _Side, one: _Read) -> Text:
        """An entry by its amount, its case and whatever words and moments it holds."""
        data = one.entry.data
        figure = [self.figure(one.amount)] if side.amount is not None and one.key else []
        case = [Text(f"办件 {one.entry.case}", f"case {one.entry.case}")] if one.entry.case else []
        words = [
            Text(f"{title.zh} {shown.zh}", f"{title.en} {shown.en}")
            for name, value in data.items()
            if isinstance(value, str) and value
            for title, shown in [(self.title(side.ledger, name), self.word(side.ledger, name, value))]
        ]
        told = [*case, *figure, *words] or [both(one.entry.key)]
        return Text(" ".join(t.zh for t in told), ", ".join(t.en for t in told))

    def word(self, ledger: str, column: str, value: str) -> Text:
        """A word or a moment that an entry holds; what may be an id stands in marks, for which pages put a name."""
        if _MOMENT(value):
            return value_text("datetime", value)
        return both(value) if _DAY(value) else choice_called(self.setting, ledger, column, value) or quoted(both(value))

    def figure(self, value: int) -> Text:
        return value_text(self.here.amount.type if self.here.amount else "int", value)


def _by_key(entries: Iterable[_Read]) -> dict[str, list[_Read]]:
    found: dict[str, list[_Read]] = {}
    for one in entries:
        if one.key:
            found.setdefault(one.key, []).append(one)
    return found


def _matter(control: Source, matter: Source) -> dict[str, Any]:
    """The small matter in which a difference is cleared (销号)."""
    title = {"zh": f"销号：{control['title']['zh']}", "en": f"Cleared: {control['title']['en']}"}
    return turn_matter(control, matter, title, OF, DONE)


def _check(params: Params, record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if params["ledger"] == params["with"]:
        yield Text("ledger 与 with 须为两本台账", "ledger and with are two ledgers")
    if (params["amount"] is None) != (params["with_amount"] is None):
        yield Text("amount 与 with_amount 须同时写明", "amount and with_amount belong together")
    if params["amount"] is None and (params["tolerance"] or params["batch"]):
        yield Text("没有 amount 就没有 tolerance 和 batch", "without an amount there is neither tolerance nor batch")
    if params["tolerance"] < 0:
        yield Text("tolerance 不能为负", "tolerance is not negative")
    for names, types in ((("key", "with_key"), ("text", "int")), (("moment", "with_moment"), ("date", "datetime"))):
        yield from (text for name in names if (text := _unfit(name, params[name], types)))
    amounts = [params[name] for name in ("amount", "with_amount") if params[name] is not None]
    yield from (text for name in ("amount", "with_amount") if params[name] is not None and (text := _unfit(name, params[name], _FIGURES)))
    if len({one.type for one in amounts}) > 1:
        yield Text("amount 与 with_amount 须为同一种数", "amount and with_amount are figures of one kind")


_FIGURES = ("money", "int")


def _unfit(name: str, value: Condition, types: tuple[str, ...]) -> Text | None:
    if value.type in types:
        return None
    return Text(
        f"{name} 应为 {'、'.join(types)}，现为 {type_name(value.type)}",
        f"{name} should be {' or '.join(types)}, not {type_name(value.type)}",
    )


KIND = Kind(
    id="reconcile",
    family=WATCH,
    title=Text("对账", "Reconcile"),
    demand=Text(
        "外部数据与已办事项逐笔相符，每笔差异由专人销号",
        "facts from outside agree with what was done, entry by entry; somebody clears each difference",
    ),
    params=(
        Param("ledger", "ledger", Text("本单位的台账", "our ledger"), required=True),
        Param("with", "ledger", Text("与之核对的外部台账", "the ledger from outside that it is compared with"), required=True),
        Param("key", "entry-value:ledger", Text("我方一笔的对应号；entry 是这一笔",
                                                "what an entry of ours is known by; `entry` is that entry"), required=True),
        Param("with_key", "entry-value:with", Text("对方一笔的对应号", "what an entry of theirs is known by"), required=True),
        Param("moment", "entry-value:ledger", Text("我方一笔的日期或时间", "the day or moment of an entry of ours"), required=True),
        Param("with_moment", "entry-value:with", Text("对方一笔的日期或时间", "the day or moment of an entry of theirs"), required=True),
        Param("amount", "entry-value:ledger", Text("我方一笔的金额或数量", "the amount of an entry of ours")),
        Param("with_amount", "entry-value:with", Text("对方一笔的金额或数量，正负号与我方一致", "that of theirs, of the same sign")),
        Param("tolerance", "int", Text("金额允许相差多少", "by how much the amounts may differ"), default=0),
        Param("that", "pair-condition", Text("对应的两笔还须满足的条件；entry 是我方的，other 是对方的",
                                             "what else must hold of a pair; `entry` is ours, `other` theirs"), demands=True),
        Param("when", "entry-condition:ledger", Text("我方哪些笔参加核对，默认全部", "which entries of ours are compared; by default all")),
        Param("with_when", "entry-condition:with", Text("对方哪些笔参加核对，默认全部", "which entries of theirs; by default all")),
        Param("batch", "bool", Text("我方几笔可以合为对方一笔（批量付款），金额相加",
                                    "several of ours may be one of theirs (a batch): their amounts are added"), default=False),
        Param("every", "choice:workday|week|month|quarter|year", Text("对账周期", "how often it is reconciled"), required=True),
        Param("grace", "duration", Text("一笔所在周期结束后，另一边最迟多久到",
                                        "how long after the end of an entry's period its other side may take"), required=True),
        Param("by", "post", Text("差异由哪个岗位销号", "the post that clears a difference"), required=True),
        Param("within", "duration", Text("差异预警后多久内销号", "within how long a difference is cleared"), required=True),
        Param("proof", "choice:note|file", Text("销号的佐证方式", "what proves that it was cleared"), default="note"),
        Param("accept_by", "post", Text("销号由谁核验", "who accepts that it was cleared"), default=""),
    ),
    blind=Text(
        "看不出两边都没有的（账外收支），也看不出两边一起造假。外部数据是否完整，取决于导入的文件。",
        "It can't see what stands on neither side (money off the books), nor both sides forged alike. What comes from outside is as"
        " complete as the files that were imported.",
    ),
    check=_check,
    method=Text(
        "两边各按 key 归并，不论先后，跨日、跨月的仍能对上。结果分四组：相符；不符（金额相差超过 tolerance，或 that 不成立，"
        "或同一号在一边有几笔而无法一一对应）；仅我方有；仅对方有。只在一边有的，自其所在周期结束并过了 grace 才算差异；"
        "两边都有而不符的，随即预警。缺少对应号的一笔也是差异。每笔差异是一条预警，并成为 by 岗位的一项待办，销号后关闭；逾期再预警。",
        "Entries of both sides belong together by their keys, whenever they were made: across midnight, across months. They come to four"
        " groups: those that agree; those that differ (amounts further apart than tolerance, `that` does not hold, or several entries of"
        " a key on one side, so that which belongs to which can't be told); only here; only there. What stands on one side only is a"
        " difference once its own period is over and the grace has passed; what differs is told at once. An entry without a key is a"
        " difference too. Each is an alert, and a turn that the post `by` does; the alert is closed with it, and another is raised when it"
        " is late.",
    ),
    matter=_matter,
)  # fmt: skip
