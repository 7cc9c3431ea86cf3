"""``lianfang drill``: every misconduct attempted on purpose, and every control weakened, whole and in part, to prove that it matters."""

from __future__ import annotations

from pathlib import Path

import click

from lianfang.catalogue.problems import nearest
from lianfang.cli.output import DONE, FINDING, catalogue_option, end, json_option, loaded, print_json, stop, table

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
@json_option
def drill(matters: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """演练每种违规，再逐一关闭、削弱防控措施。 Attempt each misconduct, then weaken each control."""
    # The engine of the detectors is slow to start, so no other verb waits for it.
    from lianfang.catalogue.drills import drill as run  # noqa: PLC0415
    from lianfang.watch.engine import find  # noqa: PLC0415

    found = loaded(folder)
    for name in matters:
        if name not in found.matters:
            stop(*(f"{sentence}{point}" for sentence, point in zip(nearest(name, found.matters, "事项", "matter"), "。.", strict=True)))
    report = run(found, find, matters)
    if as_json:
        print_json(report.as_json())
    else:
        for failure in report.failures:
            click.echo(f"✗ {failure.matter} {failure.what} {failure.id}: {failure.why.zh} / {failure.why.en}")
        table([("演练", "drill", ""), *((zh, en, str(getattr(report, name))) for name, zh, en in COUNTS)])
    end(FINDING if report.failures else DONE)
