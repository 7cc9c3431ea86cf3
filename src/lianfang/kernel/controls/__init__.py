"""The closed vocabulary of controls, one module a kind."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from lianfang.kernel.controls.base import Kind


def _load() -> Mapping[str, Kind]:
    kinds = {}
    for module in pkgutil.iter_modules(__path__):
        kind = getattr(importlib.import_module(f"{__name__}.{module.name}"), "KIND", None)
        if kind is not None:
            kinds[kind.id] = kind
    return kinds


KINDS: Mapping[str, Kind] = _load()
"""Every kind by its id."""
