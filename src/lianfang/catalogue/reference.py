"""The reference of the control kinds: one page a kind, made from the kind itself and from the matters that use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.params import Detectors
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Kind, Param
from lianfang.kernel.schedule import Duration

FAMILIES = {"gate": ("事前拦截", "gate"), "watch": ("事中事后监测", "watch"), "duty": ("履责", "duty")}
MADE = "<!-- 由 lianfang reference docs 生成，请勿手改。 Made by that command; don't edit. -->"


def pages(catalogue: Catalogue, detectors: Detectors) -> dict[str, str]:
    """The pages by file name, the list of all kinds among them; ``detectors`` are the settings that each detector takes."""
    made = {f"{kind.id}.md": _page(kind, catalogue, detectors) for kind in KINDS.values()}
    return {"README.md": _index(), **made}


def stale(wanted: Mapping[str, str], folder: Path) -> list[str]:
    """The pages of a folder that differ from what they should be, are missing, or are no page at all."""
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in {*wanted, *there} if wanted.get(name) != there.get(name))


def write(wanted: Mapping[str, str], folder: Path) -> None:
    """Write the pages and remove those of what is no more."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def _index() -> str:
    rows = [
        f"| [`{kind.id}`]({kind.id}.md) | {kind.title.zh} {kind.title.en} | {' '.join(FAMILIES[kind.family])} |"
        f" {kind.demand.zh}<br>{kind.demand.en} |"
        for kind in sorted(KINDS.values(), key=lambda kind: ([*FAMILIES].index(kind.family), kind.id))
    ]
    head = ["# 防控种类 Kinds of control", MADE, "| | | | 要求 demands |\n|---|---|---|---|"]
    return "\n\n".join(head) + "\n" + "\n".join(rows) + "\n"


def _page(kind: Kind, catalogue: Catalogue, detectors: Detectors) -> str:
    family = FAMILIES[kind.family]
    parts = [
        f"# `{kind.id}` {kind.title.zh} {kind.title.en}",
        MADE,
        f"{family[0]}：{kind.demand.zh}。",
        f"A {family[1]}: {kind.demand.en}.",
        "## 参数 Parameters",
        parameters(kind.params),
        *(_settings(detectors) if any(param.type == "settings" for param in kind.params) else ()),
        *([f"## 怎么判断 How it judges\n\n{kind.method.zh}\n\n{kind.method.en}"] if kind.method else []),
        "## 看不见的 What it can't see",
        f"{kind.blind.zh}\n\n{kind.blind.en}",
        *_used(kind, catalogue),
    ]
    return "\n\n".join(parts) + "\n"


def parameters(params: Iterable[Param]) -> str:
    """Parameters as a table of Markdown."""
    return "| | 类型 type | | |\n|---|---|---|---|\n" + "\n".join(map(_parameter, params))


def _settings(detectors: Detectors) -> Iterator[str]:
    for name, settings in detectors.items():
        yield f"### 探测器 Detector `{name}`"
        yield parameters(settings)


def _parameter(param: Param) -> str:
    kind = param.type.replace("|", " \\| ")
    demand = "必填 required" if param.required else f"默认 default `{_default(param.default)}`" if param.default else "可省 optional"
    return f"| `{param.name}` | {kind} | {param.help.zh}<br>{param.help.en} | {demand} |"


def _default(value: Any) -> str:
    match value:
        case True:
            return "true"
        case Duration(amount, unit):
            return f"{amount}{unit}"
        case (int(top), int(bottom)):
            return f"{top}/{bottom}"
    return str(value)


def _used(kind: Kind, catalogue: Catalogue) -> Iterator[str]:
    uses = [(file, control) for file in catalogue.matters.values() for control in file.matter.controls if control.kind == kind.id]
    if not uses:
        if kind.example:
            yield f"## 例 Example\n\n```yaml\n{kind.example}```"
        yield "目前没有事项使用。\n\nNo matter uses it yet."
        return
    file, first = uses[0]
    yield "## 例 Example"
    yield f"{file.matter.title.zh}（`{file.matter.id}`）· {file.matter.title.en}:"
    yield f"```yaml\n{_source(file, first.id)}```"
    yield "## 用到它的事项 Matters that use it"
    yield "\n".join(f"- `{one.matter.id}` · `{control.id}`：{control.title.zh} · {control.title.en}" for one, control in uses)


def _source(file: MatterFile, control: str) -> str:
    """A control as its matter declares it, its template merged in."""
    raw = next(raw for raw in file.spec.controls if raw["id"] == control)
    return yaml.safe_dump([raw], allow_unicode=True, sort_keys=False, width=120)
