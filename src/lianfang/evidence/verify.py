"""Whether a bundle holds, from nothing but the bundle. What does not hold is named: the first leaf that fails comes first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from lianfang.evidence.bundle import (
    CHECKPOINT,
    ENTRIES,
    LEAVES,
    LONGEST_LINE,
    MATTERS,
    VERIFIER,
    Bundle,
    BundleError,
    Fault,
    Remark,
    read,
    version_of,
)
from lianfang.evidence.canonical import CanonicalError, from_canonical
from lianfang.evidence.checkpoint import Checkpoint, NoteError, Verifier, open_checkpoint
from lianfang.evidence.earlier import Earlier, Kept, earlier
from lianfang.evidence.leaves import leaf_bytes, leaf_hash
from lianfang.evidence.merkle import RunningRoot
from lianfang.evidence.times import Times

Json = Mapping[str, Any]
JudgeAgain = Callable[[Mapping[str, Json], Iterator[tuple[int, Json]]], Iterable[tuple[int, tuple[str, str]]]]
"""From the sources by version and the (leaf, entry) pairs, in order: every (leaf, (zh, en)) that comes out differently."""

MOST_SHOWN = 80
"""Characters of a name that an entry gives itself."""
MOST_FAULTS = 100
"""A line left out shifts all that follow: the first hundred faults say enough."""


class Verdict(NamedTuple):
    """Whether a bundle is sound, and what it holds: the signed size, root (hex) and origin; 0 and '' where no signature holds.

    ``faults`` are those of leaves, lowest first, then those of the bundle as such; no more than ``MOST_FAULTS`` of each.
    ``remarks`` change nothing about whether it is sound.
    """

    sound: bool
    size: int
    root: str
    origin: str
    faults: tuple[Fault, ...]
    remarks: tuple[Remark, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The verdict as the command line prints it."""
        told = {"faults": [fault._asdict() for fault in self.faults], "remarks": [remark._asdict() for remark in self.remarks]}
        return {**self._asdict(), **told}


def verify(
    directory: Path,
    judge_again: JudgeAgain | None = None,
    expected_verifier: Verifier | str | None = None,
    known: Iterable[Path] = (),
) -> Verdict:
    """Verify a bundle, and with ``judge_again`` every verdict in it.

    Without ``expected_verifier`` (the key or its text) the bundle's own key is believed: that shows that the bundle is whole, not whose
    it is. ``known`` are earlier checkpoints of the log, or earlier bundles: the log must still begin with what they hold, so that a
    tail cut off, or a past rewritten by whoever holds the key, is found. So must it with the checkpoints that the office kept and that
    the bundle carries. Raises BundleError where there is no directory, or where
    what is known is no checkpoint of this log, NoteError for a malformed expected key; all else is a verdict.
    """
    expected = Verifier.parse(expected_verifier) if isinstance(expected_verifier, str) else expected_verifier
    try:
        bundle = read(directory)
    except BundleError as error:
        if not directory.is_dir():
            raise
        return Verdict(False, 0, "", "", error.faults)  # noqa: FBT003
    verifier = expected or bundle.verifier
    check = _Check(bundle, [earlier(path, verifier) for path in known], Kept(bundle.kept(), verifier))
    signed = check.signature(verifier)
    entries = check.entries()
    if judge_again is not None:
        for leaf, (zh, en) in judge_again(bundle.sources, entries):
            check.fault(leaf, zh, en)
    for _ in entries:
        pass
    check.tree(signed)
    check.past()
    check.unused()
    faults = (*sorted(check.of_leaves, key=lambda fault: fault.leaf), *check.of_bundle)
    size, root, origin = (signed.size, signed.root.hex(), signed.origin) if signed else (0, "", "")
    return Verdict(not faults, size, root, origin, faults, tuple(check.times.remarks()))


