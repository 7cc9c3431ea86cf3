"""What differs from one case to the next: the values of a drill's script with other people, names, numbers, amounts and days in them.

A variant is consistent: what was the same in the script is the same again, and what differed still differs. So what the rules say of it
stays what they said of the script, as far as they look at nothing but that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from lianfang.catalogue.schema import ActSpec
from lianfang.kernel.model import Field, Matter
from lianfang.kernel.schedule import utc_moment, utc_text

WORDS = ("text", "longtext")
FIRMS = ("公司", "厂", "行", "店", "所", "社", "集团", "中心", "站")
"""How the name of a firm ends; its first two characters are what it is called."""
BRANDS = (
    "安宝昌诚春达德鼎东丰福广海航和恒宏华汇惠嘉建金锦景开康乐联隆茂明能鹏普启庆仁荣瑞润盛泰腾天通万祥新信兴旭雅益永裕源远悦泽振正志中众"
)
SAID = ("按要求办理", "情况属实", "已核对原件", "请按规定办理", "附材料齐全", "与计划一致", "已当面说明", "时间较紧", "内容无变化")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])").fullmatch
_DIGITS = re.compile(r"[0-9]{3,}")
_YEARED = re.compile(r"20[0-9]{2}").match
PARTS = re.compile(r"([:|])")
"""What joins the parts of a key."""
TRIES = 40
LONG, MOST_SIGNS = 12, 4000
"""From how many signs on a text is a sentence, and how many a field takes."""


class Exhausted(Exception):
    """There is no fresh value of this form left."""


@dataclass(slots=True)
class Names:
    """The values that are taken, over a whole simulation: no fresh one is given twice."""

    taken: set[str] = field(default_factory=set)

    def number(self, like: str, rng: Random) -> str:
        """A number of the same form: its longest row of digits drawn again, but for a year at its beginning."""
        row = max(_DIGITS.finditer(like), key=lambda m: len(m.group()))
        text = row.group()
        kept = text[:4] if len(text) > len("2026") and _YEARED(text) else ""
        drawn = len(text) - len(kept)
        for _ in range(TRIES):
            other = f"{like[: row.start()]}{kept}{rng.randrange(10**drawn):0{drawn}}{like[row.end() :]}"
            if other not in self.taken and other != like:
                self.taken.add(other)
                return other
        raise Exhausted(like)

    def sentence(self, like: str, rng: Random, serial: str, room: int) -> str:
        """A sentence that goes on after this one, as far as there is room; with the case's number where it was said before."""
        more = "".join(f"，{rng.choice(SAID)}" for _ in range(min(20, int(rng.paretovariate(1.2)))))
        text = f"{like}{more}"[: max(room, len(like))]
        if text in self.taken:
            text = f"{like[: room - len(serial) - 2]}（{serial}）"
        self.taken.add(text)
        return text


def has_number(text: str) -> bool:
    """Whether a text is told apart by a number in it."""
    return _DIGITS.search(text) is not None


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
    people: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    scale: tuple[int, int] = (1, 1)
    salt: str = ""
    files: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    """What each date and moment that was said became: it stays that."""

    def data(
        self, record: Mapping[str, Field], papers: Mapping[str, tuple[str, dict[str, Any]]], data: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The data of an act."""
        return {name: self.value(record.get(name), papers, value) for name, value in data.items()}

    def value(self, of: Field | None, papers: Mapping[str, tuple[str, dict[str, Any]]], value: Any) -> Any:
        """One value, by its field; what an act says beside the record's fields has none."""
        match value:
            case dict():
                return {name: self.value(of.of.get(name) if of else None, papers, one) for name, one in value.items()}
            case list():
                return [self.value(of, papers, one) for one in value]
            case bool():
                return value
            case int():
                return value // self.scale[1] * self.scale[0] if of is not None and of.type == "money" else value
            case str():
                return self.word(of.type if of is not None else "", papers, value)
        return value

    def word(self, kind: str, papers: Mapping[str, tuple[str, dict[str, Any]]], value: str) -> str:
        """A text of any type."""
        if value[:1] == "$" and value[1:] in papers:
            return self.paper(*papers[value[1:]])
        if kind == "date":
            return self.dates.setdefault(value, (date.fromisoformat(value) + timedelta(days=self.days)).isoformat())
        if kind == "datetime":
            return self.dates.setdefault(value, utc_text(utc_moment(value) + self.later))
        if kind == "choice":
            return value
        return self.key(value)

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


def said(
    acts: Collection[ActSpec], matter_of: Mapping[str, Matter], ledgers: Mapping[str, Mapping[str, Field]], everybody: Collection[str]
) -> Said:
    """Read through the acts of a script; ``matter_of`` is by duty ('' for the matter itself)."""
    texts: dict[str, dict[str, None]] = {}
    room: dict[str, int] = {}
    amounts: dict[int, None] = {}
    people: dict[str, None] = {}
    for act in acts:
        if act.who:
            people[act.who] = None
        record = ledgers[act.fact] if act.fact else matter_of[act.duty].record
        for path, of, value in _walk(record, act.data):
            kind = of.type if of is not None else ""
            if isinstance(value, str) and value in everybody:
                people[value] = None
            elif kind in WORDS and value[:1] != "$":
                texts.setdefault(value, {})[path] = None
                most = of.max if of is not None and of.max is not None else MOST_SIGNS
                room[value] = min(most, room.get(value, most))
            elif kind == "money":
                amounts[value] = None
    return Said({text: (*paths,) for text, paths in texts.items()}, room, (*amounts,), (*people,))


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


def renamed(text: str, rng: Random, names: Names, brands: dict[str, str], month: int, serial: str, room: int) -> str:
    """What stands in another case where this text stands in the script: another number, firm or month, or other words."""
    if _MONTH(text):
        months = int(text[:4]) * 12 + int(text[5:]) - 1 + month
        return f"{months // 12}-{months % 12 + 1:02}"
    if has_number(text):
        return names.number(text, rng)
    if text.endswith(FIRMS) or text[:2] in brands:
        if text[:2] not in brands:
            brands[text[:2]] = _brand(rng, brands.values())
        return f"{brands[text[:2]]}{text[2:]}"
    if len(text) > LONG:
        return names.sentence(text, rng, serial, room)
    return f"{text}（{serial}）" if len(text) + len(serial) + 2 <= room else text


def _brand(rng: Random, others: Collection[str]) -> str:
    """What a firm is called: few are met often, many once; not as another one of the case."""
    while True:
        nth = min(len(BRANDS) ** 2 - 1, int(rng.paretovariate(0.6)) - 1)
        mixed = nth * 977 % len(BRANDS) ** 2  # neighbours in rank are no neighbours in writing
        brand = BRANDS[mixed // len(BRANDS)] + BRANDS[mixed % len(BRANDS)]
        if brand not in others:
            return brand
