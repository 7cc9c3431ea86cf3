"""The style guide, for who runs the system and in the demo: every component by the template that draws it, in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from lianfang.kernel.model import Text
from lianfang.office import accounts
from lianfang.office.refusals import GRADES, LEVELS
from lianfang.office.views import Forbidden, PersonView
from lianfang.web.desk.paging import Paged
from lianfang.web.people import signed_in
from lianfang.web.style import samples

ADMINISTRATOR = "system-administrator"
NOT_YOURS = Text("样式指南由系统管理员查看。", "The style guide is for the system administrator.")
MOVES = re.compile(r"""\s(?:method|enctype|action|novalidate|hx-[a-z-]+|data-(?!label)[a-z-]+)(?:="[^"]*"|='[^']*')?(?=[\s>])""")
"""What in the markup of a sample would do something: send it, fetch, or let a script take hold of it."""
AWAY = re.compile(r'href="[^#"][^"]*"')
HERE = 'href="#samples"'


@dataclass(frozen=True, slots=True)
class Sample:
    """A component: what it is, and its markup as the pages have it."""

    title: Text
    html: SafeString


@require_safe
@signed_in
def guide(request: HttpRequest, person: PersonView) -> HttpResponse:
    """Every component of the style sheet."""
    if ADMINISTRATOR not in person.roles and not accounts.is_demo():
        raise Forbidden(NOT_YOURS)
    drawn = tuple(
        Sample(title, still(render_to_string(f"web/{template}", context, request))) for title, template, context in samples.parts()
    )
    context = {
        "samples": drawn, "paged": Paged(samples.turned(), request), "grades": GRADES, "levels": LEVELS, "depths": (1, 3, 10, 30),
        "moments": samples.moments(), "statuses": samples.STATUSES,
    }  # fmt: skip
    return render(request, "web/style/style.html", context)


def still(html: str) -> SafeString:
    """The markup of a sample that looks as it does on its page and does nothing: its forms send nothing, its links stay here."""
    quiet = re.sub(r"<(/?)form\b", r"<\1div", MOVES.sub("", html))
    return mark_safe(AWAY.sub(HERE, quiet))  # noqa: S308 our own templates, which escape what they are given
