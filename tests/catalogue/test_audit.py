"""An auditor judges again what drills left behind: real commands, real refusals, real facts; then what an insider made of them."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lianfang.catalogue.audit import judge_again, verify_bundle
from lianfang.catalogue.drills import office
from lianfang.catalogue.drills.runner import Stage, play
from lianfang.catalogue.load import Catalogue
from lianfang.evidence import Tree, canonical, leaf_bytes, leaf_hash
from lianfang.evidence.bundle import write
from lianfang.evidence.checkpoint import Signer
from lianfang.evidence.verify import verify
from lianfang.kernel import standins
from lianfang.kernel.entry import judge
from lianfang.watch.engine import find
from tests.five import five

Entry = dict[str, Any]
Log = list[Entry]
INSIDER = Signer("evidence.example", bytes(32))
"""Who holds the log's own key: what it signs, only judging again can doubt."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return five()


@pytest.fixture(scope="module")
def logs(catalogue: Catalogue) -> dict[str, Log]:
    """The log that each drill would have left, by "matter/drill": the standing ledgers first, then every act."""
    return {f"{name}/{drill.id}": log for name in catalogue.matters for drill, log in recorded(catalogue, name)}


def recorded(catalogue: Catalogue, name: str) -> Iterator[tuple[Any, Log]]:
    file = catalogue.matters[name]
    standing = [
        {"case": None, "at": "2026-01-01T00:00:00Z", "fact": {"ledger": ledger.id, "key": entry.key, "data": entry.data}}
        for ledger in catalogue.ledgers.values()
        for entry in ledger.entries
    ]
    lend = office.MemoryOffice.lend
    for drill in file.drills.drills:
        log: Log = [*standing]

        def judge_and_keep(*asked: Any, log: Log = log) -> Any:
            judged = judge(*asked)
            log.append(judged.entry)
            return judged

        def lend_and_keep(here: office.MemoryOffice, person: str, stand_in: str, *said: Any, log: Log = log) -> None:
            lend(here, person, stand_in, *said)
            [[key, entry]] = [row for row in here.ledgers.rows(standins.LEDGER) if row[0] == stand_in]
            fact = {"ledger": standins.LEDGER, "key": key, "data": entry["data"], "by": person, "roles": ["staff"]}
            log.append({"case": None, "at": "2026-01-01T00:00:00Z", "fact": fact})

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(office, "judge", judge_and_keep)
            patch.setattr(office.MemoryOffice, "lend", lend_and_keep)
            play(Stage(catalogue, file, file.matter, find), drill)
        yield drill, json.loads(canonical(log))


def signed(out: Path, log: Iterable[Entry], catalogue: Catalogue) -> Path:
    """A bundle of a log, linked and signed by whoever holds the key."""
    tips: dict[Any, str] = {}
    bodies = []
    for entry in log:
        case = json.dumps(entry.get("case"))
        body = canonical({**entry, "prev": "" if case == "null" else tips.get(case, "")})
        tips[case] = leaf_hash(leaf_bytes(body)).hex()
        bodies.append(body)
    tree = Tree.of(map(leaf_bytes, bodies))
    write(out, INSIDER.sign_checkpoint(tree.size, tree.root()), INSIDER.verifier, bodies, catalogue.sources())
    return out


@pytest.fixture
def bundle(tmp_path: Path, catalogue: Catalogue) -> Callable[[Iterable[Entry]], Path]:
    """Makes a bundle of a log, linked and signed by whoever holds the key."""

    return lambda log: signed(tmp_path / f"bundle-{len(list(tmp_path.iterdir()))}", log, catalogue)


Make = Callable[[Iterable[Entry]], Path]


def commands(log: Log, verdict: str) -> list[int]:
    """The places of the commands with this verdict: events or refusal."""
    return [place for place, entry in enumerate(log) if verdict in entry.get("verdict", {})]


def longest(logs: dict[str, Log], verdict: str = "events") -> Log:
    """The log with the most accepted (or refused) commands, as a copy."""
    log: Log = json.loads(json.dumps(max(logs.values(), key=lambda log: len(commands(log, verdict)))))
    return log


