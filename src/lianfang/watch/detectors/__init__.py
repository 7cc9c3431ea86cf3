"""The detectors, one file each, written once against the Ibis table API. Each declares its settings (see ``Param``):

``column`` and ``columns`` of the ledger (``column:money|int`` of these types only), ``figure:amount`` a figure of the type of the column
that the setting ``amount`` names, ``duration`` and ``int``. What is declared is read without starting the engine.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType

from lianfang.kernel.controls.base import Param


@cache
def known() -> tuple[str, ...]:
    """The names of all detectors."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def detector(name: str) -> ModuleType:
    """The detector of a name. Raises LookupError with the nearest right name."""
    if name not in known():
        near = next(iter(difflib.get_close_matches(name, known(), 1)), "")
        hint = (f"，是否指“{near}”？", f"; did you mean {near!r}?") if near else ("", "")
        raise LookupError(f"没有探测器“{name}”{hint[0]} / no detector {name!r}{hint[1]}")
    return importlib.import_module(f"{__name__}.{name}")


@cache
def declared() -> Mapping[str, tuple[Param, ...]]:
    """The settings of every detector, by its name."""
    return {name: detector(name).SETTINGS for name in known()}
