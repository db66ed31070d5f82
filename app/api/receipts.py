"""The receipt of a batch, for programs and for paper, and the keys that verify it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.edge.calls import CallTime, CurrentActor, WriteSession
from app.edge.guards import PUBLIC_FOR_A_WHILE
from app.edge.premises import premises_of
from app.services import receipts

router = APIRouter(tags=["receipts"])

HTML = "text/html"
JSON = "application/json"
DrawReceipt = Callable[[Mapping[str, object]], Response]
"""Put into the application's state by the pages, which this floor does not know."""


@router.get(
    "/api/v1/batches/{batch_id}/receipt",
    response_model=dict[str, Any],
    responses={200: {"content": {JSON: {}, HTML: {}}}},
)
def get_receipt(
    batch_id: UUID, request: Request, actor: CurrentActor, session: WriteSession, now: CallTime
) -> Response:
    """The signed receipt of a batch of your organization; with `Accept: text/html` a page to print."""
    premises = premises_of(request)
    receipt = receipts.show_receipt(session, actor, batch_id, key_store=premises.key_store, now=now)
    if not _wants_a_page(request):
        return JSONResponse(receipt, headers={"Vary": "Accept"})
    page = cast(DrawReceipt, request.app.state.draw_receipt)(receipt)
    page.headers["Vary"] = "Accept"
    return page


@router.get("/.well-known/clearing-point-keys.json")
def get_keys(request: Request, now: CallTime) -> JSONResponse:
    """The public keys of receipts, retired ones too. Keep them: a receipt is verified without a connection."""
    premises = premises_of(request)
    published = receipts.publish_keys(premises.key_store, clearing_point=premises.public_url, now=now)
    return JSONResponse(published, headers={"Cache-Control": PUBLIC_FOR_A_WHILE})


def _wants_a_page(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return HTML in accepted and JSON not in accepted
