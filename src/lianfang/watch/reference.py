"""The reference of the detectors: one page each, made from the detector itself, from the matters that use it and from what it finds; and
one page of the red flags of published procurement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.reference import MADE, parameters
from lianfang.kernel.controls.base import Control
from lianfang.watch import flags
from lianfang.watch.detectors import detector, known
from lianfang.watch.engine import find


def pages(catalogue: Catalogue) -> dict[str, str]:
    """The pages by file name, the list of all detectors among them. Runs each detector's example."""
    return {"README.md": _index(), **{f"{name}.md": _page(name, catalogue) for name in known()}}


def flags_page() -> str:
    """The page of the red flags, made from the flags themselves."""
    return "\n\n".join(["# 红旗指标 Red flags", MADE, *(_flag(code) for code in flags.CODES)]) + "\n"


def _flag(code: str) -> str:
    module = flags.flag(code)
    parts = [
        f"## {code} {module.TITLE.zh} · {module.TITLE.en}",
        *_said(module, "METHOD", "### 怎么判断 How it judges"),
        *_said(module, "BLIND_SPOTS", "### 看不见的 What it can't see"),
        *_said(module, "FALSE_ALARMS", "### 可能误报的 What it may be wrong about"),
    ]
    return "\n\n".join(parts)


def _index() -> str:
    rows = [f"| [`{name}`]({name}.md) | {_parts(detector(name))[0]} |" for name in known()]
    return "\n\n".join(["# 探测器 Detectors", MADE, "| | |\n|---|---|"]) + "\n" + "\n".join(rows) + "\n"


def _parts(module: ModuleType) -> tuple[str, str]:
    """What a detector's own text says that it is, and where it comes from."""
    what, _, source = " ".join((module.__doc__ or "").split()).partition(" Source: ")
    return what, source


def _page(name: str, catalogue: Catalogue) -> str:
    module = detector(name)
    what, source = _parts(module)
    parts = [
        f"# `{name}` {module.TITLE.zh} · {module.TITLE.en}",
        MADE,
        what,
        *_said(module, "METHOD", "## 怎么判断 How it judges"),
        *([f"## 来源 Source\n\n{source}"] if source else ()),
        "## 参数 Settings",
        parameters(module.SETTINGS),
        *_said(module, "BLIND_SPOTS", "## 看不见的 What it can't see"),
        *_said(module, "FALSE_ALARMS", "## 可能误报的 What it may be wrong about"),
        *_example(name, module),
        *_used(name, catalogue),
    ]
    return "\n\n".join(parts) + "\n"


def _said(module: ModuleType, name: str, head: str) -> Iterator[str]:
    words = getattr(module, name, None)
    if words is not None:
        yield f"{head}\n\n{words.zh}\n\n{words.en}"


def _example(name: str, module: ModuleType) -> Iterator[str]:
    """The example's rows, and what the detector makes of them as this page is made."""
    example: Mapping[str, Any] | None = getattr(module, "EXAMPLE", None)
    if example is None:
        return
    rows = example["rows"]
    columns = [*dict.fromkeys(column for row in rows for column in row)]
    yield "## 例 Example"
    lines = ["| " + " | ".join(str(row.get(column, "")) for column in columns) + " |" for row in rows]
    yield "\n".join([f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *lines])
    for finding in find(name, example["settings"], rows):
        yield f"> {finding.explanation.zh}\n>\n> {finding.explanation.en}"


def _used(name: str, catalogue: Catalogue) -> Iterator[str]:
    """Each use, with where its figures come from."""
    uses = [(file, control) for file in catalogue.matters.values() for control in file.matter.controls if _of(control, name)]
    yield "## 用到它的事项 Matters that use it"
    yield "\n".join(_use(*one) for one in uses) if uses else "目前没有事项使用。\n\nNo matter uses it yet."


def _of(control: Control, name: str) -> bool:
    return control.kind == "pattern" and control.params["detector"] == name


def _use(file: MatterFile, control: Control) -> str:
    raw = next(one for one in file.spec.controls if one["id"] == control.id)
    lines = [f"- `{file.matter.id}` · `{control.id}`：{control.title.zh} · {control.title.en}"]
    for setting, value in raw["settings"].items():
        figure = file.spec.params.get(value) if isinstance(value, str) else None
        if figure is not None:
            lines.append(f"  - `{setting}` {figure.value} {figure.unit}：{figure.cite.zh} · {figure.cite.en}")
    return "\n".join(lines)
