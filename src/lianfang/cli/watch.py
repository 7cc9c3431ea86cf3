"""``lianfang watch``: what the reconciling watches come to now, in their four groups; or what files from elsewhere look like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lianfang.cli.aside import beside
from lianfang.cli.output import DONE, FINDING, end, json_option, print_json, table
from lianfang.cli.screens.bids import screen_bids
from lianfang.cli.screens.log import screen_log
from lianfang.cli.screens.ocds import screen_ocds

if TYPE_CHECKING:
    from lianfang.kernel.controls.base import Control
    from lianfang.kernel.controls.reconcile import Compared
    from lianfang.kernel.model import Matter

GROUPS = ("agree", "differ", "only_here", "only_there", "waiting")
HEADS = ("对账 reconcile", "相符 agree", "不符 differ", "仅我方 only here", "仅对方 only there", "待对方 waiting")
A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FILES = ("bids", "log", "ocds")
GOES_WITH = {"aside": FILES, "columns": ("log",), "rare": ("log",), "crowd": ("log",), "settings": ("ocds",)}
"""Which options say something about which files."""


@click.command()
@click.option(
    "--bids", type=A_FILE, metavar="FILE",
    help="改看以往招标的报价（CSV：tender 项目、bidder 投标人、amount 报价、winner 中标，可有 estimate 预算）。"
    " Look at the bids of past tenders instead.",
)  # fmt: skip
@click.option(
    "--log", type=A_FILE, metavar="FILE",
    help="改看其他系统的办件日志（CSV、XES、OCEL），找少见的路径、经手人和属性。"
    " Look at the log of another system instead, for unusual paths, hands and attributes.",
)  # fmt: skip
@click.option(
    "--column", "columns", multiple=True, metavar="NAME=COLUMN",
    help="日志的哪一栏是 case 办件、step 环节、time 时间、person 经手人、post 岗位（默认按常见名称）。"
    " Which column of the log stands for what (default: by usual names).",
)  # fmt: skip
@click.option(
    "--rare", type=click.FloatRange(0, 50, min_open=True), metavar="PERCENT",
    help="日志中低于百分之几算少见（默认 2）。 Below which percentage something of a log is unusual (default: 2).",
)  # fmt: skip
@click.option(
    "--crowd", type=click.FloatRange(0, 100, min_open=True), metavar="PERCENT",
    help="少见的值合计超过百分之几就都不算少见（默认 10）。"
    " Above which percentage of rare values together none of them is unusual (default: 10).",
)  # fmt: skip
@click.option(
    "--ocds", type=A_FILE, metavar="FILE",
    help="改看采购开放数据（OCDS 编译版本：JSON Lines、发布包、记录包），按 Cardinal 的红旗指标。"
    " Look at open data of procurement instead (compiled releases of OCDS), by the red flags of Cardinal.",
)  # fmt: skip
@click.option(
    "--settings", type=A_FILE, metavar="FILE.ini",
    help="Cardinal 的设置文件（默认全部指标、默认设置）。 Cardinal's settings file (default: every flag, as it is by itself).",
)  # fmt: skip
@click.option(
    "--aside", type=click.Path(path_type=Path, dir_okay=False),
    help="有误的行存到哪里（默认在原文件旁）。 Where lines that are wrong are kept (default: beside the file).",
)  # fmt: skip
@json_option
def watch(as_json: bool, **options: Any) -> None:
    """立即对账，差异随即预警；或筛查其他系统的文件。 Reconcile now, differences become alerts; or screen files from elsewhere."""
    given = {name: value for name, value in options.items() if value not in {None, ()}}
    wrong = next(_misplaced(given), None)
    if wrong is not None:
        raise click.UsageError(wrong)
    aside = given.get("aside")
    if "bids" in given:
        screen_bids(given["bids"], aside or beside(given["bids"]), as_json)
    if "log" in given:
        shares: dict[str, float] = {name: given[name] / 100 for name in ("rare", "crowd") if name in given}
        screen_log(given["log"], _columns(given.get("columns", ())), shares, aside or beside(given["log"]), as_json)
    if "ocds" in given:
        screen_ocds(given["ocds"], given.get("settings"), aside or beside(given["ocds"]), as_json)
    _reconcile(as_json)


def _misplaced(given: dict[str, Any]) -> Iterator[str]:
    """What is wrong about options that do not go together."""
    files = [name for name in FILES if name in given]
    if len(files) > 1:
        every = " ".join(f"--{name}" for name in files)
        yield f"{every} 一次只能用一个。 One of {every} at a time."
    for name, places in GOES_WITH.items():
        if name in given and not set(places) & set(files):
            option = "--column" if name == "columns" else f"--{name}"
            zh, en = "、".join(f"--{place}" for place in places), " or ".join(f"--{place}" for place in places)
            yield f"{option} 须与 {zh} 同用。 {option} goes with {en}."


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    """The columns that were chosen."""
    chosen: dict[str, str] = {}
    for pair in pairs:
        name, sign, column = pair.partition("=")
        if not sign or not column.strip():
            raise click.BadParameter(
                f"应为“名称=栏目”，如 case=办件编号：{pair} / it should be NAME=COLUMN, not {pair!r}", param_hint="--column"
            )
        chosen[name.strip()] = column.strip()
    return chosen


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
