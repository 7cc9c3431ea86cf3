"""Facts: what comes from outside and stands in a ledger, held against that ledger's columns."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from lianfang.catalogue.compile import field_of
from lianfang.catalogue.problems import nearest
from lianfang.catalogue.schema import LedgerSpec
from lianfang.evidence import canonical
from lianfang.kernel.fields import REQUIRED, check
from lianfang.kernel.model import FieldError

KEY = 16
"""Hex digits of a key: one in a million million million, among a thousand million facts."""


def fact_errors(ledger: LedgerSpec, data: Mapping[str, Any], at: str) -> list[FieldError]:
    """What is wrong with the data of a fact, at a moment (UTC text), by its columns."""
    errors = [FieldError(name, REQUIRED) for name, column in ledger.fields.items() if column.required and name not in data]
    for name, value in data.items():
        column = ledger.fields.get(name)
        if column is None:
            errors.append(FieldError(name, nearest(name, ledger.fields, "栏目", "column")))
        else:
            check(field_of(name, column))(name, value, at, errors)
    return errors


class FactKeys:
    """Keys for the facts of one source, by what they say, so that a fact that comes again is known.

    Two that say the same (two fares of one day) are two: the second is known by being the second in its source.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def copy(self) -> FactKeys:
        """The same keys given so far."""
        other = FactKeys()
        other._seen = self._seen.copy()
        return other

    def of(self, data: Mapping[str, Any]) -> str:
        """The key of the next fact."""
        digest = hashlib.sha256(canonical(dict(data))).hexdigest()[:KEY]
        self._seen[digest] += 1
        return digest if self._seen[digest] == 1 else f"{digest}-{self._seen[digest]}"
