"""``lianfang watch --bids``: what the bids of past tenders look like."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lianfang.cli.aside import keep
from lianfang.cli.output import DONE, FINDING, end, print_json, say, stop, table
from lianfang.kernel.wording import money

if TYPE_CHECKING:
    from lianfang.interchange.bids import Bid, Bids
    from lianfang.kernel.controls.pattern import Finding

BID_HEADS = ("招标 tender", "报价 bids", "最低 lowest", "中标 winner", "迹象 signs")


def screen_bids(file: Path, aside: Path, as_json: bool) -> None:
    """Screen the bids of a file, tender by tender. No office is needed and nothing is kept but the lines that are wrong."""
    from lianfang.interchange.bids import read_bids  # noqa: PLC0415 the engine is slow to start
    from lianfang.interchange.kinds import UnreadableFileError  # noqa: PLC0415
    from lianfang.watch.engine import find  # noqa: PLC0415

    try:
        read = read_bids(file.read_bytes())
    except UnreadableFileError as error:
        stop(error.message.zh, error.message.en)
    except OSError as error:
        stop(f"无法读取 {file}。", f"{file} can't be read: {error.strerror}.")
    settings = {"tender": "tender", "bidder": "bidder", "amount": "amount", "estimate": "estimate"}
    rows = [{**one._asdict(), "key": f"{one.line:09}", "case": ""} for one in read.bids]
    tenders: dict[str, list[Bid]] = {}
    for bid in read.bids:
        tenders.setdefault(bid.tender, []).append(bid)
    found = {one.about.partition("|")[2]: one for one in find("bids", settings, rows)}
    kept = keep(aside, read.names, ((one.line.cells, one.why) for one in read.bad)) if read.bad else None
    if as_json:
        print_json({
            "tenders": len(tenders), "bids": len(read.bids),
            "findings": [_told(name, tenders[name], one) for name, one in found.items()],
            "bad": [{"line": one.line.number, "message": one.why.en, "message_zh": one.why.zh} for one in read.bad],
            "aside": str(kept) if kept else None,
        })  # fmt: skip
    else:
        _show(read, tenders, found, kept)
    end(FINDING if found or read.bad else DONE)


def _told(tender: str, bids: list[Bid], finding: Finding) -> dict[str, Any]:
    words = finding.explanation
    won = [bid.bidder for bid in bids if bid.won]
    return {"tender": tender, "winner": won, "strength": finding.strength, "message": words.en, "message_zh": words.zh}


def _show(read: Bids, tenders: dict[str, list[Bid]], found: dict[str, Finding], kept: Path | None) -> None:
    lines = [
        (name, str(len(bids)), money(min(bid.amount for bid in bids)), "、".join(bid.bidder for bid in bids if bid.won) or "—",
         "●" * found[name].strength if name in found else "—")
        for name, bids in tenders.items()
    ]  # fmt: skip
    table([BID_HEADS, *lines])
    for finding in found.values():
        click.echo(f"✗ {finding.explanation.zh} / {finding.explanation.en}")
    for one in read.bad:
        click.echo(f"✗ {one.line.number}: {one.why.zh} / {one.why.en}")
    if kept is not None:
        say(f"有误的 {len(read.bad)} 行未参加筛查，存在 {kept}。", "The lines that are wrong were left out and are kept there.")
