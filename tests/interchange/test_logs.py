"""Logs of other systems, as they really come: a table, XES, OCEL in three forms; and what is no log, or means harm."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianfang.interchange import streams
from lianfang.interchange.kinds import UnreadableFileError
from lianfang.interchange.logs import read_log
from lianfang.interchange.logs.events import Event, Log

TABLE = "单号,环节,办理时间,经办人,金额\nA1,审批,2026-01-06 10:00,李,\nA1,申请,2026/1/5 9:00,张,2800\nA2,申请,2026-01-05T01:30:00Z,王,90\n"
XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="none"/></global>
  <string key="concept:name" value="the log"/>
  <trace>
    <event>
      <string key="concept:name" value="申请"/><string key="org:resource" value="张"/>
      <date key="time:timestamp" value="2026-01-05T09:00:00.000+08:00"><string key="source" value="clock"/></date>
      <string key="lifecycle:transition" value="complete"/><int key="amount" value="2800"/>
    </event>
    <event>
      <string key="concept:name" value="审批"/><string key="org:resource" value="李"/>
      <date key="time:timestamp" value="2026-01-06T10:00:00.000+08:00"/><string key="lifecycle:transition" value="start"/>
    </event>
    <string key="concept:name" value="A1"/><string key="district" value="North"/>
  </trace>
  <trace><event><string key="concept:name" value="申请"/><date key="time:timestamp" value="2026-01-05T09:30:00+08:00"/></event></trace>
</log>
"""
OBJECTS = {
    "objectTypes": [{"name": "order", "attributes": []}],
    "eventTypes": [{"name": "申请", "attributes": []}],
    "events": [
        {
            "id": "e1", "type": "申请", "time": "2026-01-05T01:00:00Z", "attributes": [{"name": "amount", "value": 2800}],
            "relationships": [{"objectId": "A1", "qualifier": "of"}, {"objectId": "张", "qualifier": "by"}],
        },
        {
            "id": "e2", "type": "审批", "time": "2026-01-06T02:00:00Z", "attributes": [],
            "relationships": [
                {"objectId": "A1", "qualifier": "of"}, {"objectId": "A2", "qualifier": "of"}, {"objectId": "李", "qualifier": "by"},
            ],
        },
        {"id": "e3", "type": "关机", "time": "2026-01-07T02:00:00Z", "relationships": [{"objectId": "李", "qualifier": "by"}]},
    ],
    "objects": [
        {"id": "A1", "type": "order", "attributes": [{"name": "district", "time": "2026-01-01T00:00:00Z", "value": "North"}]},
        {"id": "A2", "type": "order"}, {"id": "张", "type": "employees"}, {"id": "李", "type": "employees"},
    ],
}  # fmt: skip
"""The example in JSON; the other two forms below say the same."""


def marked() -> str:
    def attributes(one: dict[str, object]) -> str:
        told = one.get("attributes") or ()
        return "<attributes>" + "".join(f'<attribute name="{a["name"]}">{a["value"]}</attribute>' for a in told) + "</attributes>"  # type: ignore[attr-defined]

    events = "".join(
        f'<event id="{e["id"]}" type="{e["type"]}" time="{e["time"]}">{attributes(e)}<objects>'
        + "".join(f'<relationship object-id="{r["objectId"]}" qualifier="{r["qualifier"]}"/>' for r in e["relationships"])  # type: ignore[attr-defined]
        + "</objects></event>"
        for e in OBJECTS["events"]
    )
    objects = "".join(f'<object id="{o["id"]}" type="{o["type"]}">{attributes(o)}</object>' for o in OBJECTS["objects"])
    return f'<log><object-types><object-type name="order"/></object-types><events>{events}</events><objects>{objects}</objects></log>'


def stored(path: Path) -> None:
    database = sqlite3.connect(path)
    database.executescript(
        "create table event (ocel_id, ocel_type); create table object (ocel_id, ocel_type);"
        "create table event_object (ocel_event_id, ocel_object_id, ocel_qualifier);"
        "create table event_map_type (ocel_type, ocel_type_map); create table object_map_type (ocel_type, ocel_type_map);"
        "create table object_Order (ocel_id, ocel_time, ocel_changed_field, district);"
        "create table object_Employees (ocel_id, ocel_time, ocel_changed_field);"
        "insert into object_map_type values ('order', 'Order'), ('employees', 'Employees');"
        "insert into object_Order values ('A1', '1970-01-01', null, 'North'), ('A1', '2026-01-09', 'district', 'South');"
    )
    for number, event in enumerate(OBJECTS["events"]):
        database.execute(f"create table event_t{number} (ocel_id, ocel_time, amount)")
        database.execute("insert into event_map_type values (?, ?)", (event["type"], f"t{number}"))
        database.execute("insert into event values (?, ?)", (event["id"], event["type"]))
        amount = next((one["value"] for one in event.get("attributes") or ()), None)
        database.execute(f"insert into event_t{number} values (?, ?, ?)", (event["id"], event["time"], amount))
        for link in event["relationships"]:
            database.execute("insert into event_object values (?, ?, ?)", (event["id"], link["objectId"], link["qualifier"]))
    database.executemany("insert into object values (?, ?)", [(one["id"], one["type"]) for one in OBJECTS["objects"]])
    database.commit()
    database.close()


