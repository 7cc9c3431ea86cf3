"""What is known of a log from before: a checkpoint that somebody kept, or a bundle. The log must still begin with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lianfang.evidence.bundle import CHECKPOINT, LEAVES, SMALL, BundleError, Fault
from lianfang.evidence.checkpoint import Checkpoint, NoteError, Verifier, open_checkpoint
from lianfang.evidence.leaves import HASH_SIZE
from lianfang.evidence.merkle import EMPTY_ROOT, RunningRoot


def earlier(path: Path, verifier: Verifier) -> Earlier:
    """The checkpoint in a file, or in a bundle beside its leaf hashes. Raises BundleError for what this log's key has not signed."""
    note = path / CHECKPOINT if path.is_dir() else path
    try:
        if note.stat().st_size > SMALL:
            raise NoteError("过大 / too large")
        signed = open_checkpoint(note.read_bytes().decode(), verifier)
    except UnicodeDecodeError:
        raise BundleError([Fault(-1, f"{note}：不是文本", f"{note}: not text")]) from None
    except OSError as error:
        raise BundleError([Fault(-1, f"{note}：无法读取", f"{note}: can't be read ({error.strerror})")]) from None
    except NoteError as error:
        zh, _, en = str(error).partition(" / ")
        raise BundleError([Fault(-1, f"{note}：{zh}", f"{note}: {en}")]) from None
    return Earlier(signed, _leaves(path / LEAVES, signed))


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
            count = self._signed.size
            yield Fault(
                size,
                f"此前的检查点已有 {count} 条存证：这一条及其后的被截去了",
                f"an earlier checkpoint has {count} entries: this one and those after it were cut off",
            )
        elif not self._holds and self._first < 0:
            count = self._signed.size
            yield Fault(
                -1,
                f"前 {count} 条存证不是此前的检查点所签的内容",
                f"the first {count} entries are not what an earlier checkpoint was signed over",
            )
