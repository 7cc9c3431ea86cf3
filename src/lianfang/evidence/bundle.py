"""The bundle for an outsider: a directory with the whole log, what its matters mean, and the log's signature under both.

checkpoint       the signed note: size and root of the log
checkpoints      those that the office kept before, smallest first, five lines each; a bundle of format 1 has none
verifier         the key that signed it
entries.jsonl    one canonical entry a line, in the order of the log
leaves           the leaf hashes, 32 bytes each: they tell which entry it is that no longer fits the root
matters/         the canonical source of every matter version that an entry was judged by, named by its SHA-256
README.txt       what this is; part of the format, so that it can't be made to say something else
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

from lianfang.evidence.canonical import CanonicalError, canonical, from_canonical
from lianfang.evidence.checkpoint import Verifier
from lianfang.evidence.leaves import HASH_SIZE, leaf_bytes, leaf_hash
from lianfang.evidence.readme import FORMAT_1, README

Json = Mapping[str, Any]
SMALL, LONGEST_SOURCE, LONGEST_LINE = 65_536, 16_000_000, 64_000_000
"""Bytes that a small file, a matter's source and a line of the entries may have: what is longer was not written here."""
CHECKPOINT, VERIFIER, ENTRIES, LEAVES, MATTERS, ABOUT = "checkpoint", "verifier", "entries.jsonl", "leaves", "matters", "README.txt"
KEPT, LINES_OF_ONE = "checkpoints", 5
NAMING = ("alert", "read", "work")
"""The shapes of entries that name the version of a matter inside."""
FILES = (CHECKPOINT, VERIFIER, ENTRIES, LEAVES, ABOUT)


class Fault(NamedTuple):
    """Something that does not hold: in the entry at ``leaf``, from 0, or in the bundle as such (-1)."""

    leaf: int
    zh: str
    en: str


class Remark(NamedTuple):
    """Something that an auditor should know of a bundle, and that is no fault of it."""

    zh: str
    en: str


class BundleError(ValueError):
    """A directory that is no bundle, or can't become one; ``faults`` names every file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.zh} / {fault.en}" for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose files are all there. Nothing about its entries is known yet: they are read when they are asked for."""

    path: Path
    note: str
    verifier: Verifier
    sources: Mapping[str, Json]

    def lines(self) -> Iterator[bytes]:
        """The lines of the entries, with their line ends, as they stand; the last is longer than LONGEST_LINE where one is too long."""
        with (self.path / ENTRIES).open("rb") as file:
            while line := file.readline(LONGEST_LINE + 1):
                yield line
                if len(line) > LONGEST_LINE:
                    return

    def leaves(self) -> Iterator[bytes]:
        """The leaf hashes; the last is short where the file was cut off."""
        with (self.path / LEAVES).open("rb") as file:
            while leaf := file.read(HASH_SIZE):
                yield leaf

    def kept(self) -> Iterator[bytes]:
        """The checkpoints that the office kept, as they stand; the last is short where the file was cut off."""
        if (self.path / KEPT).exists():
            with (self.path / KEPT).open("rb") as file:
                while note := b"".join(file.readline(SMALL) for _ in range(LINES_OF_ONE)):
                    yield note


def version_of(entry: Any) -> str:
    """The matter version that an entry names; '' for none."""
    named = next((entry[shape] for shape in NAMING if shape in entry), entry) if isinstance(entry, dict) else None
    version = named.get("version", "") if isinstance(named, dict) else ""
    return version if isinstance(version, str) else ""


def write(
    out: Path,
    note: str,
    verifier: Verifier | str,
    bodies: Iterable[bytes],
    sources: Mapping[str, Json],
    leaves: Iterable[bytes] | None = None,
    kept: Iterable[str] = (),
) -> int:
    """Write a bundle, one entry in memory at a time; returns their number.

    ``leaves`` are the leaf hashes that the log was signed over: given, an entry that was changed in the log's own store is named when
    the bundle is verified. ``kept`` are signed checkpoints of the log from before, smallest first. Of ``sources``, by version, those are
    written that an entry names. Nothing is judged here. The checkpoint comes last, so that what was interrupted is no bundle. Raises
    BundleError for a directory with something in it, and for a body with a line end (no canonical body has one).
    """
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise BundleError([Fault(-1, f"目录不是空的：{out}", f"the directory is not empty: {out}")])
    count, used = 0, set()
    with (out / ENTRIES).open("wb") as lines, (out / LEAVES).open("wb") as hashes:
        for body, leaf in zip(bodies, repeat(b"") if leaves is None else leaves, strict=leaves is not None):
            if b"\n" in body:
                raise BundleError([Fault(count, f"第 {count} 条存证含换行", f"entry {count} has a line end in it")])
            lines.write(body + b"\n")
            hashes.write(leaf or leaf_hash(leaf_bytes(body)))
            used.add(_version_in(body))
            count += 1
    (out / MATTERS).mkdir()
    for version in sorted(used & sources.keys()):
        (out / MATTERS / f"{version}.json").write_bytes(canonical(sources[version]))
    (out / KEPT).write_bytes("".join(kept).encode(errors="replace"))
    (out / ABOUT).write_bytes(README.encode())
    (out / VERIFIER).write_bytes(f"{verifier}\n".encode())
    (out / CHECKPOINT).write_bytes(note.encode())
    return count


