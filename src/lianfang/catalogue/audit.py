"""An auditor's desk: a bundle verified, and every verdict in it judged again by the sources that it brings along.

Needs no database, no network and nothing of the office that wrote the bundle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from lianfang.catalogue.compile import SourceError, compile_source
from lianfang.catalogue.draws import Draws
from lianfang.evidence.bundle import Remark
from lianfang.evidence.checkpoint import Verifier
from lianfang.evidence.verify import Verdict, verify
from lianfang.kernel.entry import OTHERS, Rejudge
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.wording import joined

Json = Mapping[str, Any]
SHAPES = ("command", *OTHERS)


def verify_bundle(directory: Path, expected_verifier: Verifier | str | None = None, known: Iterable[Path] = ()) -> Verdict:
    """Verify a bundle and judge all its commands again. Arguments and errors are those of ``evidence.verify``."""
    remarks: list[Remark] = []
    verdict = verify(directory, partial(judge_again, remarks=remarks), expected_verifier, known)
    return verdict._replace(remarks=(*verdict.remarks, *remarks))


def judge_again(
    sources: Mapping[str, Json], entries: Iterator[tuple[int, Json]], remarks: list[Remark]
) -> Iterator[tuple[int, tuple[str, str]]]:
    """(leaf, what is wrong) of every entry that does not come out the same; -1 for a source that is no matter. What is no fault but
    worth knowing is added to ``remarks`` at the end."""
    matters: dict[str, Matter] = {}
    for version, source in sources.items():
        try:
            matters[version] = compile_source(source)
        except Exception as error:  # the bundle is not trusted: whatever its source does to the compiler is the source's fault
            why = joined(error.faults) if isinstance(error, SourceError) and error.faults else _unexpected(error)
            yield (
                -1,
                Text(f"matters/{version}.json：不是可用的事项：{why.zh}", f"matters/{version}.json: not a matter that can judge: {why.en}"),
            )
    rejudge = Rejudge(matters.__getitem__)
    draws = Draws(matters.__getitem__) if any(c.kind == "sample" for matter in matters.values() for c in matter.controls) else None
    for leaf, entry in entries:
        wrong = _wrong(rejudge, entry, draws)
        if wrong is not None:
            yield leaf, wrong
    yield from ((-1, message) for message in (draws.incomplete() if draws is not None else ()))
    if rejudge.reworded:
        count = rejudge.reworded
        remarks.append(Remark(
            f"有 {count} 次拦截的说明，用现在的版本来写会有不同；拦截的依据和所示内容不变",
            f"refusals that would be worded otherwise today, of the same substance: {count}",
        ))  # fmt: skip


def _wrong(rejudge: Rejudge, entry: Json, draws: Draws | None) -> Text | None:
    if sum(shape in entry for shape in SHAPES) != 1:
        # Also two at once: a command that calls itself a fact would not be judged.
        return Text(
            "不是操作、台账事实、预警、预警的办理或查阅中的一种", "not one of a command, a ledger fact, an alert, work on one and a reading"
        )
    try:
        drawn = draws.check(entry) if draws is not None else None
        return rejudge.check(entry) or drawn
    except Exception as error:  # as above: an entry that can't be judged does not hold
        why = _unexpected(error)
        return Text(f"无法重新判断：{why.zh}", f"can't be judged again: {why.en}")


def _unexpected(error: Exception) -> Text:
    """What is said of an error that nobody foresaw: its kind only, since its words are for programmers."""
    kind = type(error).__name__
    return Text(f"其内容使判断出错（{kind}）", f"what it holds makes the judgement fail ({kind})")
