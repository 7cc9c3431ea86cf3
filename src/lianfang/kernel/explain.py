"""What the values of a condition are called and what they come to, in both languages: how a refusal shows what did not agree.

Pure: reckoned from the values that were judged. Titles of people, and of entries that were not among the facts, are not known here;
they stand in “ ” as they were filled in, and the office puts their names there for its pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lianfang.kernel.alike import visible
from lianfang.kernel.conditions import Condition, Named, Side
from lianfang.kernel.controls.base import Setting
from lianfang.kernel.model import Field, Text, Values
from lianfang.kernel.schedule import Duration
from lianfang.kernel.wording import both, joined, quoted, several, value_text

SIGNS: Mapping[str, Text] = {
    "==": Text("应等于", "should equal"), "!=": Text("不得等于", "should differ from"),
    "<": Text("应小于", "should be less than"), "<=": Text("不得超过", "should be at most"),
    ">": Text("应大于", "should be more than"), ">=": Text("不得小于", "should be at least"),
}  # fmt: skip
MOMENTS: Mapping[str, Text] = {
    "<": Text("应早于", "should be before"), "<=": Text("不得晚于", "should be no later than"),
    ">": Text("应晚于", "should be after"), ">=": Text("不得早于", "should be no earlier than"),
}  # fmt: skip
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
UNITS = {"days": "d", "hours": "h"}
NOW = Text("办理时间", "the act")
EMPTY = Text("未填写", "not filled in")
NONE = Text("没有", "none")
UNSUMMED = Text("有的行未填写", "not filled in on every line")
FIXED = Text("规则所定的值", "the figure of the rule")


@dataclass(frozen=True, slots=True)
class Scene:
    """What the values stand in: the matter, of a ledger that was looked up its id, the key and the entry's data, and the list of which one
    line is looked at."""

    setting: Setting
    ledger: str = ""
    key: str = ""
    entry: Mapping[str, Any] = field(default_factory=dict)
    each: str = ""

    @property
    def entry_title(self) -> Text:
        """What the entry is called: its title, in the English of the ledger's own list where it is there, or else its key."""
        title = self.entry.get("title") or self.key
        found = self.setting.label(f"{self.ledger}:{title}")
        return both(str(title)) if found.zh == f"{self.ledger}:{title}" else found

    def called(self, named: Named) -> Text:
        """What a value is called."""
        names = [self._name(name) for name in named.of]
        match named.how:
            case "field":
                return names[0]
            case "column":
                return self._of_line(named.of[1]) if named.of[0] == "item" else self._of_entry(named.of[1])
            case "sum" | "each":
                inner = self.setting.record[named.of[0]].of.get(named.of[1])
                column = quoted(inner.label if inner else both(named.of[1]))
                total = ("合计", "the sum of ") if named.how == "sum" else ("", "")
                return Text(f"{names[0].zh}的{column.zh}{total[0]}", f"{total[1]}{column.en} in {names[0].en}")
            case "size":
                return Text(f"{names[0].zh}的项数", f"the number of {names[0].en}")
            case "days" | "hours":
                return Text(f"{names[0].zh}到{names[1].zh}的时间", f"the time from {names[0].en} to {names[1].en}")
        told = joined(names)
        return Text(f"按{told.zh}算得的值", f"what is reckoned from {told.en}") if names else FIXED

    def worded(self, side: Side, value: Any, beside: Side | None = None) -> Text:
        """A value in words; what it is compared with says what a bare figure or a choice means."""
        for one in (side, beside):
            if one is not None and one.named.how in UNITS:
                return Duration(value, UNITS[one.named.how]).words
        if isinstance(value, list) and side.type != "any" and isinstance(side.type[1], str):
            return several([self._one(side, one, beside) for one in value]) if value else NONE
        return self._one(side, value, beside)

    def _one(self, side: Side, value: Any, beside: Side | None) -> Text:
        """A value, or one of a list; None for that of a line which has none."""
        fields = [found for found in (self._field(side), self._field(beside)) if found is not None]
        kinds = [one.type[1] if isinstance(one.type, tuple) else one.type for one in (side, beside) if one is not None]
        choice = next((found for found in fields if found.type == "choice"), None)
        own = self._field(side)
        told = value_text(side.type if isinstance(value, list) else kinds[0], value, choice)
        listed = next((found for one in (side, beside) if (found := self._listed(one, value)) is not None), None)
        if choice is not None and value in choice.choices:
            told = choice.choices[value]
        elif listed is not None:
            told = listed
        elif own is not None and own.type == "entry" and value == self.key and self.entry:
            told = quoted(self.entry_title)
        elif "person" in kinds or any(found.type == "entry" for found in fields):
            told = quoted(both(str(value)))
        elif kinds[1:] == ["datetime"] and side.named.how == "figure" and "T" in value:
            with suppress(ValueError):  # the rule's own text, which need not be all of a moment
                told = value_text("datetime", value)
        return told if value is not None and visible(told.zh) else EMPTY

    def _listed(self, side: Side | None, value: Any) -> Text | None:
        """What a choice is called in a column of the entry that was looked up; None where it is no column, or has no such choice."""
        if side is None or side.named.how != "column" or side.named.of[0] != "entry":
            return None
        return choice_called(self.setting, self.ledger, side.named.of[1], value)

    def _name(self, name: str) -> Text:
        if name == "at":
            return NOW
        return self.setting.label(self.ledger) if name == "entry" else quoted(self.setting.label(name))

    def _of_entry(self, name: str) -> Text:
        ledger, entry, column = self.setting.label(self.ledger), self.entry_title, self._column(name)
        return Text(f"{ledger.zh}“{entry.zh}”的{column.zh}", f"{column.en} of “{entry.en}” ({ledger.en})")

    def _of_line(self, column: str) -> Text:
        cell = self._cell(column)
        return quoted(cell.label if cell else both(column))

    def _cell(self, column: str) -> Field | None:
        """The column of the list of which a line is looked at."""
        listed = self.setting.record.get(self.each)
        return listed.of.get(column) if listed is not None else None

    def _column(self, name: str) -> Text:
        label = self.setting.label(f"{self.ledger}.{name}")
        return quoted(both(name) if label.zh == f"{self.ledger}.{name}" else label)

    def _field(self, side: Side | None) -> Field | None:
        """The field of the record, or the column of a list of it, that a side is."""
        if side is not None and side.named.how == "column" and side.named.of[0] == "item":
            return self._cell(side.named.of[1])
        if side is None or side.named.how not in ("field", "each"):
            return None
        found = self.setting.record.get(side.named.of[0])
        return found.of.get(side.named.of[1]) if found is not None and side.named.how == "each" else found


