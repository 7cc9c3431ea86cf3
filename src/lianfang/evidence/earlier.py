"""What is known of a log from before: checkpoints that somebody kept, or a bundle. The log must still begin with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lianfang.evidence.bundle import CHECKPOINT, KEPT, LEAVES, SMALL, BundleError, Fault
from lianfang.evidence.checkpoint import Checkpoint, NoteError, Verifier, open_checkpoint
from lianfang.evidence.leaves import HASH_SIZE
from lianfang.evidence.merkle import EMPTY_ROOT, RunningRoot


def earlier(path: Path, verifier: Verifier) -> Earlier:
    """The checkpoint in a file, or in a bundle beside its leaf hashes. Raises BundleError for what this log's key has not signed."""
    note = path / CHECKPOINT if path.is_dir() else path
    try:
        if note.stat().st_size > SMALL:
            raise NoteError("过大 / too large")
        signed = _opened(note.read_bytes(), verifier)
    except OSError as error:
        raise BundleError([Fault(-1, f"{note}：无法读取", f"{note}: can't be read ({error.strerror})")]) from None
    except NoteError as error:
        zh, _, en = str(error).partition(" / ")
        raise BundleError([Fault(-1, f"{note}：{zh}", f"{note}: {en}")]) from None
    return Earlier(signed, _leaves(path / LEAVES, signed))


def _opened(note: bytes, verifier: Verifier) -> Checkpoint:
    try:
        return open_checkpoint(note.decode(), verifier)
    except UnicodeDecodeError:
        raise NoteError("不是文本 / not text") from None


def _leaves(path: Path, signed: Checkpoint) -> Path | None:
    """The leaf hashes beside a checkpoint, when they are those that it was signed over."""
    try:
        if path.stat().st_size != signed.size * HASH_SIZE:
            return None
        told = RunningRoot()
        for leaf in _hashes(path):
            told.add(leaf)
    except OSError:
        return None
    return path if told.root() == signed.root else None


def _hashes(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while leaf := file.read(HASH_SIZE):
            yield leaf


class Earlier:
    """A log as it was, while the log as it is passes by, leaf after leaf."""

    def __init__(self, signed: Checkpoint, leaves: Path | None) -> None:
        self._signed = signed
        self._leaves = _hashes(leaves) if leaves is not None else iter(())
        self._first = -1
        self._holds = signed.size == 0 and signed.root == EMPTY_ROOT

    def passing(self, leaf: bytes, root: RunningRoot) -> None:
        """The next leaf of the log as it is; ``root`` has it already."""
        before = next(self._leaves, None)
        if self._first < 0 and before is not None and before != leaf:
            self._first = root.size - 1
        if root.size == self._signed.size:
            self._holds = root.root() == self._signed.root

    def faults(self, size: int) -> Iterator[Fault]:
        """What is not as it was, once all ``size`` leaves have passed."""
        if self._first >= 0:
            yield Fault(self._first, "从这一条起不是此前导出时的内容", "from this entry on it is not what was exported before")
        if size < self._signed.size:
            yield _cut_off(size, self._signed, "此前的检查点", "an earlier checkpoint")
        elif not self._holds and self._first < 0:
            yield _another(self._signed, "此前的检查点", "an earlier checkpoint")


class Kept:
    """The checkpoints that the office itself kept and the bundle carries, while the log passes by.

    They are held against it as those are that somebody else kept, and show the same: what was changed in the office's own store and
    signed anew after a restart. Whoever also takes them out of the bundle is found by none but an outsider's.
    """

    def __init__(self, notes: Iterable[bytes], verifier: Verifier) -> None:
        self._faults: list[Fault] = []
        self._all = self._read(notes, verifier)
        self._next = next(self._all, None)

    def passing(self, root: RunningRoot) -> None:
        """The next leaf of the log as it is: ``root`` has it already."""
        if self._next is None or root.size < self._next.size:
            return
        if root.root() != self._next.root:
            self._faults.append(_another(self._next, "本单位留存的检查点", "a checkpoint that the office kept"))
        self._next = next(self._all, None)

    def faults(self, size: int) -> Iterator[Fault]:
        """What is not as it was, once all ``size`` leaves have passed."""
        if self._next is not None:
            yield _cut_off(size, self._next, "本单位留存的检查点", "a checkpoint that the office kept")
        for _ in self._all:  # whether the others can be read at all
            pass
        yield from self._faults

    def _read(self, notes: Iterable[bytes], verifier: Verifier) -> Iterator[Checkpoint]:
        """The checkpoints, as far as they can be read: where one can't, nobody knows where the next begins."""
        size = 0
        for number, note in enumerate(notes, 1):
            try:
                signed = _opened(note, verifier)
                if signed.size <= size:
                    raise NoteError("不比前一个大 / not larger than the one before")
            except NoteError as error:
                zh, _, en = str(error).partition(" / ")
                self._faults.append(Fault(-1, f"{KEPT} 第 {number} 个：{zh}", f"{KEPT} number {number}: {en}"))
                return
            yield signed
            size = signed.size


def _cut_off(size: int, signed: Checkpoint, zh: str, en: str) -> Fault:
    return Fault(
        size,
        f"{zh}已有 {signed.size} 条存证：这一条及其后的被截去了",
        f"{en} has {signed.size} entries: this one and those after it were cut off",
    )


def _another(signed: Checkpoint, zh: str, en: str) -> Fault:
    return Fault(-1, f"前 {signed.size} 条存证不是{zh}所签的内容", f"the first {signed.size} entries are not what {en} was signed over")
