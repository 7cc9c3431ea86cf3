"""A control's parameters: from what the matter writes to what its kind is built with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from lianfang.catalogue.organisation import full, inside
from lianfang.catalogue.problems import closest, nearest
from lianfang.catalogue.shape import put_right
from lianfang.catalogue.source import Place
from lianfang.kernel.conditions import Condition, ConditionError, Type, compile_condition
from lianfang.kernel.controls.base import Kind, Param
from lianfang.kernel.controls.deadline import Rung
from lianfang.kernel.ledger import KNOWN_TO
from lianfang.kernel.model import Field, Step, Text
from lianfang.kernel.schedule import Duration

Report = Callable[[Place, Text], None]
"""Reports a fault at a place inside the control (() for the control itself)."""
Detectors = Mapping[str, tuple[Param, ...]]
"""The settings that each detector declares, by its name."""
HEAD = ("id", "kind", "title", "false_alarms")
"""What every control may say beside the parameters of its kind."""
LEVEL = ("step", "when")
TYPED = ("text", "longtext")
"""Fields whose values people write as they like."""
LONGEST = 2000
"""Characters of a condition: one that nobody can read is no rule."""
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")
_NAME = re.compile(r"[a-z][a-z0-9_]*").fullmatch


class Around(NamedTuple):
    """What the office has beside what a matter names: a name that leads nowhere is probably one of these, misspelt."""

    ledgers: Collection[str]
    posts: Collection[str]
    bodies: Collection[str]


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
    published: bool = False
    detectors: Detectors | None = None
    around: Around | None = None


def read_params(kind: Kind, raw: Mapping[str, Any], scope: Scope, report: Report) -> dict[str, Any]:
    """Validate and compile the parameters of one control; faults are reported, never raised."""
    faulty: list[Place] = []

    def fault(place: Place, message: Text) -> None:
        faulty.append(place)
        report(place, message)

    types = _types(raw, scope)
    values: dict[str, Any] = {}
    for param in kind.params:
        if param.name in raw or param.type == "settings":
            reader = _Reader(param, scope, types, raw, fault)
            values[param.name] = reader.read(raw.get(param.name, param.default))
        else:
            values[param.name] = param.default
            if param.required:
                fault((), Text(f"缺少参数“{param.name}”（{param.help.zh}）", f"the parameter {param.name!r} is missing ({param.help.en})"))
    if not faulty:
        for message in kind.check(values, scope.record, scope.steps):
            report((), message)
    return values


def _types(raw: Mapping[str, Any], scope: Scope) -> dict[str, Type]:
    """The names a condition of this control may use: the record, the parameters, the line looked at."""
    types = dict(scope.types)
    each = raw.get("each")
    if isinstance(each, str) and isinstance(scope.types.get(each), tuple):
        types["item"] = scope.types[each][1]
    return types


def compiled(
    source: str, types: Mapping[str, Type], constants: Mapping[str, Any], result: Type | None, published: bool = False
) -> Condition:
    """A condition of the catalogue. Raises ConditionError; for one that is not ``published`` yet also where it is too long for a reader,
    or where a name that it binds itself hides a field or a parameter."""
    if len(source) > LONGEST and not published:
        raise ConditionError(source[:30], Text(f"条件过长（最多 {LONGEST} 字）", f"too long a condition (at most {LONGEST} characters)"))
    hidden = next((name for name in _BOUND.findall(source) if name in types), None)
    if hidden is not None and not published:
        message = Text(f"“{hidden}”已是字段或参数，逐项的名称请另取", f"{hidden!r} is a field or a parameter; name the item otherwise")
        raise ConditionError(source, message)
    try:
        return compile_condition(source, types, constants, result)
    except ConditionError:
        raise
    except Exception:  # whatever a wrong text does to the parser's library, it is the text's fault
        raise ConditionError(source, Text("无法读懂这个条件", "this condition can't be understood")) from None


@dataclass(slots=True)
class _Reader:
    param: Param
    scope: Scope
    types: Mapping[str, Type]
    beside: Mapping[str, Any]
    """All that the control says."""
    report: Report

    @property
    def ledger(self) -> str:
        """The ledger that the control reads."""
        return str(self.beside.get("ledger", ""))

    @property
    def around(self) -> Around:
        """What a misspelt name could have meant."""
        scope = self.scope
        return scope.around or Around(scope.ledgers, scope.posts, scope.bodies)

    @property
    def figures(self) -> list[str]:
        """The parameters of the matter."""
        return [name for name in self.scope.constants if name != "unit"]

    def fault(self, zh: str, en: str, *inside: str | int) -> None:
        self.report((self.param.name, *inside), Text(zh, en))

    def named(self, name: Any, known: Iterable[str], zh: str, en: str, place: Place = ()) -> str:
        if not isinstance(name, str) or name not in known:
            self.report((self.param.name, *place), nearest(_shown(name), known, zh, en))
        return str(name)

    def read(self, raw: Any) -> Any:
        name, _, rest = self.param.type.partition(":")
        if name == "choice":
            return self.named(raw, rest.split("|"), "选项", "choice")
        method: Callable[[Any], Any] = getattr(self, f"_{name.replace('-', '_')}")
        return method(raw)

    def _listed(self, raw: Any, one: Callable[[Any, Place], Any]) -> tuple[Any, ...]:
        """A list of something; a single one may stand without its list."""
        if isinstance(raw, list):
            if not raw:
                self.fault("不能为空", "can't be empty")
            return tuple(one(item, (i,)) for i, item in enumerate(raw))
        return (one(raw, ()),)

    def _step(self, raw: Any, place: Place = ()) -> str:
        return self.named(raw, self.scope.steps, "环节", "step", place)

    def _steps(self, raw: Any) -> tuple[str, ...]:
        return self._listed(raw, self._step)

    def _field(self, raw: Any, place: Place = ()) -> str:
        of = self.param.type.partition(":")[2]
        if of and self.beside.get(of):
            return self._column(raw, place)
        return self.named(raw, self.scope.record, "字段", "field", place)

    def _fields(self, raw: Any) -> tuple[str, ...]:
        return self._listed(raw, self._field)

    def _people_field(self, raw: Any) -> str:
        return self.named(raw, [f.id for f in self.scope.record.values() if f.type == "people"], "人员字段", "people field")

    def _list_field(self, raw: Any) -> str:
        return self.named(raw, [f.id for f in self.scope.record.values() if f.type == "list"], "列表字段", "list field")

    def _column(self, raw: Any, place: Place = ()) -> str:
        """A column of the list that another parameter names; that one is reported itself where it names none."""
        listed = self.scope.record.get(str(self.beside.get(self.param.type.partition(":")[2])))
        return self.named(raw, listed.of, "栏目", "column", place) if listed is not None and listed.of else str(raw)

    def _columns(self, raw: Any) -> tuple[str, ...]:
        return self._listed(raw, self._column)

    def _ledger(self, raw: Any) -> str:
        return self.named(raw, self.around.ledgers, "台账", "ledger")

    def _full(self, raw: Any, names: Collection[str], zh: str, en: str, place: Place = ()) -> str:
        unit = self.scope.unit
        self.named(raw, inside(unit, sorted(names)), zh, en, place)
        return full(unit, str(raw))

    def _post(self, raw: Any, place: Place = ()) -> str:
        return self._full(raw, self.around.posts, "岗位", "post", place)

    def _posts(self, raw: Any) -> tuple[str, ...]:
        return self._listed(raw, self._post)

    def _readers(self, raw: Any) -> tuple[str, ...]:
        return self._listed(raw, self._reader)

    def _reader(self, raw: Any, place: Place = ()) -> str:
        """Somebody who reads, named as the people of a step are: the applicant, a post, or a body."""
        kind, _, name = raw.partition(":") if isinstance(raw, str) else ("", "", raw)
        if raw == "applicant":
            return "applicant"
        if kind == "body":
            return f"body:{self._full(name, self.around.bodies, '会议', 'body', place)}"
        return self._post(raw, place)

    def _body(self, raw: Any) -> str:
        return self._full(raw, self.around.bodies, "会议", "body")

    def _duration(self, raw: Any, place: Place = ()) -> Duration | None:
        try:
            return Duration.parse(str(raw))
        except ValueError as error:
            zh, _, en = str(error).partition(" / ")
            self.fault(zh, en, *place)
            return None

    def _durations(self, raw: Any) -> tuple[Duration, ...]:
        return tuple(length for length in self._listed(raw, self._duration) if length is not None)

    def _ladder(self, raw: Any) -> tuple[Rung, ...]:
        """To whom something is reported, rung by rung: a post, or {post, after?}."""
        return self._listed(raw, self._rung)

    def _rung(self, raw: Any, place: Place) -> Rung:
        if not isinstance(raw, dict):
            return Rung(self._post(raw, place))
        renamed: dict[Place, str] = {}
        for key in [key for key in raw if key not in Rung._fields]:
            self.report((self.param.name, *place, key), nearest(key, Rung._fields, "键", "key"))
            raw = put_right(raw, (key,), closest(key, Rung._fields), renamed)
        if "post" not in raw:
            self.fault("每一级应为岗位，或 {post, after?}", "each rung is a post, or {post, after?}", *place)
        post = self._post(raw["post"], (*place, renamed.get(("post",), "post"))) if "post" in raw else ""
        after = self._duration(raw["after"], (*place, renamed.get(("after",), "after"))) if "after" in raw else None
        return Rung(post, after)

    def _fraction(self, raw: Any) -> tuple[int, int]:
        top, _, bottom = str(raw).partition("/")
        if top.isdecimal() and bottom.isdecimal() and 0 < int(top) <= int(bottom):
            return int(top), int(bottom)
        self.fault("应为如 2/3 的比例", "should be a fraction such as 2/3")
        return 1, 1

    def _share(self, raw: Any) -> tuple[int, int] | int:
        percent = str(raw).removesuffix("%")
        if type(raw) is int or (percent != str(raw) and percent.isdecimal()):
            return raw if type(raw) is int else (int(percent), 100)
        self.fault("应为如 5% 的比例，或件数", "should be a share such as 5%, or a number")
        return 1

    def _int(self, raw: Any) -> int:
        value = self.scope.constants.get(raw) if isinstance(raw, str) else raw
        if type(value) is not int:
            word = nearest(raw, self.figures, "参数", "parameter") if isinstance(raw, str) else None
            meant = Text(f"；{word.zh}", f"; {word.en}") if word else Text("", "")
            self.fault(f"应为整数或参数名{meant.zh}", f"should be a whole number or the name of a parameter{meant.en}")
            return 0
        return value

    def _bool(self, raw: Any) -> bool:
        if type(raw) is not bool:
            self.fault("应为 true 或 false", "should be true or false")
        return bool(raw)

    def _text(self, raw: Any) -> str:
        """A plain word; beside a ledger, a column of it."""
        columns = self.scope.ledgers.get(self.ledger)
        if columns is not None:
            return self.named(raw, columns, "栏目", "column")
        if not isinstance(raw, str):
            self.fault("应为文字", "should be text")
        return str(raw)

    def _words(self, raw: Any) -> Text:
        if isinstance(raw, dict) and raw.keys() == {"zh", "en"} and all(isinstance(one, str) and one.strip() for one in raw.values()):
            return Text(raw["zh"], raw["en"])
        unknown = [key for key in raw if key not in ("zh", "en")] if isinstance(raw, dict) else []
        for key in unknown:
            self.named(key, ("zh", "en"), "语言", "language", (key,))
        if unknown:
            return Text("", "")
        self.fault("应为中英文 {zh, en}", "should be in both languages: {zh, en}")
        return Text("", "")

    def _detector(self, raw: Any) -> str:
        if not isinstance(raw, str) or not raw:
            self.fault("应为探测器的名称", "should be the name of a detector")
        elif self.scope.detectors is not None:
            self.named(raw, self.scope.detectors, "探测器", "detector")
        return str(raw)

    def _settings(self, raw: Any) -> dict[str, Any]:
        """A detector's settings: figures, durations, parameters of the matter and columns of the ledger."""
        if not isinstance(raw, dict):
            self.fault("应为参数表", "should be a mapping")
            return {}
        declared = (self.scope.detectors or {}).get(str(self.beside.get("detector", "")))
        if declared is None:
            return {key: self._setting(value, (key,)) for key, value in raw.items()}
        wanted, renamed = {one.name: one for one in declared}, dict[Place, str]()
        for key in [key for key in raw if key not in wanted]:
            self.report((self.param.name, key), nearest(key, wanted, "探测器参数", "setting"))
            raw = put_right(raw, (key,), closest(key, wanted), renamed)
        for one in declared:
            if one.required and one.name not in raw:
                self.fault(f"缺少探测器参数“{one.name}”（{one.help.zh}）", f"the setting {one.name!r} is missing ({one.help.en})")
        return {key: self._declared(wanted[key], raw, (renamed.get((key,), key),)) for key in raw}

    def _declared(self, setting: Param, raw: Mapping[str, Any], place: Place) -> Any:
        """A setting of the type that its detector declares."""
        told: list[tuple[Place, Text]] = []
        given = raw[setting.name]
        value = replace(self, report=lambda where, message: told.append((where, message)))._setting(given, place)
        kind, _, of = setting.type.partition(":")
        columns = self.scope.ledgers.get(self.ledger, {})
        if told or not columns:
            for where, message in told:
                self.report(where, message)
            return value
        wanted = _unfit(kind, value, columns) if kind != "figure" else self._figure(given, value, str(columns.get(str(raw.get(of)))))
        if wanted is not None:
            self.fault(*wanted, *place)
        elif of and kind == "column" and str(columns[value]) not in of.split("|"):
            kinds = of.replace("|", " / ")
            self.fault(f"栏目“{value}”是 {columns[value]}，应为 {kinds}", f"the column {value!r} is {columns[value]}, not {kinds}", *place)
        return value

    def _figure(self, given: Any, value: Any, kind: str) -> Text | None:
        """What is wrong with a figure that is compared with a column."""
        own = str(self.scope.types.get(given)) if isinstance(given, str) else "int"
        if type(value) is not int:
            return Text("应为数或参数名", "should be a figure or the name of a parameter")
        if kind in ("int", "money") and own != kind:
            return Text(f"应为 {kind}，实为 {own}；金额请写参数名", f"should be {kind}, not {own}; write money as a parameter")
        return None

    def _setting(self, raw: Any, place: Place) -> Any:
        if isinstance(raw, list):
            return [self._setting(item, (*place, i)) for i, item in enumerate(raw)]
        if isinstance(raw, dict) or raw is None:
            self.fault("应为数、时长、参数名或栏目名", "should be a figure, a duration, a parameter or a column", *place)
            return raw
        columns = self.scope.ledgers.get(self.ledger, {})
        if isinstance(raw, str) and not _NAME(raw):
            self._duration(raw, place)
        if not isinstance(raw, str) or not _NAME(raw):
            return raw
        figures = self.figures
        if raw in columns and raw in figures:
            self.fault(f"“{raw}”既是参数又是台账的栏目，请换一个名称", f"{raw!r} is a parameter and a column; choose another name", *place)
        if raw not in columns and raw not in figures:
            self.named(raw, [*columns, *figures], "栏目或参数", "column or parameter", place)
        return self.scope.constants.get(raw, raw) if raw in figures else raw

    def _condition(self, raw: Any) -> Any:
        return self._compiled(raw, "bool")

    @property
    def _timed(self) -> dict[str, Type]:
        """The names that are known when an act is judged: those of the matter, the moment, and the entry that is looked up."""
        types: dict[str, Type] = {**self.types, "at": "datetime"}
        if self.ledger in self.scope.ledgers:
            types["entry"] = ("record", dict(self.scope.ledgers[self.ledger]))
        return types

    def _timed_condition(self, raw: Any) -> Any:
        return self._compiled(raw, "bool", self._timed)

    def _timed_value(self, raw: Any) -> Any:
        return self._compiled(raw, None, self._timed)

    def _known_value(self, raw: Any) -> Any:
        return self._compiled(raw, None, {**self.types, **KNOWN_TO})

    def _value(self, raw: Any) -> Any:
        return self._compiled(raw, None)

    def _folded_value(self, raw: Any) -> Any:
        """A value that tells things apart: two ways of writing the same must not come out as two."""
        made = self._value(raw)
        listed = self.scope.record.get(str(self.beside.get("each", "")))
        for how, of in made.unfolded if made is not None and not self.scope.published else ():
            fields = self.scope.record if how == "field" else listed.of if listed is not None and of[0] == "item" else {}
            field = fields.get(of[-1])
            if field is not None and field.type in TYPED:
                name = ".".join(of)
                self.fault(
                    f"“{name}”由人填写，大小写、空格、全角不同就会算作另一个；请写 norm({name})",
                    f"people type {name!r}: other case, spaces or full width would make it another; write norm({name})",
                )
        return made

    def _entry_value(self, raw: Any) -> Any:
        return self._of_entries(raw, None, entry=self.param.type.partition(":")[2])

    def _entry_condition(self, raw: Any) -> Any:
        return self._of_entries(raw, "bool", entry=self.param.type.partition(":")[2])

    def _pair_condition(self, raw: Any) -> Any:
        return self._of_entries(raw, "bool", entry="ledger", other="with")

    def _of_entries(self, raw: Any, result: Type | None, **named: str) -> Any:
        """A condition outside of every case: over the matter's parameters, and entries of the ledgers that these parameters name. Such a
        parameter is reported itself where there is no such ledger."""
        held = {name: self.scope.ledgers.get(str(self.beside.get(param))) for name, param in named.items()}
        columns = {name: ("record", dict(one)) for name, one in held.items() if one is not None}
        types = {name: self.scope.types[name] for name in self.scope.constants}
        return self._compiled(raw, result, {**types, **columns}) if len(columns) == len(held) else None

    def _compiled(self, raw: Any, result: Type | None, types: Mapping[str, Type] | None = None, place: Place = ()) -> Any:
        if isinstance(raw, list | dict) or raw is None:
            self.fault("应为一个条件或算式", "should be a condition or an expression", *place)
            return None
        try:
            return compiled(str(raw), types or self.types, self.scope.constants, result, self.scope.published)
        except ConditionError as error:
            self.report((self.param.name, *place), error.message)
            return None

    def _levels(self, raw: Any) -> tuple[dict[str, Any], ...]:
        return tuple(level for level in self._listed(raw, self._level) if level is not None)

    def _level(self, raw: Any, place: Place) -> dict[str, Any] | None:
        renamed: dict[Place, str] = {}
        for key in [key for key in raw if key not in LEVEL] if isinstance(raw, dict) else ():
            self.report((self.param.name, *place, key), nearest(key, LEVEL, "键", "key"))
            raw = put_right(raw, (key,), closest(key, LEVEL), renamed)
        if not isinstance(raw, dict) or "step" not in raw:
            self.fault("每一级应为 {step, when?}", "each level is {step, when?}", *place)
            return None
        read: dict[str, Any] = {"step": self._step(raw["step"], (*place, renamed.get(("step",), "step")))}
        if "when" in raw:
            read["when"] = self._compiled(raw["when"], "bool", None, (*place, renamed.get(("when",), "when")))
        return read


def _unfit(kind: str, value: Any, columns: Collection[str]) -> Text | None:
    """What is wrong with a setting that was read, by the type that it should have."""
    match kind:
        case "columns" if not (isinstance(value, list) and value and all(isinstance(one, str) and one in columns for one in value)):
            return Text("应为栏目的列表", "should be a list of columns")
        case "column" if not (isinstance(value, str) and value in columns):
            return Text("应为栏目名", "should be the name of a column")
        case "duration" if not isinstance(value, str) or value in columns:
            return Text("应为如 4h、2d、3wd 的时长", "should be a duration such as 4h, 2d or 3wd")
        case "int" if type(value) is not int:
            return Text("应为整数或参数名", "should be a whole number or the name of a parameter")
    return None


def _shown(raw: Any) -> str:
    """What was written, as far as it is a word."""
    return raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
