"""Drills in which somebody stands in for somebody: what passes lawfully, and what only counts because a stand-in is two people."""

from __future__ import annotations

from typing import Any

import pytest

from lianfang.catalogue.drills.runner import Stage, play
from lianfang.catalogue.schema import DrillSpec
from lianfang.kernel.model import Act, Command
from lianfang.watch.engine import find
from tests import five

BOTH = [
    (five.EXPENSE, "approve-for-whom-one-stands-in"),
    (five.EXPENSE, "pay-what-a-stand-in-rechecked"),
    (five.SEAL, "stamp-for-whom-one-stands-in"),
]


def drill(matter: str, name: str, **changed: Any) -> tuple[Stage, DrillSpec]:
    file = five.five().matters[matter]
    found = next(one for one in file.drills.drills if one.id == name)
    return Stage(five.five(), file, file.matter, find), found.model_copy(update=changed)


@pytest.mark.parametrize(("matter", "name"), BOTH)
def test_it_is_refused_because_a_stand_in_counts_as_both(matter: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert play(*drill(matter, name)).verdict == "refused"
    monkeypatch.setattr(Command, "people", property(lambda command: (command.actor,)))
    monkeypatch.setattr(Act, "people", property(lambda act: (act.actor,)))
    monkeypatch.setattr(Act, "behalf", "")
    assert play(*drill(matter, name)).verdict == "missed", "nothing else refuses it"


@pytest.mark.parametrize(("matter", "name"), [BOTH[0], BOTH[2]])
def test_it_passes_where_nobody_stands_in(matter: str, name: str) -> None:
    """Whoever acts holds the post, and could do so."""
    assert play(*drill(matter, name, stand_ins={})).verdict == "missed"


def test_who_is_away_has_it_approved_in_their_name() -> None:
    stage, lawful = drill(five.EXPENSE, "lawful-on-behalf")
    result = play(stage, lawful)
    assert result.verdict == "lawful", result.why
    without = play(stage, lawful.model_copy(update={"stand_ins": {}}))
    assert without.verdict == "false_refusal"
    assert "stand-in" in without.why.en
