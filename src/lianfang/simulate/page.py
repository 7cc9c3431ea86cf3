"""A simulated life as a page: precision and recall by detector and by kind of control, beside the command that made it."""

from __future__ import annotations

from lianfang.simulate.report import Report

HEAD = """# 模拟单位的一年 · A simulated year

本页由下面的命令生成，内容随之更新；所用种子与测试所用的不同。 Written by this command and renewed by it; the tests use other seeds.

    {command}

模拟与监测器不共用代码：人按规定办事，金额、间隔和名称按长尾分布抽取；违规取自演练剧本，其身份另记标签。“属实”指预警落在植入的违规办件上；
“照例”指守规矩的人也会有、本就该提醒的事（如偶尔逾期），不计对错；查准率是其余预警中属实的份额，查全率是应由该监测发现的违规中被发现的
份额。
The simulation shares no code with the detectors: people keep to the rules; amounts, gaps and names are long-tailed. Misconduct has the
shape of the drills and is labelled aside. An alert is true when it stands on a case of injected misconduct, and expected when it tells what
honest people do too, such as being late once in a while: that counts for neither side. Precision is the true share of the others, recall
the found share of what it was there to find.

`lianfang simulate --into-office` 把到今天为止的一年写入一个新的单位（`LIANFANG_DATA`），每步都由单位自己办理、监测和处置预警，存证可核验；
`make run` 首次启动时也这样做。
`lianfang simulate --into-office` lives the year until today in a new office, each act through the office's own path, watched and worked as
it would have been, with evidence that verifies; so does the first `make run`.

| | | |
|---|---|--:|
"""
COUNTS = (
    ("cases", "办件", "cases"),
    ("turns", "履责（另计）", "turns of duties, beside them"),
    ("commands", "命令", "commands"),
    ("false_refusals", "误拦", "honest acts refused"),
    ("false_alarms", "误报", "alarms about honest work"),
    ("injected", "植入的违规", "misconduct injected"),
    ("caught", "其中被发现", "of it caught"),
)
TABLE = """
| 监测器或类别 detector or kind | 预警 raised | 属实 true | 照例 expected | 查准 precision | 应发现 to find | 已发现 found | 查全 recall |
|---|--:|--:|--:|--:|--:|--:|--:|
"""


def page(report: Report, command: str) -> str:
    """The page, in Markdown, of a report that a command line brought about."""
    told = report.as_json()
    counts = "".join(f"| {zh} | {en} | {told[name]} |\n" for name, zh, en in COUNTS)
    rows = (
        f"| `{one.id}` | {one.raised} | {one.true} | {one.expected} | {_share(one.true, one.judged)} | {one.wanted} | {one.found}"
        f" | {_share(one.found, one.wanted)} |\n"
        for one in report.by_detector(report.figures())
    )
    return HEAD.format(command=command) + counts + TABLE + "".join(rows)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "—"