def read(path: Path, content: bytes | str, **chosen: str) -> Log:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_log(path, chosen)


def told(path: Path, content: bytes | str, **chosen: str) -> str:
    """What is said of a file that can't be read."""
    with pytest.raises(UnreadableFileError) as error:
        read(path, content, **chosen)
    return error.value.message.zh + error.value.message.en


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_in_the_order_of_time_whatever_its_own(path: Path, encoding: str) -> None:
    log = read(path, TABLE.encode(encoding))
    assert log.cases["A1"] == [
        Event("A1", "申请", "2026-01-05T01:00:00Z", "张", 3, (("金额", "2800"),)),
        Event("A1", "审批", "2026-01-06T02:00:00Z", "李", 2, ()),
    ]
    assert log.cases["A2"][0].time == "2026-01-05T01:30:00Z"
    assert log.used == {"case": "单号", "step": "环节", "time": "办理时间", "person": "经办人"}


def test_columns_can_be_chosen_and_what_is_missing_is_told(path: Path) -> None:
    odd = "no,what,extra\nA1,go,x\n"
    assert "case" in told(path, odd) and "no, what, extra" in told(path, odd) and "--column case=" in told(path, odd)
    log = read(path, odd, case="NO", step="what")
    assert log.cases["A1"] == [Event("A1", "go", "", "", 2, (("extra", "x"),))]
    assert "“nowhere”" in told(path, odd, case="nowhere", step="what")
    assert "person" in told(path, odd, unit="what")
    assert "“a”" in told(path, "a,a\n1,2\n")


def test_a_bad_line_is_kept_aside_with_its_reason(path: Path) -> None:
    log = read(path, TABLE + "A3,申请,yesterday,张,1\n,申请,2026-01-05 9:00,张,1\nA3,申请\n")
    assert [one.line.number for one in log.bad] == [5, 6, 7]
    assert "yesterday" in log.bad[0].why.en and "办件" in log.bad[1].why.zh and "2 cells" in log.bad[2].why.en
    assert log.bad[2].line.cells == ("A3", "申请")
    assert "A3" not in log.cases
    assert "yesterday" in told(path, "单号,环节,时间\nA3,申请,yesterday\n")


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_xes_has_its_traces_and_attributes(path: Path, pack: Callable[[str], bytes]) -> None:
    log = read(path, pack(XES))
    first, second = log.cases["A1"]
    assert (first.step, first.time, first.person, first.more) == ("申请", "2026-01-05T01:00:00Z", "张", (("amount", "2800"),))
    assert second.step == "审批 (start)"
    assert dict(log.traits["A1"]) == {"case:district": "North"}
    assert [one.step for one in log.cases["#2"]] == ["申请"]
    assert (first.line, log.bad) == (7, [])
    assert [one.case for one in read(path, pack(XES), case="case:district").cases["North"]] == ["North", "North"]


def test_the_three_forms_of_object_centric_logs_say_the_same(path: Path) -> None:
    logs = [read(path, json.dumps(OBJECTS)), read(path, marked())]
    path.unlink()
    stored(path)
    logs.append(read_log(path, {}))
    for log in logs:
        assert {case: [one.step for one in events] for case, events in log.cases.items()} == {"A1": ["申请", "审批"], "A2": ["审批"]}
        assert [one.person for one in log.cases["A1"]] == ["张", "李"]
        assert log.cases["A1"][0].time == "2026-01-05T01:00:00Z"
        assert log.cases["A1"][0].more == (("amount", "2800"),)
        assert dict(log.traits["A1"]) == {"order:district": "North"}
        assert (log.apart, log.used["case"], log.used["person"]) == (1, "order", "employees")
    chosen = read(path.with_name("other"), json.dumps(OBJECTS), case="employees")
    assert chosen.cases.keys() == {"张", "李"}
    assert "Did you mean 'order'" in told(path.with_name("other"), json.dumps(OBJECTS), case="orders")


