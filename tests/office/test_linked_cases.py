"""Who acted in the case that a ledger entry comes from is a fact, as the transaction finds it."""

from __future__ import annotations

from typing import Any

from lianfang.office.engine import engine


def acted(ledger: str, key: str) -> Any:
    """The fact, as a command would be told it."""
    office, name = engine(), f"acted:{ledger}:{key}"
    return office.writer.submit("", lambda scene: scene.facts([("acted", ledger, key)], office.now())[name], "gs-clerk")


def test_the_entry_tells_who_acted_in_its_case(office: Any, application: str, letter: str) -> None:
    office.act("gs-deputy", application, "approve", "approve")
    assert acted("seal-uses", application) is None, "there is no entry yet"
    assert office.act("gs-keeper", application, "use", stamped=letter, impressions=2).accepted
    assert acted("seal-uses", application) == ["gs-clerk", "gs-deputy", "gs-keeper"]
    assert acted("seals", "official-seal") == [], "what comes from no case was done by nobody"
