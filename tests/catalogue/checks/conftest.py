"""A catalogue to spoil: a copy of the built-in one with something changed in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from lianfang.catalogue.load import Catalogue, load
from tests import written
from tests.five import FIVE

Change = Callable[[Any], None]


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Catalogue]:
    """Loads a copy in which one file (see ``tests/written.py``) was changed, with its drills unless told not to; again and again, the
    changes add up."""
    root = tmp_path / "catalogue"
    shutil.copytree(FIVE, root)

    def load_with(name: str, change: Change, *, drills: bool = True) -> Catalogue:
        path = written.as_one(root, name)
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
        change(value)
        value = json.loads(json.dumps(value, default=str))  # what stands in two places is written out twice
        path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return load(root, drills=drills)

    return load_with
