"""``lianfang reference`` (hidden): writes the reference pages that are made from the program itself, or checks that they are current."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from lianfang.catalogue import reference as kinds
from lianfang.cli.output import DONE, FINDING, complain, end, loaded, say
from lianfang.watch.detectors import declared

LEAD = """\
# 命令行 Command line

<!-- Made by `lianfang reference docs`; don't edit. -->

退出状态：0 完成，1 有发现或被拦截，2 用法或输入有误。
Exit status: 0 done, 1 a finding or a refusal, 2 bad usage or bad input.
"""
WIDTH = 100


@click.command(hidden=True)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--check", is_flag=True, help="只核对，不写。 Compare only, write nothing.")
def reference(folder: Path, check: bool) -> None:
    """生成参考文档。 Write the reference pages."""
    root = click.get_current_context().find_root().command
    from lianfang.watch import reference as detectors  # noqa: PLC0415 the engine is slow to start

    pages = {
        "reference/cli.md": _command_line(root), "reference/openapi.json": _interface(), "reference/flags.md": detectors.flags_page(),
    }  # fmt: skip
    catalogue = loaded(None)
    folders = {folder / "controls": kinds.pages(catalogue, declared()), folder / "detectors": detectors.pages(catalogue)}
    stale = [folder / name for name, text in pages.items() if not _same(folder / name, text)]
    stale += [place / name for place, wanted in folders.items() for name in kinds.stale(wanted, place)]
    if check:
        for path in stale:
            complain(f"{path} 已过时。", f"{path} is out of date: run lianfang reference {folder}.")
        end(FINDING if stale else DONE)
    (folder / "reference").mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    for place, wanted in folders.items():
        kinds.write(wanted, place)
    for path in stale:
        say(f"已更新 {path}。", "Brought up to date.")


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _command_line(root: click.Command) -> str:
    return "\n".join([LEAD, *_sections(root, click.Context(root, info_name="lianfang", terminal_width=WIDTH, **root.context_settings))])


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _sections(inner, click.Context(inner, context, name, terminal_width=WIDTH))


def _interface() -> str:
    """The description of the REST interface, as the office serves it."""
    from lianfang.cli.setup import set_up  # noqa: PLC0415 the interface is made of Django's parts

    with TemporaryDirectory() as nowhere:
        os.environ["LIANFANG_DATA"] = nowhere  # no office is needed, and none is made where somebody stands
        set_up()
        from django.test import RequestFactory  # noqa: PLC0415
        from django.urls import resolve  # noqa: PLC0415

        path = "/api/v1/openapi.json"
        found = resolve(path)
        described = json.loads(found.func(RequestFactory().get(path), *found.args, **found.kwargs).content)
    return json.dumps(described, ensure_ascii=False, indent=2) + "\n"
