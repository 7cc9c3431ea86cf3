"""``lianfang simulate``: years of an office's life in memory, honest or with misconduct in it, and what the controls made of it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from lianfang.catalogue.problems import nearest
from lianfang.cli import life
from lianfang.cli.output import DONE, FINDING, catalogue_option, end, json_option, loaded, print_json, say, stop, table
from lianfang.store import place

if TYPE_CHECKING:
    from lianfang.catalogue.load import Catalogue
    from lianfang.simulate import Report


@click.command()
@click.argument("matters", nargs=-1, metavar="[事项 MATTER]...")
@click.option("--cases", default=1000, show_default=True, type=click.IntRange(1), help="办件数。 How many cases.")
@click.option(
    "--years", default=1, show_default=True, type=click.IntRange(1, 10), help="年数，自 2026 年起。 How many years, from 2026 on."
)
@click.option("--seed", default=1, show_default=True, help="种子：同一种子结果相同。 The seed: the same gives the same life.")
@click.option(
    "--misconduct",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="违规所占的份额。 The share of cases that are misconduct.",
)
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
    help="把命令和标注写成 Parquet。 Write commands and labels there as Parquet.",
)  # fmt: skip
@click.option(
    "--page", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="把各监测器的查准率、查全率写成一页 Markdown。 Write precision and recall by detector there, as a page of Markdown.",
)  # fmt: skip
@click.option(
    "--into-office", is_flag=True,
    help="把到今天为止的一年写入一个新的单位（LIANFANG_DATA）。 Live the year until today in a new office (LIANFANG_DATA).",
)  # fmt: skip
@catalogue_option
@json_option
def simulate(
    matters: tuple[str, ...], cases: int, years: int, seed: int, misconduct: float, out: Path | None, page: Path | None, into_office: bool,
    folder: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """模拟单位的日常办理，可植入违规。 Simulate an office's life, with misconduct in it if you like."""
    if into_office:
        if matters or out is not None or page is not None or years != 1:
            stop(
                "--into-office 写入全部事项的一年，不与事项、--years、--out、--page 同用。",
                "--into-office is a year of all matters: it goes with no matter and none of --years, --out and --page.",
            )
        _live(cases, seed, misconduct, folder, as_json)
    # The engine of the detectors is slow to start, so no other verb waits for it.
    from lianfang.simulate import simulate as run  # noqa: PLC0415
    from lianfang.simulate.page import page as written  # noqa: PLC0415
    from lianfang.simulate.tables import Events, write  # noqa: PLC0415
    from lianfang.watch.engine import find  # noqa: PLC0415

    found = loaded(folder)
    _demand(matters, found)
    events = Events() if out is not None else None
    report = run(found, find, cases, years, seed, misconduct, matters, events)
    if out is not None and events is not None:
        try:
            write(out, events, report)
        except OSError as error:
            stop(f"无法写入 {out}。", f"{out} can't be written: {error.strerror}.")
    if page is not None:
        asked = ["lianfang", "simulate", *matters, "--cases", cases, "--years", years, "--seed", seed, "--misconduct", misconduct]
        try:
            page.write_text(written(report, shlex.join([*map(str, asked), "--page", page.as_posix()])), encoding="utf-8")
        except OSError as error:
            stop(f"无法写入 {page}。", f"{page} can't be written: {error.strerror}.")
    if as_json:
        print_json(report.as_json())
    else:
        _show(report)
        if out is not None:
            say(f"命令和标注已写入 {out}。", "Commands and labels are written there.")
    end(FINDING if report.refused else DONE)


def _demand(matters: tuple[str, ...], found: Catalogue) -> None:
    """End where there is no such matter, and name the nearest."""
    for name in matters:
        if name not in found.matters:
            stop(*(f"{sentence}{point}" for sentence, point in zip(nearest(name, found.matters, "事项", "matter"), "。.", strict=True)))


def _live(cases: int, seed: int, misconduct: float, folder: Path | None, as_json: bool) -> NoReturn:
    data = place.folder()
    life.mend(data)
    if not life.is_new(data):
        stop(
            f"{data} 里已有单位的数据，或用 LIANFANG_DATABASE 指定了数据库；模拟生活只写入新的单位，请用 LIANFANG_DATA 指定一个空目录。",
            f"{data} holds an office, or LIANFANG_DATABASE names a database. A life is for a new one: name a folder in LIANFANG_DATA.",
        )
    if folder is not None:
        os.environ["LIANFANG_CATALOGUE"] = str(folder.resolve())
    told = life.make(data, cases, seed, misconduct)
    if told is None:
        stop("没有生成，原因见上。", "It could not be made, for the reason above.")
    if as_json:
        print_json(told)
    else:
        for one in told["astray"]:
            click.echo(f"✗ {one['at']} {one['matter']} {one['step']}: {one['why']}")
        say(
            f"已写入 {data}：办件 {told['cases']} 件（含履责）、存证 {told['entries']} 条、预警 {told['alerts']} 条。",
            f"Written: {told['cases']} cases (duties included), {told['entries']} entries of the log, {told['alerts']} alerts.",
        )
        say("用 lianfang serve --demo 打开。", "Open it with lianfang serve --demo.")
    end(FINDING if told["astray"] else DONE)


def _show(report: Report) -> None:
    from lianfang.simulate.page import COUNTS  # noqa: PLC0415 it waits for no engine either

    told = report.as_json()
    for one in report.refused:
        click.echo(f"✗ {one.at} {one.drill} {one.case}: {one.control}: {one.message}")
    table([("模拟", "simulated", ""), *((zh, en, str(told[name])) for name, zh, en in COUNTS)])
    if told["detectors"]:
        click.echo()
        shown = [
            (one["id"], *(str(one[name]) for name in ("raised", "true", "expected")), _share(one["precision"]), _share(one["recall"]))
            for one in told["detectors"]
        ]
        table([("监测与履责 watch or duty", "预警 raised", "属实 true", "照例 expected", "查准 precision", "查全 recall"), *shown])


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"
