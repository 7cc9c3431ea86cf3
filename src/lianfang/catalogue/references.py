"""What the files of a catalogue say of each other: every name must lead somewhere, and nothing stands twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from lianfang.catalogue.compile import field_of, field_problems
from lianfang.catalogue.facts import fact_errors
from lianfang.catalogue.organisation import Organisation, full, inside
from lianfang.catalogue.problems import Problem, again, nearest
from lianfang.catalogue.schema import (
    SECTIONS,
    ActSpec,
    DrillSpec,
    DrillsSpec,
    LedgerSpec,
    LedgersSpec,
    MapsSpec,
    MatterSpec,
    OrganisationSpec,
    RegisterSpec,
    SourceSpec,
)
from lianfang.catalogue.source import Document, Place
from lianfang.kernel import standins
from lianfang.kernel.controls import KINDS
from lianfang.kernel.decide import BUILT_IN
from lianfang.kernel.fields import ACT_FIELDS, check
from lianfang.kernel.model import ACTS, BESIDE, Command, CommandError, FieldError, Matter, Stand, Text

A_FILE = "0" * 64
SOME_DAY = "9999-12-30T00:00:00Z"
"""When what a file says is used: it may say what has not come yet today."""
VOTE = ("person", "vote")


def twice(document: Document, place: Place, names: Iterable[str], zh: str, en: str, key: str = "id") -> Iterator[Problem]:
    """A fault for every name of a list that stood in it before."""
    seen: dict[Text, tuple[str, int]] = {}
    for index, name in enumerate(names):
        yield from _again(seen, Text(f"{zh}“{name}”写了两次", f"the {en} {name!r} stands twice"), document, (*place, index), key)


def _again(seen: dict[Text, tuple[str, int]], said: Text, document: Document, place: Place, key: str) -> Iterator[Problem]:
    """A fault where what is said of a thing that stands twice was ``seen`` before, in this file or another; it is told where that was."""
    if said in seen:
        yield document.problem((*place, key), again(said, seen[said]))
    seen[said] = document.where(place)


def twice_inside(document: Document) -> Iterator[Problem]:
    """Things with the same id in a list of a matter or a template: merged by id, all but the first would be lost in silence."""
    for section, held in document.value.items():
        if isinstance(held, list):
            names = [str(item.get("id", f"#{i}")) if isinstance(item, dict) else f"#{i}" for i, item in enumerate(held)]
            seen: set[str] = set()
            for i, name in enumerate(names):
                if name in seen:
                    yield document.problem((section, i, "id"), Text(f"“{name}”写了两次", f"{name!r} stands twice"))
                seen.add(name)


def template_problems(value: Mapping[str, object]) -> Iterator[tuple[Place, Text]]:
    """Parts of a template that could not be merged: told here, where the matters that override them would be blamed."""
    for section, kind in SECTIONS.items():
        held = value.get(section, kind())
        if not isinstance(held, kind):
            yield (section,), Text("应为键值", "should be a mapping") if kind is dict else Text("应为列表", "should be a list")
        elif isinstance(held, dict):
            yield from (((section, key), Text("应为键值", "should be a mapping")) for key, one in held.items() if not isinstance(one, dict))
        elif isinstance(held, list) and section in ("risks", "controls", "documents"):
            named = (i for i, one in enumerate(held) if not (isinstance(one, dict) and isinstance(one.get("id"), str)))
            yield from (((section, i), Text("缺少 id", "the id is missing")) for i in named)


def organisation_problems(spec: OrganisationSpec, document: Document) -> Iterator[Problem]:
    """Units, posts and people that an organisation names and does not have, or has twice."""
    posts = [f"{u.id}/{p.id}" for u in spec.units for p in u.posts]
    units = [u.id for u in spec.units]
    yield from twice(document, ("units",), units, "单位", "unit")
    yield from twice(document, ("people",), [person.login for person in spec.people], "人员", "person", "login")
    for i, person in enumerate(spec.people):
        if person.unit not in units:
            yield document.problem(("people", i, "unit"), nearest(person.unit, units, "单位", "unit"))
        for j, holding in enumerate(person.posts):
            place: Place = ("people", i, "posts", j)
            if full(person.unit, holding.post) not in posts:
                known = inside(person.unit, posts) if "/" not in holding.post else posts
                yield document.problem((*place, "post"), nearest(holding.post, known, "岗位", "post"))
            if holding.until is not None and holding.until <= holding.since:
                message = Text(f"任期的结束（{holding.until}）应晚于开始", f"the post is held until {holding.until}, not after it begins")
                yield document.problem((*place, "to"), message)
    for i, unit in enumerate(spec.units):
        place = ("units", i)
        yield from twice(document, (*place, "posts"), [post.id for post in unit.posts], "岗位", "post")
        yield from twice(document, (*place, "bodies"), [body.id for body in unit.bodies], "会议", "body")
        for j, body in enumerate(unit.bodies):
            named: list[tuple[Place, str]] = [(("members", k), name) for k, name in enumerate(body.members)]
            for where, name in [*named, (("chair",), body.chair)]:
                if full(unit.id, name) not in posts:
                    known = inside(unit.id, posts) if "/" not in name else posts
                    yield document.problem((*place, "bodies", j, *where), nearest(name, known, "岗位", "post"))


def ledger_problems(parts: Sequence[tuple[Document, LedgersSpec]], built: Organisation) -> Iterator[Problem]:
    """Ledgers that stand twice, columns that lead nowhere, and entries that are not what their ledger's columns hold."""
    keys = {ledger.id: [entry.key for entry in ledger.entries] for _, part in parts for ledger in part.ledgers}
    seen: dict[Text, tuple[str, int]] = {}
    for document, part in parts:
        for i, ledger in enumerate(part.ledgers):
            place: Place = ("ledgers", i)
            yield from _again(seen, Text(f"台账“{ledger.id}”写了两次", f"the ledger {ledger.id!r} stands twice"), document, place, "id")
            for where, message in field_problems(ledger.fields, keys):
                yield document.problem((*place, "fields", *where), message)
            yield from twice(document, (*place, "entries"), [entry.key for entry in ledger.entries], "台账记录", "entry", "key")
            for j, entry in enumerate(ledger.entries):
                for name, value in entry.data.items():
                    for inside_it, message in _cell_problems(ledger, name, value, keys, built):
                        yield document.problem((*place, "entries", j, "data", name, *inside_it), message)


