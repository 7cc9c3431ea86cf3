"""What is certain before a step: what a flow promises, and what it does not."""

from __future__ import annotations

import pytest

from lianfang.catalogue.checks.paths import TooManyPathsError, can_follow, paths_by, paths_to, through
from lianfang.kernel.flow import Branch, Choose, Each, Node, Parallel, Repeat, Sequence, StepNode
from lianfang.kernel.model import Field, Text

ASK, CHECK, SIGN, PAY = map(StepNode, ("ask", "check", "sign", "pay"))


def before(node: Node, step: str, record: dict[str, Field] | None = None) -> list[set[str]]:
    """The steps that are certainly done, path by path."""
    return [set(path.steps) for path in paths_to(node, step, record or {})]


def choice(*nodes: Node) -> Choose:
    return Choose(tuple(Branch(None, "otherwise", node) for node in nodes))


def test_what_stands_before_is_done() -> None:
    assert before(Sequence((ASK, CHECK, PAY)), "pay") == [{"ask", "check"}]


def test_each_branch_is_a_path_of_its_own() -> None:
    assert before(Sequence((ASK, choice(Sequence(()), SIGN), PAY)), "pay") == [{"ask"}, {"ask", "sign"}]


def test_a_parallel_promises_nothing_of_the_other_side_until_it_is_over() -> None:
    beside = Parallel((SIGN, PAY))
    assert before(Sequence((ASK, beside)), "pay") == [{"ask"}]
    assert before(Sequence((Parallel((ASK, SIGN)), PAY)), "pay") == [{"ask", "sign"}]


def test_a_list_may_be_empty_unless_the_record_forbids_it() -> None:
    flow = Sequence((Each(lambda values: (), "bidders", SIGN), PAY))
    assert before(flow, "pay") == [set(), {"sign"}]
    field = Field("bidders", "list", Text("", ""), required=True, min=1)
    assert before(flow, "pay", {"bidders": field}) == [{"sign"}]


def test_a_repeat_promises_only_its_closing_step() -> None:
    flow = Sequence((Repeat((Sequence((ASK, SIGN)), CHECK), "close"), PAY))
    assert before(flow, "pay") == [{"close"}]
    assert before(flow, "sign") == [{"ask"}]
    assert before(flow, "close") == [set()]


def test_a_flow_with_too_many_ways_is_given_up_not_half_looked_at() -> None:
    with pytest.raises(TooManyPathsError):
        through(Sequence(tuple(choice(ASK, CHECK) for _ in range(20))), {})


@pytest.mark.parametrize(
    ("flow", "follows"),
    [
        (Sequence((ASK, SIGN)), (True, False)),
        (Parallel((ASK, SIGN)), (True, True)),
        (choice(ASK, SIGN), (False, False)),
        (Repeat((ASK, SIGN), "close"), (True, True)),
        (Repeat((ASK,), "sign"), (True, False)),
        (Each(lambda values: (), "bidders", Sequence((ASK, SIGN))), (True, False)),
        (Sequence((choice(ASK, CHECK), choice(PAY, SIGN))), (True, False)),
    ],
)
def test_which_step_can_follow_which(flow: Node, follows: tuple[bool, bool]) -> None:
    assert (can_follow(flow, "ask", "sign"), can_follow(flow, "sign", "ask")) == follows
    assert not can_follow(flow, "ask", "ask")


def test_a_way_by_a_step_goes_on_to_the_end() -> None:
    flow = Sequence((ASK, choice(SIGN, Sequence(())), Repeat((CHECK,), "close"), PAY))
    assert [path.steps for path in paths_by(flow, "sign", {})] == [("ask", "sign", "close", "pay")]
    assert [path.steps for path in paths_by(flow, "check", {})] == [
        ("ask", "sign", "check", "close", "pay"),
        ("ask", "check", "close", "pay"),
    ]
