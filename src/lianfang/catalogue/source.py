"""YAML with positions: plain values, and for every place in them the line it came from.

A narrow YAML: what a reader could take for something else (aliases, tags, octal numbers, ``yes`` for true) is a fault, and a file
can neither be so large nor so deep that reading it hurts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import Reader

from lianfang.catalogue.problems import CatalogueError, Problem, again
from lianfang.kernel.model import Text

Place = tuple[str | int, ...]

LARGEST = 2_000_000
"""Bytes. The longest file of the built-in catalogue has a twentieth of that."""
DEEPEST = 40
LARGEST_INT = 2**53 - 1
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)").fullmatch
_OTHER_INT = re.compile(r"[-+]?(?:0[0-9_]+|0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*|[0-9]+(?::[0-5]?[0-9])+)").fullmatch
_WORDS: dict[str, bool | None] = {"": None, "~": None}
_WORDS.update(
    {form: value for word, value in (("null", None), ("true", True), ("false", False)) for form in (word, word.title(), word.upper())}
)
_UNSURE = {form for word in ("yes", "no", "on", "off") for form in (word, word.title(), word.upper())}

_CHINESE = {
    "found character that cannot start any token": "有不能用在这里的字符（缩进请用空格，不用制表符）",
    "mapping values are not allowed in this context": "这里不能再有冒号（含冒号的文字请加引号）",
    "did not find expected key": "这里应为键（请检查缩进与括号）",
    "did not find expected '-' indicator": "这里应以“- ”开头（请检查缩进）",
    "did not find expected ',' or ']'": "缺少逗号或右方括号",
    "did not find expected ',' or '}'": "缺少逗号或右花括号",
    "did not find expected node content": "这里缺少内容",
    "did not find expected <document start>": "这里多出了内容",
    "could not find expected ':'": "缺少冒号",
    "found unexpected end of stream": "引号没有结束",
    "found unknown escape character": "引号内有不认识的转义",
    "found a tab character that violates indentation": "缩进请用空格，不用制表符",
    "found a tab character where an indentation space is expected": "缩进请用空格，不用制表符",
    "block sequence entries are not allowed in this context": "这里不能有“- ”",
    "found undefined tag handle": "有不认识的标记",
}


@dataclass(slots=True)
class Document:
    """What was read of a file: its value, and the line of every place in it. ``files`` says by place what stands in another file than
    ``file``, where several were read as one; with it stands what is inside it."""

    file: str
    value: Any
    lines: dict[Place, int] = field(default_factory=dict)
    files: dict[Place, str] = field(default_factory=dict)

    def where(self, place: Place) -> tuple[str, int]:
        """The file and the line of a place, or of the nearest place around it that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        line = self.lines.get(place, 1)
        while place and place not in self.files:
            place = place[:-1]
        return self.files.get(place, self.file), line

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it that has one."""
        return self.where(place)[1]

    def problem(self, place: Place, message: Text, check: str = "schema") -> Problem:
        """A fault at a place of what was read."""
        return Problem(*self.where(place), message, check)

    def add(self, other: Document) -> list[Problem]:
        """Read on in another file, both of them mappings: the mappings and the lists in them go on there. What can't go on, or stands in
        both, is a fault at the second place that names the first, and stays as it was."""

        def twice(*place: str) -> Problem:
            said = Text(f"“{place[-1]}”写了两次", f"{place[-1]!r} stands twice")
            return other.problem(place, again(said, self.where(place)))

        problems: list[Problem] = []
        begun: dict[str | int, int] = {}
        for key, held in other.value.items():
            mine = self.value.get(key)
            if key not in self.value:
                self.value[key], self.files[(key,)] = held, other.file
            elif isinstance(mine, list) and isinstance(held, list):
                begun[key] = len(mine)
                self.files.update({(key, len(mine) + i): other.file for i in range(len(held))})
                mine += held
            elif isinstance(mine, dict) and isinstance(held, dict):
                problems += [twice(key, name) for name in held if name in mine]
                new = {name: one for name, one in held.items() if name not in mine}
                self.files.update({(key, name): other.file for name in new})
                mine.update(new)
            else:
                problems.append(twice(key))
        for place, line in other.lines.items():
            if len(place) > 1 and place[0] in begun:
                place = (place[0], begun[place[0]] + int(place[1]), *place[2:])  # noqa: PLW2901
            self.lines.setdefault(place, line)
        return problems

    def rename(self, place: Place, right: str) -> None:
        """Put a misspelt key right, for the while: what is inside it keeps its lines."""
        *around, wrong = place
        holder = self.value
        for key in around:
            holder = holder[key]
        items = [(right if key == wrong else key, value) for key, value in holder.items()]
        holder.clear()
        holder.update(items)
        size = len(place)

        def moved(at: Place) -> Place:
            return (*around, right, *at[size:]) if at[:size] == place else at

        self.lines = {moved(at): line for at, line in self.lines.items()}
        self.files = {moved(at): file for at, file in self.files.items()}


def read(path: Path, root: Path) -> Document:
    """Read a file of the catalogue. Raises CatalogueError for what is no YAML, or could be read in two ways; a key stands once."""
    file = path.relative_to(root).as_posix()
    text = _text(path, file)
    reading = _Reading(Document(file, {}), yaml.parse(text, Loader=yaml.CSafeLoader))
    try:
        reading.whole()
    except yaml.MarkedYAMLError as error:
        raise CatalogueError([*reading.faults, _broken(file, error, text)]) from None
    if reading.faults:
        raise CatalogueError(reading.faults)
    return reading.document


def _text(path: Path, file: str) -> str:
    try:
        size = path.stat().st_size
        body = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise CatalogueError([Problem(file, 0, Text(f"无法读取：{error.strerror}", f"can't be read: {error.strerror}"))]) from None
    if size > LARGEST:
        message = Text(f"文件过大：{size} 字节，最多 {LARGEST}", f"too large: {size} bytes, at most {LARGEST}")
        raise CatalogueError([Problem(file, 1, message)])
    try:
        text = body.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise CatalogueError([Problem(file, line, Text("不是 UTF-8 编码的文字", "not text in UTF-8"))]) from None
    stray = Reader.NON_PRINTABLE.search(text)
    if stray is not None:
        line, code = text.count("\n", 0, stray.start()) + 1, f"U+{ord(stray[0]):04X}"
        raise CatalogueError([Problem(file, line, Text(f"有不可见的控制字符 {code}", f"a control character {code}"))])
    return text


def _broken(file: str, error: yaml.MarkedYAMLError, text: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    what = str(error.problem or error.context or "")
    since = error.context_mark.line + 1 if error.context_mark else 0
    line = min(mark.line if mark else 0, text.rstrip().count("\n")) + 1
    begun = (f"（从第 {since} 行开始）", f" (begun on line {since})") if since and since != line else ("", "")
    zh = _CHINESE.get(what, "写法有误")
    return Problem(file, line, Text(f"不是合规的 YAML：{zh}{begun[0]}", f"not valid YAML: {what}{begun[1]}"))


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Reading:
    """A file on its way from YAML's events to plain values; what is wrong is collected."""

    def __init__(self, document: Document, events: Iterator[Event]) -> None:
        self.document = document
        self.faults: list[Problem] = []
        self._events = events

    def whole(self) -> None:
        """Read the one document of the file."""
        begun = False
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if begun:
                    self._fault(event, "一个文件只能有一份内容（“---”之后又开始了一份）", "a file holds one document; another begins here")
                    return
                begun = True
            elif isinstance(event, AliasEvent | ScalarEvent | MappingStartEvent | SequenceStartEvent):
                self.document.value = self._value(event, ())

    def _fault(self, event: Event, zh: str, en: str) -> None:
        self.faults.append(Problem(self.document.file, _line(event), Text(zh, en)))

    def _value(self, event: Event, place: Place) -> Any:
        self.document.lines.setdefault(place, _line(event))
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            self._fault(event, f"不能用标记“{tag}”", f"the tag {tag!r} can't be used")
        if isinstance(event, AliasEvent):
            self._fault(event, f"不能用别名“*{event.anchor}”，请写出内容", f"the alias '*{event.anchor}' can't be used; write it out")
            return None
        if isinstance(event, ScalarEvent):
            return self._scalar(event) if event.implicit[0] else event.value
        if len(place) >= DEEPEST:
            self._fault(event, f"套得太深（超过 {DEEPEST} 层）", f"nested too deeply (more than {DEEPEST} levels)")
            raise CatalogueError(self.faults)
        return self._mapping(place) if isinstance(event, MappingStartEvent) else self._sequence(place)

    def _mapping(self, place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if isinstance(event, ScalarEvent) and event.value != "<<":
                key = str(event.value)
                if key in result:
                    self._fault(event, f"“{key}”写了两次", f"{key!r} stands twice")
            else:
                key = ""
                self._fault(event, "键应为一个词", "a key is one word")
                if not isinstance(event, ScalarEvent | AliasEvent):
                    self._value(event, (*place, key))
            self.document.lines[(*place, key)] = _line(event)
            result[key] = self._value(next(self._events), (*place, key))
        return result

    def _sequence(self, place: Place) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            result.append(self._value(event, (*place, len(result))))
        return result

    def _scalar(self, event: ScalarEvent) -> Any:
        """What a word without quotes means. Dates stay text: evidence holds JSON only."""
        word = str(event.value)
        if word in _WORDS:
            return _WORDS[word]
        if word in _UNSURE:
            self._fault(
                event, f"“{word}”有歧义：是非请写 true 或 false，文字请加引号", f"{word!r} is ambiguous: write true or false, or quote it"
            )
        elif _DECIMAL(word):
            if abs(int(word[:20])) <= LARGEST_INT:
                return int(word)
            self._fault(event, f"数太大：{word[:30]}", f"too large a number: {word[:30]}")
        elif _OTHER_INT(word):
            self._fault(
                event, f"“{word}”有歧义：数请写成十进制，文字请加引号", f"{word!r} is ambiguous: write a decimal number, or quote it"
            )
        return word


def walk(root: Path, pattern: str) -> Iterator[Path]:
    """The catalogue's files of one kind, in a stable order."""
    return iter(sorted(root.glob(pattern)))
