"""Values, conditions and acts in the office's words."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lianfang.catalogue.compile import text
from lianfang.kernel.model import BESIDE, Field, Matter, Text
from lianfang.kernel.wording import both, joined, money, plural, quoted, value_text
from lianfang.office.engine import engine
from lianfang.office.files import Shelf
from lianfang.office.people import NOBODY, names
from lianfang.office.views import NOTHING, ValueView
from lianfang.store.models import LedgerEntry

EMPTY = Text("—", "—")
TOTAL = Text("合计", "Total")
OTHERWISE = Text("其他情形", "otherwise")
_GUARD = re.compile(r"has\((\w+)\)\s*&&\s*(?=!?\1\b)")
_FIGURES = re.compile("[一二三四五六七八九十]+")
_MARKED = re.compile("“([^“”]+)”")
_TOKEN = re.compile(r"(\"[^\"]*\"|'[^']*'|<=|>=|==|!=|&&|\|\||!?has\(\w+\)|![A-Za-z_]\w*|!|[A-Za-z_]\w*)")


def record_values(matter: Matter, values: Mapping[str, Any], files: Shelf, people: Sequence[str]) -> tuple[ValueView, ...]:
    """The record as a person reads it, in the order of its fields; what was not filled in is left out. A file has the name under which
    the first of these people uploaded it."""
    return tuple(value_view(matter.record[name], values[name], files, people) for name in matter.record if name in values)


def doing(matter: Matter, command: Mapping[str, Any]) -> Text:
    """What a command was about: its step, or the act beside the steps."""
    return matter.label(command["step"]) if command["step"] else BESIDE.get(command["act"], NOTHING)


def files_of(matter: Matter, values: Mapping[str, Any]) -> Iterator[str]:
    """The files among the values of a record."""
    yield from (str(values[name]) for name, field in matter.record.items() if field.type == "file" and name in values)


def value_view(field: Field, value: Any, files: Shelf, people: Sequence[str]) -> ValueView:
    """One value of a record; a file under the name that the first of these people gave it."""
    if field.type == "list" and isinstance(value, list):
        columns = tuple(column.label for column in field.of.values())
        rows = tuple(tuple(shown(c, row[n]) if n in row else EMPTY for n, c in field.of.items()) for row in value)
        types = tuple(column.type for column in field.of.values())
        return ValueView(field.id, field.label, field.type, value_text("list", value), columns, rows, None, types, _total(field, value))
    if field.type == "file":
        file = files.shown(str(value), people)
        return ValueView(field.id, field.label, field.type, both(file.name if file else str(value)), file=file)
    return ValueView(field.id, field.label, field.type, shown(field, value))


def _total(field: Field, rows: Sequence[Mapping[str, Any]]) -> tuple[Text, ...]:
    """The last row of a list with several amounts: what they come to, since that is what a reader checks."""
    if not rows[1:] or all(column.type != "money" for column in field.of.values()):
        return ()
    sums = {n: sum(row[n] for row in rows if n in row) for n, column in field.of.items() if column.type == "money"}
    cells = [both(money(sums[n])) if n in sums else NOTHING for n in field.of]
    return (TOTAL if cells[0] == NOTHING else cells[0], *cells[1:])


def meeting_values(data: Mapping[str, Any]) -> tuple[ValueView, ...]:
    """Attendance and votes of a meeting, in words."""
    if "attendance" not in data:
        return ()
    known = names([*data["attendance"], *data.get("recused", ())])
    counted = Counter(data.get("counts") or (vote["vote"] for vote in data.get("votes", ())))
    present = joined(known.get(person, NOBODY) for person in data["attendance"])
    return (
        ValueView("attendance", Text("到会", "Present"), "people", present),
        ValueView("votes", Text("表决", "Votes"), "text", Text(
            f"同意 {counted['for']}，反对 {counted['against']}，弃权 {counted['abstain']}",
            f"{counted['for']} for, {counted['against']} against, {counted['abstain']} abstained",
        )),
    )  # fmt: skip


def shown(field: Field, value: Any) -> Text:
    """A value in words: people by name, ledger entries by title."""
    if field.type == "person":
        return names([value]).get(value, NOBODY)
    if field.type == "people" and isinstance(value, list):
        known = names(value)
        return joined(known.get(person, NOBODY) for person in value)
    if field.type == "entry":
        return entry_title(field.ledger, str(value))
    return value_text(field.type, value, field)


def entry_title(ledger: str, key: str) -> Text:
    """What a ledger entry is called; the key itself where there is none."""
    row = LedgerEntry.objects.filter(ledger=ledger, key=key).first()
    return titled(row) if row else both(key)


def titled(row: LedgerEntry) -> Text:
    """What a ledger entry is called: its title where it has one, else its key. The title is text as somebody entered it; the
    ledger's own list of titles has the English of those it knows."""
    title = str(json.loads(row.data).get("title") or row.key)
    ledger = engine().catalogue.ledgers.get(row.ledger)
    column = ledger.fields.get("title") if ledger else None
    return next((text(words) for words in (column.choices.values() if column else ()) if words.zh == title), both(title))