class _Check:
    def __init__(self, bundle: Bundle, known: Sequence[Earlier], kept: Kept) -> None:
        self.bundle = bundle
        self._known = known
        self._kept = kept
        self.of_leaves: list[Fault] = []
        self.of_bundle: list[Fault] = []
        self._differ: dict[int, tuple[str, str]] = {}
        self._root = RunningRoot()
        self.times = Times()
        self._tips: dict[str, str] = {}
        self._used: set[str] = set()

    def fault(self, leaf: int, zh: str, en: str) -> None:
        kept = self.of_bundle if leaf < 0 else self.of_leaves
        if len(kept) < MOST_FAULTS:
            kept.append(Fault(leaf, zh, en))

    def signature(self, verifier: Verifier) -> Checkpoint | None:
        """What the note says, when the key has signed it."""
        if verifier != self.bundle.verifier:
            self.fault(-1, f"{VERIFIER}：不是已知的公钥 {verifier}", f"{VERIFIER}: not the known key {verifier}")
        try:
            return open_checkpoint(self.bundle.note, verifier)
        except NoteError as error:
            zh, en = _words(error)
            self.fault(-1, f"{CHECKPOINT}：{zh}", f"{CHECKPOINT}: {en}")
            return None

    def entries(self) -> Iterator[tuple[int, Json]]:
        """Check every entry by itself and against its case; those that can be read go on."""
        for index, (line, leaf) in enumerate(zip_longest(self.bundle.lines(), self.bundle.leaves())):
            if line is None:
                self._differ[index] = "", ""
                break
            body = line.removesuffix(b"\n")
            own = leaf_hash(leaf_bytes(body))
            self._root.add(own)
            for one in self._known:
                one.passing(own, self._root)
            self._kept.passing(self._root)
            if own != leaf and len(self._differ) < MOST_FAULTS:
                self._differ[index] = _called(body, self.bundle.sources)
            if len(body) > LONGEST_LINE:
                self._line(index, "行过长", "the line is too long")
                continue
            if not body:
                self._line(index, "这一条存证已被取走", "this entry was taken away")
                continue
            if len(body) == len(line):
                self._line(index, "行没有结束", "the line does not end")
            try:
                entry = from_canonical(body)
            except CanonicalError as error:
                self._line(index, *_words(error))
                continue
            if isinstance(entry, dict):
                self._linked(index, entry, own)
                self._timed(index, entry)
                yield index, entry
            else:
                self._line(index, "不是存证", "not an entry")

    def _line(self, index: int, zh: str, en: str) -> None:
        self.fault(index, f"{ENTRIES} 第 {index + 1} 行：{zh}", f"{ENTRIES} line {index + 1}: {en}")

    def _linked(self, index: int, entry: Json, own: bytes) -> None:
        case = entry.get("case")
        if case is None:
            wanted = ""
        elif isinstance(case, str):
            wanted = self._tips.get(case, "")
            self._tips[case] = own.hex()
        else:
            self.fault(index, "办件编号不是文字", "the case is not named by text")
            return
        if entry.get("prev") != wanted:
            self.fault(index, "与本办件的上一条存证接不上", "does not follow the previous entry of its case")
        version = version_of(entry)
        if version:
            self._used.add(version)
            if version not in self.bundle.sources:
                self.fault(index, f"缺少所依据的事项版本 {version[:12]}", f"the matter version {version[:12]} that it names is missing")

    def _timed(self, index: int, entry: Json) -> None:
        wrong = self.times.passing(index, entry)
        if wrong is not None:
            self.fault(index, *wrong)

    def tree(self, signed: Checkpoint | None) -> None:
        """Whether the entries are those that were signed; if not, which is not: the leaf hashes, when they are still those, tell."""
        if signed is not None and (self._root.size, self._root.root()) == (signed.size, signed.root):
            if self._differ:
                place = next(iter(self._differ))
                self.fault(-1, f"{LEAVES}：第 {place} 个叶哈希被改动", f"{LEAVES}: leaf hash {place} was changed")
            return
        for index, (zh, en) in self._differ.items():
            what = self._difference(index, signed)
            self.fault(index, what[0] + zh, what[1] + en)
        if signed is None:
            return
        told = RunningRoot()
        for leaf in self.bundle.leaves():
            told.add(leaf)
        if (told.size, told.root()) != (signed.size, signed.root):
            self.fault(
                -1,
                f"{ENTRIES} 与 {LEAVES} 都不是签名时的内容（签名时 {signed.size} 条，现有 {self._root.size} 条）",
                f"neither {ENTRIES} nor {LEAVES} is what was signed ({signed.size} entries then, {self._root.size} now)",
            )

    def _difference(self, index: int, signed: Checkpoint | None) -> tuple[str, str]:
        if index >= self._root.size:
            return "缺少这一条及其后的存证", "this entry and those after it are missing"
        if signed is not None and index >= signed.size:
            return "签名时没有这一条存证", "there was no such entry when the log was signed"
        return "内容与其叶哈希不符", "its content does not have its leaf hash"

    def past(self) -> None:
        """Whether the log still begins with what is known of it from before."""
        size = self._root.size
        for fault in chain(*(one.faults(size) for one in self._known), self._kept.faults(size)):
            self.fault(*fault)

    def unused(self) -> None:
        for version in sorted(self.bundle.sources.keys() - self._used):
            self.fault(-1, f"{MATTERS}/{version}.json：没有存证用到它", f"{MATTERS}/{version}.json: no entry names it")


