"""The red flags of Cardinal, over compiled releases of OCDS: what they say is what Cardinal says, to the last digit. One file a flag.

Every figure is a double (IEEE 754) computed by the same operations in the same order as there: the same ratio, quartile (Hyndman and
Fan's eighth definition) and fence, so that what lies on a fence is on the same side of it. Nothing is rounded before it is told.

Source: Cardinal 0.0.8, Open Contracting Partnership (docs/cli/indicators). Restated here from its manual and its tests.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from lianfang.watch.flags.found import Found
from lianfang.watch.flags.release import process
from lianfang.watch.flags.shared import Shared

CODES = ("R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R058")
"""The flags, in the order in which they look at a release."""
ALL: Mapping[str, Mapping[str, Any]] = {code: {} for code in CODES}
"""The settings of who says none: every flag, as it is by itself."""


@cache
def flag(code: str) -> ModuleType:
    """What a flag is: ``TITLE``, ``METHOD``, ``BLIND_SPOTS``, ``FALSE_ALARMS``, the groups that it is ``ABOUT``, its ``SETTINGS``
    with their defaults, and ``Flag``."""
    return importlib.import_module(f"{__name__}.{code.lower()}")


def chosen(settings: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The flags that settings choose: those that have a section, or one below it, an empty one too."""
    sections = {name.partition(".")[0] for name in settings}
    return [code for code in CODES if code in sections]


def look(releases: Iterable[Mapping[str, Any]], settings: Mapping[str, Mapping[str, Any]] = ALL) -> Found:
    """The flags of these releases, one for each process and each with its ``ocid``. ``settings`` by section, '' what stands before the
    first; which flags they choose, ``chosen`` says. Processes that were cancelled, or are excluded, are not looked at."""
    excluded = settings.get("exclusions", {}).get("procurement_method_details", frozenset())
    found, shared = Found(), Shared(settings)
    flags = [flag(code).Flag({**flag(code).SETTINGS, **_own(code, settings)}, shared) for code in chosen(settings)]
    for one in map(process, releases):
        if one.status == "cancelled" or not one.matches(frozenset(), excluded):
            found.apart += 1
            continue
        found.looked += 1
        shared.add(one)
        for each in flags:
            each.add(one, found)
    for each in flags:
        each.end(found)
    found.currency, found.foreign, found.no_ratio = shared.currency, shared.foreign, shared.no_ratio
    return found


def _own(code: str, settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A flag's settings, a section below its own as one of them."""
    below = {name.partition(".")[2]: value for name, value in settings.items() if name.startswith(f"{code}.")}
    return {**settings.get(code, {}), **below}