def _cell_problems(
    ledger: LedgerSpec, name: str, value: object, keys: Mapping[str, Sequence[str]], built: Organisation
) -> Iterator[tuple[Place, Text]]:
    """What is wrong with one value of an entry, and where in the value."""
    column = ledger.fields.get(name)
    if column is None:
        yield (), nearest(name, ledger.fields, "栏目", "column")
        return
    cells = [*_cells(value, column.of)] if column.type == "list" else []
    yield from ((cell, nearest(cell[-1], column.of, "栏目", "column")) for cell in cells)
    errors: list[FieldError] = []
    if not cells:
        check(field_of(name, column))(name, value, SOME_DAY, errors)
    yield from (((), _at(error)) for error in errors)
    if errors:
        return
    if column.type == "person" and value not in built.people:
        yield (), nearest(str(value), built.people, "人员", "person")
    if column.type == "people" and isinstance(value, list):
        strangers = [(k, one) for k, one in enumerate(value) if one not in built.people]
        yield from (((k,), nearest(one, built.people, "人员", "person")) for k, one in strangers)
    if column.type == "entry" and value not in keys.get(column.ledger, [value]):
        yield (), nearest(str(value), keys[column.ledger], "台账记录", "entry")


def _at(error: FieldError) -> Text:
    return Text(f"“{error.field}”：{error.message.zh}", f"{error.field!r}: {error.message.en}")


def register_problems(
    registers: Sequence[tuple[Document, RegisterSpec]], maps: Sequence[tuple[Document, MapsSpec]], units: Collection[str]
) -> Iterator[Problem]:
    """Rows and maps that stand twice or name a unit, a map or a row that is not there, or not each other."""
    carried = {row.row: row.map for _, part in registers for row in part.rows}
    charts = {chart.map for _, part in maps for chart in part.maps}
    yield from _row_problems(registers, charts, units)
    yield from _map_problems(maps, carried)


