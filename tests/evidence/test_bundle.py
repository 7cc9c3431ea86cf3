"""What is written for an outsider, and what is said of a directory that is not what it should be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from lianfang.evidence import Tree, leaf_bytes
from lianfang.evidence.bundle import BundleError, read, write
from lianfang.evidence.checkpoint import Signer
from lianfang.evidence.readme import FORMAT_1, README

SIGNER = Signer("evidence.example", bytes(32))
NOTE = SIGNER.sign_checkpoint(0, Tree().root())


def test_a_bundle_is_a_few_plain_files(bundle: Path, bodies: list[bytes]) -> None:
    assert {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()} == {
        "README.txt", "checkpoint", "checkpoints", "entries.jsonl", "leaves", "verifier",
        *(f"matters/{path.name}" for path in (bundle / "matters").iterdir()),
    }  # fmt: skip
    assert (bundle / "entries.jsonl").read_bytes() == b"".join(body + b"\n" for body in bodies)
    found = read(bundle)
    assert [*found.lines()] == [body + b"\n" for body in bodies]
    assert [*found.leaves()] == [Tree.of([leaf_bytes(body)]).root() for body in bodies]
    assert [source["matter"]["id"] for source in found.sources.values()] == ["seal"]


def test_the_description_says_in_both_languages_how_to_verify(bundle: Path) -> None:
    text = (bundle / "README.txt").read_text(encoding="utf-8")
    assert "核验" in text
    assert text.count("lianfang evidence verify") == 2
    for path in bundle.iterdir():
        assert text.count(path.name) >= 2


def test_a_log_longer_than_memory_goes_through_one_entry_at_a_time(tmp_path: Path) -> None:
    """Each body is asked for only when the one before it was written."""

    def bodies() -> Iterator[bytes]:
        for number in range(3):
            asked.append(number)
            yield b"%d" % number

    def leaves() -> Iterator[bytes]:
        for number in range(3):
            assert asked == [*range(number + 1)]
            yield bytes(32)

    asked: list[int] = []
    assert write(tmp_path / "out", NOTE, SIGNER.verifier, bodies(), {}, leaves()) == 3
    assert (tmp_path / "out" / "leaves").read_bytes() == bytes(96)


def test_only_the_matters_that_entries_name_go_along(tmp_path: Path) -> None:
    sources = {"v1": {"matter": 1}, "v2": {"matter": 2}, "v3": {"matter": 3}}
    bodies = [b'{"version":"v1"}', b'{"alert":{"version":"v3"}}', b'{"version":"gone"}', b'{"version":7}', b"[]", b"broken"]
    write(tmp_path, NOTE, SIGNER.verifier, bodies, sources)
    assert sorted(path.name for path in (tmp_path / "matters").iterdir()) == ["v1.json", "v3.json"]


def test_nothing_is_written_over(bundle: Path) -> None:
    with pytest.raises(BundleError, match=r"目录不是空的.*not empty"):
        write(bundle, NOTE, SIGNER.verifier, [], {})


def test_what_cannot_be_a_line_is_named_and_leaves_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="entry 1 "):
        write(tmp_path, NOTE, SIGNER.verifier, [b"{}", b"{\n}"], {})
    with pytest.raises(BundleError, match="checkpoint: this file is missing"):
        read(tmp_path)


def test_what_bundles_say_of_themselves_is_never_changed(bundle: Path) -> None:
    """Each is the description of bundles that somebody holds: a new wording is a new format beside them."""
    said = [hashlib.sha256(text.encode()).hexdigest() for text in (FORMAT_1, README)]
    assert said == [
        "77114dad90f51a591672399182fcb73792374fd7d9a6802cf9dfb81d7a3f7496",
        "aa0371ecd9da767e2d53653e8f75f81ad666b86b5a48f39a1c3744ce6fa38742",
    ]
    assert (bundle / "README.txt").read_bytes() == README.encode()


def test_a_bundle_of_the_first_format_has_no_kept_checkpoints(bundle: Path) -> None:
    (bundle / "README.txt").write_bytes(FORMAT_1.encode())
    with pytest.raises(BundleError, match="checkpoints：不属于格式 1 的存证包 / checkpoints: no part of a bundle of format 1"):
        read(bundle)
    (bundle / "checkpoints").unlink()
    assert [*read(bundle).kept()] == []


@pytest.mark.parametrize("name", ["checkpoint", "checkpoints", "verifier", "entries.jsonl", "leaves", "README.txt"])
def test_a_missing_file_is_named(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    with pytest.raises(BundleError, match=f"{name}：缺少这个文件 / {name}: this file is missing"):
        read(bundle)


@pytest.mark.parametrize("name", ["note.txt", ".hidden", "matters/more.txt"])
def test_a_foreign_file_is_named(bundle: Path, name: str) -> None:
    (bundle / name).write_text("x")
    with pytest.raises(BundleError, match=f"{name}：不属于存证包 / {name}: no part"):
        read(bundle)


@pytest.mark.parametrize("name", ["leaves", "checkpoints"])
def test_a_link_is_not_a_file_of_the_bundle(bundle: Path, tmp_path: Path, name: str) -> None:
    (bundle / name).rename(tmp_path / "elsewhere")
    (bundle / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BundleError, match=name):
        read(bundle)


def test_all_that_is_wrong_is_said_at_once(bundle: Path) -> None:
    (bundle / "README.txt").write_text("trust me")
    (bundle / "verifier").write_bytes(b"\xff")
    (bundle / "checkpoint").write_bytes(b"\xff")
    (bundle / "matters" / f"{'0' * 64}.json").write_text("{}")
    with pytest.raises(BundleError) as caught:
        read(bundle)
    assert [fault.en.split(":")[0] for fault in caught.value.faults] == [
        "README.txt", "verifier", f"matters/{'0' * 64}.json", "checkpoint",
    ]  # fmt: skip


def test_there_is_no_bundle_at_all(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no such directory"):
        read(tmp_path / "nowhere")