def by_name(told: Sequence[Text]) -> tuple[Text, ...]:
    """Sentences with names instead of the ids of people, units and posts that stand in them in marks: what is kept has ids, since names
    change."""
    marked = {one for text in told for one in _MARKED.findall(text.zh)}
    known = {one: title for one in marked if (title := engine().title(one)).zh != one}
    known |= {one: name for one, name in names(marked).items() if one} if marked else {}
    return tuple(_renamed(text, known) for text in told)


def _renamed(told: Text, known: Mapping[str, Text]) -> Text:
    def called(found: re.Match[str]) -> Text:
        return quoted(known.get(found[1], both(found[1])))

    return Text(_MARKED.sub(lambda found: called(found).zh, told.zh), _MARKED.sub(lambda found: called(found).en, told.en))


def map_number(number: str) -> Text:
    """The number of a flow map, which the source writes in Chinese figures: 十四（四） is 14(4)."""
    return Text(number, _FIGURES.sub(lambda found: str(_figure(found[0])), number).replace("（", "(").replace("）", ")"))


def _figure(written: str) -> int:
    """A Chinese figure below a hundred: 四, 十, 十四, 二十, 二十四."""
    tens, ten, ones = written.rpartition("十")
    return (("一二三四五六七八九".index(tens) + 1 if tens else 1) * 10 if ten else 0) + (
        "一二三四五六七八九".index(ones) + 1 if ones else 0
    )


def param_text(version: str, name: str, value: int) -> Text:
    """A parameter of a matter as a person reads it."""
    unit = engine().source_of(version)["matter"].get("params", {}).get(name, {}).get("unit", "count")
    match unit:
        case "CNY":
            return both(money(value))
        case "day":
            return Text(f"{value} 天", plural(value, "day"))
        case "hour":
            return Text(f"{value} 小时", f"{value} hours")
        case "percent":
            return both(f"{value}%")
    return both(str(value))


def condition_text(matter: Matter, condition: str) -> Text:
    """A condition of the flow in the matter's own words: ``amount <= small`` as 报销金额 ≤ ¥3,000.00."""
    if condition == "otherwise":
        return OTHERWISE
    parts = [_token(matter, part) for part in _TOKEN.split(_GUARD.sub("", condition))]
    zh, en = "".join(p.zh for p in parts), "".join(p.en for p in parts)
    return Text(re.sub(r"\s+", " ", zh).strip(), re.sub(r"\s+", " ", en).strip())


_WORDS: Mapping[str, Text] = {
    "&&": Text("且", "and"), "||": Text("或", "or"), "!": Text("非", "not "), "true": Text("是", "yes"), "false": Text("否", "no"),
    "<=": both("≤"), ">=": both("≥"), "==": both("="), "!=": both("≠"),
}  # fmt: skip


def _opposite(matter: Matter, name: str) -> Text:
    """That something is not so: of a question of the record, that the answer is no."""
    if name in matter.record:
        label = matter.record[name].label
        return Text(f"“{label.zh}”为否", f"“{label.en}” is no")
    rest = _token(matter, name)
    return Text(f"非{rest.zh}", f"not {rest.en}")


def _token(matter: Matter, part: str) -> Text:
    asked = part.removeprefix("!").removeprefix("has(").removesuffix(")")
    if part.endswith(")") and asked in matter.record:
        label = matter.record[asked].label
        given = part.startswith("has")
        return Text(
            f"{'已填' if given else '未填'}“{label.zh}”", f"“{label.en}” is filled in" if given else f"“{label.en}” is not filled in"
        )
    if part[:1] == "!" and asked:
        return _opposite(matter, asked)
    if part in matter.record:
        return matter.record[part].label
    if part in matter.params:
        return param_text(matter.version, part, matter.params[part])
    if part[:1] in ("'", '"'):
        value = part[1:-1]
        return next((field.choices[value] for field in matter.record.values() if value in field.choices), both(value))
    return _WORDS.get(part, both(part))
