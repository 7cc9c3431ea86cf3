"""Refusals as pages and the interface show them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from lianfang.kernel.beside import COPY, WITHDRAW
from lianfang.kernel.comment import COMMENT
from lianfang.kernel.consult import ADVISE, CONSULT, OPEN
from lianfang.kernel.controls import KINDS
from lianfang.kernel.decide import BUILT_IN
from lianfang.kernel.entry import text_of
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.scene import PASS
from lianfang.kernel.standins import STAND_IN
from lianfang.kernel.wording import both, joined, quoted, value_text
from lianfang.office.access import actors_of, readable
from lianfang.office.channels import confidential
from lianfang.office.engine import engine
from lianfang.office.files import shelf
from lianfang.office.people import holders, names, title
from lianfang.office.views import NOTHING, RefusalView
from lianfang.office.words import doing, entry_title
from lianfang.store.models import ID, REFUSED, CaseRow, Entry

FAMILIES: Mapping[str, Text] = {
    "gate": Text("事前拦截", "Gate"),
    "watch": Text("监测预警", "Watch"),
    "duty": Text("定期履责", "Duty"),
}
GRADES: Mapping[str, Text] = {"high": Text("高", "high"), "medium": Text("中", "medium"), "low": Text("低", "low")}
LEVELS: Mapping[str, Text] = {"red": Text("红色", "red"), "orange": Text("橙色", "orange"), "yellow": Text("黄色", "yellow")}
ORDER = Text("流程次序", "Order")
WHO: Mapping[str, Mapping[str, Text]] = {
    "collective": {
        "strangers": Text("不是应到会成员的", "Not members"), "recused": Text("已回避的", "Recused"),
        "twice": Text("重复投票的", "Voted twice"), "absent": Text("未到会而投票的", "Voted without being present"),
    },
    "together": {"named": Text("填报的", "Named"), "counted": Text("可以计入的", "Counted")},
    "qualified": {"appointed": Text("台账指定的是", "The ledger names")},
    "publicity": {"by": Text("公示人", "Published by")},
    "recusal": {"related": Text("须回避的", "To stand back"), "undeclared": Text("尚未申报的", "Declared nothing")},
}  # fmt: skip
"""By kind, which of the values that a refusal keeps are people."""
LATEST = 10
UNHELD = Text("现无人任职", "nobody holds it now")


def control_title(matter: Matter, control: str) -> Text:
    """The title of a control of a matter, or of what the kernel itself demands."""
    own = next((c.title for c in matter.controls if c.id == control), None)
    return own or BUILT_IN.get(control, Text(control, control))


def kind_title(kind: str) -> Text:
    """The title of a kind of control."""
    return KINDS[kind].title if kind in KINDS else ORDER


def risk_title(matter: Matter, risk: str) -> Text:
    """The title of a risk of a matter; empty when there is none of this id."""
    return next((r.title for r in matter.risks if r.id == risk), Text("", ""))


def people_in(entries: Iterable[Mapping[str, Any]]) -> Mapping[str, Text]:
    """The names of all people whom some entries name, asked for at once: who acted and for whom, and whom the data of a command and the
    values of a refusal name."""
    said: set[str] = set()
    for entry in entries:
        command, refusal = entry["command"], entry["verdict"].get("refusal") or {}
        said.update(_words([command["actor"], command.get("behalf", ""), command["data"], refusal.get("shown")]))
    return names(one for one in said if len(one) <= ID)


def _words(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            yield from (word for one in value.values() for word in _words(one))
        case list() | tuple():
            yield from (word for one in value for word in _words(one))


def refusal_view(entry_id: int, entry: Mapping[str, Any], people: Mapping[str, Text] | None = None, ask: Text = NOTHING) -> RefusalView:
    """The refusal that an entry keeps. The sentence of the source is the control's own, or else the risk that it guards. ``people`` are the
    names of those whom the entry names (``people_in``), where they are known already; ``ask`` is whom to ask (``whom_to_ask``)."""
    matter = engine().matter_of(entry["version"])
    kept, command = entry["verdict"]["refusal"], entry["command"]
    people = people_in([entry]) if people is None else people
    called = _called(matter, kept, entry, people)
    return RefusalView(
        entry=entry_id,
        at=command["at"],
        who=people.get(command["actor"], both(command["actor"])),
        step=doing(matter, command),
        control=kept["control"],
        control_title=control_title(matter, kept["control"]),
        kind=kept["kind"],
        kind_title=kind_title(kept["kind"]),
        family=kept["family"],
        risk=kept["risk"],
        risk_title=risk_title(matter, kept["risk"]),
        message=_named(text_of(kept["message"]), called, _who(kept, people)),
        remedy=_named(text_of(kept["remedy"]), called),
        source=text_of(kept["source"]) if kept["source"] else Text("", ""),
        case_id=entry["case"] or "",
        ask=ask,
        matter_title=matter.title,
    )


def whom_to_ask(matter: str) -> Text:
    """The post that answers for a matter and who holds it today; of a duty's small matter, that of the matter which it belongs to. Empty
    for a channel: what came in by one is for nobody else."""
    office = engine()
    duty = office.duties.get(matter)
    found = office.current.get(duty[0].id if duty is not None else matter)
    if found is None or not found.owner or matter in confidential():
        return NOTHING
    post, held = title(found.owner), holders([found.owner])
    known = names(held)
    who = joined(known.get(one, both(one)) for one in held) if held else UNHELD
    return Text(f"{post.zh}：{who.zh}", f"{post.en}: {who.en}")


def _called(matter: Matter, kept: Mapping[str, Any], entry: Mapping[str, Any], known: Mapping[str, Text]) -> Mapping[str, Text]:
    """What stands for a ledger entry, a person or a file in the words of a refusal, and what to say instead. A file is called what who
    was refused calls it, or else who did something in the case."""
    shown, found = kept["shown"], dict[str, Text]()

    def names_of(people: Iterable[str]) -> Iterator[tuple[str, Text]]:
        return ((f"“{one}”", known[one]) for one in people if one and one in known)

    if kept["control"] in (WITHDRAW, COPY, PASS, CONSULT, ADVISE, OPEN, COMMENT):
        people = [*(shown[one] for one in ("by", "person") if one in shown), *shown.get("people", ())]
        return dict(names_of(people))
    if kept["control"] == STAND_IN:
        return dict(names_of([shown["behalf"]]))
    control = next((c for c in matter.controls if c.id == kept["control"]), None)
    if control is None:
        return found
    key = control.params.get("key")
    if key is not None and "key" in shown:
        field = matter.record.get(key.text)
        found[f"“{shown['key']}”"] = quoted(entry_title(field.ledger if field and field.ledger else control.params["ledger"], shown["key"]))
    if kept["kind"] == "distinct":
        people = [shown.get("person", ""), shown.get("related", ""), *shown.get("undeclared", ())]
        found.update(names_of(people))
    if kept["kind"] == "recusal":
        found.update((mark, quoted(called)) for mark, called in names_of(shown.get("parties", ())))
    if kept["kind"] == "match":
        values = [(matter.record[name], value) for name, value in shown.items() if name in matter.record]
        found.update({f"“{value}”": quoted(entry_title(field.ledger, value)) for field, value in values if field.type == "entry"})
        said = [*shown.values(), *(shown.get("entry") or {}).values()]
        people = [one for held in said for one in (held if isinstance(held, list) else [held]) if isinstance(one, str)]
        found.update((mark, quoted(called)) for mark, called in names_of(people))
        files = [value for field, value in values if field.type == "file"]
        rows = CaseRow.objects.filter(id=entry["case"]) if files and entry["case"] else ()
        people = [entry["command"]["actor"], *(person for row in rows for person in actors_of(row))]
        for sha256, name in shelf(files, people).titles(people).items():
            mark = value_text("file", sha256)
            found[mark.zh] = Text(f"“{name}”{mark.zh}", f"“{name}” {mark.en}")
    return found


def _named(told: Text, called: Mapping[str, Text], more: Text = NOTHING) -> Text:
    """The words of a refusal with the names of today instead of ids."""
    zh, en = told
    for raw, name in called.items():
        zh, en = zh.replace(raw, name.zh), en.replace(raw, name.en)
    return Text(zh + more.zh, f"{en} {more.en}".strip())


def _who(kept: Mapping[str, Any], known: Mapping[str, Text]) -> Text:
    """The people whom a refusal only counts, or leaves unnamed, by name."""
    listed = [
        (words, held if isinstance(held, list) else [held])
        for key, words in WHO.get(kept["kind"], {}).items()
        if (held := kept["shown"].get(key))
    ]
    told = [(words, joined(known.get(person, both(person)) for person in people)) for words, people in listed]
    return Text("".join(f"{words.zh}：{who.zh}。" for words, who in told), " ".join(f"{words.en}: {who.en}." for words, who in told))


def latest_refusals(person: str, entries: QuerySet[Entry]) -> tuple[RefusalView, ...]:
    """The latest refusals among these entries as a person reads them, latest first."""
    return refusal_views(person, entries.filter(REFUSED).order_by("-id")[:LATEST])


def refusal_views(person: str, entries: Iterable[Entry]) -> tuple[RefusalView, ...]:
    """The refusals that these entries keep, as a person reads them."""
    found = [(entry.id, readable(person, json.loads(entry.body))) for entry in entries]
    people = people_in(body for _, body in found)
    return tuple(refusal_view(number, body, people) for number, body in found)
