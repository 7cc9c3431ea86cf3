"""The checkpoints that an office kept as time went on: each later log must begin with what they were signed over."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lianfang.evidence import Tree, canonical, leaf_bytes
from lianfang.evidence.checkpoint import Signer
from lianfang.evidence.readme import FORMAT_1
from lianfang.evidence.verify import verify

Sign = Callable[..., Path]
OURS, STRANGER = Signer("evidence.example", bytes(range(32))), Signer("evidence.example", bytes(32))


def over(bodies: list[bytes], signer: Signer = OURS) -> str:
    tree = Tree.of(map(leaf_bytes, bodies))
    return signer.sign_checkpoint(tree.size, tree.root())


@pytest.mark.parametrize("sizes", [(), (1,), (8,), (2, 5), (1, 2, 3, 4, 5, 6, 7, 8)])
def test_a_log_that_grew_holds_against_all_that_was_kept(sign: Sign, bodies: list[bytes], sizes: tuple[int, ...]) -> None:
    assert verify(sign(bodies, *(over(bodies[:size]) for size in sizes))).faults == ()


def test_a_bundle_from_before_checkpoints_were_kept_holds_as_it_did(bundle: Path) -> None:
    sound = verify(bundle)
    (bundle / "checkpoints").unlink()
    (bundle / "README.txt").write_bytes(FORMAT_1.encode())
    assert sound.sound
    assert verify(bundle) == sound


def test_a_past_rewritten_and_signed_anew_is_found_and_each_checkpoint_that_it_breaks_is_named(
    sign: Sign, bodies: list[bytes], rewritten: list[bytes]
) -> None:
    bundle = sign(rewritten, *(over(bodies[:size]) for size in (1, 3, 8)))
    assert verify(bundle).faults == tuple(
        (
            -1,
            f"前 {size} 条存证不是本单位留存的检查点所签的内容",
            f"the first {size} entries are not what a checkpoint that the office kept was signed over",
        )
        for size in (1, 3, 8)
    )


def test_what_was_changed_lies_between_two_checkpoints(sign: Sign, bodies: list[bytes]) -> None:
    changed = [*bodies[:6], canonical({"case": "c1", "prev": "", "n": 4}), bodies[7]]
    faults = verify(sign(changed, *(over(bodies[:size]) for size in (5, 6, 7)))).faults
    assert [fault.en.split(" are")[0] for fault in faults if fault.leaf < 0] == ["the first 7 entries"]


def test_one_that_was_signed_over_another_log_is_named_alone(sign: Sign, bodies: list[bytes], rewritten: list[bytes]) -> None:
    """Somebody was shown another log, or the table was tampered with: those before and after it still hold."""
    faults = verify(sign(bodies, over(bodies[:2]), over(rewritten[:4]), over(bodies[:6]))).faults
    assert [(fault.leaf, fault.en[:19]) for fault in faults] == [(-1, "the first 4 entries")]


def test_an_end_cut_off_and_signed_anew_is_named_by_its_first_entry(sign: Sign, bodies: list[bytes]) -> None:
    faults = verify(sign(bodies[:4], *(over(bodies[:size]) for size in (4, 6, 8)))).faults
    assert faults == (
        (
            4,
            "本单位留存的检查点已有 6 条存证：这一条及其后的被截去了",
            "a checkpoint that the office kept has 6 entries: this one and those after it were cut off",
        ),
    )


def test_another_key_has_kept_nothing_for_us(sign: Sign, bodies: list[bytes]) -> None:
    (fault,) = verify(sign(bodies, over(bodies[:2]), over(bodies[:3], STRANGER))).faults
    assert fault == (-1, "checkpoints 第 2 个：没有 evidence.example 的签名", "checkpoints number 2: not signed by evidence.example")


@pytest.mark.parametrize("sizes", [(5, 2), (2, 2), (0, 2)])
def test_they_stand_in_the_order_in_which_the_log_grew(sign: Sign, bodies: list[bytes], sizes: tuple[int, ...]) -> None:
    (fault,) = verify(sign(bodies, *(over(bodies[:size]) for size in sizes))).faults
    assert "not larger than the one before" in fault.en


@pytest.mark.parametrize("spoilt", [b"\xff", b"\n", b"a\nb\nc\nd\ne\n", b"evidence.example\n7\n"])
def test_what_is_none_is_named_by_its_number(sign: Sign, bodies: list[bytes], spoilt: bytes) -> None:
    bundle = sign(bodies, over(bodies[:2]))
    with (bundle / "checkpoints").open("ab") as file:
        file.write(spoilt)
    (fault,) = verify(bundle).faults
    assert fault.en.startswith("checkpoints number 2: ")
    assert fault.zh.startswith("checkpoints 第 2 个：")


def test_a_file_without_end_is_not_read_to_its_end(sign: Sign, bodies: list[bytes]) -> None:
    bundle = sign(bodies, over(bodies[:2]))
    with (bundle / "checkpoints").open("r+b") as file:
        file.truncate(10**12)
    (fault,) = verify(bundle).faults
    assert fault.en.startswith("checkpoints number 2: ")


def test_what_an_outsider_kept_is_held_against_it_beside(
    sign: Sign, bodies: list[bytes], rewritten: list[bytes], pristine: Path, tmp_path: Path
) -> None:
    """Whoever holds the key can leave out what was kept, and is then still found by what somebody else kept."""
    known = Path(shutil.copy(pristine / "checkpoint", tmp_path / "known"))
    bundle = sign(rewritten, over(bodies[:2]))
    assert [fault.en[:19] for fault in verify(bundle, known=[known]).faults] == ["the first 8 entries", "the first 2 entries"]
    (bundle / "checkpoints").write_bytes(b"")
    assert verify(bundle).sound
    assert [fault.en[:19] for fault in verify(bundle, known=[known]).faults] == ["the first 8 entries"]
