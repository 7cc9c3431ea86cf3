"""``python -m bench``: what judging, storing and proving a command costs, beside what it can't do without.

Everything is a ratio of two rates measured turn by turn in this run, so that it says something about the program and little about the
machine. Exit status 1 when a floor is not kept.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SLOW = 10
"""Rates up to this are shown with decimals."""
MEMORY = Path("/dev/shm")  # the memory disk that every Linux has
os.environ["DJANGO_SETTINGS_MODULE"] = "lianfang.store.settings"
os.environ["LIANFANG_DATABASE"] = ""


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser("bench", description="性能测试：与裸事务等并列测量 / rates side by side")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")
    parser.add_argument("--profile", action="store_true", help="说明时间花在哪里 / say where the time of a command goes")
    parser.add_argument("--kinds", action="store_true", help="说明每类防控措施的耗时 / say what each kind of control costs")
    parser.add_argument(
        "--only",
        action="append",
        metavar="WORD",
        help="只测名称含此词的项，可多次给出 / only lines with this word in their name; may be given again",
    )
    parser.add_argument("--seconds", type=float, default=1.0, help="每轮秒数 / seconds a turn (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="轮数 / turns (%(default)s)")
    parser.add_argument(
        "--events",
        type=int,
        default=1_000_000,
        help="监测所看、较大单位所存的条目数 / entries that the watch looks over, and of the larger office (%(default)s)",
    )
    parser.add_argument("--table", type=Path, metavar="FILE", help="把各页面的耗时写成一页 / write what each page costs as a page")
    parser.add_argument("--disk", type=Path, default=ROOT / ".cache", help="数据库所在的盘 / a folder on the disk to measure")
    return parser.parse_args()


def main() -> int:
    """Measure and print."""
    asked = arguments()
    if not os.environ.get("LIANFANG_TEST_POSTGRES") and not (asked.profile or asked.kinds):
        beside = str(ROOT / "scripts" / "with-services")
        os.execv(beside, [beside, sys.executable, "-m", "bench", *sys.argv[1:]])
    asked.disk.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LIANFANG_DATA"] = folder
        import django  # noqa: PLC0415 only now is it known where the data lies

        django.setup()
        if asked.profile:
            from bench.spending import profile  # noqa: PLC0415

            profile(MEMORY if MEMORY.is_dir() else asked.disk, asked.disk)
            return 0
        if asked.kinds:
            from bench.kinds import table  # noqa: PLC0415

            table(asked.seconds, as_json=asked.json)
            return 0
        return report(asked)


def report(asked: argparse.Namespace) -> int:
    """Print every line as it is measured, or all of them as JSON."""
    from bench.lines import lines  # noqa: PLC0415 needs Django

    found = []
    server, how = os.environ["LIANFANG_TEST_POSTGRES"], (asked.rounds, asked.seconds, asked.events, asked.table)
    for line in (line for word in asked.only or [""] for line in lines(asked.disk, MEMORY, server, word, *how)):
        found.append(line)
        if not asked.json:
            digits = 0 if line.rate > SLOW else 2
            shown = f"{line.ratio:8.2f} ×" if line.beside else f"{'':10}"
            bound = "≤" if line.at_most else "≥"
            floor = f"{bound} {line.floor:,.2f} ×" if line.beside else f"{bound} {line.floor:,.0f}{line.unit}"
            beside = f"{line.beside_rate:>10,.{digits}f}/s  {line.beside}" if line.beside else ""
            print(
                f"{'✓' if line.holds else '✗'} {line.name:<44}{line.rate:>10,.{digits}f}{line.unit}{shown} {floor:>12} {beside}", flush=True
            )
    if asked.json:
        print(json.dumps({"lines": [line.as_json() for line in found]}, ensure_ascii=False, indent=2))
    return 0 if all(line.holds for line in found) else 1


if __name__ == "__main__":
    sys.exit(main())