def _row_problems(registers: Sequence[tuple[Document, RegisterSpec]], charts: Collection[str], units: Collection[str]) -> Iterator[Problem]:
    seen: dict[Text, tuple[str, int]] = {}
    for document, part in registers:
        for i, row in enumerate(part.rows):
            place: Place = ("rows", i)
            yield from _again(seen, Text(f"第 {row.row} 项写了两次", f"row {row.row} stands twice"), document, place, "row")
            if row.unit not in units:
                yield document.problem((*place, "unit"), nearest(row.unit, units, "单位", "unit"))
            if row.map not in charts:
                yield document.problem((*place, "map"), nearest(row.map, charts, "防控图", "map"))


def _map_problems(maps: Sequence[tuple[Document, MapsSpec]], carried: Mapping[int, str]) -> Iterator[Problem]:
    seen: dict[Text, tuple[str, int]] = {}
    for document, drawn in maps:
        for i, chart in enumerate(drawn.maps):
            place: Place = ("maps", i)
            yield from _again(seen, Text(f"防控图“{chart.map}”画了两次", f"the map {chart.map!r} stands twice"), document, place, "map")
            if chart.row not in carried:
                yield document.problem((*place, "row"), nearest(str(chart.row), map(str, carried), "责任清单项", "row of the register"))
            elif carried[chart.row] != chart.map:
                said = carried[chart.row]
                yield document.problem(
                    (*place, "row"), Text(f"第 {chart.row} 项写的是防控图“{said}”", f"row {chart.row} names the map {said!r}")
                )
            yield from twice(document, (*place, "boxes"), [box.id for box in chart.boxes], "方框", "box")


def source_problems(document: Document, source: SourceSpec, rows: Collection[int], charts: Collection[str]) -> Iterator[Problem]:
    """Rows and a map that a matter comes from and that the register does not hold."""
    for i, number in enumerate(source.register_):
        if number not in rows:
            yield document.problem(("source", "register", i), nearest(str(number), map(str, rows), "责任清单项", "row of the register"))
    if source.map not in charts:
        yield document.problem(("source", "map"), nearest(source.map, charts, "防控图", "map"))


def unit_problems(document: Document, spec: MatterSpec, built: Organisation) -> Iterator[Problem]:
    """A unit that is not there, or not the one in whose folder the matter lies."""
    if spec.unit not in built.units:
        yield document.problem(("unit",), nearest(spec.unit, built.units, "单位", "unit"))
    elif spec.unit != spec.id.partition("/")[0]:
        folder = spec.id.partition("/")[0]
        yield document.problem(("unit",), Text(f"事项放在单位“{folder}”之下", f"the matter lies in the folder of {folder!r}"))


def outside_problems(spec: MatterSpec, ledgers: Mapping[str, LedgerSpec]) -> Iterator[tuple[Place, Text]]:
    """Steps that write to a ledger from outside: what is to be compared with the office's own doing can't be the office's own."""
    for name, step in spec.steps.items():
        for i, write in enumerate(step.writes):
            if write.ledger in ledgers and ledgers[write.ledger].outside:
                yield (
                    ("steps", name, "writes", i, "ledger"),
                    Text(
                        f"台账“{write.ledger}”来自外部，环节不能写入",
                        f"the ledger {write.ledger!r} comes from outside: no step writes to it",
                    ),
                )


def shared_problems(name: str, specs: Mapping[str, MatterSpec]) -> Iterator[tuple[Place, Text]]:
    """Entries that a matter writes to a ledger to whose entries some matter adds: written anew, what cases added would be lost."""
    added: dict[str, str] = {}
    for matter, spec in specs.items():
        added.update({write.ledger: matter for step in spec.steps.values() for write in step.writes if write.adds})
    for step_name, step in specs[name].steps.items():
        for i, write in enumerate(step.writes):
            if write.ledger in added and not write.adds:
                other = added[write.ledger]
                message = Text(f"事项“{other}”向台账“{write.ledger}”累加（adds），不能再整条写入",
                               f"{other!r} adds to entries of {write.ledger!r}: no step writes whole entries to it")  # fmt: skip
                yield ("steps", step_name, "writes", i, "ledger"), message