def test_the_post_of_who_did_it_is_told_in_every_form(path: Path) -> None:
    assert [one.post for one in read(path, "单号,环节,岗位\nA1,申请,窗口\nA1,审批,科长\n").cases["A1"]] == ["窗口", "科长"]
    log = read(path, "no,what,of\nA1,go,clerk\n", case="no", step="what", post="of")
    assert (log.cases["A1"][0].post, log.cases["A1"][0].more, log.used["post"]) == ("clerk", (), "of")
    marked_post = XES.replace('<int key="amount"', '<string key="org:role" value="窗口"/><int key="amount"')
    assert [one.post for one in read(path, marked_post).cases["A1"]] == ["窗口", ""]
    by_object = {**OBJECTS, "objects": [*OBJECTS["objects"], {"id": "窗口", "type": "Roles"}]}
    by_object["events"] = [{**one, "relationships": [*one["relationships"], {"objectId": "窗口"}]} for one in OBJECTS["events"]]
    log = read(path, json.dumps(by_object))
    assert ([one.post for one in log.cases["A1"]], log.used["post"], log.used["case"]) == (["窗口", "窗口"], "Roles", "order")
    by_attribute = {**OBJECTS, "events": [{**one, "attributes": [{"name": "岗位", "value": "科长"}]} for one in OBJECTS["events"]]}
    first = read(path, json.dumps(by_attribute)).cases["A1"][0]
    assert (first.post, first.more) == ("科长", ())


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<log><trace><event><string key="concept:name" value="&b;"/></event></trace></log>'
)
OUTSIDE = '<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>'


@pytest.mark.parametrize("content", [BILLION, OUTSIDE, BILLION.encode("utf-16")])
def test_entities_are_never_read(path: Path, content: bytes | str) -> None:
    assert "DOCTYPE" in told(path, content)


def test_what_is_too_much_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "嵌套过深" in told(path, "<log>" + "<list>" * 500)
    assert "嵌套过深" in told(path, '{"events": [' + "[" * 500)
    monkeypatch.setattr(streams, "MOST_ITEM", 200_000)
    assert "其中一项过大" in told(path, '<log><trace><event><string key="concept:name" value="' + "x" * 400_000)
    assert "其中一项过大" in told(path, '{"events": [{"id": "' + "x" * 400_000)
    monkeypatch.setattr(streams, "MOST_BYTES", 1_000_000)
    assert "文件过大" in told(path, gzip.compress(b"<log>" + b" " * 2_000_000 + b"</log>"))
    assert "压缩包残缺" in told(path, gzip.compress(XES.encode())[:-20])


def test_a_database_that_only_looks_like_one_is_refused(path: Path) -> None:
    database = sqlite3.connect(path)
    database.executescript(
        "create view object as with recursive n(x) as (select 1 union all select x + 1 from n) select x as ocel_id, x as ocel_type from n"
    )
    database.close()
    with pytest.raises(UnreadableFileError, match="object"):
        read_log(path, {})
    content = path.read_bytes()
    assert "OCEL" in told(path, content[:200] + b"\xff" * 400 + content[600:])


SAMPLES = [TABLE.encode(), XES.encode(), gzip.compress(XES.encode()), json.dumps(OBJECTS).encode(), marked().encode()]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_are_a_log_or_a_clear_error(path: Path, data: st.DataObject) -> None:
    """Noise, and logs with a piece cut out, doubled or overwritten."""
    content = data.draw(st.sampled_from(SAMPLES) | st.binary(max_size=200))
    if data.draw(st.booleans()):
        first, last = sorted((data.draw(st.integers(0, len(content))), data.draw(st.integers(0, len(content)))))
        content = content[:first] + data.draw(st.binary(max_size=8) | st.just(content[first:last] * 2)) + content[last:]
    path.write_bytes(content)
    try:
        log = read_log(path, {})
    except UnreadableFileError as error:
        assert error.message.zh and error.message.en
    else:
        assert log.events > 0
        for events in log.cases.values():
            assert [one.time for one in events] == sorted(one.time for one in events)
            assert all(one.case.isprintable() and one.step.isprintable() for one in events)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(100, 12_000), content=st.binary(min_size=1, max_size=30))
def test_a_spoiled_database_is_a_log_or_a_clear_error(path: Path, at: int, content: bytes) -> None:
    whole = path.with_name("whole")
    if not whole.exists():
        stored(whole)
    sound = whole.read_bytes()
    path.write_bytes(sound[:at] + content + sound[at + len(content) :])
    try:
        assert read_log(path, {}).events
    except UnreadableFileError as error:
        assert error.message.zh


VALUES = st.recursive(st.none() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(VALUES, max_size=6),
    size=st.integers(1, 40),
)  # fmt: skip
def test_the_items_of_a_list_are_found_wherever_the_pieces_end(
    path: Path, values: list[object], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "PIECE", size)
    wanted = [one for one in values if isinstance(one, (dict, list))]
    text = {"events": "no list", "x": {"events": [1, [2]]}, "events\\": [[3]], "releases": values, "y": [{"releases": []}], "z": "releases"}
    path.write_text(json.dumps(text, ensure_ascii=False))
    assert [json.loads(one.content) for one in streams.items(path, {"releases"})] == wanted
    path.write_text(json.dumps(values))
    assert [json.loads(one.content) for one in streams.items(path, {"releases"})] == wanted
