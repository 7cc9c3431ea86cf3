"""``lianfang check``: what is wrong with a catalogue, all at once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from lianfang.catalogue.checks import Checked
from lianfang.catalogue.checks import check as examine
from lianfang.catalogue.load import load
from lianfang.catalogue.problems import CatalogueError
from lianfang.cli.output import DONE, FINDING, catalogue_option, end, json_option, print_json, say, table
from lianfang.kernel.schedule import utc_text
from lianfang.watch.detectors import declared


@click.command()
@catalogue_option
@json_option
def check(folder: Path | None, as_json: bool) -> None:
    """检查事项目录。 Check the catalogue: names, sources, bypasses, loopholes, branches, staffing."""
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
    """What was found, the worst first, and a table of all that was looked at."""
    for problem in found.errors:
        click.echo(f"✗ {problem}")
    findings = (one.message for one in (*found.open, *found.unreached))
    for zh, en in (*(one.message for one in found.refuted), *findings, *(one.message for one in found.missing)):
        click.echo(f"✗ {zh} / {en}")
    for remark in found.warnings:
        click.echo(f"· {remark.message.zh} / {remark.message.en}")
    faults = Counter(problem.check for problem in found.errors)
    unread = faults["schema"]
    looked_at: list[tuple[str, str, int | str, int]] = [
        ("文件与引用", "files and what they name", "" if unread else "✓", unread),
        ("来源到措施到演练", "from source to control to drill", "" if faults["traceability"] else "✓", faults["traceability"]),
        ("有人过问的时限与监测", "deadlines that somebody hears of", "" if faults["deadline"] else "✓", faults["deadline"]),
        ("绕不过的拦截", "gates that can't be gone round", found.proved, len(found.refuted)),
        ("没有漏洞的事项", "matters without a loophole", found.closed, len(found.open)),
        ("走得到的分支", "branches that are taken", found.reached, len(found.unreached)),
        ("人手足够的事项", "matters that can be staffed", found.satisfiable, len(found.missing)),
    ]
    click.echo()
    table([
        ("检查", "check", "通过 passed", "问题 faults"),
        *((zh, en, *(("—", "—") if unread and i else (str(passed), str(failed)))) for i, (zh, en, passed, failed) in enumerate(looked_at)),
    ])  # fmt: skip
    if unread:
        say("文件有误，改正后才能查其余各项。", "The rest is looked at once the files are right.")