def test_every_drill_leaves_a_log_that_comes_out_the_same(bundle: Make, logs: dict[str, Log], catalogue: Catalogue) -> None:
    assert len(logs) == sum(len(file.drills.drills) for file in catalogue.matters.values())
    refused = accepted = 0
    for name, log in logs.items():
        verdict = verify_bundle(bundle(log), INSIDER.verifier)
        assert verdict.faults == (), name
        assert verdict.size == len(log)
        refused += len(commands(log, "refusal"))
        accepted += len(commands(log, "events"))
    assert refused > 20
    assert accepted > 100


def renamed(entry: Entry, before: str) -> Entry:
    """An entry whose case has another name, also in the ledger entries that it was judged on."""
    facts = {
        need: {**fact, "case": before + fact["case"]} if isinstance(fact, dict) and fact.get("case") else fact
        for need, fact in entry["facts"].items()
    }
    return {**entry, "case": before + entry["case"], "facts": facts}


def test_drills_of_all_matters_in_one_log_come_out_the_same(bundle: Make, logs: dict[str, Log]) -> None:
    """Cases of several matters side by side: an act of each in turn. Two drills of one matter could be about the same car."""
    lawful = {name: log for name, log in logs.items() if log[-1].get("case") and not commands(log, "refusal")}
    picked = {name.rpartition("/")[0]: log for name, log in lawful.items()}
    standing = [entry for entry in next(iter(logs.values())) if "fact" in entry]
    acts = [[entry for entry in log if "command" in entry] for log in picked.values()]
    mixed = [
        renamed(row[place], f"{number}/") for place in range(max(map(len, acts))) for number, row in enumerate(acts) if place < len(row)
    ]
    assert len({entry["matter"] for entry in mixed}) > 1
    assert verify_bundle(bundle([*standing, *mixed])).faults == ()


@pytest.mark.parametrize("claim", ["accepted", "refused", "another control", "another event"])
def test_an_insider_with_the_key_cannot_change_a_verdict(bundle: Make, logs: dict[str, Log], claim: str) -> None:
    log = longest(logs, "refusal" if claim in ("accepted", "another control") else "events")
    refusal = next(log[commands(log, "refusal")[0]]["verdict"]["refusal"] for log in logs.values() if commands(log, "refusal"))
    place = commands(log, "refusal" if claim in ("accepted", "another control") else "events")[-1]
    kept = log[place]["verdict"]
    log[place]["verdict"] = {
        "accepted": {"events": [{"kind": "done", "to": ""}]},
        "refused": {"refusal": refusal},
        "another control": {"refusal": {**kept.get("refusal", {}), "control": "another"}},
        "another event": {"events": [{"kind": "completed", "to": ""}]},
    }[claim]
    out = bundle(log)
    assert verify(out).sound, "the signature alone can't tell"
    verdict = verify_bundle(out)
    assert not verdict.sound
    assert verdict.faults[0] == (place, "重新判断的结论与存证不同", "judged again, the verdict comes out differently")


def test_refusals_as_an_earlier_release_worded_them_are_counted_and_no_fault(bundle: Make, logs: dict[str, Log]) -> None:
    log = longest(logs, "refusal")
    assert verify_bundle(bundle(log)).remarks == ()
    refused = commands(log, "refusal")
    for place in refused:
        log[place]["verdict"]["refusal"]["message"] = {"zh": "不行", "en": "no"}
    verdict = verify_bundle(bundle(log))
    assert verdict.sound, verdict.faults
    (remark,) = verdict.remarks
    assert f"有 {len(refused)} 次拦截" in remark.zh
    assert remark.en.endswith(f": {len(refused)}")
    log[refused[0]]["verdict"]["refusal"]["risk"] = "another"
    verdict = verify_bundle(bundle(log))
    assert [fault.leaf for fault in verdict.faults] == [refused[0]]


