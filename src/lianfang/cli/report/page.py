"""The report of the drills as one page that opens by itself: nothing is fetched, nothing runs, and both languages are in it."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from django.template import Context, Engine, Library
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from lianfang.catalogue.drills.report import Report
from lianfang.catalogue.files import fingerprint
from lianfang.catalogue.load import Catalogue
from lianfang.cli.report.told import faults, told
from lianfang.kernel.model import Text
from lianfang.kernel.wording import both, moment

FOLDER = Path(__file__).parent
register = Library()


def page(report: Report, catalogue: Catalogue, at: str) -> str:
    """The page of a run at a moment (UTC text)."""
    engine = Engine(dirs=[str(FOLDER)], libraries={"report": __name__})
    values = {
        "whose": catalogue.organisation.title,
        "at": moment(at),
        "version": _version(),
        "catalogue": fingerprint(catalogue.root),
        "style": mark_safe((FOLDER / "report.css").read_text(encoding="utf-8")),  # noqa: S308 our own file
        "report": report,
        "attempts": report.refused + report.alarmed + report.missed,
        "tried": sum(tally.tried for tally in report.generated.values()),
        "passed": sum(len(tally.accepted) for tally in report.generated.values()),
        "faults": faults(report, catalogue),
        "matters": [told(run, report, catalogue) for run in report.runs],
    }
    return engine.get_template("report.html").render(Context(values, use_l10n=False, use_tz=False))


def _version() -> Text:
    """The version of the program; that it runs from its source, where it is not installed."""
    try:
        return both(metadata.version("lianfang"))
    except metadata.PackageNotFoundError:
        return Text("源码", "from source")


@register.simple_tag
def t(zh: str, en: str) -> SafeString:
    """The words in both languages, of which the reader sees one."""
    return say(Text(zh, en))


@register.filter
def say(text: Text) -> SafeString:
    """A text in both languages, of which the reader sees one; once where both are the same."""
    if text.zh == text.en:
        return format_html("{}", text.zh)
    return format_html('<span class="zh" lang="zh-Hans">{}</span><span class="en" lang="en">{}</span>', text.zh, text.en)
