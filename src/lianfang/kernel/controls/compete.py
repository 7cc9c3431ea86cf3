"""compete 比价: enough quotes that do not come from one hand, and the chosen one among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from lianfang.kernel.alike import fold, says
from lianfang.kernel.conditions import type_name
from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting, unfit
from lianfang.kernel.model import Case, Command, Facts, Field, Refusal, Step, Text, Values
from lianfang.kernel.wording import both, joined, moment, money, plural, quoted, several, value_text

FEWEST = 2
"""One quote alone is no competition; where one is enough, ``when`` says so."""
TOLD = 3
"""How many things of a sort an explanation names before it only counts the rest."""
IDENTIFYING = ("text", "longtext", "int", "file", "person", "entry")
"""Columns whose values tell one source from another: two suppliers share a yes or a date without being one."""

Row = Mapping[str, Any]


class Shared(NamedTuple):
    """Quotes (by their number) that have the same value in a column."""

    column: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The quotes of a case as this gate sees them: what each lacks, what they share, and how many sources speak."""

    rows: Sequence[Row]
    lacking: Mapping[int, tuple[str, ...]]
    shared: tuple[Shared, ...]
    independent: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of the list mean what, and how they and the quotes are called in explanations."""

    name: str
    price: str
    alike: tuple[str, ...]
    needed: tuple[str, ...]
    of: Mapping[str, Field]

    def called(self, rows: Sequence[Row], number: int) -> Text:
        """The supplier of a quote; its line where it names none."""
        written = str(rows[number].get(self.name) or "").strip()
        return quoted(both(written)) if says(written) else Text(f"第 {number + 1} 行", f"line {number + 1}")

    def label(self, column: str) -> Text:
        return self.of[column].label

    def amount(self, fen: int) -> str:
        return money(fen) if self.of[self.price].type == "money" else str(fen)

    def read(self, rows: Sequence[Row]) -> Reading:
        """Quotes that share a value, also over a third one, come from one source; only sources with a whole quote count."""
        lacking = {number: missing for number, row in enumerate(rows) if (missing := self.missing(row))}
        shared, source = [], list(range(len(rows)))
        for column in self.alike:
            same: dict[str, list[int]] = {}
            for number, row in enumerate(rows):
                value = fold(row.get(column))
                if value:
                    same.setdefault(value, []).append(number)
            for numbers in same.values():
                if len(numbers) > 1:
                    shared.append(Shared(column, tuple(numbers)))
                    first, joining = source[numbers[0]], {source[number] for number in numbers}
                    source = [first if one in joining else one for one in source]
        independent = len({source[number] for number in range(len(rows)) if number not in lacking})
        return Reading(rows, lacking, tuple(shared), independent)

    def missing(self, row: Row) -> tuple[str, ...]:
        return tuple(name for name in self.needed if (not _price(row, name) if name == self.price else not says(row.get(name))))


def _price(row: Row, column: str) -> int:
    """What a quote asks; 0 where it names no price."""
    price = row.get(column)
    return max(price, 0) if type(price) is int else 0


def _build(control: Control, setting: Setting) -> Gate:
    params, quotes = control.params, control.params["quotes"]
    name, price, alike = params["name"], params["price"], params["apart"]
    of = setting.record[quotes].of
    required = tuple(column for column, field in of.items() if field.required)
    columns = Columns(name, price, (name, *alike), tuple(dict.fromkeys((name, price, *alike, *params["whole"], *required))), of)
    when, least, guarded = params["when"], params["least"], frozenset(params["at"])

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        if when is not None and not when(values):
            return None
        if params["opening"]:
            refusal = _sealed(control, setting, case, command, values, columns)
            if refusal is not None:
                return refusal
        if command.step not in guarded:
            return None
        read = columns.read(values[quotes])
        needed = max(FEWEST, least(values))
        if read.independent < needed:
            return _too_few(control, setting, read, columns, needed)
        return _choice(control, setting, read, columns, values)

    return Gate(judge)


def _sealed(control: Control, setting: Setting, case: Case, command: Command, values: Values, columns: Columns) -> Refusal | None:
    """What was asked is known to nobody before the opening: every entry of amounts lies at or after it, and the quotes are of one."""
    quotes, opening = control.params["quotes"], values[control.params["opening"]]
    entries = [(act.at, act.data[quotes]) for step in control.params["entered"] for act in case.acts.get(step, ()) if quotes in act.data]
    if quotes in command.data:
        entries.append((command.at, command.data[quotes]))
    priced = [(at, rows) for at, rows in entries if any(_price(row, columns.price) for row in rows)]
    label, field = setting.label(quotes), setting.label(control.params["opening"])
    early = next((at for at, _ in priced if at < opening), None)
    if early is not None:
        return control.refuse(
            Text(f"“{label.zh}”的价格在 {moment(early)} 填写，早于“{field.zh}”（{moment(opening)}）：开启之前报价应当密封。",
                 f"Prices of “{label.en}” are entered at {moment(early)}, before “{field.en}” ({moment(opening)}): quotes are sealed"
                 " until then."),
            Text(f"请在 {moment(opening)} 之后当众开启，再填写价格。",
                 f"Open them in public at {moment(opening)} or later, then enter the prices."),
            {"entered": early, "opening": opening},
        )  # fmt: skip
    after = [rows for at, rows in entries if at >= opening]
    if command.step not in control.params["at"] or values[quotes] in after or not values[quotes]:
        return None
    names = joined(setting.label(step) for step in control.params["entered"])
    return control.refuse(
        Text(f"“{label.zh}”不是本次开启（{moment(opening)}）之后填写的。",
             f"“{label.en}” were not entered after this opening ({moment(opening)})."),
        Text(f"请在“{names.zh}”重新填写本次开启的报价。", f"Enter the quotes of this opening again at “{names.en}”."),
        {"entered": None, "opening": opening},
    )  # fmt: skip


def _too_few(control: Control, setting: Setting, read: Reading, columns: Columns, needed: int) -> Refusal:
    label, more = setting.label(control.params["quotes"]), needed - read.independent
    why = [*_told([_same(shared, read, columns) for shared in read.shared]), *_told(_lacks(read, columns))]
    zh = f"（{'；'.join(t.zh for t in why)}）" if why else ""
    en = f" ({'; '.join(t.en for t in why)})" if why else ""
    return control.refuse(
        Text(f"“{label.zh}”共 {len(read.rows)} 份，其中完整且相互独立的 {read.independent} 份，须有 {needed} 份{zh}。",
             f"Of {len(read.rows)} in “{label.en}”, {read.independent} are whole and independent, {needed} are needed{en}."),
        Text(f"请再取得 {more} 份与已有报价无关联的完整报价；填写有误的，先行更正。",
             f"Get {plural(more, 'more whole quote')} from suppliers that have nothing in common with these; "
             "mend what was written wrongly."),
        {
            "quotes": len(read.rows), "independent": read.independent, "needed": needed,
            "shared": [{"column": s.column, "lines": [n + 1 for n in s.rows]} for s in read.shared],
            "lacking": [{"line": n + 1, "columns": list(missing)} for n, missing in read.lacking.items()],
        },
    )  # fmt: skip


def _same(shared: Shared, read: Reading, columns: Columns) -> Text:
    field = columns.of[shared.column]
    written = value_text(field.type, read.rows[shared.rows[0]][shared.column], field)
    value = Text("相同", "") if field.personal else Text(f"同为“{written.zh.strip()}”", f", “{written.en.strip()}”")
    who = several([columns.called(read.rows, number) for number in shared.rows])
    return Text(f"{who.zh}的“{field.label.zh}”{value.zh}", f"{who.en} have the same “{field.label.en}”{value.en}")


def _lacks(read: Reading, columns: Columns) -> list[Text]:
    made = []
    for number, missing in read.lacking.items():
        who, what = columns.called(read.rows, number), joined(columns.label(column) for column in missing)
        made.append(Text(f"{who.zh}缺少“{what.zh}”", f"{who.en} lacks “{what.en}”"))
    return made


def _told(texts: Sequence[Text]) -> list[Text]:
    """The first few; the rest is counted."""
    rest = len(texts) - TOLD
    return [*texts[:TOLD], Text(f"另有 {rest} 项", f"{rest} more")] if rest > 0 else [*texts]


def _choice(control: Control, setting: Setting, read: Reading, columns: Columns, values: Values) -> Refusal | None:
    """The chosen is one of them, whole, and the cheapest or chosen for a reason. Who quotes twice is held to the dearer one."""
    label, chosen = setting.label(control.params["quotes"]), values[control.params["chosen"]]
    mine = [number for number, row in enumerate(read.rows) if fold(row.get(columns.name)) == fold(chosen) != ""]
    if not mine:
        names = several([columns.called(read.rows, number) for number in range(len(read.rows))])
        return control.refuse(
            Text(
                f"选定的“{chosen}”不在“{label.zh}”之中（{names.zh}）。",
                f"“{chosen}”, which is chosen, is not in “{label.en}” ({names.en}).",
            ),
            Text("请从已有的报价中选定。", "Choose one of those that quoted."),
            {"chosen": chosen, "quoted": [str(row.get(columns.name, "")) for row in read.rows]},
        )
    broken = next((number for number in mine if number in read.lacking), None)
    if broken is not None:
        what = joined(columns.label(column) for column in read.lacking[broken])
        return control.refuse(
            Text(f"选定的“{chosen}”的报价不完整：缺少“{what.zh}”。",
                 f"The quote of “{chosen}”, which is chosen, is not whole: “{what.en}” is missing."),
            Text(f"请补齐“{what.zh}”，或选定另一份完整的报价。", f"Add “{what.en}”, or choose another one that is whole."),
            {"chosen": chosen, "lacking": list(read.lacking[broken])},
        )  # fmt: skip
    price = max(_price(read.rows[number], columns.price) for number in mine)
    return _dearer(control, setting, read, columns, values, str(chosen), price)


def _dearer(control: Control, setting: Setting, read: Reading, columns: Columns, values: Values, chosen: str, price: int) -> Refusal | None:
    reason = control.params["reason"]
    priced = [(asked, number) for number, row in enumerate(read.rows) if (asked := _price(row, columns.price))]
    least, number = min(priced)
    if price <= least or (reason and says(values.get(reason))):
        return None
    cheapest, cost, less = columns.called(read.rows, number), columns.amount(price), columns.amount(price - least)
    way = setting.label(reason)
    unwritten = Text(f"，而“{way.zh}”未写", f", and “{way.en}” is not written") if reason else Text("", "")
    otherwise = Text(f"，或写明“{way.zh}”", f", or write “{way.en}”") if reason else Text("", "")
    return control.refuse(
        Text(f"选定的“{chosen}”报价 {cost}，{cheapest.zh}报价 {columns.amount(least)}，低 {less}{unwritten.zh}。",
             f"“{chosen}”, which is chosen, asks {cost}; {cheapest.en} asks {columns.amount(least)}, {less} less{unwritten.en}."),
        Text(f"请选定报价最低的{cheapest.zh}{otherwise.zh}。", f"Choose the cheapest, {cheapest.en}{otherwise.en}."),
        {"chosen": chosen, "price": price, "least": least, "dearer_by": price - least},
    )  # fmt: skip


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*params["at"], *params["entered"])))


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    of, least = record[params["quotes"]].of, params["least"]
    if least.type != "int":
        yield Text(f"least 应为整数，现为 {type_name(least.type)}", f"least should be a whole number, not {type_name(least.type)}")
    elif not least.uses & record.keys() and least({}) < FEWEST:
        yield Text(f"least 至少为 {FEWEST}；一份即可的情形写在 when 里", f"least is {FEWEST} or more; where one is enough, say so in when")
    yield from unfit("price", of[params["price"]], ("money", "int"))
    yield from unfit("name", of[params["name"]], IDENTIFYING)
    for column in params["apart"]:
        yield from unfit("apart", of[column], IDENTIFYING)
    yield from unfit("chosen", record[params["chosen"]], IDENTIFYING)
    if params["reason"]:
        yield from unfit("reason", record[params["reason"]], ("text", "longtext"))
    yield from _opening(params, record, steps)


def _opening(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if bool(params["opening"]) != bool(params["entered"]):
        yield Text("opening 与 entered 须同时写明", "opening and entered belong together")
    if not params["opening"] or not params["entered"]:
        return
    yield from unfit("opening", record[params["opening"]], ("datetime",))
    judged = _steps(params)
    for name in judged:
        if params["opening"] in steps[name].form:
            yield Text(f"“{params['opening']}”须在环节“{name}”之前定下", f"{params['opening']!r} is set before {name!r}, not in it")
    for name, step in steps.items():
        if params["quotes"] in step.form and name not in params["entered"]:
            yield Text(f"环节“{name}”也填写报价，须列入 entered", f"the step {name!r} sets the quotes too: name it in entered")


KIND = Kind(
    id="compete",
    family=GATE,
    title=Text("比价", "Competition"),
    demand=Text("相互独立的报价足够多，选定的在其中且最低", "enough independent quotes, the chosen one among them and the cheapest"),
    params=(
        Param("at", "steps", Text("选定或使用报价的环节", "the steps that choose or rely on the choice"), required=True, demands=True),
        Param("quotes", "list-field", Text("报价所在的列表", "the list of quotes"), required=True),
        Param("least", "value", Text("至少几份独立报价，可按金额而定", "how many independent quotes, if need be by amount"), required=True),
        Param("name", "column:quotes", Text("供应商一栏", "the column that names the supplier"), required=True),
        Param("price", "column:quotes", Text("价格一栏，须大于零", "the column of the price, more than zero"), required=True),
        Param("chosen", "field", Text("填写选定供应商的字段", "the field that names the chosen supplier"), required=True),
        Param(
            "apart", "columns:quotes",
            Text("其值相同即视为同一来源的各栏，如法定代表人、电话、地址、账号、文件作者",
                 "columns in which sources differ, such as owner, phone, address, account, author of the file"),
            required=True,
            demands=True,
        ),
        Param("whole", "columns:quotes", Text("此外不得空缺的各栏", "columns that may not be empty besides"), default=(), demands=True),
        Param("reason", "field", Text("未选最低价时写明理由的字段；不写则只能选最低价",
                                      "the field for the reason not to choose the cheapest; without it only the cheapest may be"),
              default=""),
        Param("opening", "field", Text("开启的时间；此前不得填写价格", "the moment of opening: no price is entered before"), default=""),
        Param("entered", "steps", Text("填写报价的环节（与 opening 同用）", "the steps that enter the quotes (with opening)"), default=()),
        Param("when", "condition", Text("何时要求", "when it is demanded")),
    ),
    blind=Text(
        "看不出登记的资料是否属实、供应商私下串通或借用资质，也看不出国际区号、繁简体、形近字之类的改写；开启之前有人在系统外看过报价，"
        "或最后付的不是所报的价，也看不出来。",
        "It can't see whether what was written is true, suppliers in secret agreement or with borrowed names, values disguised by an"
        " area code, by traditional characters or by signs that look alike, who saw the quotes outside the system before the opening,"
        " nor whether what is paid in the end is what was asked.",
    ),
    steps_of=_steps,
    build=_build,
    check=_check,
    method=Text(
        "比较前去掉全半角、大小写、空格和标点的差别。供应商名称或 apart 各栏之一相同的报价算一份，经第三份相连的也算一份；"
        "缺项（含只填横线之类）的报价不计数，但它相同之处仍然算。同一供应商报两个价的，按高的计。几家同为最低价的，选哪一家都可以。",
        "Full width, case, spaces and punctuation are taken off before values are compared. Quotes of one supplier, or equal in one of"
        " the columns of `apart`, count as one, also when a third links them; a quote that lacks something (a mere dash is nothing)"
        " does not count, but still links. A supplier that quotes twice is held to the dearer price. Of several equally cheap ones"
        " any may be chosen.",
    ),
    example="""\
id: three-quotes
kind: compete
at: choose
quotes: quotes
least: "amount >= large ? 5 : 3"
name: supplier
price: price
chosen: winner
apart: [owner, phone, account]
reason: why
""",
)  # fmt: skip
