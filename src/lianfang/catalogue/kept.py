"""What came of the drills when they were last run, kept in a file beside the office: the pages of an office play no drills themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILE = "drills.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """The last run of a matter's drills: when (UTC text), the verdict of each by id, and all that failed, in the words of the report."""

    at: str
    verdicts: Mapping[str, str]
    failures: tuple[Mapping[str, str], ...]


def keep(place: Path, fingerprint: str, runs: Mapping[str, Kept]) -> None:
    """Keep the runs of some matters, beside those of others on the same catalogue. What was run on another catalogue goes: it says
    nothing of this one. Raises OSError."""
    kept = {**last_runs(place, fingerprint), **runs}
    written = {"catalogue": fingerprint, "matters": {name: asdict(kept[name]) for name in sorted(kept)}}
    half = place.with_suffix(".half")
    half.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")
    half.replace(place)


def last_runs(place: Path, fingerprint: str) -> dict[str, Kept]:
    """By matter, the last run on the catalogue of this fingerprint; nothing of any other, nor of a file that can't be read as one."""
    try:
        written: Any = json.loads(place.read_text(encoding="utf-8"))
        if written["catalogue"] != fingerprint:
            return {}
        return {name: Kept(run["at"], run["verdicts"], tuple(run["failures"])) for name, run in written["matters"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
