"""A flow is sound by construction: whatever is done in it, it can be finished, and what counts at the end is exactly its path."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lianfang.kernel.flow import Branch, Choose, Each, Flow, FlowError, Node, Parallel, Repeat, Sequence, StepNode, steps_of
from lianfang.kernel.soundness import flow_faults

ITEMS = ("x", "y", "z")


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """A random sound flow; its conditions read ``n``, its lists are the first ``n`` of three items."""
    numbers = count(1)

    def step() -> StepNode:
        return StepNode(f"s{next(numbers)}")

    def node(depth: int, inside_each: bool) -> Node:
        kinds = ["step"] if depth == 0 else ["step", "sequence", "choose", "parallel", "repeat", *(["each"] if not inside_each else [])]
        parts = st.integers(1, 3)
        match draw(st.sampled_from(kinds)):
            case "sequence":
                return Sequence(tuple(node(depth - 1, inside_each) for _ in range(draw(st.integers(0, 3)))))
            case "choose":
                branches = [branch(draw(st.integers(0, 3)), node(depth - 1, inside_each)) for _ in range(draw(st.integers(0, 2)))]
                return Choose((*branches, Branch(None, "otherwise", node(depth - 1, inside_each))))
            case "parallel":
                return Parallel(tuple(node(depth - 1, inside_each) for _ in range(draw(parts))))
            case "repeat":
                return Repeat(tuple(node(depth - 1, inside_each) for _ in range(draw(parts))), step().step)
            case "each":
                return Each(lambda values: ITEMS[: values["n"]], "items", node(depth - 1, inside_each=True))
        return step()

    root = Sequence((step(), node(3, inside_each=False), node(2, inside_each=False)))
    assert list(flow_faults(root, {})) == []
    return Flow.of(root)


def branch(limit: int, node: Node) -> Branch:
    return Branch(lambda values: values["n"] < limit, f"n < {limit}", node)


def needed(node: Node, n: int) -> set[str]:
    """The steps that a case with this n takes, acts of a repeat aside."""
    match node:
        case StepNode(step):
            return {step}
        case Sequence(parts) | Parallel(parts):
            return set().union(*(needed(part, n) for part in parts))
        case Choose(branches):
            return needed(next(b for b in branches if b.when is None or b.when({"n": n})).node, n)
        case Each(_, _, inner):
            return needed(inner, n) if n else set()
        case Repeat(_, until):
            return {until}
    raise AssertionError(node)


def possible(node: Node, n: int) -> set[str]:
    """The same with the acts of a repeat."""
    match node:
        case Sequence(parts) | Parallel(parts):
            return set().union(*(possible(part, n) for part in parts))
        case Choose(branches):
            return possible(next(b for b in branches if b.when is None or b.when({"n": n})).node, n)
        case Each(_, _, inner):
            return possible(inner, n) if n else set()
        case Repeat(acts, until):
            return {until}.union(*(possible(part, n) for part in acts))
    return needed(node, n)


def finish(flow: Flow, position: Any, values: dict[str, int], done: list[str]) -> None:
    """Whoever wants to be ready takes what was taken least often; so nothing that can be closed stays open."""
    for _ in range(500):
        if position is None:
            return
        waiting = flow.waiting_items(position)
        assert waiting, "deadlock"
        step, item = min(reversed(waiting), key=lambda one: done.count(one[0]))
        position = flow.advance(position, step, values, item)
        done.append(step)
    raise AssertionError("never finished")


@given(flows(), st.integers(0, 3), st.lists(st.integers(0, 1000), max_size=12))
def test_every_case_can_be_finished_from_wherever_it_stands(flow: Flow, n: int, picks: list[int]) -> None:
    values, done = {"n": n}, list[str]()
    position = flow.start(values)
    for pick in picks:
        if position is None:
            break
        waiting = flow.waiting_items(position)
        assert {step for step, _ in waiting} == set(flow.waiting(position))
        for step, item in waiting:
            flow.advance(position, step, values, item)  # every waiting step can be taken
        step, item = waiting[pick % len(waiting)]
        position = flow.advance(position, step, values, item)
        done.append(step)
    finish(flow, position, values, done)
    assert needed(flow.root, n) <= set(done) <= possible(flow.root, n)


@given(flows(), st.integers(0, 3))
def test_what_does_not_wait_can_not_be_taken(flow: Flow, n: int) -> None:
    position = flow.start({"n": n})
    for step in (*flow.order, "no such step"):
        if step not in flow.waiting(position):
            with pytest.raises(FlowError):
                flow.advance(position, step, {"n": n})


@given(flows(), st.integers(0, 3), st.integers(0, 3), st.data())
def test_a_returned_case_does_again_what_was_undone_and_nothing_counts_twice(flow: Flow, n: int, later: int, data: st.DataObject) -> None:
    """A return may change what the case holds, and with it the way that it then takes."""
    values, acts = {"n": n}, list[str]()
    position = flow.start(values)
    for _ in range(data.draw(st.integers(1, 8))):
        step, item = data.draw(st.sampled_from(flow.waiting_items(position)))
        after = flow.advance(position, step, values, item)
        if after is None:
            break
        position = after
        acts.append(step)
    here = data.draw(st.sampled_from(flow.waiting(position)))
    targets = [to for to in flow.order if not list(flow_faults(flow.root, {here: to}))]
    assume(targets)
    to = data.draw(st.sampled_from(targets))
    position = flow.go_back(position, to)
    assert to in flow.waiting(position)
    undone = flow.from_step(to)
    assert {to, here} <= undone
    acts = [step for step in acts if step not in undone]
    first = flow.order[0]
    values = {"n": later if to == first else n}
    finish(flow, position, values, acts)
    assert needed(flow.root, values["n"]) <= set(acts) <= possible(flow.root, values["n"])


@given(flows(), st.integers(0, 3))
def test_a_position_is_json(flow: Flow, n: int) -> None:
    position = flow.start({"n": n})
    assert json.loads(json.dumps(position)) == json.loads(json.dumps(flow.start({"n": n})))


def test_a_return_out_of_a_parallel_branch_leaves_the_branch_beside_it() -> None:
    """Ask, then (draft, review) beside (quote, compare), then sign. The review sends the draft back; the quote stands."""
    beside = Parallel((Sequence((StepNode("draft"), StepNode("review"))), Sequence((StepNode("quote"), StepNode("compare")))))
    flow = Flow.of(Sequence((StepNode("ask"), beside, StepNode("sign"))))
    position = flow.start({})
    for step in ("ask", "draft", "quote"):
        position = flow.advance(position, step, {})
    assert flow.waiting(position) == ("review", "compare")
    back = flow.go_back(position, "draft")
    assert flow.waiting(back) == ("draft", "compare")
    assert flow.from_step("draft") == {"draft", "review", "sign"}
    assert flow.waiting(flow.go_back(position, "ask")) == ("ask",)
    assert flow.from_step("ask") == {"ask", "draft", "review", "quote", "compare", "sign"}


def test_a_life_is_not_closed_while_something_is_out() -> None:
    """A car: driven out and back, repaired, any number of times; scrapped only when it is home."""
    life = Repeat((Sequence((StepNode("out"), StepNode("back"))), StepNode("repair")), "scrap")
    flow = Flow.of(Sequence((StepNode("buy"), life)))
    position = flow.advance(flow.start({}), "buy", {})
    for _ in range(3):
        assert flow.waiting(position) == ("out", "repair", "scrap")
        position = flow.advance(position, "repair", {})
        position = flow.advance(position, "out", {})
        assert flow.waiting(position) == ("back", "repair")
        with pytest.raises(FlowError):
            flow.advance(position, "scrap", {})
        position = flow.advance(position, "back", {})
    assert flow.advance(position, "scrap", {}) is None


def test_an_act_not_begun_is_judged_by_the_values_of_today() -> None:
    """Selling is possible only once the car is old; it was entered when the car was new."""
    old = Choose((Branch(lambda values: values["old"], "old", StepNode("sell")), Branch(None, "otherwise", Sequence(()))))
    flow = Flow.of(Sequence((StepNode("buy"), Repeat((StepNode("drive"), old), "scrap"))))
    position = flow.advance(flow.start({"old": False}), "buy", {"old": False})
    assert flow.waiting(position) == ("drive", "scrap")
    position = flow.advance(position, "drive", {"old": True})
    assert flow.waiting(position) == ("drive", "sell", "scrap")


def test_one_branch_for_each_and_the_item_says_which() -> None:
    flow = Flow.of(Each(lambda values: values["units"], "units", Sequence((StepNode("ask"), StepNode("answer")))))
    position = flow.start({"units": ["north", "south"]})
    assert flow.waiting_items(position) == (("ask", "north"), ("ask", "south"))
    position = flow.advance(position, "ask", {}, "south")
    assert flow.waiting_items(position) == (("ask", "north"), ("answer", "south"))
    with pytest.raises(FlowError, match="'east'"):
        flow.advance(position, "ask", {}, "east")
    with pytest.raises(FlowError):
        flow.advance(position, "ask", {}, "south")
    for step, item in (("answer", "south"), ("ask", "north"), ("answer", "north")):
        assert position is not None
        position = flow.advance(position, step, {}, item)
    assert position is None
    assert flow.start({"units": []}) is None


def test_a_step_stands_once() -> None:
    with pytest.raises(FlowError, match="twice in the flow: a"):
        Flow.of(Sequence((StepNode("a"), StepNode("b"), StepNode("a"))))
    assert list(steps_of(Repeat((StepNode("a"),), "b"))) == ["a", "b"]