def read(directory: Path) -> Bundle:
    """A bundle's small files, checked by themselves. Raises BundleError that names every file missing, foreign or malformed."""
    if not directory.is_dir():
        raise BundleError([Fault(-1, f"没有这个目录：{directory}", f"no such directory: {directory}")])
    faults = list(_misplaced(directory))
    if faults:
        raise BundleError(faults)
    about, kept = (directory / ABOUT).read_bytes(), (directory / KEPT).exists()
    if about not in (README.encode(), FORMAT_1.encode()):
        faults.append(_fault(ABOUT, "说明文件被改动", "the description was changed"))
    elif about == README.encode() and not kept:
        faults.append(_fault(KEPT, "缺少这个文件", "this file is missing"))
    elif about == FORMAT_1.encode() and kept:
        faults.append(_fault(KEPT, "不属于格式 1 的存证包", "no part of a bundle of format 1"))
    verifier = _verifier(directory, faults)
    sources = _sources(directory, faults)
    try:
        note = (directory / CHECKPOINT).read_bytes().decode()
    except UnicodeDecodeError:
        note = ""
        faults.append(_fault(CHECKPOINT, "不是文本", "not text"))
    if faults or verifier is None:
        raise BundleError(faults)
    return Bundle(directory, note, verifier, sources)


def _fault(name: str, zh: str, en: str) -> Fault:
    shown = name if name.isprintable() else ascii(name)
    return Fault(-1, f"{shown}：{zh}", f"{shown}: {en}")


def _too_large(path: Path, name: str, most: int) -> Iterator[Fault]:
    size = path.stat().st_size
    if size > most:
        yield _fault(name, f"过大（{size} 字节，最多 {most}）", f"too large ({size} bytes, at most {most})")


def _misplaced(directory: Path) -> Iterator[Fault]:
    for name in FILES:
        path = directory / name
        if not path.is_file() or path.is_symlink():
            yield _fault(name, "缺少这个文件", "this file is missing")
        elif name not in (ENTRIES, LEAVES):
            yield from _too_large(path, name, SMALL)
    for path in sorted(directory.iterdir()):
        if path.name == MATTERS and path.is_dir() and not path.is_symlink():
            for inner in sorted(path.iterdir()):
                if inner.suffix != ".json" or not inner.is_file() or inner.is_symlink():
                    yield _fault(f"{MATTERS}/{inner.name}", "不属于存证包", "no part of a bundle")
                else:
                    yield from _too_large(inner, f"{MATTERS}/{inner.name}", LONGEST_SOURCE)
        elif path.name not in FILES and (path.name != KEPT or not path.is_file() or path.is_symlink()):
            yield _fault(path.name, "不属于存证包", "no part of a bundle")


def _verifier(directory: Path, faults: list[Fault]) -> Verifier | None:
    try:
        verifier = Verifier.parse((directory / VERIFIER).read_bytes().decode().removesuffix("\n"))
    except ValueError:
        faults.append(_fault(VERIFIER, "公钥被改动", "the key was changed"))
        return None
    if (directory / VERIFIER).read_bytes() != f"{verifier}\n".encode():
        faults.append(_fault(VERIFIER, "公钥的写法被改动", "the way the key is written was changed"))
    return verifier


def _sources(directory: Path, faults: list[Fault]) -> dict[str, Json]:
    sources: dict[str, Json] = {}
    for path in sorted((directory / MATTERS).glob("*")):
        body, name = path.read_bytes(), f"{MATTERS}/{path.name}"
        if hashlib.sha256(body).hexdigest() != path.stem:
            faults.append(_fault(name, "事项内容与文件名所示的版本不符", "the source is not the version that the file's name says"))
            continue
        try:
            source = from_canonical(body)
        except CanonicalError as error:
            zh, _, en = str(error).partition(" / ")
            faults.append(_fault(name, zh, en))
            continue
        if isinstance(source, dict):
            sources[path.stem] = source
        else:
            faults.append(_fault(name, "不是事项", "not a matter"))
    return sources


def _version_in(body: bytes) -> str:
    try:
        return version_of(json.loads(body))
    except (ValueError, RecursionError):
        return ""
