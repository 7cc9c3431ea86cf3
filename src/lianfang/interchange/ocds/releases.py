"""Compiled releases of OCDS: one a line (JSON Lines), or the items of a release package or of a record package. Any may be gzip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from lianfang.interchange.figures import Unreadable
from lianfang.interchange.kinds import UnreadableFileError
from lianfang.interchange.streams import ITEM_TOO_BIG, MOST_ITEM, TOKEN, head, items, pieces
from lianfang.interchange.tables import BadLine, Line
from lianfang.kernel.model import Text

LISTS = ("releases", "records")
"""The lists of a package."""
BOM = b"\xef\xbb\xbf"
MOST_WRONG = 64 << 20
"""How many bytes of lines that are wrong are kept: who has more has given something else."""
NAMES = ("位置 place", "内容 content")
"""What is kept of a line that is wrong."""
LIST_FOLLOWS = re.compile(rb"\s*:\s*\[").match


class Releases:
    """The releases of a file, read while they are taken. ``bad``: what was wrong so far, by its line (in a package, by its place in the
    list); ``count``: how many releases were good."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bad: list[BadLine] = []
        self.count = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The releases. A process that came before is told and kept aside. Raises UnreadableFileError, also at the end where there was
        none, and OSError."""
        seen: dict[str, int] = {}
        wrong = 0
        for place, content in _packed(self.path) if _is_package(head(self.path)) else _lines(self.path):
            try:
                release = _release(content)
                first = seen.setdefault(release["ocid"], place)
                if first != place:
                    raise Unreadable(Text(f"与第 {first} 处是同一采购过程", f"the same contracting process as at {first}"))
            except Unreadable as error:
                self.bad.append(BadLine(Line(place, (str(place), content.decode("utf-8", "replace"))), error.message))
                wrong += len(content)
                if wrong > MOST_WRONG:
                    raise UnreadableFileError(Text("有误的行太多，似乎不是 OCDS。", "Too much is wrong for OCDS.")) from None
                continue
            self.count += 1
            yield release
        if not self.count:
            raise UnreadableFileError(_none(self.bad))


def _none(bad: list[BadLine]) -> Text:
    first = (f"；{bad[0].line.number}：{bad[0].why.zh}", f"; {bad[0].line.number}: {bad[0].why.en}") if bad else ("", "")
    return Text(
        f"没有可用的采购记录{first[0]}。应为 OCDS 编译版本，每行一个（JSON Lines），或发布包、记录包。",
        f"There is no release that can be used{first[1]}. Give compiled releases of OCDS, one a line, or a release or record package.",
    )


def _release(content: bytes) -> dict[str, Any]:
    """The compiled release that a JSON text is, or that a record has. Raises Unreadable."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Unreadable(Text("不是完好的 JSON", "it is not sound JSON")) from None
    if isinstance(value, dict) and "compiledRelease" in value:
        value = value["compiledRelease"]
    elif isinstance(value, dict) and any(name in value for name in LISTS):
        raise Unreadable(Text("没有编译版本（compiledRelease），请先合并", "it has no compiled release: merge its releases first"))
    if not isinstance(value, dict):
        raise Unreadable(Text("不是 JSON 对象", "it is no JSON object"))
    if not isinstance(value.get("ocid"), str):
        raise Unreadable(Text("没有采购过程编号（ocid）", "it has no ocid, as text"))
    return value


def _is_package(start: bytes) -> bool:
    """Whether a text is a list, or an object that has a list of releases or records before an ocid; as far as its first piece tells."""
    depth = 0
    for found in TOKEN.finditer(start):
        token = found.group()
        if depth == 0 and token == b"[":
            return True
        if token in {b"{", b"["}:
            depth += 1
        elif token in {b"}", b"]"}:
            depth -= 1
            if depth <= 0:
                return False
        elif depth == 1:
            word = token[1:-1].decode("utf-8", "replace")
            if word == "ocid":
                return False
            if word in LISTS and LIST_FOLLOWS(start, found.end()):
                return True
    return False


def _packed(path: Path) -> Iterator[tuple[int, bytes]]:
    for place, item in enumerate(items(path, LISTS), 1):
        yield place, item.content


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not blank, with their numbers."""
    number, begun = 0, b""
    for piece in pieces(path):
        *ended, begun = (begun + piece).split(b"\n")
        if len(begun) > MOST_ITEM:
            raise UnreadableFileError(ITEM_TOO_BIG)
        for line in ended:
            number += 1
            if plain := _plain(line, number):
                yield number, plain
    if plain := _plain(begun, number + 1):
        yield number + 1, plain


def _plain(line: bytes, number: int) -> bytes:
    return (line.removeprefix(BOM) if number == 1 else line).strip()