def _called(body: bytes, sources: Mapping[str, Json]) -> tuple[str, str]:
    """What an entry calls itself, in brackets: its case and step, the entry of a ledger, the alert, the reading; '' for what can't be
    read. By the titles of the matter's source, where it has them."""
    try:
        entry = json.loads(body)
        source = sources.get(version_of(entry), {})
        if "command" in entry:
            step, case = _word(entry["command"]["step"]), _word(entry["case"] or "—")[:MOST_SHOWN]
            zh, en = _title(step, lambda: source["matter"]["steps"][step]["title"])
            return f"（办件 {case} 的{zh}）", f" ({en} of case {case})"
        if "fact" in entry:
            ledger, key = _word(entry["fact"]["ledger"]), _word(entry["fact"]["key"])[:MOST_SHOWN]
            named = next((one for one in sources.values() if ledger in _table(one, "names")), {})
            zh, en = _title(ledger, lambda: dict(zip(("zh", "en"), named["names"][ledger], strict=True)))
            return f"（{zh}台账的“{key}”）", f" (“{key}” of the ledger {en})"
        if "read" in entry:
            person, case = _word(entry["read"]["person"]), _word(entry["read"]["case"])[:MOST_SHOWN]
            return f"（{person} 查阅办件 {case}）", f" ({person} reads case {case})"
        worked = "work" in entry
        control = _word(entry["work" if worked else "alert"]["control"])
        declared = _table(source, "matter").get("controls", ())
        zh, en = _title(control, lambda: next(one["title"] for one in declared if one["id"] == control))
    except (ValueError, TypeError, KeyError, RecursionError):
        return "", ""
    return (f"（{zh}预警的办理）", f" (work on the alert of {en})") if worked else (f"（{zh}的预警）", f" (the alert of {en})")


def _title(name: str, found: Callable[[], Any]) -> tuple[str, str]:
    """What a name is called in both languages, in quotation marks; the name itself where the source does not say."""
    try:
        title = found()
        zh, en = _word(title["zh"]), _word(title["en"])
    except (LookupError, TypeError, ValueError, AttributeError, StopIteration):
        zh = en = name
    return f"“{zh[:MOST_SHOWN]}”", f"“{en[:MOST_SHOWN]}”"


def _word(value: Any) -> str:
    """A text as it is. Raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _table(value: Any, key: str) -> Mapping[str, Any]:
    """A mapping inside a mapping; empty where it is something else."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _words(error: ValueError) -> tuple[str, str]:
    """The two languages of an error of this package."""
    zh, _, en = str(error).partition(" / ")
    return zh, en
