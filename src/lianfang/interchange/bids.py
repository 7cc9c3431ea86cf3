"""Bids of past tenders, as a table: one bid a line, with the tender, the bidder, the price, who won and, where known, the estimate."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lianfang.interchange.figures import Unreadable, money
from lianfang.interchange.kinds import UnreadableFileError
from lianfang.interchange.tables import BadLine, Line, read_table
from lianfang.kernel.conditions.functions import norm
from lianfang.kernel.model import Text

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "tender": ("项目", "项目编号", "招标项目"),
    "bidder": ("投标人", "供应商"),
    "amount": ("报价", "投标报价"),
    "winner": ("中标", "中标人", "是否中标"),
    "estimate": ("预算", "最高限价"),
}
"""The columns by their names in the answer, with other names that a file may give them."""
OPTIONAL = ("estimate",)
YES, NO = ("是", "1", "yes", "true", "中标"), ("", "否", "0", "no", "false", "未中标")


class Bid(NamedTuple):
    """A bid: ``line`` in the file, amounts in fen, ``estimate`` None where it is not told."""

    line: int
    tender: str
    bidder: str
    amount: int
    won: bool
    estimate: int | None


class Bids(NamedTuple):
    """The bids of a file, its lines that are wrong, and the names of its columns."""

    bids: tuple[Bid, ...]
    bad: tuple[BadLine, ...]
    names: tuple[str, ...]


def read_bids(content: bytes) -> Bids:
    """Read a table of bids. Raises UnreadableFileError where it is no table, or a column is missing; a bad line is told and kept aside."""
    table = read_table(content)
    headings = [_plain(name) for name in table.names]
    places = {name: next((headings.index(one) for one in (name, *others) if one in headings), None) for name, others in COLUMNS.items()}
    for name, others in COLUMNS.items():
        if places[name] is None and name not in OPTIONAL:
            raise UnreadableFileError(
                Text(
                    f"缺少“{others[0]}”（{name}）一栏；有的是：{'、'.join(table.names)}。",
                    f"The column {name!r} ({others[0]}) is missing; there are: {', '.join(table.names)}.",
                )
            )
    bids, bad, seen = list[Bid](), list[BadLine](), dict[tuple[str, str], int]()
    for line in table.lines:
        try:
            bid = _bid(line, len(table.names), places)
            first = seen.setdefault((bid.tender, norm(bid.bidder)), line.number)
            if first != line.number:
                raise Unreadable(Text(f"与第 {first} 行是同一家在同一项目的报价", f"the same bidder in the same tender as line {first}"))
            bids.append(bid)
        except Unreadable as error:
            bad.append(BadLine(line, error.message))
    return Bids(tuple(bids), tuple(bad), table.names)


def _bid(line: Line, width: int, places: Mapping[str, int | None]) -> Bid:
    if len(line.cells) != width:
        raise Unreadable(Text(f"有 {len(line.cells)} 栏，应为 {width} 栏", f"{len(line.cells)} cells, where {width} belong"))
    cells = {name: line.cells[place] if place is not None else "" for name, place in places.items()}
    for name in ("tender", "bidder"):
        if not cells[name]:
            raise Unreadable(Text(f"“{COLUMNS[name][0]}”是空的", f"{name!r} is empty"))
    amount = _at("amount", cells, money)
    if amount <= 0:
        raise Unreadable(Text("“报价”应大于零", "'amount' should be above zero"))
    estimate = _at("estimate", cells, money) if cells["estimate"] else None
    return Bid(line.number, cells["tender"], cells["bidder"], amount, _won(cells), estimate)


def _at(name: str, cells: Mapping[str, str], reader: Callable[[str], Any]) -> Any:
    try:
        return reader(cells[name])
    except Unreadable as error:
        zh, en = error.message
        raise Unreadable(Text(f"“{COLUMNS[name][0]}”为“{cells[name]}”：{zh}", f"{name!r} is {cells[name]!r}: {en}")) from None


def _won(cells: Mapping[str, str]) -> bool:
    """Whether a bid won: told by a mark, or by the winner's name."""
    told = _plain(cells["winner"])
    if told in NO or told in YES:
        return told in YES
    return norm(cells["winner"]) == norm(cells["bidder"])


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()
