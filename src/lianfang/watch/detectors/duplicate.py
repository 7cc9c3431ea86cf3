"""Duplicates in disguise (改头换面): papers that are probably one paper, under another number or another name of the seller.

What is written the same but for case, spaces and punctuation is refused by the gate ``unique``; here is what only looks or reads the same.
Two papers are held against each other only where they share a *trait*: the number, or two of seller, amount and date.

Source: the checks of expense audit on duplicate invoices (misread signs, a slip in the number, the number under another seller,
neighbours in a series on one day). A fully digital invoice has a number of 20 signs, given once in the country (State Taxation
Administration, announcement 11 of 2024).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from lianfang.kernel.conditions.functions import norm
from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.wording import both, joined, money, several
from lianfang.watch.columns import span
from lianfang.watch.detectors import LATE

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("seller", "column:text", Text("销售方所在的栏目", "the column of the seller"), required=True),
    Param("number", "column:text", Text("号码所在的栏目", "the column of the number"), required=True),
    Param("amount", "column:money|int", Text("金额所在的栏目", "the column of the amount"), required=True),
    Param("date", "column:date", Text("日期所在的栏目", "the column of the date"), required=True),
    Param(
        "long",
        "int",
        Text("号码不计前导零至少几位才算长", "how many signs, leading zeros apart, make a number long"),
        default=6,
    ),
    Param(
        "countrywide",
        "int",
        Text("至少几位的号码全国唯一", "from how many signs on a number is given once in the country"),
        default=20,
    ),
    Param("window", "duration", Text("日期相差多久之内", "how far apart the dates may lie"), default="30d"),
    Param("percent", "int", Text("金额相差百分之几以内", "by how much of a hundred the amounts may differ"), default=1),
    Param("next", "int", Text("号码相差几号以内算连号", "how close numbers of one day follow each other"), default=3),
    Param(
        "series",
        "int",
        Text("期间内同一号段可能用到多少号，其内相近属常情", "how many numbers a seller may use up within that time: so close is ordinary"),
        default=1000,
    ),
)
BLIND_SPOTS = Text(
    "号码改动两个以上字符且销售方、金额、日期不全相同的；短号码改号的；缺销售方、号码、金额或日期的。",
    "A number changed in two signs or more, unless seller, amount and date stay; a short number that was changed; an entry without"
    " seller, number, amount or date.",
)
FALSE_ALARMS = Text(
    "同一销售方当天连号开具的等额发票（如两人同住一家酒店、定额发票）；销售方更名。",
    "Invoices of one amount that a seller numbered one after the other on one day (two guests of a hotel, receipts of a fixed amount); "
    "a seller who changed the name.",
)
STRONG, WEAK, FAINT = 3, 2, 1
TITLE = Text("改头换面", "Duplicates in disguise")
METHOD = Text(
    "把新的票据与此前所有号码、销售方加金额、销售方加日期、金额加日期相同的逐对比较：号码去掉易混字符和前导零后相同，或只差一个字符"
    "而金额、日期相近，或同日同额连号的，报一次。",
    "A new paper is compared with all before it of the same number, seller and amount, seller and date, or amount and date: numbers that"
    " are the same without misread signs and leading zeros, or one sign apart with amount and date close, or neighbours of one amount on"
    " one day, are a finding.",
)
EXAMPLE: Mapping[str, Any] = {
    "settings": {"seller": "seller", "number": "number", "amount": "amount", "date": "date"},
    "rows": (
        {"key": "1", "case": "a", "seller": "宝文印务有限公司", "number": "44030001", "amount": 280_000, "date": "2026-01-02"},
        {"key": "2", "case": "b", "seller": "宝文印务", "number": "4403OOO1", "amount": 280_000, "date": "2026-01-02"},
    ),
}
MISREAD = str.maketrans("ODQILZSGB", "000112568")
"""Capitals that a scanner, or an eye, takes for a digit."""
DIGITS = 15
"""Of a number's last digits, how many are counted with: as many as a series can have (the engine counts with 64 bits)."""
FAR = 10**DIGITS
EXCHANGE = 2
"""Signs that change where neighbours are exchanged."""
SIDES = ("key", "case", "seller", "number", "amount", "date", "who", "mark", "signs", "new")


