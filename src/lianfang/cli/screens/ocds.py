"""``lianfang watch --ocds``: the red flags of procurement that is published as open data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianfang.cli.aside import keep
from lianfang.cli.output import DONE, FINDING, complain, end, print_json, say, stop, table
from lianfang.kernel.model import Text
from lianfang.kernel.wording import joined

if TYPE_CHECKING:
    from lianfang.interchange.ocds.releases import Releases
    from lianfang.watch.flags.found import Found

HEADS = ("红旗 flag", "含义 meaning", "对象 about", "可判 judged", "列出 told", "界限 fence")
MOST_SHOWN, MOST_TEXT = 20, 120
ABOUT = {
    "OCID": Text("采购", "process"),
    "Buyer": Text("采购人", "buyer"),
    "ProcuringEntity": Text("采购单位", "procuring entity"),
    "Tenderer": Text("投标人", "tenderer"),
}
"""What the groups of the answer are called."""


def screen_ocds(file: Path, settings: Path | None, aside: Path, as_json: bool) -> None:
    """Compute the flags of a file's processes. No office is needed and nothing is kept but the lines that are wrong. As JSON the answer
    is Cardinal's own object, so what else there is to say goes where it does not mix with it."""
    from lianfang.interchange.kinds import UnreadableFileError  # noqa: PLC0415 only this screen needs it
    from lianfang.interchange.ocds.releases import NAMES, Releases  # noqa: PLC0415
    from lianfang.interchange.ocds.settings import PREPARING, read_settings  # noqa: PLC0415
    from lianfang.watch.flags import ALL, chosen, look  # noqa: PLC0415

    releases = Releases(file)
    try:
        wanted = ALL if settings is None else read_settings(settings)
        if not chosen(wanted):
            stop("设置文件没有选任何红旗，如 [R003]。", "The settings choose no flag: give each a section, such as [R003].")
        found = look(releases, wanted)
    except UnreadableFileError as error:
        stop(error.message.zh, error.message.en)
    except OSError as error:
        name = error.filename or file
        stop(f"无法读取 {name}。", f"{name} can't be read: {error.strerror}.")
    kept = keep(aside, NAMES, ((one.line.cells, one.why) for one in releases.bad)) if releases.bad else None
    results = {group: by_id for group, by_id in found.results.items() if by_id}
    if as_json:
        print_json(results)
    else:
        _show(found, chosen(wanted))
    quiet = wanted.get("output", {}).get("info_currency_mismatches", False)
    for note in _notes(found, [name for name in PREPARING if wanted.get(name)], quiet):
        click.echo(f"{note.zh} {note.en}", err=as_json)
    _tell_bad(releases, kept)
    end(FINDING if results or releases.bad else DONE)


def _show(found: Found, codes: list[str]) -> None:
    from lianfang.watch.flags import flag  # noqa: PLC0415

    say(f"看了 {found.looked} 个采购过程。", f"Processes looked at: {found.looked}.")
    table([HEADS, *(row for code in codes for row in _rows(found, code))])
    for group, by_id in found.results.items():
        shown = sorted(by_id.items(), key=lambda one: -len(one[1]))
        for id_, values in shown[:MOST_SHOWN]:
            what = joined([_valued(flag(code).TITLE, value) for code, value in values.items()])
            name = _shown(id_)
            click.echo(f"✗ {ABOUT[group].zh} {name}：{what.zh} / {ABOUT[group].en} {name}: {what.en}")
        if len(shown) > MOST_SHOWN:
            more = len(shown) - MOST_SHOWN
            say(f"其余 {more} 个{ABOUT[group].zh}见 --json。", f"The other {more} are told with --json ({ABOUT[group].en}).")
    for code in codes:
        if any(code in values for by_id in found.results.values() for values in by_id.values()):
            innocent = flag(code).FALSE_ALARMS
            say(f"{code} 也可能无误：{innocent.zh}", f"{code} can be innocent: {innocent.en}")


def _valued(title: Text, value: float) -> Text:
    """A flag with its value, where that says more than that it is told."""
    return title if value in {0.0, 1.0} else Text(f"{title.zh} {value:g}", f"{title.en} {value:g}")


def _rows(found: Found, code: str) -> Iterator[tuple[str, ...]]:
    """The lines of a flag: one for each group that it judges. Who is only told beside a process is not counted."""
    from lianfang.watch.flags import flag  # noqa: PLC0415

    title = flag(code).TITLE
    for group in flag(code).ABOUT:
        judged = found.judged[code, group]
        told = sum(code in values for values in found.results[group].values())
        fences = {name.removeprefix(f"{group}_"): value for name, value in found.fences.get(code, {}).items()}
        # A fence of 0 or below is none: nothing is held against it.
        signs = {"upper_fence": "≥", "lower_fence": "≤"}
        fence = " ".join(
            f"{sign} {fences[name]:.4g}" for name, sign in signs.items() if name in fences and judged and (told or fences[name] > 0)
        )
        yield code, f"{title.zh} {title.en}", f"{ABOUT[group].zh} {ABOUT[group].en}", str(judged) if judged else "—", str(told), fence


def _notes(found: Found, preparing: list[str], quiet: bool) -> Iterator[Text]:
    if found.apart:
        yield Text(f"{found.apart} 个已取消或按设置排除。", f"Cancelled, or excluded by the settings: {found.apart}.")
    if found.foreign and not quiet:
        main = _shown(found.currency or "")
        yield Text(f"币种不是 {main} 的报价未作比较。", f"Prices in other currencies than {main} were not compared.")
    if found.no_ratio:
        yield Text(
            f"{found.no_ratio} 个中标价为 0 或过小，算不出差价比例（R024、R058）。",
            f"In {found.no_ratio} the winning price is 0 or next to it, so that nothing can be held against it (R024, R058).",
        )
    if preparing:
        names = "、".join(f"[{name}]" for name in preparing)
        yield Text(f"{names} 属于 Cardinal 的 prepare，这里不执行。", f"{names} are for Cardinal's prepare, and not carried out here.")


def _shown(text: str) -> str:
    """A text of the file as it is shown: signs that would move a terminal's cursor are spaces."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:MOST_TEXT])


def _tell_bad(releases: Releases, kept: Path | None) -> None:
    for one in releases.bad[:MOST_SHOWN]:
        complain(f"{one.line.number}：{one.why.zh} /", f"{one.line.number}: {one.why.en}")
    if kept is not None:
        complain(f"有误的 {len(releases.bad)} 处未参加筛查，存在 {kept}。", "What is wrong was left out and is kept there.")