def test_an_insider_cannot_remove_an_act_that_others_rest_on(bundle: Make, logs: dict[str, Log]) -> None:
    log = longest(logs)
    place = commands(log, "events")[1]
    case = log[place]["case"]
    follower = next(i for i in commands(log, "events") if i > place and log[i]["case"] == case)
    del log[place]
    assert verify_bundle(bundle(log)).faults[0].leaf == follower - 1


def test_an_insider_cannot_invent_a_ledger_fact(bundle: Make, logs: dict[str, Log]) -> None:
    """A fact that a gate was judged on must be what the log wrote before."""
    name, place, key = next(
        (name, place, key)
        for name, log in logs.items()
        for place in commands(log, "events")
        for key, fact in log[place]["facts"].items()
        if key.startswith("entry:") and fact is not None
    )
    log: Log = json.loads(json.dumps(logs[name]))
    del log[place]["facts"][key]
    assert "facts kept are not those" in verify_bundle(bundle(log)).faults[0].en
    log[place]["facts"][key] = {**logs[name][place]["facts"][key], "case": "another"}
    verdict = verify_bundle(bundle(log))
    assert verdict.faults[0].leaf == place
    assert not verdict.sound


@pytest.mark.parametrize(
    "entry",
    [
        {"case": None, "at": "2026-01-01T00:00:00Z"},
        {"case": None, "remark": "all in order"},
        {"case": None, "fact": 3},
        {"case": None, "fact": {"ledger": "seals"}},
        {"case": None, "fact": {"ledger": ["a"], "key": "b", "data": {}}},
        {"case": None, "command": {}},
        {"case": None, "command": {}, "version": "", "matter": "", "facts": {}, "verdict": {}, "n": 0},
    ],
)
def test_an_entry_of_no_known_shape_does_not_hold(bundle: Make, logs: dict[str, Log], entry: Entry) -> None:
    log = longest(logs)
    out = bundle([*log, entry])
    assert verify(out).sound
    assert [fault.leaf for fault in verify_bundle(out).faults] == [len(log)]


def test_a_command_cannot_pass_as_a_fact(bundle: Make, logs: dict[str, Log]) -> None:
    log = longest(logs)
    place = commands(log, "events")[0]
    log[place]["fact"] = log[0]["fact"]
    assert verify_bundle(bundle(log)).faults[0].leaf == place


@pytest.mark.parametrize("source", [{}, {"matter": {}}, {"matter": 1}, {"matter": {"id": "x"}, "names": 1}])
def test_a_source_that_is_no_matter_is_said_to_be_none(source: Any) -> None:
    (fault,) = judge_again({"v": source}, iter(()), [])
    assert fault[0] == -1
    assert fault[1].en.startswith("matters/v.json: ")
    assert fault[1].zh.startswith("matters/v.json：")


