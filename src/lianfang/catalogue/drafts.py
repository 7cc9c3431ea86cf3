"""A matter as it is written: its template merged in, and every fault told in the file that really says it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lianfang.catalogue import references
from lianfang.catalogue.files import Files
from lianfang.catalogue.merge import merge, named, without
from lianfang.catalogue.params import HEAD
from lianfang.catalogue.problems import Problem, closest, nearest
from lianfang.catalogue.schema import DocumentSpec, RiskSpec
from lianfang.catalogue.sections import KEYS, matter_document
from lianfang.catalogue.source import Document, Place, walk
from lianfang.kernel.model import Text


@dataclass(frozen=True, slots=True)
class Draft:
    """A matter with its template merged in, and the files that it came from."""

    raw: dict[str, Any]
    document: Document
    base: Document | None

    def problem(self, place: Place, message: Text) -> Problem:
        """A fault in the file that really says it: of the two the one that holds more of the place, the matter where both do."""
        depth, document, own = 0, self.document, place
        for candidate in (self.document, self.base):
            held = _own_place(place, self.raw, candidate.value) if candidate is not None else ()
            if candidate is not None and len(held) > depth:
                depth, document, own = len(held), candidate, held
        return document.problem(own, message)


def drafts(files: Files, english: Mapping[str, str]) -> Iterator[tuple[Path, Draft]]:
    """Every matter with its template merged in, not yet compiled."""
    templates: dict[str, Document | None] = {}
    for path in walk(files.root, "templates/*.yaml"):
        templates[path.stem] = template = files.read(path)
        if template is not None:
            templates[path.stem] = template if _plain(files, template) else None
    for path in walk(files.root, "matters/*/*/matter.yaml"):
        document = matter_document(files, path)
        draft = _draft(files, document, path, templates) if document is not None else None
        if draft is not None:
            measures = draft.raw.get("measures")
            if isinstance(measures, list):
                draft.raw["measures"] = [_in_english(measure, english) for measure in measures]
            yield path, draft


def _plain(files: Files, template: Document) -> bool:
    """Whether a template is a mapping of a matter's own parts; it has no template itself."""
    if not isinstance(template.value, dict):
        files.problems.append(template.problem((), Text("模板应为键值", "a template should be a mapping")))
        return False
    _spelt(files, template, [key for key in KEYS if key not in ("id", "extends", "remove")])
    broken = [template.problem(place, message) for place, message in references.template_problems(template.value)]
    files.problems += broken
    taken = [key for key in ("extends", "remove", "id") if key in template.value]
    for key in taken:
        files.problems.append(template.problem((key,), Text(f"模板中不能写“{key}”", f"a template can't have {key!r}")))
    files.problems += references.twice_inside(template)
    return not (taken or broken)


def _spelt(files: Files, document: Document, known: Collection[str]) -> None:
    """Put right what merging goes by where it is misspelt: the sections, and the ids of risks and controls."""
    for key in [key for key in document.value if key not in known]:
        right = closest(key, known)
        if right and right not in document.value:
            files.problems.append(document.problem((key,), nearest(key, known, "键", "key")))
            document.rename((key,), right)
    for section in ("risks", "controls", "documents"):
        held = document.value.get(section)
        for i, item in enumerate(held if isinstance(held, list) else ()):
            keys = [*item] if isinstance(item, dict) and "id" not in item else []
            typed = next((key for key in keys if closest(key, [*HEAD, *RiskSpec.model_fields, *DocumentSpec.model_fields]) == "id"), None)
            if typed is not None:
                files.problems.append(document.problem((section, i, typed), nearest(typed, ["id"], "键", "key")))
                document.rename((section, i, typed), "id")


def _draft(files: Files, document: Document, path: Path, templates: Mapping[str, Document | None]) -> Draft | None:
    if not isinstance(document.value, dict):
        files.problems.append(document.problem((), Text("事项应为键值", "a matter should be a mapping")))
        return None
    _spelt(files, document, KEYS)
    files.problems += references.twice_inside(document)
    raw = _head(files, document, path)
    removed, template = raw.pop("remove", None), raw.pop("extends", None)
    if template is None:
        if removed is not None:
            files.problems.append(
                document.problem(("remove",), Text("没有模板（extends），无可去除", "nothing to remove without a template (extends)"))
            )
        return Draft(raw, document, None)
    if not isinstance(template, str) or template not in templates:
        files.problems.append(document.problem(("extends",), nearest(str(template), templates, "模板", "template")))
        return None
    base = templates[template]
    if base is None:
        return None
    paths = _removed(files, document, removed, base)
    return Draft(merge(without(base.value, paths), raw), document, base)


def _head(files: Files, document: Document, path: Path) -> dict[str, Any]:
    """A matter's own keys, with the id that its folder says."""
    raw = dict(document.value)
    expected = path.parent.relative_to(files.root / "matters").as_posix()
    if raw.get("id") != expected:
        files.problems.append(
            document.problem(("id",), Text(f"id 应与所在目录一致：{expected}", f"the id should be its folder: {expected}"))
        )
    return {**raw, "id": expected}


def _removed(files: Files, document: Document, removed: Any, base: Document) -> list[str]:
    if removed is None:
        return []
    if not isinstance(removed, list):
        files.problems.append(document.problem(("remove",), Text("“remove”应为列表", "'remove' should be a list")))
        return []
    known = named(base.value)
    for i, name in enumerate(removed):
        if name not in known:
            files.problems.append(document.problem(("remove", i), nearest(str(name), known, "模板内容", "part of the template")))
    return [name for name in removed if name in known]


def _in_english(measure: Any, english: Mapping[str, str]) -> Any:
    """A measure with the register's own English, where it brings none."""
    if not isinstance(measure, dict) or measure.get("en"):
        return measure
    return {**measure, "en": english.get(str(measure.get("text", "")), "")}


def _own_place(place: Place, raw: Any, own: Any) -> Place:
    """As much of a place of the merged source as one of its files holds: list items are found again by their id."""
    result: list[str | int] = []
    for key in place:
        if isinstance(own, dict) and key in own:
            raw, own = raw.get(key) if isinstance(raw, dict) else None, own[key]
            result.append(key)
        elif isinstance(own, list) and isinstance(key, int) and isinstance(raw, list) and key < len(raw):
            index = _index(raw, key, own)
            if index is None:
                break
            raw, own = raw[key], own[index]
            result.append(index)
        else:
            break
    return tuple(result)


def _index(raw: list[Any], key: int, own: list[Any]) -> int | None:
    """Where an item of the merged list stands in a file's own list: of those with its id the same one in order, else the same place."""

    def name(item: Any) -> Any:
        return item.get("id") if isinstance(item, dict) else None

    wanted = name(raw[key])
    if wanted is None or own == raw:
        return key if key < len(own) and (wanted is None) == (name(own[key]) is None) else None
    same = [i for i, item in enumerate(own) if name(item) == wanted]
    order = sum(name(item) == wanted for item in raw[:key])
    return same[min(order, len(same) - 1)] if same else None
