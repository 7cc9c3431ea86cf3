"""``lianfang drill``: every misconduct attempted on purpose, and every control weakened, whole and in part, to prove that it matters."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianfang.catalogue.files import fingerprint
from lianfang.catalogue.kept import FILE, Kept, keep
from lianfang.catalogue.load import Catalogue
from lianfang.catalogue.problems import nearest
from lianfang.cli.output import (
    DONE,
    FINDING,
    catalogue_option,
    end,
    json_option,
    language_option,
    loaded,
    print_json,
    say,
    stop,
    table,
)
from lianfang.cli.report.lines import fault_lines, lines
from lianfang.cli.report.told import faults, told
from lianfang.kernel.schedule import utc_text
from lianfang.store.place import folder as office_folder

if TYPE_CHECKING:
    from lianfang.catalogue.drills import Report

COUNTS = (
    ("matters", "事项", "matters"),
    ("risks", "风险点", "risks"),
    ("undrilled", "没有演练的风险点", "risks without a drill"),
    ("drills", "演练", "drills"),
    ("refused", "当场拦截", "attempts refused"),
    ("alarmed", "事后预警", "attempts noticed"),
    ("missed", "漏过", "attempts missed"),
    ("lawful", "合规办理", "lawful runs"),
    ("false_refusals", "误拦", "lawful runs refused"),
    ("false_alarms", "误报", "lawful runs alarmed"),
    ("weakened", "逐一关闭的防控措施", "controls switched off in turn"),
    ("parts", "逐一去掉的组成部分", "parts of controls left out in turn"),
    ("decorative", "关掉、去掉也无妨的", "controls and parts that nothing missed"),
)


@click.command()
@click.argument("matters", nargs=-1, metavar="[事项 MATTER]...")
@catalogue_option
@language_option
@click.option(
    "--out", metavar="FILE.html", type=click.Path(path_type=Path, dir_okay=False),
    help="另写成一个可直接打开的网页。 Also write it as a page that opens by itself.",
)  # fmt: skip
@click.option(
    "--keep", "kept", is_flag=True,
    help="把结果存入本办公室的数据目录，供追溯表显示。 Keep the results in the office's folder, for the traceability matrix.",
)  # fmt: skip
@json_option
def drill(matters: tuple[str, ...], folder: Path | None, language: str, out: Path | None, kept: bool, as_json: bool) -> None:
    """演练每种违规，再逐一关闭、削弱防控措施。 Attempt each misconduct, then weaken each control."""
    # The engine of the detectors is slow to start, so no other verb waits for it.
    from lianfang.catalogue.drills import drill as run  # noqa: PLC0415
    from lianfang.watch.engine import find  # noqa: PLC0415

    found = loaded(folder)
    for name in matters:
        if name not in found.matters:
            stop(*(f"{sentence}{point}" for sentence, point in zip(nearest(name, found.matters, "事项", "matter"), "。.", strict=True)))
    report = run(found, find, matters, os.cpu_count() or 1)
    if out is not None:
        _write(out, report, found)
    if kept:
        _keep(report, found)
    if as_json:
        print_json(report.as_json())
    else:
        _show(report, found, language)
        if out is not None:
            say(f"报告已写入 {out}。", "The report is written there.")
    end(FINDING if report.failures else DONE)


def _show(report: Report, catalogue: Catalogue, language: str) -> None:
    for line in fault_lines(faults(report, catalogue)):
        click.echo(line)
    for run in report.runs:
        click.echo()
        for line in lines(told(run, report, catalogue), language):
            click.echo(line)
    click.echo()
    table([("演练", "drill", ""), *((zh, en, str(getattr(report, name))) for name, zh, en in COUNTS)])


def _keep(report: Report, catalogue: Catalogue) -> None:
    at = utc_text(datetime.now(UTC))
    runs = {}
    for run in report.runs:
        name = run.file.matter.id
        failures = tuple(failure.as_json() for failure in report.failures if failure.matter == name)
        runs[name] = Kept(at, {one.id: result.verdict for one, result in run.played}, failures)
    place = office_folder() / FILE
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        keep(place, fingerprint(catalogue.root), runs)
    except OSError as error:
        stop(f"无法写入 {place}。", f"{place} can't be written: {error.strerror}.")


def _write(out: Path, report: Report, catalogue: Catalogue) -> None:
    from lianfang.cli.report.page import page  # noqa: PLC0415 only the page needs the template engine

    try:
        out.write_text(page(report, catalogue, utc_text(datetime.now(UTC))), encoding="utf-8")
    except OSError as error:
        stop(f"无法写入 {out}。", f"{out} can't be written: {error.strerror}.")
