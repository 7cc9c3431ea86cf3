"""Conditions in CEL (the Common Expression Language): parsed by a library, type-checked here, lowered once to native code.

The subset: literals, comparison, ``&& || ! ?:``, ``+ - * / %``, ``in``, selection and indexing, ``size``, ``has``, the macros
``all exists exists_one map filter``, ``startsWith endsWith contains matches``, and the office's own functions ``sum``, ``days``,
``hours``, ``month``, ``year``, ``distinct`` and ``norm``. Stricter than CEL in one way: an error on the left of ``&&`` or ``||`` is
an error, never absorbed, because a gate that errs must refuse.
"""

from lianfang.kernel.conditions.compile import Condition, ConditionError, Row, compile_condition, compile_row
from lianfang.kernel.conditions.parts import Named, Part, Side
from lianfang.kernel.conditions.types import Type, field_type, type_name

__all__ = [
    "Condition", "ConditionError", "Named", "Part", "Row", "Side", "Type", "compile_condition", "compile_row", "field_type", "type_name",
]  # fmt: skip
