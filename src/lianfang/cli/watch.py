"""``lianfang watch``: what the reconciling watches come to now, in their four groups; or what the bids of past tenders look like."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lianfang.cli.aside import beside, keep
from lianfang.cli.output import DONE, FINDING, end, json_option, print_json, say, stop, table
from lianfang.kernel.wording import money

if TYPE_CHECKING:
    from lianfang.interchange.bids import Bid, Bids
    from lianfang.kernel.controls.base import Control
    from lianfang.kernel.controls.pattern import Finding
    from lianfang.kernel.controls.reconcile import Compared
    from lianfang.kernel.model import Matter

GROUPS = ("agree", "differ", "only_here", "only_there", "waiting")
HEADS = ("对账 reconcile", "相符 agree", "不符 differ", "仅我方 only here", "仅对方 only there", "待对方 waiting")


BID_HEADS = ("招标 tender", "报价 bids", "最低 lowest", "中标 winner", "迹象 signs")


@click.command()
@click.option(
    "--bids", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
    help="改看以往招标的报价（CSV：tender 项目、bidder 投标人、amount 报价、winner 中标，可有 estimate 预算）。"
    " Look at the bids of past tenders instead.",
)  # fmt: skip
@click.option(
    "--aside", type=click.Path(path_type=Path, dir_okay=False),
    help="有误的行存到哪里（默认在原文件旁）。 Where lines that are wrong are kept (default: beside the file).",
)  # fmt: skip
@json_option
def watch(bids: Path | None, aside: Path | None, as_json: bool) -> None:
    """立即对账，差异随即预警；或筛查以往的报价。 Reconcile now, differences become alerts; or screen past bids."""
    if bids is not None:
        _bids(bids, aside or beside(bids), as_json)
    if aside is not None:
        raise click.UsageError("--aside 须与 --bids 同用。 --aside goes with --bids.")
    _reconcile(as_json)


def _bids(file: Path, aside: Path, as_json: bool) -> None:
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


def _reconcile(as_json: bool) -> None:
    from lianfang.cli.setup import open_office  # noqa: PLC0415 Django, for the verbs that need it

    open_office()
    from lianfang.office.engine import engine  # noqa: PLC0415

    found = engine().reconciling.look()
    if as_json:
        print_json({"reconcile": [_described(*one) for one in found]})
    else:
        counts = [[str(len(getattr(compared, group))) for group in GROUPS] for _, _, compared in found]
        table([HEADS, *([f"{m.id}/{c.id}", *line] for (m, c, _), line in zip(found, counts, strict=True))])
        for _, _, compared in found:
            for one in compared.differences:
                click.echo(f"✗ {one.why.zh} / {one.why.en}")
    end(FINDING if any(compared.differences for _, _, compared in found) else DONE)


def _described(matter: Matter, control: Control, compared: Compared) -> dict[str, Any]:
    groups = {name: [_difference(one) for one in getattr(compared, name)] for name in ("differ", "only_here", "only_there")}
    return {"matter": matter.id, "control": control.id, "agree": list(compared.agree), **groups, "waiting": list(compared.waiting)}


def _difference(one: Any) -> dict[str, Any]:
    sides = {name: [{"key": e.key, "case": e.case, **e.data} for e in getattr(one, name)] for name in ("here", "there")}
    return {"about": one.about, **sides, "message": one.why.en, "message_zh": one.why.zh}
