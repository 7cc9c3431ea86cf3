"""What came of the drills when they were last run, kept in a file beside the office: the pages of an office play no drills themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lianfang.kernel.model import Text

FILE = "drills.json"
FAULTS: Mapping[str, Text] = {
    "missed": Text("漏过", "Missed"),
    "false_refusal": Text("误拦", "Refused by mistake"),
    "false_alarm": Text("误报", "Alarmed by mistake"),
    "decorative": Text("可有可无的防控", "A control that nothing needs"),
    "undrilled": Text("没有演练的风险点", "A risk without a drill"),
    "uncovered": Text("没有走过的一支", "A branch that nothing takes"),
    "generated": Text("自动尝试得逞", "An attempt that passed"),
}
"""What can be wrong, by the word of the stable interface."""
VERDICTS: Mapping[str, Text] = {
    "refused": Text("已拦截", "Refused"),
    "alarmed": Text("已预警", "Alarmed"),
    "lawful": Text("已办理", "Done"),
}


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
