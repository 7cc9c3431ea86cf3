"""What the drills came to, as tables for a terminal in one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from lianfang.cli.output import LANGUAGES, columns
from lianfang.cli.report.told import Counted, Danger, Fault, Played, Told
from lianfang.kernel.model import Text

GOOD, BAD = "✓", "✗"
HEADS = (
    Text("演练", "Drill"),
    Text("应当", "Must be"),
    Text("实际", "What happened"),
    Text("去掉即得逞", "Gets through without"),
)
LAWFUL = Text("合规办理", "Lawful runs")
GENERATED = Text("自动尝试", "Attempts nobody wrote")
COUNTED = (Text("种类", "Sort"), Text("尝试", "Tried"), Text("被拦下或发现", "Stopped or noticed"), Text("得逞", "Passed"))
INDENT = "  "


def fault_lines(found: Sequence[Fault]) -> Iterator[str]:
    """What did not go as it must, in both languages: it comes first, and in red."""
    for one in found:
        line = f"{BAD} {one.matter.zh} {one.what.zh} {one.id}：{one.why.zh} / {one.matter.en}, {one.what.en}: {one.why.en}"
        yield click.style(line, fg="red")


def lines(one: Told, language: str) -> Iterator[str]:
    """A matter: its risks with the drills that attempt each, the lawful runs, and the attempts that nobody wrote."""
    at = LANGUAGES.index(language)
    yield click.style(f"{one.title[at]} · {one.unit[at]} · {one.id}", bold=True)
    for danger in one.dangers:
        yield from _danger(danger, at)
    yield ""
    yield click.style(LAWFUL[at], fg="green")
    yield from _table(one.lawful, at)
    yield ""
    yield GENERATED[at]
    yield from (INDENT + line for line in _generated(one.generated, at))


def _danger(danger: Danger, at: int) -> Iterator[str]:
    yield ""
    yield click.style(f"▲ {danger.title[at]} ({danger.grade[at]})", fg="red")
    yield from _table(danger.drills, at)


def _table(drills: Sequence[Played], at: int) -> Iterator[str]:
    """A line a drill, and below it the words in which it was refused; those that went wrong first."""
    ordered = sorted(drills, key=lambda one: one.good)
    rows = [("", *(head[at] for head in HEADS)), *(_row(one, at) for one in ordered)]
    if not any(row[-1] for row in rows[1:]):
        rows = [row[:-1] for row in rows]
    head, *below = columns(rows)
    yield click.style(INDENT + head, dim=True)
    for one, line in zip(ordered, below, strict=True):
        yield INDENT + (line if one.good else click.style(line, fg="red"))
        said = one.why if one.why else one.said
        if said:
            yield click.style(f"{INDENT * 3}{said[at]}", dim=one.good)


def _row(one: Played, at: int) -> tuple[str, ...]:
    join = ("；", "; ")[at]
    return GOOD if one.good else BAD, one.title[at], one.expected[at], one.happened[at], join.join(slip[at] for slip in one.slips)


def _generated(counted: Sequence[Counted], at: int) -> list[str]:
    rows = [(one.title[at], str(one.tried), str(one.stopped), str(one.passed)) for one in counted]
    return columns([tuple(head[at] for head in COUNTED), *rows])
