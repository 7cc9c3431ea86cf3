"""``lianfang bench``: the benchmarks of a source checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from lianfang.cli.output import end, json_option, stop

CHECKOUT = Path(__file__).resolve().parents[3]


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@json_option
def bench(arguments: tuple[str, ...], as_json: bool) -> None:
    """运行源码目录中的性能测试。 Run the benchmarks of a source checkout."""
    if not (CHECKOUT / "bench" / "__main__.py").is_file():
        stop("性能测试不随软件包提供，请在源码目录中运行。", "The benchmarks are not in the package: run this in a source checkout.")
    command = [sys.executable, "-m", "bench", *(["--json"] if as_json else []), *arguments]
    end(subprocess.run(command, cwd=CHECKOUT, check=False).returncode)  # noqa: S603 our own interpreter and module
