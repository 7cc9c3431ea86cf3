"""Facts from outside (外部数据): the kinds that there are, and lines of them brought in by the program that has them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from lianfang.api.interface import ASKED, FOUND, SENT, person_id
from lianfang.api.schemas import BadLine, Brought, FactKind, FactKinds, Problem, words
from lianfang.office import facts

TABLE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A table, its first line naming the columns, in UTF-8 or GB 18030; at most 4 MiB at once.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}
router = Router(tags=["facts"])


@router.get("/facts", response={200: FactKinds, **ASKED, 403: Problem}, operation_id="get_fact_kinds")
def get_fact_kinds(request: HttpRequest) -> FactKinds:
    """外部数据的种类。 The kinds of facts and their columns, for the system administrator."""
    return FactKinds(kinds=[FactKind.from_orm(one) for one in facts.kinds(person_id(request))])


@router.post("/facts/{kind}", response={200: Brought, **FOUND, 403: Problem, **SENT}, openapi_extra=TABLE, operation_id="bring_facts")
def bring_facts(request: HttpRequest, kind: str) -> Brought:
    """接入外部数据。 Bring lines of a kind in. The same line again changes nothing; lines that are wrong are told and kept aside, and the
    others come in."""
    done, aside = facts.bring(person_id(request), kind, request.body)
    bad = [BadLine(line=one.line.number, why=words(one.why)) for one in done.bad]
    return Brought(kind=kind, brought=done.brought, known=done.known, bad=bad, ignored=list(done.ignored), aside=aside or None)
