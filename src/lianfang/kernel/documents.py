"""The documents that cases give (文书): which of them stand in a case, and the words of their texts.

In a text ``{amount}`` is what the record says there. Pure: values come in as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lianfang.kernel.model import Act, Case, Document, Text

TOLD: Mapping[str, Text] = {
    "case_id": Text("办件号", "the number of the case"),
    "unit": Text("单位", "the unit"),
    "applicant": Text("申请人", "the applicant"),
    "actor": Text("办理人", "who did the step that gives it"),
    "at": Text("办理日期", "the day of that step"),
    "opinion": Text("办理意见", "the opinion at that step"),
}
"""What a text may name beside the fields of the record, none of which has such a name."""
_NAMED = re.compile(r"\{([^{}]*)\}")


def named(text: str) -> tuple[str, ...]:
    """The names in the braces of a text, in order."""
    return tuple(_NAMED.findall(text))


def unpaired(text: str) -> bool:
    """Whether a text has a brace that stands alone: what was meant as a name would be printed as it is."""
    return bool({"{", "}"} & set(_NAMED.sub("", text)))


def tells(document: Document) -> frozenset[str]:
    """All that a document tells of a case: fields of the record and words of ``TOLD``."""
    texts = (document.to.zh, document.to.en, document.text.zh, document.text.en)
    return frozenset(document.fields).union(*map(named, texts))


def filled(text: str, words: Mapping[str, str], blank: str) -> tuple[str, ...]:
    """The lines of a text with the words of its names; ``blank`` for what was not filled in. A line that names only such is left out: it
    says nothing of this case."""
    return tuple(
        _NAMED.sub(lambda found: words.get(found[1], blank), line.strip())
        for line in text.splitlines()
        if line.strip() and (not (names := named(line)) or any(name in words for name in names))
    )


def given(case: Case) -> Iterator[tuple[Document, Act]]:
    """The documents that a case has given and that still stand, in the order of its matter, each with the act that gave it. What was on
    record then may have been written over since: whoever shows a document folds the case up to that act, and asks whether it ``holds``."""
    for document in case.matter.documents:
        yield from ((document, act) for act in case.acts.get(document.after, ()))


def holds(document: Document, case: Case) -> bool:
    """Whether a case as it is gives a document: one whose condition can't be reckoned is not given."""
    if document.when is None:
        return True
    try:
        return bool(document.when(case.values))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return False
