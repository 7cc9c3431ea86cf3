"""Where an office lies: the folder of its database, files and keys."""

from __future__ import annotations

import os
from pathlib import Path

DATABASE = "lianfang.sqlite3"
KEY, LOG_KEY = "secret.key", "log.key"


def folder() -> Path:
    """The folder that LIANFANG_DATA names, else ``lianfang-data`` in the current one; whether it is there or not."""
    return Path(os.environ.get("LIANFANG_DATA") or "lianfang-data").resolve()


def is_office(place: Path) -> bool:
    """Whether an office lies in a folder: the key of its log, and its database unless that is on a server."""
    return (place / LOG_KEY).is_file() and (bool(os.environ.get("LIANFANG_DATABASE")) or (place / DATABASE).is_file())
