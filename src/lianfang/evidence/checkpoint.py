"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint) with Ed25519, and the receipts that acts are answered with."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lianfang.evidence.canonical import CanonicalError, canonical
from lianfang.evidence.leaves import HASH_SIZE

_ED25519 = b"\x01"
_KEY_ID_SIZE = 4
_NAME = re.compile(r"[^\s+]+")
_CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n")
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n")


class NoteError(ValueError):
    """A note, checkpoint or key that is malformed, or not signed by the key that it should be signed by."""


class Checkpoint(NamedTuple):
    """What a log commits itself to: that its first ``size`` entries have this ``root``."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a log's key. Its text form is ``name+keyid+key``, as golang.org/x/mod/sumdb/note writes it."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form. Raises NoteError."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        key = _base64(encoded)
        if not _NAME.fullmatch(name) or key is None or len(key) != 1 + HASH_SIZE or key[:1] != _ED25519:
            raise NoteError("公钥格式不对 / malformed verifier key")
        verifier = cls(name, key[1:])
        if key_id != verifier.key_id.hex():
            raise NoteError("公钥与其编号不符 / the verifier key does not have its id")
        return verifier

    @property
    def key_id(self) -> bytes:
        """The four bytes that signatures name this key by."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:_KEY_ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.key).decode()}"

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Whether the signature over the data is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """A log's key. ``name`` is the log's origin, without spaces or plus signs; ``seed`` is the 32 bytes of an Ed25519 private key."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not _NAME.fullmatch(name):
            raise NoteError(f"名称不能为空，不能有空格或加号 / a name without spaces or plus signs is needed: {name!r}")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the signature over the data."""
        return self._key.sign(data)

    def sign_note(self, text: str) -> str:
        """The signed note of a text. Raises NoteError for a text that doesn't end its last line."""
        if not text.endswith("\n"):
            raise NoteError("文本须以换行结尾 / the text must end with a newline")
        signature = base64.b64encode(self.verifier.key_id + self.sign(text.encode())).decode()
        return f"{text}\n— {self.verifier.name} {signature}\n"

    def sign_checkpoint(self, size: int, root: bytes) -> str:
        """The signed note that the log's first ``size`` entries have this root hash."""
        return self.sign_note(f"{self.verifier.name}\n{size}\n{base64.b64encode(root).decode()}\n")


def open_note(note: str, verifier: Verifier) -> str:
    """The text of a note that this key has signed; signatures of other keys are passed over. Raises NoteError."""
    text, blank, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = [_SIGNATURE_LINE.fullmatch(line) for line in signatures.splitlines(keepends=True)]
    if not (blank and lines):
        raise NoteError("不是带签名的检查点 / not a signed note")
    signed = False
    for line in lines:
        blob = _base64(line[2]) if line else None
        if line is None or blob is None or len(blob) <= _KEY_ID_SIZE:
            raise NoteError("签名行格式不对 / malformed signature line")
        if line[1] == verifier.name and blob[:_KEY_ID_SIZE] == verifier.key_id:
            if not verifier.verify(blob[_KEY_ID_SIZE:], text.encode()):
                raise NoteError("签名无效 / the signature is invalid")
            signed = True
    if not signed:
        raise NoteError(f"没有 {verifier.name} 的签名 / not signed by {verifier.name}")
    return text


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """What a log's own key has signed. Raises NoteError, also for another log's checkpoint."""
    match = _CHECKPOINT.fullmatch(open_note(note, verifier))
    root = _base64(match[3]) if match else None
    if match is None or root is None:
        raise NoteError("检查点格式不对 / malformed checkpoint")
    if match[1] != verifier.name:
        raise NoteError(f"这是另一份存证的检查点：{match[1]} / the checkpoint of another log: {match[1]}")
    return Checkpoint(match[1], int(match[2]), root)


def receipt(signer: Signer, entry: int, leaf: bytes, at: str) -> dict[str, Any]:
    """The log's signed promise that it took the entry with this leaf hash at this moment, and will show it in its tree.

    What is signed is the canonical JSON of all but the signature: it has no line end, so that it can't be taken for a note.
    """
    promise = {"log": signer.verifier.name, "entry": entry, "leaf": leaf.hex(), "at": at}
    return {**promise, "signature": base64.b64encode(signer.sign(canonical(promise))).decode()}


def verify_receipt(receipt: Mapping[str, Any], verifier: Verifier) -> bool:
    """Whether this log gave this receipt. False, never an error, for anything malformed."""
    if not isinstance(receipt, Mapping) or set(receipt) != {"log", "entry", "leaf", "at", "signature"}:
        return False
    promise = {key: value for key, value in receipt.items() if key != "signature"}
    signature = _base64(receipt["signature"]) if isinstance(receipt["signature"], str) else None
    if signature is None or promise["log"] != verifier.name:
        return False
    try:
        return verifier.verify(signature, canonical(promise))
    except CanonicalError:
        return False


def _base64(text: str) -> bytes | None:
    """The bytes of a base64 text; None unless it is the one text for these bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None