def drill_problems(
    drills: DrillsSpec, document: Document, spec: MatterSpec, matter: Matter | None, duties: Mapping[str, Matter], built: Organisation,
    ledgers: Mapping[str, LedgerSpec],
) -> Iterator[Problem]:  # fmt: skip
    """What drills name that is not there, and data that no step would take. ``matter`` is None where the matter itself has a fault."""
    risks = [risk.id for risk in spec.risks]
    own = [control.id for duty in duties.values() for control in duty.controls]
    watched = {str(control.get("ledger")) for control in spec.controls if control.get("kind") == "pattern"} & ledgers.keys()
    controls = [*(str(control.get("id")) for control in spec.controls), *own, *BUILT_IN]
    carried = [str(one.get("id")) for one in spec.controls if (kind := KINDS.get(str(one.get("kind")))) is not None and kind.matter]
    yield from twice(document, ("drills",), [drill.id for drill in drills.drills], "演练", "drill")
    whole = {drill.id: drill for drill in drills.told().drills}
    for i, drill in enumerate(drills.drills):
        if (drill.risk or not drill.lawful) and drill.risk not in risks:
            yield document.problem(("drills", i, "risk"), nearest(drill.risk, risks, "风险点", "risk"))
        yield from (document.problem(("drills", i, *where), message) for where, message in _begun(drill, whole))
        yield from (document.problem(("drills", i, *where), message) for where, message in _beside(drill, controls, spec.unit, built))
        yield from (document.problem(("drills", i, *where), message) for where, message in _standing_in(drill, drills.begins, built))
        for j, act in enumerate(drill.script):
            place: Place = ("drills", i, "script", j)
            refused, alarmed = (act.expect.refused, act.expect.alarmed) if act.expect else ("", "")
            checks: list[tuple[Place, str, Collection[str], str, str]] = [
                (("who",), act.who, built.people, "人员", "person"),
                (
                    ("behalf",),
                    act.behalf,
                    [one for who, one in drill.stand_ins.items() if who == act.who],
                    "所代理的人",
                    "stand-in's person",
                ),
                (("step",), "" if act.duty else act.step, spec.steps, "环节", "step"),
                (("reads",), act.reads, spec.record, "字段", "field"),
                (("duty",), act.duty, carried, "履责", "duty"),
                (("expect", "refused"), refused, controls, "防控措施", "control"),
                (("expect", "alarmed"), alarmed, controls, "防控措施", "control"),
                *((("data", *where), name, drills.files, "文件", "file") for where, name in _files(act.data if not act.told else {})),
            ]
            wrong = [(where, nearest(name, known, zh, en)) for where, name, known, zh, en in checks if name and name not in known]
            wrong += _no_fact(act, ledgers, watched) if act.told else _incomplete(act)
            if not wrong and not act.told:
                judging = duties.get(act.duty) if act.duty else matter
                wrong += _unfit(act, judging, built.people) if judging is not None else _unknown_fields(act, spec)
            yield from (document.problem((*place, *where), message) for where, message in wrong)


def _begun(drill: DrillSpec, known: Mapping[str, DrillSpec]) -> Iterator[tuple[Place, Text]]:
    """What is wrong with how a drill begins as another one; ``known`` are those of the file, each with its whole script."""
    if not drill.after:
        if drill.until:
            yield ("until",), Text("须写明从哪个演练开始（after）", "says how far it goes along (until), and not with which drill (after)")
        return
    if drill.after not in known:
        yield ("after",), nearest(drill.after, known, "演练", "drill")
        return
    chain, one = [drill.id], known[drill.after]
    while one.id not in chain and one.after in known:
        chain, one = [*chain, one.id], known[one.after]
    if one.id in chain:
        yield ("after",), Text(f"演练“{drill.after}”又从本演练开始", f"the drill {drill.after!r} begins as this one does")
        return
    steps = [act.step for act in known[drill.after].script]
    if drill.until and drill.until not in steps:
        yield ("until",), nearest(drill.until, [step for step in steps if step], "环节", "step")


def _beside(drill: DrillSpec, controls: Collection[str], unit: str, built: Organisation) -> Iterator[tuple[Place, Text]]:
    """What a drill says beside its script: alarms, and posts that people hold in it."""
    for i, control in enumerate(drill.raises):
        if control not in controls:
            yield ("raises", i), nearest(control, controls, "防控措施", "control")
    for person, post in drill.also.items():
        if person not in built.people:
            yield ("also", person), nearest(person, built.people, "人员", "person")
        if full(unit, post) not in built.posts:
            yield ("also", person), nearest(post, inside(unit, sorted(built.posts)), "岗位", "post")


