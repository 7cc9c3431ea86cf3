"""Asking what a form would meet, by a program: the same answers as on the page, and nothing is kept."""

from __future__ import annotations

from typing import Any

from lianfang.store.models import Draft, Entry
from tests.api.test_acting import EXPENSE, SEAL, claim


def told(answer: Any) -> tuple[dict[str, list[str]], list[str]]:
    """(control: fields) of what would be refused, and the fields that are wrong."""
    assert answer.status_code == 200, answer.json()
    return {one["control"]: one["fields"] for one in answer.json()["refusals"]}, [one["field"] for one in answer.json()["errors"]]


def test_an_opening_is_looked_at_before_it_is_sent(caller: Any) -> None:
    claim(caller, "1000", [("0001", "1000")])
    entries, place = Entry.objects.count(), f"/matters/{EXPENSE}/foresight"
    line = {"seller": "宝文印务", "number": "0001", "date": "2026-01-02", "amount": "500"}
    clerk = caller("ic-clerk-2")
    assert told(clerk.post(place, {})) == ({}, [])
    assert told(clerk.post(place, {"data": {"invoices": [line]}})) == ({"invoice-once": ["invoices"]}, [])
    assert told(clerk.post(place, {"data": {"invoices": [{**line, "amount": "much"}]}})) == ({}, ["invoices[0].amount"])
    english = clerk.post(place, {"data": {"invoices": [line]}}, Accept_Language="en").json()["refusals"][0]
    assert english["message"] == english["message_en"] and "was used in case" in english["message"]
    assert (Entry.objects.count(), Draft.objects.count()) == (entries, 0)


def test_a_step_is_looked_at_by_who_has_it_and_by_who_has_not(caller: Any, application: str) -> None:
    place = f"/cases/{application}/steps/approve/foresight"
    assert told(caller("gs-deputy").post(place, {})) == ({}, [])
    assert told(caller("gs-clerk").post(place, {})) == ({"step-post": []}, [])
    assert caller("ic-clerk").post(place, {}).status_code == 404, "who does not see the case learns nothing of it"
    assert caller("gs-deputy").post(f"/cases/{application}/steps/approved/foresight", {}).status_code == 404
    assert caller("gs-clerk").post(f"/matters/{SEAL}s/foresight", {}).status_code == 404
