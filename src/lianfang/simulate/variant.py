"""What differs from one case to the next: the values of a drill's script with other people, names, numbers, amounts and days in them.

A variant is consistent: what was the same in the script is the same again, and what differed still differs. So what the rules say of it
stays what they said of the script, as far as they look at nothing but that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import SequenceMatcher
from random import Random
from typing import Any

from lianfang.catalogue.schema import ActSpec
from lianfang.kernel.alike import fold
from lianfang.kernel.calendar import SATURDAY
from lianfang.kernel.model import Field, Matter
from lianfang.kernel.schedule import utc_moment, utc_text

WORDS = ("text", "longtext")
FIRMS = ("公司", "厂", "行", "店", "所", "社", "集团", "中心", "站")
"""How the name of a firm ends; its first two characters are what it is called."""
BRANDS = (
    "安宝昌诚春达德鼎东丰福广海航和恒宏华汇惠嘉建金锦景开康乐联隆茂明能鹏普启庆仁荣瑞润盛泰腾天通万祥新信兴旭雅益永裕源远悦泽振正志中众"
)
FIRMS_MET = 600
"""How many names of firms there are; the first are met often, most once."""
SAID = ("按要求办理", "情况属实", "已核对原件", "请按规定办理", "附材料齐全", "与计划一致", "已当面说明", "时间较紧", "内容无变化")
WHERE = (
    "一楼大厅", "二楼窗口", "东侧仓库", "档案库房", "西区站点", "南山路", "北环路", "第三会议室", "新安街道",
    "河口村", "老城片区", "工业园", "值班室", "收发室", "后勤楼", "信访室",
)  # fmt: skip
WHAT = (
    "登记簿", "来信", "台账", "通知书", "清单", "样表", "申请表", "交接单", "监控录像",
    "公告栏", "回访记录", "签到表", "合同附件", "验收报告", "巡查日志", "函件", "设备", "标识牌",
)  # fmt: skip
SEEN = (
    "漏填日期", "与系统一致", "字迹不清", "已当场补正", "缺一页", "编号连续", "由专人保管", "逐项核过", "两处涂改",
    "尚未归档", "挂在门口", "按月装订", "无人签收", "已拍照",
)  # fmt: skip
ASKED = (
    "经办人当场说明", "请于月底前改好", "另附照片", "与去年相同", "已报科长", "转有关科室", "下次再看", "群众表示满意", "需要补充人手",
    "无其他问题",
)  # fmt: skip
"""Of what those who look at something write: where, what, how they found it, and what came of it."""
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])").fullmatch
_DIGITS = re.compile(r"[0-9]{3,}")
_YEAR = re.compile(r"20[0-9]{2}")
_OF_YEAR = re.compile(r"(?<=20[0-9]{2}[〕\])）]) ?[0-9]{1,6}(?=号)")
"""The number of a paper in its year, however short it is: 〔2026〕17号."""
FIRST = 100
"""After which the numbers of a register go on: those before are of what the office began with."""
ALIKE = 0.5
"""From which share of the same signs on two sentences of one script are alike: then they are alike in each of its cases."""
PARTS = re.compile(r"([:|])")
"""What joins the parts of a key."""
TRIES = 40
LONG, MOST_SIGNS = 12, 4000
"""From how many signs on a text is a sentence, and how many a field takes."""


class Exhausted(Exception):
    """There is no fresh value of this form left."""


@dataclass(slots=True)
class Names:
    """The values that are taken, over a whole simulation (what only looks different is the same): no fresh one is given twice."""

    taken: set[str] = field(default_factory=set)
    last: dict[str, int] = field(default_factory=dict)
    """The last number of each register, by what stands before it."""

    def number(self, like: str, rng: Random) -> str:
        """A number of the same form: the next one of a register of a year, else its longest row of digits drawn again, but for a year."""
        place = _OF_YEAR.search(like)
        if place is not None:
            series = fold(like[: place.start()])
            self.last[series] = self.last.get(series, FIRST) + 1
            return f"{like[: place.start()]}{self.last[series]:0{len(place.group())}}{like[place.end() :]}"
        row = _row(like)
        assert row is not None
        text = row.group()
        kept = text[:4] if _YEAR.match(text) else ""
        drawn = max(len(text) - len(kept), 1)
        for _ in range(TRIES):
            other = f"{like[: row.start()]}{kept}{rng.randrange(10**drawn):0{drawn}}{like[row.end() :]}"
            if fold(other) not in self.taken and other != like:
                self.taken.add(fold(other))
                return other
        raise Exhausted(like)

    def register(self, like: Sequence[str]) -> dict[str, str]:
        """Numbers of one register, as far from each other as these: the next ones of it, with what is left out between them."""
        places = {text: place for text in like if (place := _OF_YEAR.search(text)) is not None}
        series = fold(next(text[: place.start()] for text, place in places.items()))
        counted = {text: int(place.group()) for text, place in places.items()}
        on = self.last.get(series, FIRST) + 1 - min(counted.values())
        self.last[series] = on + max(counted.values())
        return {
            text: f"{text[: place.start()]}{on + counted[text]:0{len(place.group())}}{text[place.end() :]}"
            for text, place in places.items()
        }

    def together(self, near: Sequence[str], rng: Random) -> dict[str, str]:
        """Numbers that are as near each other as these: the digits drawn again that all of them have in common."""
        shared = _shared(near)
        for _ in range(TRIES):
            drawn = {place: str(rng.randrange(10)) for place in shared}
            found = {one: "".join(drawn.get(place, sign) for place, sign in enumerate(one)) for one in near}
            if not any(fold(other) in self.taken for other in found.values()):
                self.taken.update(map(fold, found.values()))
                return found
        raise Exhausted(near[0])

    def sentence(self, like: str, rng: Random, serial: str, room: int) -> str:
        """A sentence that begins like this one and goes on about as long with what somebody saw here; only that where there is no room."""
        found = like
        while len(found) < 2 * len(like) + len(like) // 2:
            more = self.more(rng)
            if len(found) + 1 + len(more) > room:
                found = found if len(found) > len(like) + len(more) // 2 else more
                break
            found = f"{found}，{more}"
        if fold(found) in self.taken or len(found) > room:
            return self.longer(like, rng, serial, room)
        self.taken.add(fold(found))
        return found

    def more(self, rng: Random) -> str:
        """What somebody saw, and what came of it."""
        return f"{rng.choice(WHERE)}{rng.choice(WHAT)}{rng.randrange(2, 400)}份{rng.choice(SEEN)}，{rng.choice(ASKED)}"

    def longer(self, like: str, rng: Random, serial: str, room: int) -> str:
        """A sentence that goes on after this one, as far as there is room; with the case's number where it was said before."""
        more = "".join(f"，{rng.choice(SAID)}" for _ in range(min(20, int(rng.paretovariate(1.2)))))
        text = f"{like}{more}"[: max(room, len(like))]
        if fold(text) in self.taken:
            text = f"{like[: room - len(serial) - 2]}（{serial}）"
        self.taken.add(fold(text))
        return text