def _standing_in(drill: DrillSpec, begins: str, built: Organisation) -> Iterator[tuple[Place, Text]]:
    """Stand-ins of a drill who are not there, or can't be named as such."""
    named: dict[str, list[Stand]] = {}
    for who, person in drill.stand_ins.items():
        unknown = next((one for one in (who, person) if one not in built.people), None)
        if unknown is not None:
            yield ("stand_ins", who), nearest(unknown, built.people, "人员", "person")
            continue
        roles = [built.posts[post].role for post in built.posts_of(who, begins)]
        one = Stand(person, built.posts_of(person, begins), begins, "9999")
        fault = standins.fault(who, one, roles, named)
        if fault is not None:
            yield ("stand_ins", who), fault[1]
        named[who] = [one]


def step_of(act: ActSpec, matter: Matter) -> str:
    """The step that an act takes; where a duty's act does not say it, the first of the duty's small matter that knows such an act."""
    if act.step or not act.duty:
        return act.step
    steps = matter.flow.order
    return next((name for name in steps if act.act in matter.plan.steps[name].acts), "") if act.act else matter.plan.first


def _no_fact(act: ActSpec, ledgers: Mapping[str, LedgerSpec], watched: Collection[str]) -> Iterator[tuple[Place, Text]]:
    """What is wrong with a fact that a drill lets come in, or that stood before in a ledger that is watched."""
    outside = [name for name, ledger in ledgers.items() if ledger.outside]
    if act.fact and act.fact not in outside:
        yield ("fact",), nearest(act.fact, outside, "外部台账", "ledger from outside")
        return
    if act.earlier and act.earlier not in watched:
        yield ("earlier",), nearest(act.earlier, watched, "本事项监测（pattern）的台账", "ledger that a pattern of this matter looks at")
        return
    for error in fact_errors(ledgers[act.told], act.data, SOME_DAY):
        yield ("data", *((error.field,) if error.field in act.data else ())), _at(error)
    if (
        (act.fact and act.earlier)
        or act.who
        or act.behalf
        or act.step
        or act.duty
        or act.act
        or act.pass_
        or act.reads
        or (act.expect is not None and act.expect.refused)
    ):
        yield ("fact",), Text("外部数据不由人办理，只会引起预警（alarmed）", "a fact is nobody's act: it can only be alarmed")


def _incomplete(act: ActSpec) -> Iterator[tuple[Place, Text]]:
    if not act.pass_ and not act.who:
        yield (), Text("须写明谁来办（who）或过多久（pass）", "an act says who does it (who), or how much time passes (pass)")
    if act.reads and (act.step or act.act or act.duty or act.data or act.happens or act.behalf):
        yield ("reads",), Text("查阅（reads）只写谁、哪个办件与哪个字段", "a reading says who, which case and which field (reads), no more")
    if not act.still and not act.step and not act.duty and act.act not in BESIDE:
        yield (), Text("须写明哪个环节（step）", "an act says which step it takes (step)")
    if act.expect is not None and bool(act.expect.refused) == bool(act.expect.alarmed):
        yield ("expect",), Text("须写明 refused 或 alarmed 之一", "either refused or alarmed is needed, not both")
    if act.expect is not None and act.expect.within and (act.expect.refused or act.pass_):
        yield ("expect", "within"), Text("within 是办理之后预警的时限，只与 alarmed 同用；过多久（pass）自带时限",
                                         "within is how soon after an act it is alarmed: with alarmed, and not with pass")  # fmt: skip


def _unknown_fields(act: ActSpec, spec: MatterSpec) -> list[tuple[Place, Text]]:
    """The same as far as it can be told of a matter that has a fault."""
    known = [*spec.record, *ACT_FIELDS]
    told = () if act.duty or act.act in BESIDE else act.data
    return [(("data", name), nearest(name, known, "字段", "field")) for name in told if name not in known]


