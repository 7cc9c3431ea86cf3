"""Logs of other systems: who did which step of which case, when. A table (CSV), XES 1.0, or OCEL 2.0 as JSON, XML or SQLite."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from lianfang.interchange.logs import ocel, tabled, xes
from lianfang.interchange.logs.events import Log, Names
from lianfang.interchange.streams import head

SQLITE = b"SQLite format 3\x00"
BOM = b"\xef\xbb\xbf"
WIDE = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")
OF_OBJECTS = re.compile(rb"<(?:[\w-]+:)?(?:object-types|event-types|objects|events)[\s/>]").search


def read_log(path: Path, chosen: Mapping[str, str]) -> Log:
    """Read a log of any of the formats, told by its bytes. ``chosen``: by what an event has (see ``COLUMNS``), the file's own name for it;
    in OCEL ``case`` and ``person`` are types of objects. Raises UnreadableFileError, and OSError where the file can't be read."""
    names, start = Names(chosen), head(path)
    if start.startswith(SQLITE):
        return ocel.gather(ocel.Stored(path), names)
    text = start.removeprefix(BOM).lstrip()
    if text.startswith(b"{"):
        return ocel.gather(ocel.Written(path), names)
    if text.startswith(b"<") or start.startswith(WIDE):
        return ocel.gather(ocel.Marked(path), names) if OF_OBJECTS(start) else xes.read(path, names)
    return tabled.read(path, names)
