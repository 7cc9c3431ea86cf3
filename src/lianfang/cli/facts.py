"""``lianfang facts``: what comes from outside, brought in by file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianfang.cli.aside import beside, keep
from lianfang.cli.output import DONE, FINDING, end, json_option, print_json, say, stop
from lianfang.kernel.wording import plural

if TYPE_CHECKING:
    from lianfang.office.facts import Imported


@click.group()
def facts() -> None:
    """外部数据。 Facts from outside."""


@facts.command("import")
@click.option("--kind", required=True, metavar="LEDGER", help="外部数据的种类，即台账。 The kind of facts: their ledger.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="文件 FILE")
@click.option(
    "--aside", type=click.Path(path_type=Path, dir_okay=False),
    help="有误的行存到哪里（默认在原文件旁）。 Where lines that are wrong are kept (default: beside the file).",
)  # fmt: skip
@json_option
def import_(kind: str, file: Path, aside: Path | None, as_json: bool) -> None:
    """导入一个 CSV 文件，重复导入无妨。 Bring in a CSV file; the same line again changes nothing."""
    from lianfang.cli.setup import open_office  # noqa: PLC0415 Django, for the verbs that need it

    open_office()
    from lianfang.interchange.kinds import UnreadableFileError  # noqa: PLC0415
    from lianfang.office.facts import import_facts  # noqa: PLC0415
    from lianfang.office.views import NotFound  # noqa: PLC0415

    try:
        done = import_facts(kind, file.read_bytes())
    except (NotFound, UnreadableFileError) as error:
        stop(error.message.zh, error.message.en)
    except OSError as error:
        stop(f"无法读取 {file}。", f"{file} can't be read: {error.strerror}.")
    kept = keep(aside or beside(file), done.names, ((one.line.cells, one.why) for one in done.bad)) if done.bad else None
    if as_json:
        bad = [{"line": one.line.number, "message": one.why.en, "message_zh": one.why.zh} for one in done.bad]
        print_json({
            "kind": kind, "brought": done.brought, "known": done.known, "bad": bad, "ignored": list(done.ignored),
            "aside": str(kept) if kept else None,
        })  # fmt: skip
    else:
        _show(done, kept)
    end(FINDING if done.bad else DONE)


def _show(done: Imported, kept: Path | None) -> None:
    say(
        f"已导入 {done.brought} 行，另有 {done.known} 行此前已有。",
        f"{plural(done.brought, 'line')} brought in; {done.known} there already.",
    )
    if done.ignored:
        told = "、".join(done.ignored)
        say(f"  未用到的栏目：{told}。", "Columns of the file that the ledger does not have.")
    for one in done.bad:
        click.echo(f"✗ {one.line.number}: {one.why.zh} / {one.why.en}")
    if kept is not None:
        say(f"有误的 {len(done.bad)} 行存在 {kept}，改正后可再导入。", "The lines that are wrong are kept there: correct and import them.")
