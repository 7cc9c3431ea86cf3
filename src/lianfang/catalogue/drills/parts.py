"""What a control demands beside other things: each of its steps, papers, levels and conditions, to be left out one at a time."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from lianfang.kernel.conditions import Condition
from lianfang.kernel.conditions.parts import Part as Joined
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Control, Param
from lianfang.kernel.model import Matter

Params = Mapping[str, Any]


class Part(NamedTuple):
    """A part of a control: the parameters without it, and those of which it is the last part."""

    name: str
    without: Params
    whole: Params


def parts(control: Control, matter: Matter) -> Iterator[Part]:
    """The parts of a control whose absence leaves another control, and not none at all."""
    kind = KINDS[control.kind]
    demands = [param for param in kind.params if param.demands and control.params[param.name]]
    for param in demands:
        for name, less, whole in _left_out(param, control.params[param.name], alone=len(demands) == 1):
            without = {**control.params, param.name: less}
            if (kind.build is None or kind.steps_of(without)) and not any(kind.check(without, matter.record, matter.steps)):
                yield Part(f"{param.name}: {name}", without, {**control.params, param.name: whole})


def _left_out(param: Param, value: Any, alone: bool) -> Iterator[tuple[str, Any, Any]]:
    """The name of each part of a value, the value without it, and the value that it completes."""
    match value:
        case tuple() if param.type == "levels":
            # The order of the steps hides a level behind those after it, so it is looked at as the last that is demanded.
            for i, level in enumerate(value):
                yield level["step"], value[:i], value[: i + 1]
        case (int(top), int(bottom)):
            yield f"{top}/{bottom}", (0, 1), value
        case tuple() if len(value) > 1 or not alone:
            for i, item in enumerate(value):
                yield item, value[:i] + value[i + 1 :], value
        case str() if param.type in ("field", "ledger"):
            yield value, "", value
        case True:
            yield "true", False, value
        case Condition(parts=joined) if len(joined) > 1:
            for i in range(len(joined)):
                yield f"{i + 1}/{len(joined)}", _holding(value, joined[:i] + joined[i + 1 :]), value


def _holding(condition: Condition, some: tuple[Joined, ...]) -> Condition:
    """A condition of which only some of the parts are judged."""
    codes = [part.code for part in some]
    return replace(condition, code=ast.BoolOp(ast.And(), codes) if len(codes) > 1 else codes[0], parts=some)