class _Paper(NamedTuple):
    key: str
    case: str
    seller: str
    number: str
    amount: int
    date: str
    who: str
    mark: str
    signs: int
    new: bool


class _Pair(NamedTuple):
    one: _Paper
    other: _Paper
    days: int
    gap: int
    slip: bool


class _Likeness(NamedTuple):
    """Why papers are probably one: ``name`` is the same for all that are held together, ``innocent`` is what else it may be."""

    name: tuple[object, ...]
    strength: int
    innocent: Text


def prepare(row: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """An entry as it is compared, with its ``traits``; None where nothing can be compared."""
    paper = read(row, settings)
    if paper is None:
        return None
    who, mark, amount, day = paper["who"], paper["mark"], paper["amount"], paper["day"]
    # Whatever lies less than a window apart shares one of two halves: an equal trait is all that is ever looked for.
    half = day // max(_days(settings), 1)
    number = [f"n|{mark}"] if len(mark) >= settings["long"] else [f"n|{mark}|{amount}|{half}", f"n|{mark}|{amount}|{half + 1}"]
    paper["traits"] = [*number, f"wa|{who}|{amount}|{half}", f"wa|{who}|{amount}|{half + 1}", f"wd|{who}|{day}", f"ad|{amount}|{day}"]
    return paper


def read(row: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """The paper of an entry; None where something of it is missing.

    ``who`` and ``mark`` are the seller and the number without what only looks different: of the number also misread signs and leading
    zeros. ``series`` and ``place`` are what its last digits count on from, and their figure.
    """
    seller, number = row.get(settings["seller"]), row.get(settings["number"])
    amount, on = row.get(settings["amount"]), row.get(settings["date"])
    try:
        day = date.fromisoformat(str(on)).toordinal()
        who, written = norm(str(seller or "")), norm(str(number or ""))
    except ValueError:  # no date, or nothing that says anything
        return None
    if type(amount) is not int:
        return None
    mark = written.translate(MISREAD).lstrip("0") or "0"
    cut = max(len(mark.rstrip("0123456789")), len(mark) - DIGITS)
    return {
        "key": row["key"], "case": row["case"], "seller": str(seller), "number": str(number), "amount": amount, "date": str(on),
        "who": who, "mark": mark, "signs": len(written), "day": day, "series": mark[:cut], "place": int(mark[cut:] or 0),
    }  # fmt: skip


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Pairs of prepared entries that share a trait and may be one paper: each side's columns, and how far apart they lie."""
    import ibis  # noqa: PLC0415 what is declared above is read without the engine

    shared = table.select("key", trait=table.traits.unnest())
    one, other = shared.view(), shared.view()
    near = one.join(other, [one.trait == other.trait, one.key < other.key], rname="{name}_2")
    near = near.select("key", second="key_2").distinct()
    papers, others = table.drop("traits").view(), table.drop("traits").view()
    pairs = near.join(papers, "key").join(others, near.second == others.key, rname="{name}_2")
    long = (pairs.mark.length() >= settings["long"]) & (pairs.mark_2.length() >= settings["long"])
    pairs = pairs.mutate(
        days=(pairs.day - pairs.day_2).abs(),
        gap=(pairs.series == pairs.series_2).ifelse((pairs.place - pairs.place_2).abs(), FAR),
        close=(pairs.amount - pairs.amount_2).abs() * 100 <= ibis.greatest(pairs.amount, pairs.amount_2) * settings["percent"],
    )
    pairs = pairs.mutate(following=(pairs.gap <= settings["next"]) & (pairs.amount == pairs.amount_2) & (pairs.days == 0))
    pairs = pairs.filter((pairs.mark == pairs.mark_2) | (long & pairs.close & (pairs.days <= _days(settings))))
    # Two signs exchanged are two edits to an engine: whether it is that, the findings tell.
    edits = pairs.mark.levenshtein(pairs.mark_2)
    slip = (edits == 1) | ((edits == EXCHANGE) & (pairs.mark.length() == pairs.mark_2.length()))
    sides = [name + side for side in ("", "_2") for name in SIDES]
    held = pairs.filter((pairs.mark == pairs.mark_2) | pairs.following | slip)
    return held.select(*sides, "days", "gap", "following").order_by("key", "key_2")


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back within which entries are new; the older ones that share a trait with them are brought along."""
    return LATE


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding for all papers that are alike in the same thing, where one of them is new: of others not all may be here."""
    held: dict[tuple[object, ...], list[tuple[_Pair, _Likeness]]] = {}
    for row in rows:
        one, other = (_Paper(*(row[name + side] for name in SIDES)) for side in ("", "_2"))
        pair = _Pair(one, other, row["days"], row["gap"], one.mark != other.mark and _slipped(one.mark, other.mark))
        likeness = _likeness(pair, settings) if one.mark == other.mark or pair.slip or row["following"] else None
        if likeness is not None:
            held.setdefault(likeness.name, []).append((pair, likeness))
    return [_finding(name, together) for name, together in held.items() if any(paper.new for pair, _ in together for paper in pair[:2])]


def _likeness(pair: _Pair, settings: Mapping[str, Any]) -> _Likeness | None:
    one, other = pair.one, pair.other
    sellers = one.who == other.who or _misspelt(one.who, other.who) or _shortened(one.who, other.who)
    if one.mark == other.mark:
        return _same_number(pair, sellers, settings)
    return _other_number(pair, settings) if sellers else None


def _same_number(pair: _Pair, sellers: bool, settings: Mapping[str, Any]) -> _Likeness | None:
    one, other = pair.one, pair.other
    same_amount, long = one.amount == other.amount, len(one.mark) >= settings["long"]
    name = ("number", one.mark, *(() if long else (one.amount,)))
    innocent = CHANCE if not sellers else TWO_SERIES if one.who == other.who else RENAMED
    if long and (same_amount or min(one.signs, other.signs) >= settings["countrywide"]):
        return _Likeness(name, STRONG, innocent)
    if sellers and (long or (same_amount and pair.days <= _days(settings))):
        return _Likeness(name, WEAK, innocent)
    return None


def _other_number(pair: _Pair, settings: Mapping[str, Any]) -> _Likeness | None:
    one, other = pair.one, pair.other
    both_same, name = one.amount == other.amount and pair.days == 0, ("slip", one.key, other.key)
    if pair.slip and pair.gap > settings["series"]:
        return _Likeness(name, STRONG if both_same else WEAK, NUMBERS_CLOSE)
    if both_same:
        return _Likeness(("day", one.who, one.amount, one.date) if one.who == other.who else name, FAINT, FOLLOWING)
    return None


CHANCE = Text("两家销售方的号码恰好相同", "two sellers happen to have the same number")
RENAMED = Text("销售方更名，或确有名称相近的两家", "the seller was renamed, or there are two of nearly the same name")
TWO_SERIES = Text("销售方确有两个只差易混字符或前导零的号段", "the seller has two series that differ in such signs or leading zeros only")
NUMBERS_CLOSE = Text("等额的定期费用，号码恰好只差一个字符", "a regular bill of one amount, whose numbers happen to differ in one sign")
FOLLOWING = Text(
    "同一销售方当天连号开具的几张真实发票（如同住一家酒店的两人、定额发票）",
    "true invoices that the seller numbered one after the other on one day (two guests of a hotel, receipts of a fixed amount)",
)


def _finding(name: tuple[object, ...], together: Sequence[tuple[_Pair, _Likeness]]) -> Finding:
    papers = sorted({paper for pair, _ in together for paper in pair[:2]}, key=lambda paper: (paper.case, paper.key))
    strength = max(likeness.strength for _, likeness in together)
    innocent = list(dict.fromkeys(likeness.innocent for _, likeness in together))
    told = several([_told(paper) for paper in papers])
    alike, differs = _compared(papers, all(pair.slip for pair, _ in together))
    cases = tuple(dict.fromkeys(paper.case for paper in papers if paper.case))
    return Finding(
        _about(name),
        cases,
        strength,
        Text(
            f"以下 {len(papers)} 张票据疑似同一张：{told.zh}。相同：{alike.zh}；不同：{differs.zh}。"
            f"也可能无误：{'；'.join(text.zh for text in innocent)}。请核对原件。",
            f"These {len(papers)} papers may be one: {told.en}. The same: {alike.en}. Different: {differs.en}. "
            f"It can be innocent: {'; '.join(text.en for text in innocent)}. Compare the originals.",
        ),
        fixed=True,
    )


def _told(paper: _Paper) -> Text:
    by = Text(f"办件 {paper.case}", f"case {paper.case}") if paper.case else Text("台账原有", "in the ledger before")
    what = f"{money(paper.amount)} {paper.date}"
    return Text(f"{by.zh}“{paper.seller}”{paper.number} 号 {what}", f"{by.en} “{paper.seller}” no. {paper.number} {what}")


def _compared(papers: Sequence[_Paper], slip: bool) -> tuple[Text, Text]:
    """What is the same of papers, and what is not, with the values."""
    alike, differs = list[Text](), list[Text]()
    for title, shown, meant in (
        (Text("销售方", "seller"), [paper.seller for paper in papers], {paper.who for paper in papers}),
        (Text("号码", "number"), [paper.number for paper in papers], {norm(paper.number) for paper in papers}),
        (Text("金额", "amount"), [money(paper.amount) for paper in papers], {paper.amount for paper in papers}),
        (Text("日期", "date"), [paper.date for paper in papers], {paper.date for paper in papers}),
    ):
        if len(meant) == 1:
            alike.append(Text(f"{title.zh}（{shown[0]}）", f"{title.en} ({shown[0]})"))
            continue
        values = several([both(one) for one in dict.fromkeys(shown)])
        why = Text("", "")
        if title.en == "number" and len({paper.mark for paper in papers}) == 1:
            why = Text("，只差易混字符或前导零", ", in misread signs or leading zeros only")
        elif title.en == "number" and slip:
            why = Text("，只差一个字符", ", in one sign only")
        differs.append(Text(f"{title.zh}（{values.zh}{why.zh}）", f"{title.en} ({values.en}{why.en})"))
    nothing = Text("无", "nothing")
    return joined(alike) if alike else nothing, joined(differs) if differs else nothing


def _shortened(one: str, other: str) -> bool:
    """Whether the shorter name is made of signs of the longer one in their order, as 中石化 is; too short a name says nothing."""
    short, long = sorted((one, other), key=len)
    signs = iter(long)
    return len(short.encode()) >= len("宝文".encode()) and all(sign in signs for sign in short)


def _misspelt(one: str, other: str) -> bool:
    """Whether two names, neither of them very short, are one sign apart: changed, dropped, added or exchanged with its neighbour."""
    return min(len(one), len(other)) > len("宝文") and _slipped(one, other)


def _slipped(one: str, other: str) -> bool:
    """Whether two texts are at most one sign apart: changed, dropped, added or exchanged with its neighbour."""
    start = _in_common(one, other)
    end = _in_common(one[start:][::-1], other[start:][::-1])
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == len(right) == EXCHANGE and left == right[::-1])


def _in_common(one: str, other: str) -> int:
    """How many signs two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda signs: signs[0] == signs[1], zip(one, other, strict=False)))


def _about(name: tuple[object, ...]) -> str:
    """What tells a finding apart, in a length that an alert keeps: sellers may write long names to look the same there."""
    return f"{name[0]}|{hashlib.sha256(repr(name).encode()).hexdigest()[:32]}"


def _days(settings: Mapping[str, Any]) -> int:
    return span(settings) // 86400
