"""An outsider with nothing but the bundle: what was changed is found, and named."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.evidence import Tree, canonical, leaf_bytes, leaf_hash
from lianfang.evidence.bundle import BundleError
from lianfang.evidence.checkpoint import NoteError, Signer
from lianfang.evidence.verify import MOST_FAULTS, verify

Sign = Callable[[list[bytes]], Path]
OUR_KEY = Signer("evidence.example", bytes(range(32))).verifier
STRANGER = Signer("evidence.example", bytes(32))


def rewrite(bundle: Path, bodies: Iterable[bytes]) -> None:
    (bundle / "entries.jsonl").write_bytes(b"".join(body + b"\n" for body in bodies))


def rehash(bundle: Path, bodies: Iterable[bytes]) -> None:
    (bundle / "leaves").write_bytes(b"".join(leaf_hash(leaf_bytes(body)) for body in bodies))


def test_a_whole_bundle_is_sound(bundle: Path, bodies: list[bytes]) -> None:
    verdict = verify(bundle)
    assert verdict == (True, len(bodies), Tree.of(map(leaf_bytes, bodies)).root().hex(), "evidence.example", (), ())
    assert verify(bundle, expected_verifier=OUR_KEY) == verdict
    assert verify(bundle, expected_verifier=str(OUR_KEY)) == verdict
    assert json.loads(json.dumps(verdict.as_json()))["sound"] is True


def test_an_empty_log_is_sound(sign: Sign) -> None:
    assert verify(sign([])).sound


@given(st.data())
def test_a_byte_changed_anywhere_is_found(pristine: Path, data: st.DataObject) -> None:
    names = sorted(path.relative_to(pristine).as_posix() for path in pristine.rglob("*") if path.is_file())
    name = data.draw(st.sampled_from(names))
    content = bytearray((pristine / name).read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with TemporaryDirectory() as folder:
        changed = Path(shutil.copytree(pristine, Path(folder) / "bundle"))
        (changed / name).write_bytes(content)
        verdict = verify(changed)
    assert not verdict.sound
    first = verdict.faults[0]
    if name == "entries.jsonl":
        assert first.leaf == (pristine / name).read_bytes()[:place].count(b"\n")
    else:
        assert first.leaf == -1
        assert name in first.zh
        assert name in first.en


@given(st.data())
def test_a_line_changed_with_care_is_still_named(pristine: Path, bodies: list[bytes], data: st.DataObject) -> None:
    """Well-formed, canonical and with the right chain, but not what was signed."""
    place = data.draw(st.integers(0, len(bodies) - 1))
    body = canonical({**json.loads(bodies[place]), "n": data.draw(st.integers(100, 200))})
    with TemporaryDirectory() as folder:
        changed = Path(shutil.copytree(pristine, Path(folder) / "bundle"))
        rewrite(changed, [*bodies[:place], body, *bodies[place + 1 :]])
        verdict = verify(changed)
    first = verdict.faults[0]
    assert first.leaf == place
    assert first.zh.startswith("内容与其叶哈希不符")
    assert first.en.startswith("its content does not have its leaf hash")


def test_a_dropped_tail_is_named_by_the_first_entry_that_is_missing(bundle: Path, bodies: list[bytes]) -> None:
    rewrite(bundle, bodies[:-2])
    assert verify(bundle).faults == ((6, "缺少这一条及其后的存证", "this entry and those after it are missing"),)


def test_a_tail_dropped_from_the_leaves_too_does_not_give_the_signed_root(bundle: Path, bodies: list[bytes]) -> None:
    rewrite(bundle, bodies[:-2])
    rehash(bundle, bodies[:-2])
    (fault,) = verify(bundle).faults
    assert fault.leaf == -1
    assert "8 entries then, 6 now" in fault.en


def test_a_dropped_line_is_named(bundle: Path, bodies: list[bytes]) -> None:
    rewrite(bundle, [*bodies[:2], *bodies[3:]])
    assert verify(bundle).faults[0].leaf == 2


def test_two_lines_exchanged_are_named(bundle: Path, bodies: list[bytes]) -> None:
    bodies = [*bodies]
    bodies[1], bodies[4] = bodies[4], bodies[1]
    rewrite(bundle, bodies)
    assert [fault.leaf for fault in verify(bundle).faults] == [1, 4]


def test_an_appended_line_is_named(bundle: Path, bodies: list[bytes]) -> None:
    rewrite(bundle, [*bodies, canonical({"case": None, "prev": "", "fact": {}})])
    assert verify(bundle).faults == ((8, "签名时没有这一条存证", "there was no such entry when the log was signed"),)


def test_changed_leaf_hashes_are_said_to_be_what_was_changed(bundle: Path, bodies: list[bytes]) -> None:
    rehash(bundle, [*bodies[:3], b"other", *bodies[4:]])
    (fault,) = verify(bundle).faults
    assert fault == (-1, "leaves：第 3 个叶哈希被改动", "leaves: leaf hash 3 was changed")
    (bundle / "leaves").write_bytes((bundle / "leaves").read_bytes()[:-7])
    assert not verify(bundle).sound


def test_whoever_rewrites_the_log_but_cannot_sign_is_found(bundle: Path, rewritten: list[bytes]) -> None:
    """An entry rewritten, the chain of its case and all leaf hashes made anew: only the signature is out of reach."""
    rewrite(bundle, rewritten)
    rehash(bundle, rewritten)
    (fault,) = verify(bundle).faults
    assert fault.leaf == -1
    assert "neither entries.jsonl nor leaves" in fault.en
    assert "8 entries then, 8 now" in fault.en


def test_whoever_signs_it_anew_with_another_key_is_found_by_the_known_key(bundle: Path, bodies: list[bytes]) -> None:
    forged = bodies[:2]
    rewrite(bundle, forged)
    rehash(bundle, forged)
    tree = Tree.of(forged)
    (bundle / "checkpoint").write_text(STRANGER.sign_checkpoint(2, tree.root()), encoding="utf-8")
    (bundle / "verifier").write_text(f"{STRANGER.verifier}\n")
    assert verify(bundle).sound
    verdict = verify(bundle, expected_verifier=OUR_KEY)
    assert not verdict.sound
    assert (verdict.size, verdict.root, verdict.origin) == (0, "", "")
    assert [fault.en.split(":")[0] for fault in verdict.faults] == ["verifier", "checkpoint"]


def test_where_no_signature_holds_a_changed_entry_is_still_named(bundle: Path, bodies: list[bytes]) -> None:
    rewrite(bundle, [*bodies[:5], canonical({**json.loads(bodies[5]), "n": 9}), *bodies[6:]])
    assert [fault.leaf for fault in verify(bundle, expected_verifier=STRANGER.verifier).faults] == [5, -1, -1]


@pytest.mark.parametrize(
    ("at", "change", "why"),
    [
        (3, {"prev": ""}, "does not follow"),
        (3, {"prev": "0" * 64}, "does not follow"),
        (0, {"prev": "0" * 64}, "does not follow"),
        (1, {"prev": "0" * 64}, "does not follow"),
        (3, {"prev": None}, "does not follow"),
        (3, {"case": 7}, "not named by text"),
        (3, {"version": "0" * 64}, "version 000000000000 that it names is missing"),
        (4, {"alert": {"version": "0" * 64}}, "that it names is missing"),
    ],
)
def test_a_signed_log_must_hold_in_itself(sign: Sign, bodies: list[bytes], at: int, change: dict[str, Any], why: str) -> None:
    bodies = [*bodies]
    bodies[at] = canonical({**json.loads(bodies[at]), **change})
    faults = verify(sign(bodies)).faults
    assert faults[0].leaf == at
    assert why in faults[0].en


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "not JSON"),
        (b'{"case":null, "prev":""}', "not the canonical form from byte 14 on"),
        (b"[]", "not an entry"),
        (b"", "this entry was taken away"),
    ],
)
def test_a_signed_line_must_be_a_canonical_entry(sign: Sign, bodies: list[bytes], body: bytes, why: str) -> None:
    faults = verify(sign([*bodies, body])).faults
    assert [fault.leaf for fault in faults] == [8]
    assert faults[0].en.startswith("entries.jsonl line 9: ")
    assert faults[0].zh.startswith("entries.jsonl 第 9 行：")
    assert why in faults[0].en


def test_a_missing_source_is_named_by_the_first_entry_that_needs_it(bundle: Path) -> None:
    (source,) = (bundle / "matters").iterdir()
    source.unlink()
    assert [fault.leaf for fault in verify(bundle).faults] == [0, 1, 2, 3, 4, 6, 7]
    (bundle / "matters").rmdir()
    assert verify(bundle).faults[0].leaf == 0


def test_a_source_that_no_entry_names_does_not_belong(bundle: Path) -> None:
    body = canonical({"matter": "another"})
    name = f"matters/{hashlib.sha256(body).hexdigest()}.json"
    (bundle / name).write_bytes(body)
    assert verify(bundle).faults == ((-1, f"{name}：没有存证用到它", f"{name}: no entry names it"),)


@pytest.mark.parametrize("body", [b"[]", b'{"a": 1}', b"no"])
def test_a_source_is_canonical_too(bundle: Path, body: bytes) -> None:
    (bundle / "matters" / f"{hashlib.sha256(body).hexdigest()}.json").write_bytes(body)
    (fault,) = verify(bundle).faults
    assert fault.leaf == -1
    assert "matters/" in fault.en


def test_verdicts_judged_again_come_with_the_rest(bundle: Path) -> None:
    """Whoever judges again sees the sources and every entry in order; what it says is part of the verdict."""
    seen: list[int] = []

    def judge_again(sources: Mapping[str, Any], entries: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, tuple[str, str]]]:
        assert [source["matter"]["id"] for source in sources.values()] == ["seal"]
        for index, entry in entries:
            seen.append(index)
            if entry.get("n") == 2:
                yield index, ("不同", "different")

    assert verify(bundle, judge_again).faults == ((3, "不同", "different"), (7, "不同", "different"))
    assert seen == [*range(8)]


def kept(bundle: Path, out: Path) -> Path:
    """A copy that somebody made before."""
    return Path(shutil.copytree(bundle, out))


def test_a_log_that_has_grown_still_begins_with_what_was_kept(sign: Sign, bodies: list[bytes], pristine: Path, tmp_path: Path) -> None:
    bundle = sign([*bodies, canonical({"case": None, "prev": "", "fact": {}})])
    assert verify(bundle, known=[pristine, pristine / "checkpoint"]).sound


def test_a_tail_cut_off_and_signed_anew_is_found_by_an_earlier_checkpoint(sign: Sign, bodies: list[bytes], pristine: Path) -> None:
    bundle = sign(bodies[:6])
    assert verify(bundle).sound, "alone it is whole"
    for known in (pristine, pristine / "checkpoint"):
        (fault,) = verify(bundle, known=[known]).faults
        assert fault.leaf == 6
        assert "8 entries" in fault.en


def test_a_past_rewritten_and_signed_anew_is_found_by_what_was_kept(sign: Sign, rewritten: list[bytes], pristine: Path) -> None:
    bundle = sign(rewritten)
    assert verify(bundle).sound, "alone it is whole"
    assert [fault.leaf for fault in verify(bundle, known=[pristine]).faults] == [0], "an earlier bundle tells which"
    (fault,) = verify(bundle, known=[pristine / "checkpoint"]).faults
    assert (fault.leaf, "the first 8 entries" in fault.en) == (-1, True)


def test_leaf_hashes_that_the_earlier_checkpoint_was_not_signed_over_tell_nothing(
    sign: Sign, rewritten: list[bytes], pristine: Path, tmp_path: Path
) -> None:
    earlier = kept(pristine, tmp_path / "earlier")
    rehash(earlier, rewritten)
    assert [fault.leaf for fault in verify(sign(rewritten), known=[earlier]).faults] == [-1]


def test_what_is_known_must_be_this_logs_own(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "note").write_text(STRANGER.sign_checkpoint(1, bytes(32)), encoding="utf-8")
    (tmp_path / "bytes").write_bytes(b"\xff")
    for name in ("note", "bytes", "nowhere"):
        with pytest.raises(BundleError, match=name):
            verify(bundle, known=[tmp_path / name])


@pytest.mark.parametrize("name", ["checkpoint", "verifier", "README.txt", "matters"])
def test_what_is_larger_than_anything_written_here_is_not_read(bundle: Path, name: str) -> None:
    path = next((bundle / "matters").iterdir()) if name == "matters" else bundle / name
    with path.open("r+b") as file:
        file.truncate(10**12)
    verdict = verify(bundle)
    assert not verdict.sound
    assert "too large" in verdict.faults[0].en
    assert path.name in verdict.faults[0].en


def test_a_line_without_end_is_not_held_in_memory(bundle: Path, bodies: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianfang.evidence.bundle.LONGEST_LINE", 100_000)
    monkeypatch.setattr("lianfang.evidence.verify.LONGEST_LINE", 100_000)
    assert verify(bundle).sound
    with (bundle / "entries.jsonl").open("r+b") as file:
        file.truncate(10**12)
    verdict = verify(bundle)
    assert verdict.faults[0].leaf == len(bodies)
    assert "too long" in verdict.faults[0].en


@pytest.mark.parametrize("name", ["..\u202egnp", "a\nb", "\x1b[2J", "..%2fpasswd"])
def test_a_name_that_would_fool_a_terminal_is_spelt_out(bundle: Path, name: str) -> None:
    (bundle / name).write_text("x")
    (fault,) = verify(bundle).faults
    assert fault.en.isprintable()
    assert "no part of a bundle" in fault.en


def test_a_judge_that_stops_early_does_not_keep_the_rest_from_being_checked(bundle: Path, bodies: list[bytes]) -> None:
    rewrite(bundle, [*bodies[:7], b"{}"])
    assert verify(bundle, lambda sources, entries: []).faults[0].leaf == 7


def test_no_more_faults_are_kept_than_anyone_reads(sign: Sign) -> None:
    bundle = sign([canonical({"case": None, "prev": "x", "n": n}) for n in range(MOST_FAULTS + 50)])
    assert [fault.leaf for fault in verify(bundle).faults] == [*range(MOST_FAULTS)]


def test_what_is_no_bundle_is_unsound_and_what_is_not_there_is_an_error(bundle: Path, tmp_path: Path) -> None:
    (bundle / "leaves").unlink()
    assert verify(bundle) == (False, 0, "", "", ((-1, "leaves：缺少这个文件", "leaves: this file is missing"),), ())
    with pytest.raises(BundleError):
        verify(tmp_path / "nowhere")
    with pytest.raises(NoteError):
        verify(bundle, expected_verifier="no key")