OTHERS: dict[str, Any] = {"text": "另一个 x", "number": 7, "null": None, "flag": True, "list": [1], "mapping": {"zh": "一"}}
"""Values of every kind that JSON has, to put in the place of another."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a JSON value."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(inner, (*path, key))


def damaged(value: Any, path: tuple[Any, ...], kind: str) -> Any:
    """A copy with a value dropped, or with one of another kind in its place."""
    copy = json.loads(json.dumps(value))
    within = copy
    for key in path[:-1]:
        within = within[key]
    if kind == "dropped":
        del within[path[-1]]
    else:
        within[path[-1]] = OTHERS[kind]
    return copy


def in_words(zh: str, en: str) -> bool:
    """Whether a fault is told in both languages, and not in those of a program."""
    programs = re.compile(r"Traceback|Error\(|<class|(judge|whole|again): '|(事项|完整|判断)：'")
    return bool(re.search("[\u4e00-\u9fff]", zh) and re.search("[a-z]{2}", en)) and not programs.search(zh + "\n" + en)


FREE = ("data", "shown")
"""What somebody filled in: with the log's key, another log can be made that holds."""


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_damaged_in_an_entry_it_is_named_in_words(bundle: Make, logs: dict[str, Log], seed: int) -> None:
    """Signed by an insider, so that only judging again can tell; then as an outsider does it, so that the leaf hash tells."""
    chance = random.Random(seed)
    for _ in range(10):
        log = chance.choice([*logs.values()])
        place = chance.choice([i for i, entry in enumerate(log) if "command" in entry or i < 3])
        path, kind = chance.choice([*places(log[place])]), chance.choice(["dropped", *OTHERS])
        entry = damaged(log[place], path, kind)
        if entry == log[place]:
            continue
        insider, other = verify_bundle(bundle([*log[:place], entry, *log[place + 1 :]])), bundle(log)
        lines = (other / "entries.jsonl").read_bytes().splitlines()
        lines[place] = canonical({**entry, "prev": json.loads(lines[place])["prev"]})
        (other / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
        outsider = verify(other)
        assert all(in_words(fault.zh, fault.en) for fault in (*insider.faults, *outsider.faults)), (path, kind, insider, outsider)
        assert not any("{'" in fault.en for fault in (*insider.faults, *outsider.faults)), "a value as a program holds it"
        assert outsider.faults[0].leaf == place
        if "command" in entry and isinstance(path[-1], str) and kind != "text" and not any(part in FREE for part in path):
            assert not insider.sound, (path, kind)
            assert insider.faults[0].leaf == place or insider.faults[0].leaf == -1, (path, kind, insider)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_damaged_in_a_source_it_is_named_in_words(catalogue: Catalogue, seed: int) -> None:
    """A source under its own hash, of somebody's making: it compiles, or is said not to."""
    chance = random.Random(seed)
    said = 0
    for _ in range(15):
        source = json.loads(canonical(chance.choice([*catalogue.sources().values()])))
        path, kind = chance.choice([*places(source)]), chance.choice(["dropped", *OTHERS])
        found = list(judge_again({"v": damaged(source, path, kind)}, iter(()), []))
        assert all(leaf == -1 and "matters/v.json" in zh and in_words(zh, en) for leaf, (zh, en) in found), (path, kind, found)
        said += bool(found)
    assert said


@pytest.mark.parametrize(
    ("path", "kind", "en"),
    [
        (("verdict", "refusal", "message", "zh"), "dropped", "the entry is not whole: “verdict.refusal.message.zh” is missing"),
        (("verdict", "refusal", "remedy"), "text", "the entry is not whole: “verdict.refusal.remedy” should be a mapping"),
        (("command", "at"), "text", "the entry is not whole: “command.at” should be a moment such as 2026-01-05T01:30:00Z"),
        (("n",), "flag", "the entry is not whole: “n” should be a whole number"),
        (("facts",), "list", "the entry is not whole: “facts” should be a mapping"),
        (("command", "step"), "text", "a malformed command was kept: “step” no step '另一个 x'; the steps are: "),
    ],
)
def test_what_an_entry_lacks_is_named(bundle: Make, logs: dict[str, Log], path: tuple[str, ...], kind: str, en: str) -> None:
    log = longest(logs, "refusal")
    place = commands(log, "refusal")[-1]
    faults = [
        fault
        for fault in verify_bundle(bundle([*log[:place], damaged(log[place], path, kind)])).faults
        if fault.en.startswith("a m") or "whole" in fault.en
    ]
    assert [(fault.leaf, fault.en[: len(en)]) for fault in faults] == [(place, en)]
    assert in_words(faults[0].zh, faults[0].en)


def test_the_auditor_needs_neither_database_nor_framework(bundle: Make, logs: dict[str, Log]) -> None:
    """In a process of its own, which afterwards says what it had to load."""
    script = (
        "import sys; from pathlib import Path; from lianfang.catalogue.audit import verify_bundle; "
        "print(verify_bundle(Path(sys.argv[1])).sound); print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-c", script, bundle(longest(logs))], capture_output=True, text=True, check=True)
    sound, loaded = ran.stdout.splitlines()
    assert sound == "True"
    assert not {"django", "ninja", "psycopg", "sqlite3", "duckdb", "ibis", "waitress"} & set(loaded.split())
