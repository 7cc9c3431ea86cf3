"""``lianfang evidence``: the log as a bundle for an outsider, and the outsider's check of it."""

from __future__ import annotations

from pathlib import Path

import click

from lianfang.cli.output import DONE, FINDING, end, json_option, print_json, say, stop
from lianfang.evidence.bundle import FILES, BundleError
from lianfang.evidence.verify import Verdict
from lianfang.kernel.wording import plural


@click.group()
def evidence() -> None:
    """存证的导出与核验。 Export the evidence log, verify an export."""


@evidence.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="新的或空的目录。 A new or empty folder.")
@json_option
def export(out: Path, as_json: bool) -> None:
    """把全部存证导出成存证包。 Write the whole log as a bundle."""
    # What an auditor runs needs no Django; only the office itself does.
    from lianfang.cli.setup import open_office  # noqa: PLC0415

    open_office()
    from lianfang.office import log  # noqa: PLC0415

    try:
        size = log.export(out)
    except BundleError as error:
        stop(*_joined(error))
    except OSError as error:
        stop(f"无法写入 {out}。", f"{out} can't be written: {error.strerror}.")
    if as_json:
        print_json({"entries": size, "out": str(out), "verifier": log.log_view().verifier})
    else:
        say(f"已导出 {size} 条存证到 {out}。", f"{plural(size, 'entry', 'entries')} written to {out}.")


@evidence.command()
@click.argument("bundle", type=click.Path(path_type=Path), metavar="目录 DIR")
@click.option("--key", metavar="VERIFIER", help="该单位另行公布的公钥。 The key that the office has published elsewhere.")
@click.option(
    "--known",
    "known",
    metavar="PATH",
    type=click.Path(path_type=Path),
    multiple=True,
    help="此前保存的检查点或存证包，可多次给出。 An earlier checkpoint or bundle of this log; may be given again.",
)
@json_option
def verify(bundle: Path, key: str | None, known: tuple[Path, ...], as_json: bool) -> None:
    """核验存证包。 Verify a bundle; needs no database and no network."""
    from lianfang.catalogue.audit import verify_bundle  # noqa: PLC0415 compiles matters, which export has no need of

    if not any((bundle / name).exists() for name in FILES):
        stop(f"{bundle} 不是存证包。", f"{bundle} is no bundle.")
    try:
        verdict = verify_bundle(bundle, key, known)
    except BundleError as error:
        stop(*_joined(error))
    except OSError as error:
        stop(f"无法读取 {bundle}：{error.strerror}。", f"{bundle} can't be read: {error.strerror}.")
    except ValueError as error:
        zh, _, en = str(error).partition(" / ")
        stop(f"--key：{zh}。", f"--key: {en}.")
    if as_json:
        print_json(verdict.as_json())
    else:
        _show(verdict, known=key is not None)
    end(DONE if verdict.sound else FINDING)


def _show(verdict: Verdict, known: bool) -> None:
    if verdict.sound:
        say(
            f"✓ 完好：{verdict.origin} 的 {verdict.size} 条存证。",
            f"Sound: {plural(verdict.size, 'entry', 'entries')} of {verdict.origin}.",
        )
        click.echo(f"  {verdict.root}")
        if not known:
            say("  未用 --key 核对公钥，只能说明存证包自身完整。", "Without --key this shows that the bundle is whole, not whose it is.")
        _remark(verdict)
        return
    first = verdict.faults[0]
    where = (f"第 {first.leaf} 叶", f"leaf {first.leaf}") if first.leaf >= 0 else ("存证包", "the bundle")
    say(f"✗ 不可信：{where[0]}最先出错。", f"Unsound: {where[1]} fails first.")
    for fault in verdict.faults:
        click.echo(f"  {fault.leaf if fault.leaf >= 0 else '—'}  {_printable(f'{fault.zh} / {fault.en}')}")
    _remark(verdict)


def _remark(verdict: Verdict) -> None:
    for remark in verdict.remarks:
        say(f"  注意：{remark.zh}。", f"Note: {remark.en}.")


def _printable(text: str) -> str:
    """A text of unknown origin, for a terminal."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _joined(error: BundleError) -> tuple[str, str]:
    return "；".join(fault.zh for fault in error.faults) + "。", "; ".join(fault.en for fault in error.faults) + "."
