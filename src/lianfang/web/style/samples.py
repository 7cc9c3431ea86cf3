"""What the components of the style guide are given: values as the pages have them, of an office that does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from lianfang.catalogue.coverage import OUTCOMES
from lianfang.kernel import alerts as rules
from lianfang.kernel.model import FieldError, Text
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.kernel.wording import both
from lianfang.office import register
from lianfang.office.engine import engine
from lianfang.office.lines import STATUS
from lianfang.office.refusals import FAMILIES, GRADES, LEVELS
from lianfang.office.views import (
    NOTHING,
    ActChoice,
    AlertView,
    Carrier,
    CaseLine,
    ChangeView,
    ControlView,
    DutyLine,
    Figures,
    FileView,
    ForeseenView,
    Foresight,
    FormField,
    FormView,
    MapRow,
    MeasureView,
    Option,
    Page,
    PersonView,
    RefusalView,
    RefusedBy,
    RiskView,
    RowRisk,
    RowView,
    StampView,
    TimelineItem,
    UnitView,
    ValueView,
    WorkLine,
)
from lianfang.web.case.inputs import Form, build, foreseeing
from lianfang.web.evidence.codes import drawn
from lianfang.web.overview.views import GROUPS

Context = dict[str, Any]
MATTER = "sample/sample"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
STATUSES = tuple(STATUS.items())
STEP = Text("示例环节", "Sample step")
UNIT, POST = Text("示例单位", "Sample unit"), Text("示例岗位", "Sample post")
ONE = PersonView("one", Text("人员一", "Person One"), UNIT, (POST,))
TWO = PersonView("two", Text("人员二", "Person Two"), UNIT, (Text("另一岗位", "Another post"),))
CHOICES = (Option("first", Text("第一项", "The first")), Option("second", Text("第二项", "The second"), UNIT))
PEOPLE = tuple(Option(one.id, one.name, one.unit, one is TWO) for one in (ONE, TWO))
SCAN = FileView(HASH, "sample.pdf", 48_000, "application/pdf", 3, 1)
HELP = Text("这里说明怎么填", "How to fill it in stands here")
COLUMNS = (
    FormField("what", "text", Text("名称", "What"), required=True, max=80),
    FormField("amount", "money", Text("金额", "Amount"), required=True),
    FormField("date", "date", Text("日期", "Date"), required=False),
)
LINES = [{"what": "A-1", "amount": 290_000, "date": "2026-01-05"}, {"what": "A-2", "amount": 9_050, "date": "2026-01-06"}]
FIELDS = (
    FormField(
        "text", "text", Text("文字", "Text"), required=True, help=HELP, value="A-1", max=80, heading=Text("各类字段", "Every type of field")
    ),
    FormField("longtext", "longtext", Text("长文字", "Long text"), required=False, value="A-1, A-2", max=2000),
    FormField("int", "int", Text("数量", "Number"), required=True, value=12),
    FormField("money", "money", Text("金额", "Amount"), required=True, value=290_000),
    FormField("bool", "bool", Text("是否", "Yes or no"), required=True, value=True),
    FormField("date", "date", Text("日期", "Date"), required=True, value="2026-01-05"),
    FormField("datetime", "datetime", Text("时刻", "Moment"), required=False, value="2026-01-05T01:30:00Z"),
    FormField("choice", "choice", Text("选项", "Choice"), required=True, value="first", options=CHOICES),
    FormField("entry", "entry", Text("台账登记", "Ledger entry"), required=True, options=CHOICES),
    FormField("person", "person", Text("人员", "Person"), required=True, value="two", options=PEOPLE),
    FormField("people", "people", Text("多名人员", "People"), required=True, value=["one"], options=PEOPLE),
    FormField("file", "file", Text("文件", "File"), required=True, value=HASH, file=SCAN),
    FormField("list", "list", Text("清单", "List"), required=True, value=LINES, columns=COLUMNS),
)
"""A field of every type there is."""
SUBMIT = ActChoice("do", Text("提交", "Submit"), forward=True)
DECIDE = (
    ActChoice("approve", Text("同意", "Agree"), forward=True),
    ActChoice("return", Text("退回", "Return"), forward=False),
    ActChoice("reject", Text("不同意", "Reject"), forward=False),
)
MISSING = Text("请填写此项", "Fill this in")


def parts() -> Iterator[tuple[Text, str, Context]]:
    """The components that stand in a template of their own: what each is, its template and what it is given."""
    case = {"case_id": "sample", "linked": ()}
    yield Text("表单：各类字段", "A form: every type of field"), "case/form.html", {"form": filled(), "asks": ()}
    yield Text("表单：有错，审批", "A form: with mistakes, for an approval"), "case/form.html", {"form": mistaken(), "asks": ()}
    yield Text("表单：会议表决", "A form: a vote at a meeting"), "case/form.html", {"form": voted(), "asks": ()}
    yield Text("拦截", "A refusal"), "case/refusal.html", {"refusal": refusal()}
    checked = stamp()
    receipt = {"stamp": checked, "code": drawn(checked, f"https://sample/verify/{checked.code}/")}
    yield Text("存证回执", "A receipt"), "case/receipt.html", receipt
    yield Text("登记内容", "The record"), "case/values.html", {"values": record()}
    yield Text("办件的防控图", "The map of a case"), "case/map.html", {"rows": tuple(rows()), **case}
    yield Text("热度的图例", "The legend of the heat"), "register/heat_legend.html", {"view": {"elsewhere": ()}}
    hot = tuple(replace(row, state="ahead", who=NOTHING, waiting=n * n * 4 + 1, since=ago(days=n + 1)) for n, row in enumerate(rows()))
    yield Text("防控图的热度", "The heat of a map"), "case/map.html", {"rows": hot, "heat": {"id": MATTER, "answers": True}}
    yield Text("办理历史", "The history"), "case/timeline.html", {"items": history()}
    yield Text("办件列表", "A list of cases"), "desk/lines.html", {"paged": {"page": turned()}}
    yield Text("没有内容的列表", "A list with nothing in it"), "desk/lines.html", {"paged": {"page": Page((), 1, 0, 25)}}
    yield Text("拦截列表", "A list of refusals"), "desk/refused_lines.html", {"refused": (refusal(),), "named": True}
    yield Text("预警列表", "A list of alerts"), "alerts/lines.html", {"alerts": alerts()}
    yield Text("总览：各单位", "The overview: by unit"), "overview/units.html", overviewed()
    yield Text("总览：拦截", "The overview: refusals"), "overview/refused.html", {"refused": (refused_by(),)}
    yield Text("督办清单", "The worklist"), "overview/work_lines.html", {"lines": tuple(worklist())}
    yield Text("办件上的话", "Words on a case"), "case/comments.html", {"comments": history()[:1], "view": {"id": "sample", "beside": ()}}
    yield Text("措施列表", "A list of controls"), "register/controls.html", {"controls": controls()}
    unit = UnitView("sample", UNIT, (register_row(),))
    yield Text("风险矩阵", "The matrix of risks"), "register/matrix.html", {"matrix": register.matrix([unit]), "grades": GRADES}
    yield Text("清单：一行", "The register: in a line"), "register/lines.html", {"rows": unit.rows, "unit": unit, "watches": True}
    yield Text("清单：全文", "The register: in full"), "register/rows.html", {"rows": (replace(register_row(), row=2),), "reasons": True}


def ago(**since: int) -> str:
    """A moment before now; after now where it is less than nothing."""
    return utc_text(utc_moment(engine().now()) - timedelta(**since))


def moments() -> Mapping[str, str]:
    """What is due soon and what is overdue."""
    return {"soon": ago(days=-3), "late": ago(days=9)}


def view(step: str, kind: str, fields: tuple[FormField, ...], acts: tuple[ActChoice, ...], **more: Any) -> FormView:
    """The form of a step."""
    titles = Text("示例事项", "Sample matter"), UNIT, "", step, STEP
    return FormView(MATTER, *titles, kind, Text("为何要办，写在这里。", "Why it is asked stands here."), acts, fields, **more)


def filled() -> Form:
    """A form with a field of every type, filled in, that tells what it would meet."""
    form = build(view("filled", "task", FIELDS, (SUBMIT,)))
    return foreseeing(form, Foresight((FieldError("int", MISSING),), (ForeseenView(refusal(), ("money",)), ForeseenView(refusal()))))


def mistaken() -> Form:
    """A form of an approval with something wrong in every field, after the case moved on."""
    fields = tuple(replace(field, id=f"{field.id}_wrong", value=None, file=None, heading=NOTHING) for field in FIELDS)
    errors = [FieldError(field.id, MISSING) for field in fields]
    note = Text("办件已有新的进展，请看过后再提交。", "The case has moved on: read it, and submit again.")
    returns = {"returns": CHOICES, "returns_to": "first"}
    return build(view("mistaken", "approval", fields, DECIDE, **returns), errors=errors, note=note)


def voted() -> Form:
    """The form of a meeting."""
    typed = {"attendance": ("one", "two"), "recused": ("two",), "vote.one": ("for",)}
    return build(view("voted", "meeting", (), DECIDE[:1], meeting=(ONE, TWO)), typed)


def refusal() -> RefusalView:
    """An act that a gate turned down."""
    return RefusalView(
        1, ago(days=1), ONE.name, STEP, "sample",
        Text("两个环节由不同的人办理", "Two steps by different people"),
        "distinct", Text("不相容岗位分离", "Separation of duties"), "gate", "sample",
        Text("一人办理两个环节", "One person takes both steps"), Text("您已办理前一环节。", "You took the step before."),
        Text("请由另一人办理。", "Let somebody else take it."), Text("不相容岗位相互分离", "Incompatible posts are kept apart"),
        "sample", Text("示例事项", "Sample matter"), Text(f"{POST.zh}：{ONE.name.zh}", f"{POST.en}: {ONE.name.en}"),
    )  # fmt: skip


def record() -> tuple[ValueView, ...]:
    """Values of a record, one of them changed, one a list and one a file."""
    rows = (
        (both("A-1"), both("¥2,900.00"), both("2026-01-05"), both("12"), both("2026-01-05 09:30")),
        (both("A-2"), both("¥90.50"), NOTHING, both("3"), NOTHING),
    )
    columns = (*(column.label for column in COLUMNS), Text("数量", "Number"), Text("时刻", "Moment"))
    types = (*(column.type for column in COLUMNS), "int", "datetime")
    was, now = (ValueView("money", Text("金额", "Amount"), "money", both(amount)) for amount in ("¥3,990.50", "¥2,990.50"))
    set_to = enumerate((was, now), 1)
    return (
        ValueView("text", Text("文字", "Text"), "text", both("A-1")),
        replace(now, changes=tuple(ChangeView(one, 0, "one", "", ONE.name, "step", STEP, ago(days=9 - n), n) for n, one in set_to)),
        ValueView("file", Text("文件", "File"), "file", NOTHING, file=SCAN),
        ValueView("list", Text("清单", "List"), "list", NOTHING, columns, rows, types=types,
                  total=(Text("合计", "Total"), both("¥2,990.50"), NOTHING, both("15"), NOTHING)),
    )  # fmt: skip


def stamp() -> StampView:
    """What a document is checked by."""
    return StampView("101-AAAA-BBBB", "sample", "sheet", Text("示例文书", "Sample document"), 1, ago(days=3), 101, HASH, HASH)


def controls() -> tuple[ControlView, ...]:
    """A control of each family, one that refused and one that raised alerts."""
    acted = {"gate": (4, 0), "watch": (0, 12), "duty": (0, 0)}
    return tuple(
        ControlView(
            family, Text(f"示例措施：{title.zh}", f"Sample control: {title.en}"), family, Text("示例种类", "Sample kind"), family, title,
            Text("要求什么", "What it demands"), Text("看不到什么", "What it can't see"), Text("原文的一句话", "A sentence of the source"),
            Text("可能正当的情形", "What may be innocent") if family == "watch" else NOTHING, *acted[family],
        )
        for family, title in FAMILIES.items()
    )  # fmt: skip


def rows() -> Iterator[MapRow]:
    """A step of a map in every state, three of them with a risk of each grade."""
    states = ("done", "now", "ahead", "skipped", "ruled-out")
    for (grade, title), state in zip([*GRADES.items(), *GRADES.items()], states, strict=False):
        risk = RiskView(
            grade, Text("示例风险点", "Sample risk"), grade, title, Text("看不到什么", "What it can't see"), controls(), 4, 12, named=2
        )
        who, at = (ONE.name, ago(days=3)) if state == "done" else (NOTHING, "")
        when = Text("金额 > 3000 元", "amount > ¥3,000") if state == "skipped" else NOTHING
        step = STEP
        yield MapRow(state, step, POST, "task", state, who, at, when, (risk,) if state in states[:3] else ())


def history() -> tuple[TimelineItem, ...]:
    """An act, a refusal and an alert."""
    done = TimelineItem(101, "accepted", ago(days=3), ONE.name, POST, STEP, Text("同意", "Agree"), "A-1", record()[:2], HASH)
    refused = TimelineItem(102, "refused", ago(days=2), TWO.name, POST, STEP, NOTHING, "", (), HASH, refusal())
    told = Text("两件合起来超过了一次可批的限额。", "Two cases together are more than one approval allows.")
    return done, refused, TimelineItem(103, "alert", ago(days=1), NOTHING, NOTHING, NOTHING, NOTHING, "", (), HASH, note=told)


def alerts() -> tuple[AlertView, ...]:
    """An alert of each level, the first of them overdue, the last closed."""
    drawn = AlertView(
        1, MATTER, Text("示例事项", "Sample matter"), UNIT, "watch", controls()[1].title, Text("示例种类", "Sample kind"),
        Text("示例风险点", "Sample risk"), "red", LEVELS["red"], "open", ago(days=3), ("A-1", "A-2"),
        Text("两件合起来超过了一次可批的限额。", "Two cases together are more than one approval allows."),
        Text("可能正当的情形", "What may be innocent"), 1, "verify", rules.ALL_STAGES["verify"], ago(days=1),
    )  # fmt: skip
    held = replace(drawn, level="orange", level_title=LEVELS["orange"], due=ago(days=-3), holder=ONE.name, holder_id=ONE.id)
    closed: Context = {"status": "closed", "stage": "closed", "stage_title": rules.ALL_STAGES["closed"], "reason": rules.REASONS["other"]}
    return drawn, held, replace(drawn, level="yellow", level_title=LEVELS["yellow"], **closed)


def overviewed() -> Context:
    """Units with and without something to see to, and all of them together."""
    levels, outcomes = dict(zip(LEVELS, (1, 4, 12), strict=True)), dict(zip(OUTCOMES, (9, 1, 2), strict=True))
    busy = Figures("sample", UNIT, levels, 5, 2, 3, outcomes)
    quiet = replace(busy, alerts=dict.fromkeys(LEVELS, 0), owed=0, missed=0, late=0)
    columns = [column for _, some in GROUPS for column in some]
    rows = [(one.title, [column.cell(one) for column in columns]) for one in (busy, quiet)]
    return {"groups": GROUPS, "rows": rows, "total": [column.cell(busy) for column in columns]}


def refused_by() -> RefusedBy:
    """How often a control refused."""
    return RefusedBy(MATTER, Text("示例事项", "Sample matter"), UNIT, "sample", controls()[0].title, 4, own=True)


def worklist() -> Iterator[WorkLine]:
    """An alert, and a turn of a duty that is overdue and one that is not."""
    yield WorkLine(alert=alerts()[1])
    owes, matter = Text(f"{POST.zh} · {ONE.name.zh}", f"{POST.en} · {ONE.name.en}"), Text("示例事项", "Sample matter")
    for state, due in (("overdue", ago(days=9)), ("open", ago(days=-3))):
        turn = DutyLine(MATTER, Text("示例履责", "Sample duty"), MATTER, matter, UNIT, "2026-01", ago(days=30), due, state, "")
        yield WorkLine(turn=turn, owes=owes)


def turned() -> Page[CaseLine]:
    """The second of three pages of a list, a case in every status."""
    lines = tuple(
        CaseLine(
            f"sample-{n}", f"A-{n}", MATTER, Text("示例事项", "Sample matter"), UNIT,
            STEP if status == "open" else words, ago(days=n), ago(days=9) if status == "open" else "",
            status, words, ONE.name,
        )
        for n, (status, words) in enumerate(STATUSES, start=1)
    )  # fmt: skip
    return Page(lines, 2, 12, len(lines))


def register_row() -> RowView:
    """A row of the register with everything behind its cells."""
    high, low = (GRADES[grade] for grade in ("high", "low"))
    factors = ((Text("发生概率", "probability"), high), (Text("危害程度", "harm"), low))
    risk = RowRisk(Text("示例风险点", "Sample risk"), "high", high, factors, Text("为何这样定级", "Why it is graded so"), "high", "low")
    carriers = (Carrier(f"{MATTER}/one", controls()[0].title, 4, 0), Carrier(f"{MATTER}/two", controls()[1].title, 0, 12))
    measure = MeasureView(Text("示例措施的原文", "The words of a sample measure"), carriers)
    return RowView(
        1, UNIT, Text("示例职权", "Sample power"), Text("一（一）", "1(1)"), (risk,), (measure, replace(measure, controls=())), (), POST,
        MATTER, POST, (ONE,), 3, 4, 2, (replace(risk, grade="low", grade_title=low),), Text("全部如预期", "all as they must"), ago(days=5),
        told=True,
    )  # fmt: skip
