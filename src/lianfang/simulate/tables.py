"""A simulated life as Parquet: every judged command, and what each case was in truth."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lianfang.simulate.report import Report

EVENTS, LABELS = "events.parquet", "labels.parquet"
COLUMNS = ("seq", "at", "case", "n", "matter", "step", "act", "actor", "post", "data", "verdict", "control", "outcome")
LABELLED = ("case", "drill", "honest", "expects", "caught")

ENDS = ("closed", "rejected", "withdrawn")


class Events:
    """Collects judged commands as the rows of a table."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}

    def __call__(self, entry: Mapping[str, Any], files: Mapping[str, Any]) -> None:
        """Take in a command: ``verdict`` is accepted or refused, ``control`` what refused it, ``outcome`` how the case ended by it."""
        if "command" not in entry:
            return
        command, refusal = entry["command"], entry["verdict"].get("refusal")
        ended = next((event["to"] for event in entry["verdict"].get("events", ()) if event["kind"] in ENDS), "")
        row = (
            len(self.columns["seq"]), command["at"], entry["case"] or "", entry["n"], entry["matter"], command["step"], command["act"],
            command["actor"], command["post"], json.dumps(command["data"], ensure_ascii=False, sort_keys=True),
            "refused" if refusal else "accepted", refusal["control"] if refusal else "", ended,
        )  # fmt: skip
        for name, value in zip(COLUMNS, row, strict=True):
            self.columns[name].append(value)


def write(folder: Path, events: Events, report: Report) -> Sequence[Path]:
    """Write both tables into a folder, which is made where it is not there. Raises OSError."""
    import pyarrow as pa  # noqa: PLC0415 slow to start, and only who writes tables needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    labels: dict[str, list[Any]] = {name: [] for name in LABELLED}
    for label in report.labels:
        caught = not label.honest and report.caught(label)
        for case in label.cases:
            for name, value in zip(LABELLED, (case, label.drill, label.honest, [*label.expects], caught), strict=True):
                labels[name].append(value)
    written = []
    for name, columns in ((EVENTS, events.columns), (LABELS, labels)):
        pq.write_table(pa.Table.from_pydict(columns), folder / name)  # type: ignore[attr-defined,no-untyped-call]
        written.append(folder / name)
    return written
