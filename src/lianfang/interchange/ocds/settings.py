"""The settings file of Cardinal: INI, a section a flag, read as Cardinal reads it. What it doesn't know is an error here as there.

Source: Cardinal 0.0.8, Open Contracting Partnership (docs/topics/settings, docs/cli), and the INI reader that it uses: names in their own
case, values in quotes or not, a backslash before a sign that is meant as it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lianfang.catalogue.problems import nearest
from lianfang.interchange.figures import Unreadable
from lianfang.interchange.kinds import UnreadableFileError, decoded
from lianfang.kernel.model import Text

MOST_BYTES = 1 << 20
OUTERMOST = ""
"""What stands before the first section."""
ANY = "*"
"""A section whose names are the data's own."""

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?").fullmatch
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}").fullmatch
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SIGNS = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "r": "\r", "n": "\n"}
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<inner>(?:\\.|(?!(?P=quote)).)*)(?P=quote)""").fullmatch
_PAIR = re.compile(r"(?P<name>(?:\\.|[^=:\\])+?)\s*[=:]\s*(?P<value>.*)").fullmatch
YES, NO = ("true", "on", "yes", "1"), ("false", "off", "no", "0")


def _decimal(text: str) -> float:
    if _DECIMAL(text) is None or math.isinf(float(text)):
        raise Unreadable(Text("应为小数，如 0.05", "give a decimal such as 0.05"))
    return float(text)


def _whole(text: str) -> int:
    if _WHOLE(text) is None:
        raise Unreadable(Text("应为整数，如 15", "give a whole number such as 15"))
    return int(text)


def _count(text: str) -> int:
    found = _whole(text)
    if found < 0:
        raise Unreadable(Text("应为不小于 0 的整数，如 2", "give a whole number of 0 or more, such as 2"))
    return found


def _percentile(text: str) -> int:
    found = _count(text)
    if found > 100:  # noqa: PLR2004 of a hundred
        raise Unreadable(Text("应在 0 到 100 之间，如 75", "give a percentage from 0 to 100, such as 75"))
    return found


def _names(text: str) -> frozenset[str]:
    """Names with a bar between them, which may end them too."""
    return frozenset(text.removesuffix("|").split("|")) if text else frozenset()


def _yes(text: str) -> bool:
    if text.lower() not in YES + NO:
        raise Unreadable(Text("应为 true 或 false", "give true or false"))
    return text.lower() in YES


Reader = Callable[[str], Any]
SECTIONS: Mapping[str, Mapping[str, Reader]] = {
    OUTERMOST: {"currency": str, "no_price_comparison_procurement_methods": _names, "price_comparison_procurement_methods": _names},
    "output": {"info_currency_mismatches": _yes},
    "exclusions": {"procurement_method_details": _names},
    "R003": {"threshold": _whole, "procurement_methods": _names},
    "R003.procurement_method_details": {ANY: _whole},
    "R018": {"procurement_methods": _names},
    "R024": {"threshold": _decimal},
    "R025": {"percentile": _percentile, "threshold": _decimal},
    "R028": {},
    "R030": {},
    "R035": {"threshold": _count},
    "R036": {},
    "R038": {"threshold": _decimal, "minimum_submitted_bids": _count, "minimum_contracting_processes": _count},
    "R048": {"digits": _count, "threshold": _count, "minimum_contracting_processes": _count},
    "R058": {"threshold": _decimal},
    "defaults": {"currency": str, "item_classification_scheme": str, "bid_status": str, "award_status": str, "party_roles": _yes},
    "redactions": {"amount": str, "organization_id": str},
    "corrections": {"award_status_by_contract_status": _yes},
    "modifications": {
        "move_auctions": _yes, "prefix_buyer_or_procuring_entity_id": str, "prefix_tenderer_or_supplier_id": str,
        "split_procurement_method_details": str,
    },
    "codelists.bid_status": {ANY: str},
    "codelists.award_status": {ANY: str},
}  # fmt: skip
"""All that the file may say."""
PREPARING = ("defaults", "redactions", "corrections", "modifications", "codelists.bid_status", "codelists.award_status")
"""The sections of Cardinal's ``prepare``, which corrects data before they are looked at: read here, and not carried out."""


def read_settings(path: Path) -> dict[str, dict[str, Any]]:
    """What a settings file says, by section (``OUTERMOST`` before the first); only the sections that it has.

    Raises UnreadableFileError, with the line and the nearest right name, and OSError.
    """
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    text = decoded(content) if len(content) <= MOST_BYTES else None
    if text is None:
        raise UnreadableFileError(Text(f"{path.name} 不是设置文件（INI 文本）。", f"{path.name} is no settings file (INI, in text)."))
    found: dict[str, dict[str, Any]] = {OUTERMOST: {}}
    section = OUTERMOST
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.strip()
        try:
            if plain.startswith("["):
                section = _section(plain, found)
            elif plain and plain[0] not in ";#":
                _put(plain, section, found[section])
        except Unreadable as error:
            zh, en = error.message
            raise UnreadableFileError(Text(f"{path.name} 第 {number} 行：{zh}", f"{path.name}, line {number}: {en}")) from None
    return found


def _section(plain: str, found: dict[str, dict[str, Any]]) -> str:
    name = plain[1:-1].strip()
    if not plain.endswith("]"):
        raise Unreadable(Text(f"段名应写作 [名称]，而不是“{plain}”", f"a section is written [NAME], not {plain!r}"))
    if name not in SECTIONS or name == OUTERMOST:
        raise Unreadable(nearest(name, filter(None, SECTIONS), "段", "section"))
    if name in found:
        raise Unreadable(Text(f"[{name}] 写了两次，请合并", f"[{name}] stands there twice: put all of it under one"))
    found[name] = {}
    return name


def _put(plain: str, section: str, found: dict[str, Any]) -> None:
    pair = _PAIR(plain)
    if pair is None:
        raise Unreadable(Text(f"应写作 名称 = 值，而不是“{plain}”", f"write NAME = VALUE, not {plain!r}"))
    name, value = _said(pair["name"]), _value(pair["value"])
    readers = SECTIONS[section]
    reader = readers.get(name) or readers.get(ANY)
    if reader is None:
        raise Unreadable(_unknown(name, section))
    if name in found:
        raise Unreadable(Text(f"“{name}”写了两次", f"{name!r} stands there twice"))
    try:
        found[name] = reader(value)
    except Unreadable as error:
        zh, en = error.message
        raise Unreadable(Text(f"“{name}”为“{value}”，{zh}", f"{name} is {value!r}: {en}")) from None


def _unknown(name: str, section: str) -> Text:
    """What is said of a name that is not known: the nearest one here, or where it belongs."""
    if SECTIONS[section]:
        words = nearest(name, SECTIONS[section], "设置项", "setting")
    else:
        words = Text(f"没有名为“{name}”的设置项，这一段没有设置项", f"no setting {name!r}; this section has none")
    place = Text(f"[{section}] 中", f"in [{section}]: ") if section else Text("首段中", "before the first section: ")
    return Text(place.zh + words.zh, place.en + words.en)


def _value(text: str) -> str:
    """A value, out of its quotes."""
    quoted = _QUOTED(text)
    return _said(quoted["inner"] if quoted else text)


def _said(text: str) -> str:
    if text.endswith("\\") and not text.endswith("\\\\"):
        raise Unreadable(Text("行末不能是反斜线", "a line can't end in a backslash"))
    return _ESCAPED.sub(lambda found: _SIGNS.get(found[1], found[1]), text)
