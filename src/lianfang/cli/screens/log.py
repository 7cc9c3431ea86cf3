"""``lianfang watch --log``: the unusual cases of a log of another system."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lianfang.cli.aside import keep
from lianfang.cli.output import DONE, FINDING, end, print_json, say, stop, table
from lianfang.kernel.wording import joined

if TYPE_CHECKING:
    from lianfang.interchange.logs.events import Log
    from lianfang.watch.unusual import Looked, Unusual

HEADS = ("名次 rank", "办件 case", "分 score", "迹象 signs", "何处 where")
MOST_SHOWN = 20


def screen_log(file: Path, columns: Mapping[str, str], shares: Mapping[str, float], aside: Path, as_json: bool) -> None:
    """Rank the cases of a log by how unusual they are. No office is needed and nothing is kept but the lines that are wrong."""
    from lianfang.interchange.kinds import UnreadableFileError  # noqa: PLC0415 only this screen needs it
    from lianfang.interchange.logs import read_log  # noqa: PLC0415
    from lianfang.watch.unusual import look  # noqa: PLC0415

    try:
        log = read_log(file, columns)
    except UnreadableFileError as error:
        stop(error.message.zh, error.message.en)
    except OSError as error:
        stop(f"无法读取 {file}。", f"{file} can't be read: {error.strerror}.")
    looked = look(log.cases, log.traits, **shares)
    kept = keep(aside, log.names, ((one.line.cells, one.why) for one in log.bad)) if log.bad else None
    if as_json:
        print_json({
            "cases": len(log.cases), "events": log.events, "apart": log.apart, "columns": log.used, "silent": list(looked.silent),
            "findings": [_told(rank, one) for rank, one in enumerate(looked.cases, 1)],
            "bad": [{"line": one.line.number, "message": one.why.en, "message_zh": one.why.zh} for one in log.bad],
            "aside": str(kept) if kept else None,
        })  # fmt: skip
    else:
        _show(log, looked, kept)
    end(FINDING if looked.cases or log.bad else DONE)


def _told(rank: int, found: Unusual) -> dict[str, Any]:
    words = found.explanation
    signs = [
        {"kind": one.kind, "line": one.line, "times": one.times, "of": one.all, "message": one.words.en, "message_zh": one.words.zh}
        for one in found.signs
    ]
    return {
        "rank": rank, "case": found.case, "score": round(found.score, 1), "signs": signs, "message": words.en, "message_zh": words.zh,
    }  # fmt: skip


def _show(log: Log, looked: Looked, kept: Path | None) -> None:
    used = "、".join(f"{name}={column}" for name, column in log.used.items())
    say(f"{len(log.cases)} 个办件，{log.events} 个事件；{used}。", f"{len(log.cases)} cases, {log.events} events.")
    shown = looked.cases[:MOST_SHOWN]
    if shown:
        table([HEADS, *(_row(rank, one) for rank, one in enumerate(shown, 1))])
    for one in shown:
        click.echo(f"✗ {one.explanation.zh} / {one.explanation.en}")
    if len(looked.cases) > len(shown):
        more = len(looked.cases) - len(shown)
        say(f"其余 {more} 个少见的办件见 --json。", f"The {more} other unusual cases are told with --json.")
    if looked.silent:
        names = "、".join(looked.silent)
        say(
            f"这些属性的值太多，在有的环节不看：{names}。", f"Have too many values at some steps to be unusual: {', '.join(looked.silent)}."
        )
    if log.apart:
        say(f"{log.apart} 个事件与办件无关，未参加筛查。", f"{log.apart} events concern no case and were left out.")
    for bad in log.bad[:MOST_SHOWN]:
        click.echo(f"✗ {bad.line.number}: {bad.why.zh} / {bad.why.en}")
    if kept is not None:
        say(f"有误的 {len(log.bad)} 处未参加筛查，存在 {kept}。", "What is wrong was left out and is kept there.")


def _row(rank: int, found: Unusual) -> tuple[str, ...]:
    from lianfang.watch.unusual import KINDS  # noqa: PLC0415

    kinds = joined([KINDS[kind][0] for kind in dict.fromkeys(sign.kind for sign in found.signs)])
    return (
        str(rank),
        found.case,
        f"{found.score:.1f}",
        f"{kinds.zh} {kinds.en}",
        "、".join(dict.fromkeys(str(sign.line) for sign in found.signs)),
    )
