"""The evidence log: its checkpoint for anybody, proofs for everybody of the office, entries for those who may read them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from lianfang.api.interface import FOUND, person_id
from lianfang.api.schemas import Entry, Malformed, Proof
from lianfang.kernel.model import Text
from lianfang.office import log
from lianfang.office.views import NotFound, ProofView

NOTE = "text/plain; charset=utf-8"
CHECKPOINT = {
    "responses": {200: {"description": "A signed note (C2SP tlog-checkpoint)", "content": {"text/plain": {"schema": {"type": "string"}}}}}
}
router = Router(tags=["evidence"])


@router.get("/evidence/checkpoint", auth=None, openapi_extra=CHECKPOINT, operation_id="get_checkpoint")
def get_checkpoint(request: HttpRequest) -> HttpResponse:
    """检查点。 The signed size and root of the log, for witnesses: needs no token and tells nothing of what is in it."""
    return HttpResponse(log.checkpoint(), content_type=NOTE)


@router.get("/evidence/proof", response={200: Proof, **FOUND, 422: Malformed}, operation_id="get_proof")
def get_proof(request: HttpRequest, event: int) -> ProofView:
    """包含证明。 That the entry of a receipt stands in the log."""
    return log.proof(event)


@router.get("/evidence/entries/{int:entry}", response={200: Entry, **FOUND}, operation_id="get_entry")
def get_entry(request: HttpRequest, entry: int) -> ProofView:
    """存证原文。 An entry as the log keeps it: of my own acts, of a case that I may see, or any for those who read the log."""
    found = log.seen_proof(person_id(request), entry)
    if not found.body:
        raise NotFound(Text(f"没有第 {entry} 号存证，或您无权查看。", f"There is no entry {entry}, or it is not yours to see."))
    return found
