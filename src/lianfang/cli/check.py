"""``lianfang check``: what is wrong with a catalogue, all at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from lianfang.catalogue.checks import Checked
from lianfang.catalogue.checks import check as examine
from lianfang.catalogue.load import load
from lianfang.catalogue.problems import CatalogueError
from lianfang.cli.output import DONE, FINDING, catalogue_option, end, json_option, print_json
from lianfang.kernel.schedule import utc_text
from lianfang.watch.detectors import declared


@click.command()
@catalogue_option
@json_option
def check(folder: Path | None, as_json: bool) -> None:
    """检查事项目录。 Check the catalogue: schema, traceability, bypasses, staffing."""
    try:
        found = examine(load(folder, declared()), utc_text(datetime.now(UTC)))
    except CatalogueError as error:
        found = Checked(errors=error.problems)
    if as_json:
        print_json(found.as_json())
    else:
        _show(found)
    end(DONE if found.sound else FINDING)


def _show(found: Checked) -> None:
    for problem in found.errors:
        click.echo(f"✗ {problem}")
    for zh, en in [*(bypass.message for bypass in found.refuted), *(missing.message for missing in found.missing)]:
        click.echo(f"✗ {zh} / {en}")
    for remark in found.warnings:
        click.echo(f"· {remark.message.zh} / {remark.message.en}")
    faults = len(found.errors)
    click.echo(f"错误 {faults} 处；不可绕过 {found.proved} 处，可绕过 {len(found.refuted)} 处；"
               f"人手足够的事项 {found.satisfiable} 个，不足 {len(found.missing)} 个。")  # fmt: skip
    click.echo(f"{faults} errors; {found.proved} gates proved, {len(found.refuted)} can be bypassed; "
               f"{found.satisfiable} matters can be staffed, {len(found.missing)} can't.")  # fmt: skip
