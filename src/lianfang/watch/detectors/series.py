"""Series (连号): one seller's invoices, dated over a time, that follow each other closely in number.

A seller who has other customers uses up numbers in between; one whose numbers hardly move invoices nobody else, or wrote them all at
once. Source: checks of expense audit on neighbouring invoice numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.wording import both, several
from lianfang.watch.columns import span
from lianfang.watch.detectors import LATE, duplicate

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("seller", "column:text", Text("销售方所在的栏目", "the column of the seller"), required=True),
    Param("number", "column:text", Text("号码所在的栏目", "the column of the number"), required=True),
    Param("amount", "column:money|int", Text("金额所在的栏目", "the column of the amount"), required=True),
    Param("date", "column:date", Text("日期所在的栏目", "the column of the date"), required=True),
    Param("next", "int", Text("相邻两张相差几号以内", "how many numbers two that follow each other lie apart"), default=3),
    Param("least", "int", Text("至少几张", "how many invoices at the least"), default=3),
    Param(
        "apart", "duration", Text("首末两张日期至少相隔多久", "how far apart the first and the last are dated at the least"), default="14d"
    ),
    # What is read of an entry is read as for duplicates, which has these settings too.
    Param("long", "int", Text("号码至少几位", "how many signs a number has at the least"), default=6),
    Param("window", "duration", Text("（与查重相同，用于归集）", "as for duplicates, to put entries together"), default="30d"),
)
TITLE = Text("连号", "Invoice numbers in series")
METHOD = Text(
    "把同一销售方、同一号段的号码排序，相邻的相差不大就连成一串；一串够张数、首末日期又相隔够久的，报。",
    "The numbers of one seller's series are put in order; those that lie close together make a run. A run with enough invoices, dated far"
    " enough apart, is a finding.",
)
BLIND_SPOTS = Text(
    "中间夹了别的号码的；换一本发票、换一个销售方的。", "Numbers left out in between; another book of invoices, another seller."
)
FALSE_ALARMS = Text(
    "客户本来就少的小店；定额发票整本使用。", "A small shop with few customers; receipts of a fixed amount used up book by book."
)
STRONG = 3
EXAMPLE: Mapping[str, Any] = {
    "settings": {"seller": "seller", "number": "number", "amount": "amount", "date": "date"},
    "rows": tuple(
        {"key": f"k{n}", "case": f"c{n}", "seller": "宝文印务有限公司", "number": f"4403000{n}", "amount": 100000 + n, "date": date}
        for n, date in enumerate(("2026-03-02", "2026-03-12", "2026-03-26"), 1)
    ),
}


def prepare(row: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """An entry with its number parted into what stays and what counts on; the trait is the series. None where something is missing."""
    ready = duplicate.read(row, settings)
    if ready is None or len(ready["mark"]) < settings["long"]:
        return None
    kept = {name: ready[name] for name in ("key", "case", "seller", "number", "date", "who", "day", "series", "place")}
    return {**kept, "traits": [f"s|{ready['who']}|{ready['series']}"]}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Runs of numbers of one seller with no wide gap and dated over the time asked for, in which one is new."""
    order: dict[str, Any] = {"group_by": ["who", "series"], "order_by": ["place", "key"]}
    rows = table.mutate(gap=table.place - table.place.lag().over(**order))
    rows = rows.mutate(starts=(rows.gap.isnull() | (rows.gap > settings["next"])).cast("int64"))
    rows = rows.mutate(run=rows.starts.sum().over(rows=(None, 0), **order))
    runs = rows.group_by("who", "series", "run").agg(
        numbers=rows.place.nunique(),
        days=rows.day.max() - rows.day.min(),
        first=rows.place.min(),
        new=rows.new.any(),
        cases=rows.case.collect(),
        told=(rows.date + " " + rows.number).collect(),
        seller=rows.seller.min(),
    )
    far = span(settings, "apart") // 86400
    return runs.filter((runs.numbers >= settings["least"]) & (runs.days >= far) & runs.new).order_by("who", "series", "first")


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back within which entries are new; the older ones of the same series are brought along."""
    return LATE


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding a run of numbers."""
    found = []
    for row in rows:
        told = several([both(one) for one in sorted(set(row["told"]))])
        text = Text(
            f"“{row['seller']}”的 {row['numbers']} 张发票首末相隔 {row['days']} 天，号码却几乎连着：{told.zh}。"
            f"疑似一次开出、补填日期，或该销售方没有别的"
            f"客户。也可能无误：客户少的小店，定额发票。请查验发票真伪，核对送货和实际业务。",
            f"{row['numbers']} invoices of “{row['seller']}”, dated {row['days']} days apart, follow each other "
            f"closely in number: {told.en}. "
            f"They may have been written at once, or the seller has no other customer. "
            f"It can be innocent: a small shop, receipts of a fixed "
            f"amount. Verify the invoices, and look at what was delivered.",
        )
        cases = tuple(sorted({case for case in row["cases"] if case}))
        found.append(Finding(f"{row['who'][:60]}|{row['series']}|{row['first']}", cases, STRONG, text))
    return found
