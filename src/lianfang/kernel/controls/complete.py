"""complete 材料齐全: the papers are there, and none of them is blank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.alike import visible
from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.model import Case, Command, Facts, Field, Need, Refusal, Step, Text, Values
from lianfang.kernel.wording import joined, plural


def _build(control: Control, setting: Setting) -> Gate:
    fields, files, when = control.params["fields"], control.params["not_blank"], control.params["when"]

    def ask(case: Case, command: Command, values: Values) -> tuple[Need, ...]:
        return tuple(("file", str(values[name])) for name in files if name in values)

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        if when is not None and not when(values):
            return None
        missing = [name for name in fields if _empty(values.get(name))]
        if missing:
            names = joined(setting.label(name) for name in missing)
            return control.refuse(
                Text(f"材料不齐：缺少“{names.zh}”。", f"Something is missing: “{names.en}”."),
                Text(f"请补齐“{names.zh}”后再办理。", f"Add “{names.en}” and try again."),
                {"missing": missing},
            )
        blanks = (_blank(control, setting.label(name), str(values[name]), facts) for name in files if name in values)
        return next((refusal for refusal in blanks if refusal is not None), None)

    return Gate(judge, ask if files else None)


def _empty(value: Any) -> bool:
    return value in (None, [], {}) or (isinstance(value, str) and not visible(value))


def _blank(control: Control, label: Text, sha256: str, facts: Facts) -> Refusal | None:
    paper = facts.get(f"file:{sha256}")
    if paper is None:
        return control.refuse(
            Text(f"找不到“{label.zh}”的文件。", f"The file of “{label.en}” is not here."),
            Text("请重新上传。", "Upload it again."),
            {"file": sha256},
        )
    pages, blank = paper["pages"], paper["blank_pages"]
    if pages > 0 and not blank:
        return None
    return control.refuse(
        Text(
            f"“{label.zh}”（{paper['name']}）共 {pages} 页，其中 {blank} 页空白；空白纸不得用于办理。",
            f"“{label.en}” ({paper['name']}) has {blank} blank of {plural(pages, 'page')}; blank paper is not accepted.",
        ),
        Text("请上传内容完整、没有空白页的定稿。", "Upload the finished text without blank pages."),
        {"file": sha256, "pages": pages, "blank_pages": blank},
    )


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(params["at"])


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if not params["fields"] and not params["not_blank"]:
        yield Text("须写明 fields 或 not_blank", "fields or not_blank is needed")
    for name in params["not_blank"]:
        if record[name].type != "file":
            yield Text(f"not_blank 里的“{name}”不是文件", f"{name!r} in not_blank is not a file")


KIND = Kind(
    id="complete",
    family=GATE,
    title=Text("材料齐全", "Complete papers"),
    demand=Text("必需的内容和材料齐全，空白不算", "the required fields and papers are there; a blank is not enough"),
    params=(
        Param("at", "steps", Text("环节", "the steps"), required=True, demands=True),
        Param("fields", "fields", Text("必须有内容的字段", "fields that must be filled"), default=(), demands=True),
        Param("not_blank", "fields", Text("不得有空白页的文件", "files without a blank page"), default=(), demands=True),
        Param("when", "condition", Text("何时要求", "when it is demanded")),
    ),
    blind=Text(
        "看不出内容的真假；只有一个点、一条线的页不算空白；Word 文档按作者插入的分页符、分节符分页，排版自动分出的空白页看不出来。",
        "It can't see whether what is written is true; a page with only a dot or a rule is not blank; a Word document has the pages that "
        "its author's page and section breaks make, so that a blank page which only the layout makes is not seen.",
    ),
    steps_of=_steps,
    build=_build,
    check=_check,
)
