"""``lianfang import`` and ``export``: facts from outside brought in by file, and the ledgers written as files that others read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianfang.cli.aside import beside, keep
from lianfang.cli.output import DONE, FINDING, end, json_option, print_json, say, stop
from lianfang.kernel.wording import plural

if TYPE_CHECKING:
    from lianfang.office.facts import Imported


@click.command("import")
@click.option("--kind", required=True, metavar="LEDGER", help="外部数据的种类，即台账。 The kind of facts: their ledger.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="文件 FILE")
@click.option(
    "--aside", type=click.Path(path_type=Path, dir_okay=False),
    help="有误的行存到哪里（默认在原文件旁）。 Where lines that are wrong are kept (default: beside the file).",
)  # fmt: skip
@json_option
def import_(kind: str, file: Path, aside: Path | None, as_json: bool) -> None:
    """导入外部数据（CSV），重复导入无妨。 Bring facts from outside in (CSV); the same line again changes nothing."""
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


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="新的或空的目录。 A new or empty folder.")
@click.option(
    "--ledger", "wanted", multiple=True, metavar="LEDGER",
    help="只导出这些台账，可多次给出；默认全部。 Only these ledgers, may be given again; all of them by default.",
)  # fmt: skip
@json_option
def export(out: Path, wanted: tuple[str, ...], as_json: bool) -> None:
    """把台账导出为表格（CSV），一个台账一个文件。 Write the ledgers as tables (CSV), a file each."""
    from lianfang.cli.setup import open_office  # noqa: PLC0415

    open_office()
    from lianfang.interchange.tables import write_table  # noqa: PLC0415
    from lianfang.office.ledgers import ledgers  # noqa: PLC0415
    from lianfang.office.views import NotFound  # noqa: PLC0415

    written: dict[str, int] = {}
    try:
        found = ledgers(wanted)
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            stop(f"{out} 不是空目录。", f"{out} is not empty.")
        for one in found:
            with _table(out, one.id).open("w", encoding="utf-8-sig", newline="") as file:
                written[one.id] = write_table(file, one.names, one.rows)
    except NotFound as error:
        stop(error.message.zh, error.message.en)
    except OSError as error:
        stop(f"无法写入 {out}。", f"{out} can't be written: {error.strerror}.")
    if as_json:
        told = [{"ledger": name, "entries": count, "file": str(_table(out, name))} for name, count in written.items()]
        print_json({"out": str(out), "ledgers": told})
    else:
        count = sum(written.values())
        entries = plural(count, "entry", "entries")
        say(f"已导出 {len(written)} 个台账、{count} 条到 {out}。", f"{entries} of {plural(len(written), 'ledger')} written to {out}.")


def _table(out: Path, ledger: str) -> Path:
    return out / f"{ledger}.csv"
