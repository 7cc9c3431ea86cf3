"""``lianfang``: the command line. Exit status 0 done, 1 a finding or a refusal, 2 bad usage or bad input."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from lianfang.cli.bench import bench
from lianfang.cli.catalogue import catalogue
from lianfang.cli.check import check
from lianfang.cli.drill import drill
from lianfang.cli.evidence import evidence
from lianfang.cli.output import BAD_INPUT, complain
from lianfang.cli.reference import reference
from lianfang.cli.serve import serve
from lianfang.cli.simulate import simulate
from lianfang.cli.tables import export, import_
from lianfang.cli.watch import watch

INTERRUPTED = 130
USAGE = (
    (click.NoSuchOption, "没有这个选项"),
    (click.MissingParameter, "缺少参数"),
    (click.BadParameter, "参数不对"),
    (click.UsageError, "用法不对"),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}, no_args_is_help=True)
@click.version_option(package_name="lianfang", prog_name="lianfang")
def cli() -> None:
    """廉防：对公务行为的准入控制。 Lianfang: admission control for official acts.

    退出状态：0 完成，1 有发现或被拦截，2 用法或输入有误。 Exit status: 0 done, 1 a finding or a refusal, 2 bad usage or bad input.
    """


for verb in (serve, check, catalogue, drill, simulate, watch, import_, export, evidence, bench, reference):
    cli.add_command(verb)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a verb and leave the process with its exit status; whatever goes wrong is one sentence, never a traceback."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        return int(cli.main(arguments, "lianfang", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
    except click.ClickException as error:
        zh = next((words for kind, words in USAGE if isinstance(error, kind)), "无法执行")
        complain(f"{zh}。", error.format_message())
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(f"  {error.ctx.command_path} --help", err=True)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; Python would complain once more while it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if os.environ.get("LIANFANG_DEBUG") == "1":
            raise
        what = f"{type(error).__name__}: {error}"
        complain(f"出了意料之外的错误：{what}。", "Something unexpected went wrong; LIANFANG_DEBUG=1 shows where.")
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