def choice_called(setting: Setting, ledger: str, column: str, value: Any) -> Text | None:
    """What a choice of a ledger's column is called; None where the column has no such choice."""
    name = f"{ledger}.{column}:{value}"
    found = setting.label(name)
    return None if found.zh == name else found


def failing(that: Condition, values: Values, scene: Scene) -> Text:
    """What the first part of a condition that does not hold came to, without a full stop."""
    part = next(part for part in that.parts if not part.call(values))
    if not part.sign:
        told = [(scene.called(side.named), _read(scene, side, values)) for side in part.sides]
        if not told:
            return Text(
                f"规则“{that.text}”按其所定的值不成立，与填报的内容无关", f"the rule “{that.text}” never holds, whatever is filled in"
            )
        return Text(
            "；".join(f"{name.zh}：{value.zh}" for name, value in told), "; ".join(f"{name.en}: {value.en}" for name, value in told)
        )
    (a, b), sign = part.sides, part.sign
    if a.named.how == "figure":
        a, b, sign = b, a, TURNED.get(sign, sign)
    name, first = scene.called(a.named), scene.worded(a, a.call(values), b)
    should, second = (MOMENTS if a.type in ("date", "datetime") else SIGNS).get(sign, SIGNS[sign]), scene.worded(b, b.call(values), a)
    begun = Text(f"{name.zh}为{_apart(first.zh)}，{should.zh}", f"{name.en} is {first.en}; it {should.en} ")
    if b.named.how == "figure":
        return Text(begun.zh + _apart(second.zh), begun.en + second.en)
    other = scene.called(b.named)
    return Text(f"{begun.zh}{other.zh}（{second.zh}）", f"{begun.en}{other.en} ({second.en})")


def _read(scene: Scene, side: Side, values: Values) -> Text:
    """A value in words. Of what was not asked in the end, because the condition failed before, something may be missing."""
    of = side.named.of
    if any(name not in values for name in (of if side.named.how in UNITS else of[:1])):
        return EMPTY
    match side.named.how:
        case "column" if of[1] not in values[of[0]]:
            return EMPTY
        case "each":
            return scene.worded(side, [line.get(of[1]) for line in values[of[0]]])
        case "sum" if any(of[1] not in line for line in values[of[0]]):
            return UNSUMMED
    return scene.worded(side, side.call(values))


def _apart(word: str) -> str:
    """Figures stand apart from the Chinese before them."""
    return f" {word}" if word[:1].isascii() or word[:1] == "¥" else word