def has_number(text: str) -> bool:
    """Whether a text is told apart by a number in it; a year alone is none."""
    return _row(text) is not None


def _row(text: str) -> re.Match[str] | None:
    rows = [row for row in _DIGITS.finditer(text) if not _YEAR.fullmatch(row.group())]
    return max(rows, key=lambda row: len(row.group()), default=None) or _OF_YEAR.search(text)


def _shared(texts: Sequence[str]) -> list[int]:
    """At which places all of these texts have the same digit, which is not of a year."""
    years = {place for row in _YEAR.finditer(texts[0]) for place in range(*row.span())}
    return [
        place for place, signs in enumerate(zip(*texts, strict=True)) if len({*signs}) == 1 and signs[0].isdigit() and place not in years
    ]


def _near_numbers(texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The numbers of a script that are near each other: the same but for some signs, as one that was misread, or the next one."""
    found: list[list[str]] = []
    for text in texts:
        if has_number(text) and _OF_YEAR.search(text) is None and len(text) <= LONG:
            group = next((one for one in found if len(one[0]) == len(text) and _is_near([*one, text])), None)
            if group is None:
                found.append([text])
            else:
                group.append(text)
    return tuple(tuple(group) for group in found if len(group) > 1)


def _registers(texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The numbers of a script by the register of a year that they stand in."""
    found: dict[str, list[str]] = {}
    for text in texts:
        place = _OF_YEAR.search(text)
        if place is not None:
            found.setdefault(fold(text[: place.start()]), []).append(text)
    return tuple(map(tuple, found.values()))


def _is_near(texts: Sequence[str]) -> bool:
    same = sum(len({*signs}) == 1 for signs in zip(*texts, strict=True))
    return len(_shared(texts)) >= len("001") and 2 * same >= len(texts[0])


def spelt(text: str, like: str, other: str) -> str:
    """``other``, written as ``text`` is where that means the same as ``like``: with its own signs and capitals, as far as that can be."""
    signs = [*fold(other)]
    if text == like or len(fold(text)) != len(signs) or sum(map(str.isalnum, text)) != len(signs):
        return other
    fresh = iter(signs)
    return "".join((next(fresh).upper() if sign.isupper() else next(fresh)) if sign.isalnum() else sign for sign in text)


def long_tailed(rng: Random, low: float, high: float) -> float:
    """A factor between two bounds around 1: most are near it, a few are many times it."""
    return min(high, max(low, rng.lognormvariate(0.0, 0.9)))


@dataclass(slots=True)
class Variant:
    """The values that one case has in place of the script's: dates so many ``days`` on, moments ``later``. ``scale`` is (m, g): every
    amount is a multiple of g, and becomes m for each."""

    cases: Mapping[str, str]
    days: int = 0
    later: timedelta = timedelta()
    today: date = date.min
    """The day of the act in the script's own time."""
    people: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    scale: tuple[int, int] = (1, 1)
    salt: str = ""
    lawful: bool = True
    files: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    again: Sequence[Mapping[str, str]] = ()
    """What names are called instead where it is told once more of what was before, for each time."""
    dates: dict[str, str] = field(default_factory=dict)
    """What each date and moment that was said became: it stays that."""

    def data(
        self, record: Mapping[str, Field], papers: Mapping[str, tuple[str, dict[str, Any]]], data: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The data of an act."""
        return {name: self.value(record.get(name), papers, value) for name, value in data.items()}

    def value(self, of: Field | None, papers: Mapping[str, tuple[str, dict[str, Any]]], value: Any, *, line: bool = False) -> Any:
        """One value, by its field (in a ``line`` of a list); what an act says beside the record's fields has none."""
        match value:
            case dict():
                return {name: self.value(of.of.get(name) if of else None, papers, one, line=line) for name, one in value.items()}
            case list():
                return [self.value(of, papers, one, line=True) for one in value]
            case bool():
                return value
            case int():
                return value // self.scale[1] * self.scale[0] if of is not None and of.type == "money" else value
            case str():
                return self.word(of.type if of is not None else "", papers, value, line=line)
        return value

    def word(self, kind: str, papers: Mapping[str, tuple[str, dict[str, Any]]], value: str, *, line: bool) -> str:
        """A text of any type."""
        if value[:1] == "$" and value[1:] in papers:
            return self.paper(*papers[value[1:]])
        if kind == "date":
            return self.dates.setdefault(value, self.day(date.fromisoformat(value), line=line).isoformat())
        if kind == "datetime":
            return self.dates.setdefault(value, utc_text(utc_moment(value) + self.later))
        if kind == "choice":
            return value
        return self.key(value)

    def day(self, said: date, *, line: bool) -> date:
        """Another day. What is listed of before, such as invoices, is of a weekday; in a misconduct of the weekend, if it was."""
        found = said + timedelta(days=self.days)
        if not line or said >= self.today:
            return found
        weekend = said.weekday() >= SATURDAY and not self.lawful
        back = (found.weekday() - SATURDAY) % 7 if weekend else max(found.weekday() - SATURDAY + 1, 0)
        return found if weekend and found.weekday() >= SATURDAY else found - timedelta(days=back)

    def paper(self, sha256: str, known: Mapping[str, Any]) -> str:
        """The SHA-256 of a paper like this one, that nobody has seen before."""
        fresh = hashlib.sha256(f"{sha256}{self.salt}".encode()).hexdigest() if self.salt else sha256
        self.files[fresh] = known
        return fresh

    def key(self, value: str) -> str:
        """A name, or a key of which some parts are names."""
        known = self.known(value)
        if known is not None:
            return known
        if ":" in value or "|" in value:
            return "".join(self.known(part) or part for part in PARTS.split(value))
        return value

    def known(self, value: str) -> str | None:
        """What a name is called instead."""
        return self.names.get(value) or self.people.get(value) or self.cases.get(value)


@dataclass(frozen=True, slots=True)
class Said:
    """What the acts of a script say: each text with the fields it stands in and how long it may be (``room``), the amounts and the
    people."""

    texts: Mapping[str, tuple[str, ...]]
    room: Mapping[str, int]
    amounts: tuple[int, ...]
    people: tuple[str, ...]
    near: frozenset[str]
    """Its sentences that are alike in all but a few words."""
    alike: tuple[tuple[str, ...], ...]
    """Its texts, those together that only look different."""
    numbers: tuple[tuple[str, ...], ...]
    """Its numbers that are near each other, as two invoices of one series are."""
    registers: tuple[tuple[str, ...], ...] = ()
    """Where it tells of before: its numbers of one register, which stay as far from each other as they are."""
    before: frozenset[tuple[str, str]] = frozenset()
    """Of whom it tells what they did before: a ledger and a person."""


def said(
    acts: Collection[ActSpec], matter_of: Mapping[str, Matter], ledgers: Mapping[str, Mapping[str, Field]], everybody: Collection[str]
) -> Said:
    """Read through the acts of a script; ``matter_of`` is by duty ('' for the matter itself)."""
    texts: dict[str, dict[str, None]] = {}
    room: dict[str, int] = {}
    amounts: dict[int, None] = {}
    people: dict[str, None] = {}
    chosen: set[object] = set()
    for act in acts:
        if act.who:
            people[act.who] = None
        record = ledgers[act.told] if act.told else matter_of[act.duty].record
        for path, of, value in _walk(record, act.data):
            kind = of.type if of is not None else ""
            if isinstance(value, str) and value in everybody:
                people[value] = None
            elif of is not None and of.choices:
                chosen.add(value)
            elif kind in WORDS and value[:1] != "$":
                texts.setdefault(value, {})[path] = None
                most = of.max if of is not None and of.max is not None else MOST_SIGNS
                room[value] = min(most, room.get(value, most))
            elif kind == "money":
                amounts[value] = None
    texts = {text: paths for text, paths in texts.items() if text not in chosen}
    return Said(
        {text: (*paths,) for text, paths in texts.items()},
        room,
        (*amounts,),
        (*people,),
        _near([*texts]),
        _alike(texts),
        _near_numbers([*texts]),
        _registers([*texts]) if any(act.earlier for act in acts) else (),
        frozenset((act.earlier, value) for act in acts if act.earlier for _, _, value in _walk({}, act.data) if value in people),
    )


def _alike(texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    found: dict[str, list[str]] = {}
    for text in texts:
        found.setdefault(fold(text) or text, []).append(text)
    return tuple(map(tuple, found.values()))


def _near(texts: Sequence[str]) -> frozenset[str]:
    long = [text for text in texts if len(text) > LONG]
    pairs = ((one, other) for one in long for other in long if one < other)
    return frozenset(text for pair in pairs if SequenceMatcher(None, *pair).ratio() > ALIKE for text in pair)


def _walk(record: Mapping[str, Field], data: Mapping[str, Any]) -> Iterator[tuple[str, Field | None, Any]]:
    for name, value in data.items():
        yield from _values(name, record.get(name), value)


def _values(path: str, of: Field | None, value: Any) -> Iterator[tuple[str, Field | None, Any]]:
    match value:
        case dict():
            for name, one in value.items():
                yield from _values(f"{path}.{name}", of.of.get(name) if of else None, one)
        case list():
            for one in value:
                yield from _values(path, of, one)
        case str() | int():
            yield path, of, value


def renamed(text: str, rng: Random, names: Names, brands: dict[str, str], month: int, serial: str, room: int, more: str = "") -> str:
    """What stands in another case where this text stands in the script: another number, firm or month, or other words. One that is
    near others of the script goes on with what all of them have ``more``."""
    if _MONTH(text):
        months = int(text[:4]) * 12 + int(text[5:]) - 1 + month
        return f"{months // 12}-{months % 12 + 1:02}"
    if has_number(text):
        return names.number(text, rng)
    if text.isdigit():
        return text
    if text.endswith(FIRMS) or text[:2] in brands:
        if text[:2] not in brands:
            brands[text[:2]] = _brand(rng, brands.values())
        return f"{brands[text[:2]]}{text[2:]}"
    if len(text) > LONG:
        return f"{text}，{more}"[: max(room, len(text))] if more else names.sentence(text, rng, serial, room)
    return f"{text}（{serial}）" if len(text) + len(serial) + 2 <= room else text


def _brand(rng: Random, others: Collection[str]) -> str:
    """What a firm is called: few are met often, many once; not as another one of the case."""
    while True:
        nth = int(FIRMS_MET ** rng.random()) - 1
        mixed = nth * 977 % len(BRANDS) ** 2  # neighbours in rank are no neighbours in writing
        brand = BRANDS[mixed // len(BRANDS)] + BRANDS[mixed % len(BRANDS)]
        if brand not in others:
            return brand
