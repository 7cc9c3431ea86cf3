"""``lianfang simulate``: years of an office's life in memory, honest or with misconduct in it, and what the controls made of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianfang.catalogue.problems import nearest
from lianfang.cli.output import DONE, FINDING, catalogue_option, end, json_option, loaded, print_json, say, stop, table

if TYPE_CHECKING:
    from lianfang.simulate import Report

COUNTS = (
    ("cases", "办件", "cases"),
    ("turns", "履责（另计）", "turns of duties, beside them"),
    ("commands", "命令", "commands"),
    ("false_refusals", "误拦", "honest acts refused"),
    ("false_alarms", "误报", "alarms about honest work"),
    ("injected", "植入的违规", "misconduct injected"),
    ("caught", "其中被发现", "of it caught"),
)


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
@catalogue_option
@json_option
def simulate(
    matters: tuple[str, ...], cases: int, years: int, seed: int, misconduct: float, out: Path | None, folder: Path | None, as_json: bool
) -> None:
    """模拟单位的日常办理，可植入违规。 Simulate an office's life, with misconduct in it if you like."""
    # The engine of the detectors is slow to start, so no other verb waits for it.
    from lianfang.simulate import simulate as run  # noqa: PLC0415
    from lianfang.simulate.tables import Events, write  # noqa: PLC0415
    from lianfang.watch.engine import find  # noqa: PLC0415

    found = loaded(folder)
    for name in matters:
        if name not in found.matters:
            stop(*(f"{sentence}{point}" for sentence, point in zip(nearest(name, found.matters, "事项", "matter"), "。.", strict=True)))
    events = Events() if out is not None else None
    report = run(found, find, cases, years, seed, misconduct, matters, events)
    if out is not None and events is not None:
        try:
            write(out, events, report)
        except OSError as error:
            stop(f"无法写入 {out}。", f"{out} can't be written: {error.strerror}.")
    if as_json:
        print_json(report.as_json())
    else:
        _show(report)
        if out is not None:
            say(f"命令和标注已写入 {out}。", "Commands and labels are written there.")
    end(FINDING if report.refused else DONE)


def _show(report: Report) -> None:
    told = report.as_json()
    for one in report.refused:
        click.echo(f"✗ {one.at} {one.drill} {one.case}: {one.control}: {one.message}")
    table([("模拟", "simulated", ""), *((zh, en, str(told[name])) for name, zh, en in COUNTS)])
    if told["detectors"]:
        click.echo()
        shown = [
            (one["id"], str(one["raised"]), str(one["true"]), _share(one["precision"]), _share(one["recall"])) for one in told["detectors"]
        ]
        table([("监测与履责 watch or duty", "预警 raised", "属实 true", "查准 precision", "查全 recall"), *shown])


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"