def _unfit(act: ActSpec, matter: Matter, people: Collection[str]) -> list[tuple[Place, Text]]:
    """Data that the step would call malformed: a drill that tries it proves nothing."""
    if act.reads:
        return []
    if act.act in BESIDE and not act.step:
        return _unfit_beside(act, matter, people)
    plan = matter.plan.steps.get(step_of(act, matter))
    if plan is None:
        return [] if act.pass_ else [(("step",), nearest(act.step, matter.plan.steps, "环节", "step"))]
    acts = ACTS[plan.step.kind]
    if act.act and act.act not in acts:
        return [(("act",), nearest(act.act, acts, "动作", "act"))]
    known = [*plan.step.form, *ACT_FIELDS]
    wrong: list[tuple[Place, Text]] = [(("data", name), nearest(name, known, "字段", "field")) for name in act.data if name not in known]
    lists = {"votes": VOTE, **{name: tuple(matter.record[name].of) for name in plan.step.form if matter.record[name].type == "list"}}
    cells = [(name, i, key) for name, held in lists.items() for i, key in _cells(act.data.get(name), held)]
    wrong += [(("data", *cell), nearest(cell[-1], lists[cell[0]], "栏目", "column")) for cell in cells]
    wrong += [(place, nearest(one, people, "人员", "person")) for place, one in _people(act.data, matter) if one not in people]
    misspelt = {name for name, *_ in cells}
    data = {name: _filled(value) for name, value in act.data.items() if name in known and name not in misspelt}
    try:
        # What an earlier act of the script may have filled in is not missing here.
        plan.read(Command(act.case, plan.step.id, act.act or acts[0], data, act.who, "", SOME_DAY), dict.fromkeys(matter.record))
    except CommandError as error:
        missing = [one for one in error.errors if one.field not in data and one.field in matter.record]
        wrong += [(("data", one.field.partition("[")[0]), _at(one)) for one in error.errors if one not in missing]
    return wrong


def _unfit_beside(act: ActSpec, matter: Matter, people: Collection[str]) -> list[tuple[Place, Text]]:
    """The same of an act beside the steps."""
    try:
        matter.plan.beside.read(Command(act.case, "", act.act, act.data, act.who, "", SOME_DAY), {})
    except CommandError as error:
        return [(("data", one.field), _at(one)) for one in error.errors]
    one, step = str(act.data.get("person", "")), str(act.data.get("step", ""))
    wrong = [(("data", "person"), nearest(one, people, "人员", "person"))] if one and one not in people else []
    wrong += [(("data", "step"), nearest(step, matter.steps, "环节", "step"))] if step and step not in matter.steps else []
    named = act.data.get("people", ())
    return [*wrong, *((("data", "people", i), nearest(one, people, "人员", "person")) for i, one in enumerate(named) if one not in people)]


def _cells(value: object, columns: Collection[str]) -> Iterator[tuple[int, str]]:
    """The cells of a list that have no such column."""
    for i, row in enumerate(value if isinstance(value, list) else ()):
        if isinstance(row, Mapping):
            yield from ((i, key) for key in row if key not in columns)


def _people(data: Mapping[str, object], matter: Matter) -> Iterator[tuple[Place, str]]:
    """The people that data names, and where."""
    for name, value in data.items():
        field = matter.record.get(name)
        if field is not None and field.type == "person" and isinstance(value, str):
            yield ("data", name), value
        elif name in ("attendance", "recused", "cast_by") or (field is not None and field.type == "people"):
            yield from ((("data", name, i), one) for i, one in enumerate(value if isinstance(value, list) else ()) if isinstance(one, str))
        elif name == "votes":
            votes = enumerate(value if isinstance(value, list) else ())
            yield from (
                (("data", name, i, "person"), one["person"])
                for i, one in votes
                if isinstance(one, Mapping) and isinstance(one.get("person"), str)
            )


def _filled(value: object) -> object:
    """The data with any file for ``$name``."""
    if isinstance(value, Mapping):
        return {key: _filled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item) for item in value]
    return A_FILE if isinstance(value, str) and value.startswith("$") else value


def _files(value: object, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """The files that a drill's data names, written ``$name``, and where."""
    if isinstance(value, str) and value.startswith("$"):
        yield place, value[1:]
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _files(item, (*place, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _files(item, (*place, i))
