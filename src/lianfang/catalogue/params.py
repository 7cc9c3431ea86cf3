"""A control's parameters: from what the matter writes to what its kind is built with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lianfang.catalogue.problems import nearest
from lianfang.kernel.conditions import ConditionError, Type, compile_condition
from lianfang.kernel.controls.base import Kind, Param
from lianfang.kernel.model import Field, Step, Text
from lianfang.kernel.schedule import Duration

Report = Callable[[str, Text], None]
"""Reports a fault at a key of the control ('' for the control itself)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the parameters of a matter's controls may name."""

    unit: str
    record: Mapping[str, Field]
    steps: Mapping[str, Step]
    types: Mapping[str, Type]
    constants: Mapping[str, Any]
    ledgers: Mapping[str, Mapping[str, Type]]
    posts: frozenset[str]
    bodies: frozenset[str] = field(default_factory=frozenset)


def read_params(kind: Kind, raw: Mapping[str, Any], scope: Scope, report: Report) -> dict[str, Any]:
    """Validate and compile the parameters of one control; faults are reported, never raised."""
    known = {param.name: param for param in kind.params}
    reserved = {"id", "kind", "title", "false_alarms"}
    for key in raw:
        if key not in known and key not in reserved:
            report(key, nearest(key, known, "参数", "parameter"))
    faulty: list[str] = []

    def fault(key: str, message: Text) -> None:
        faulty.append(key)
        report(key, message)

    types = _types(raw, scope)
    values: dict[str, Any] = {}
    for param in kind.params:
        if param.name in raw:
            reader = _Reader(param, scope, types, str(raw.get("ledger", "")), fault)
            values[param.name] = reader.read(raw[param.name])
        else:
            values[param.name] = param.default
            if param.required:
                fault("", Text(f"缺少参数“{param.name}”（{param.help.zh}）", f"the parameter {param.name!r} is missing ({param.help.en})"))
    if not faulty:
        for message in kind.check(values, scope.record, scope.steps):
            report("", message)
    return values


def _types(raw: Mapping[str, Any], scope: Scope) -> dict[str, Type]:
    """The names a condition of this control may use: the record, the parameters, the line looked at."""
    types = dict(scope.types)
    each = raw.get("each")
    if isinstance(each, str) and isinstance(scope.types.get(each), tuple):
        types["item"] = scope.types[each][1]
    return types


@dataclass(slots=True)
class _Reader:
    param: Param
    scope: Scope
    types: Mapping[str, Type]
    ledger: str
    report: Report

    def fault(self, zh: str, en: str) -> None:
        self.report(self.param.name, Text(zh, en))

    def named(self, name: Any, known: Iterable[str], zh: str, en: str) -> str:
        if not isinstance(name, str) or name not in known:
            self.report(self.param.name, nearest(str(name), known, zh, en))
        return str(name)

    def read(self, raw: Any) -> Any:
        name, _, rest = self.param.type.partition(":")
        if name == "choice":
            return self.named(raw, rest.split("|"), "选项", "choice")
        method: Callable[[Any], Any] = getattr(self, f"_{name.replace('-', '_')}")
        return method(raw)

    def _listed(self, raw: Any) -> list[Any]:
        return raw if isinstance(raw, list) else [raw]

    def _step(self, raw: Any) -> str:
        return self.named(raw, self.scope.steps, "环节", "step")

    def _steps(self, raw: Any) -> tuple[str, ...]:
        return tuple(self._step(name) for name in self._listed(raw))

    def _field(self, raw: Any) -> str:
        return self.named(raw, self.scope.record, "字段", "field")

    def _fields(self, raw: Any) -> tuple[str, ...]:
        return tuple(self._field(name) for name in self._listed(raw))

    def _people_field(self, raw: Any) -> str:
        return self.named(raw, [f.id for f in self.scope.record.values() if f.type == "people"], "人员字段", "people field")

    def _ledger(self, raw: Any) -> str:
        return self.named(raw, self.scope.ledgers, "台账", "ledger")

    def _post(self, raw: Any) -> str:
        return self.named(raw if "/" in str(raw) else f"{self.scope.unit}/{raw}", self.scope.posts, "岗位", "post")

    def _posts(self, raw: Any) -> tuple[str, ...]:
        return tuple(self._post(name) for name in self._listed(raw))

    def _body(self, raw: Any) -> str:
        return self.named(raw if "/" in str(raw) else f"{self.scope.unit}/{raw}", self.scope.bodies, "会议", "body")

    def _duration(self, raw: Any) -> Duration | None:
        try:
            return Duration.parse(str(raw))
        except ValueError as error:
            zh, _, en = str(error).partition(" / ")
            self.fault(zh, en)
            return None

    def _fraction(self, raw: Any) -> tuple[int, int]:
        top, _, bottom = str(raw).partition("/")
        if top.isdecimal() and bottom.isdecimal() and 0 < int(top) <= int(bottom):
            return int(top), int(bottom)
        self.fault("应为如 2/3 的比例", "should be a fraction such as 2/3")
        return 1, 1

    def _int(self, raw: Any) -> int:
        value = self.scope.constants.get(raw) if isinstance(raw, str) else raw
        if type(value) is not int:
            self.fault("应为整数或参数名", "should be a whole number or the name of a parameter")
            return 0
        return value

    def _bool(self, raw: Any) -> bool:
        if type(raw) is not bool:
            self.fault("应为 true 或 false", "should be true or false")
        return bool(raw)

    def _text(self, raw: Any) -> str:
        return str(raw)

    def _detector(self, raw: Any) -> str:
        return str(raw)

    def _settings(self, raw: Any) -> dict[str, Any]:
        if not isinstance(raw, dict):
            self.fault("应为参数表", "should be a mapping")
            return {}
        return {key: self.scope.constants.get(value, value) if isinstance(value, str) else value for key, value in raw.items()}

    def _condition(self, raw: Any) -> Any:
        return self._compiled(raw, "bool")

    def _timed_condition(self, raw: Any) -> Any:
        types = {**self.types, "at": "datetime"}
        if self.ledger in self.scope.ledgers:
            types["entry"] = ("record", dict(self.scope.ledgers[self.ledger]))
        return self._compiled(raw, "bool", types)

    def _value(self, raw: Any) -> Any:
        return self._compiled(raw, None)

    def _compiled(self, raw: Any, result: Type | None, types: Mapping[str, Type] | None = None) -> Any:
        try:
            return compile_condition(str(raw), types or self.types, self.scope.constants, result)
        except ConditionError as error:
            self.report(self.param.name, error.message)
            return None

    def _levels(self, raw: Any) -> tuple[dict[str, Any], ...]:
        levels = []
        for level in self._listed(raw):
            if not isinstance(level, dict) or set(level) - {"step", "when"} or "step" not in level:
                self.fault("每一级应为 {step, when?}", "each level is {step, when?}")
                continue
            read: dict[str, Any] = {"step": self._step(level["step"])}
            if "when" in level:
                read["when"] = self._condition(level["when"])
            levels.append(read)
        return tuple(levels)
