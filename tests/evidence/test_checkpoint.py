"""Signed notes against the published key and note of golang.org/x/mod/sumdb/note, checkpoints, and receipts."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from lianfang.evidence import leaf_hash, root_hash
from lianfang.evidence.checkpoint import NoteError, Signer, Verifier, open_checkpoint, open_note, receipt, verify_receipt

# The key pair and the note of golang.org/x/mod/sumdb/note, note_test.go; C2SP's signed-note shows the same note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
GO_NOTE = GO_TEXT + "\n" + GO_LINE

OURS = Signer("evidence.example", bytes(range(32)))
OTHER = Signer("evidence.example", bytes(32))
ROOT = root_hash([b"a", b"b"])


def test_the_published_note_opens_and_is_signed_alike() -> None:
    verifier = Verifier.parse(GO_KEY)
    assert str(verifier) == GO_KEY
    assert open_note(GO_NOTE, verifier) == GO_TEXT
    signer = Signer("PeterNeumann", GO_SEED)
    assert signer.verifier == verifier
    assert signer.sign_note(GO_TEXT) == GO_NOTE


def test_a_cut_or_changed_key_is_no_key() -> None:
    """As in that test: no part of the key's text is a key, and neither is it with one character moved on."""
    for i in range(len(GO_KEY)):
        for changed in (GO_KEY[:i], GO_KEY[i + 1 :], GO_KEY[:i] + chr(ord(GO_KEY[i]) + 1) + GO_KEY[i + 1 :]):
            with pytest.raises(NoteError):
                Verifier.parse(changed)
    for key in (
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",  # wrong length, with its own id
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # unknown algorithm, with its own id
    ):
        with pytest.raises(NoteError):
            Verifier.parse(key)


def test_a_changed_character_anywhere_in_a_note_is_found() -> None:
    verifier = Verifier.parse(GO_KEY)
    for i, character in enumerate(GO_NOTE):
        for other in (chr(ord(character) ^ 1), "\n" if character != "\n" else " ", ""):
            with pytest.raises(NoteError):
                open_note(GO_NOTE[:i] + other + GO_NOTE[i + 1 :], verifier)


def test_signatures_of_witnesses_are_passed_over_but_do_not_stand_in() -> None:
    verifier = Verifier.parse(GO_KEY)
    witness = Signer("witness", bytes(32)).sign_note(GO_TEXT).removeprefix(GO_TEXT + "\n")
    assert open_note(GO_NOTE + witness, verifier) == GO_TEXT
    assert open_note(GO_TEXT + "\n" + witness + GO_LINE, verifier) == GO_TEXT
    with pytest.raises(NoteError, match="not signed by PeterNeumann"):
        open_note(GO_TEXT + "\n" + witness, verifier)
    for malformed in (GO_TEXT, GO_TEXT + "\n", GO_LINE, GO_NOTE + "\n", GO_NOTE + "— witness AAAA\n", ""):
        with pytest.raises(NoteError):
            open_note(malformed, verifier)


def test_a_checkpoint_says_origin_size_and_root() -> None:
    note = OURS.sign_checkpoint(2, ROOT)
    assert note.splitlines()[:3] == ["evidence.example", "2", base64.b64encode(ROOT).decode()]
    assert open_checkpoint(note, OURS.verifier) == ("evidence.example", 2, ROOT)
    with pytest.raises(NoteError, match="not signed by"):
        open_checkpoint(note, OTHER.verifier)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("another.example\n2\n{root}\n", "another log"),
        ("evidence.example\n02\n{root}\n", "malformed checkpoint"),
        ("evidence.example\n-2\n{root}\n", "malformed checkpoint"),
        ("evidence.example\n2\n\n", "malformed"),
        ("evidence.example\n2\n{root}\nmore\n", "malformed checkpoint"),
        ("evidence.example\n2\nYQ==\n", "malformed checkpoint"),
        (GO_TEXT, "malformed checkpoint"),
    ],
)
def test_not_everything_that_the_key_signed_is_a_checkpoint(text: str, why: str) -> None:
    note = OURS.sign_note(text.format(root=base64.b64encode(ROOT).decode()))
    with pytest.raises(NoteError, match=why):
        open_checkpoint(note, OURS.verifier)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_name_that_a_note_cannot_carry(name: str) -> None:
    with pytest.raises(NoteError):
        Signer(name, bytes(32))


def test_a_text_that_does_not_end_its_line_is_not_signed() -> None:
    with pytest.raises(NoteError):
        OURS.sign_note("text")


RECEIPT = receipt(OURS, 7, leaf_hash(b"a"), "2025-03-03T01:00:00Z")


def test_a_receipt_is_the_logs_word_for_one_leaf_at_one_moment() -> None:
    assert RECEIPT["leaf"] == leaf_hash(b"a").hex()
    assert verify_receipt(RECEIPT, OURS.verifier)
    assert not verify_receipt(RECEIPT, OTHER.verifier)
    assert not verify_receipt(RECEIPT, Signer("another.example", bytes(range(32))).verifier)


@pytest.mark.parametrize(
    "change",
    [
        {"entry": 8},
        {"leaf": leaf_hash(b"b").hex()},
        {"at": "2025-03-03T01:00:01Z"},
        {"log": "another.example"},
        {"more": 1},
        {"signature": None},
        {"signature": "AAAA"},
        {"signature": RECEIPT["signature"] + "\n"},
        {"at": object()},
        {"entry": 2**60},
    ],
)
def test_a_changed_receipt_is_worth_nothing(change: dict[str, Any]) -> None:
    assert not verify_receipt({**RECEIPT, **change}, OURS.verifier)


@pytest.mark.parametrize("thing", [None, [], "receipt", {}, {"signature": RECEIPT["signature"]}])
def test_what_is_no_receipt(thing: Any) -> None:
    assert not verify_receipt(thing, OURS.verifier)
