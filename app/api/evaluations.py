"""Blind evaluation of link keys, and the signed list of the keys with which it is done.

Elements are never a parameter here: the framework would repeat a wrong one.
"""

from __future__ import annotations

import secrets
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from app.database.transactions import transaction
from app.domain.errors import WrongMediaType
from app.edge.calls import ArrivingActor, CallTime
from app.edge.guards import PUBLIC_FOR_A_WHILE
from app.edge.lanes import lanes
from app.edge.premises import premises_of
from app.edge.streams import ArrivingBody
from app.services import evaluations
from app.services.people import act_again

router = APIRouter(tags=["evaluations"])

JSON = "application/json"
ELEMENTS = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 4096}
BODY = {
    "type": "object",
    "properties": {"epoch": {"type": "integer"}, "elements": ELEMENTS},
    "required": ["epoch", "elements"],
}


@router.post("/api/v1/evaluations", openapi_extra={"requestBody": {"content": {JSON: {"schema": BODY}}}})
async def post_evaluation(request: Request, actor: ArrivingActor, now: CallTime) -> dict[str, Any]:
    """Have the clearing point's key applied to blinded link keys. It cannot see whose they are."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise WrongMediaType
    premises, body = premises_of(request), ArrivingBody(request, limit=evaluations.LONGEST_MESSAGE)
    await body.hold(evaluations.LONGEST_MESSAGE)

    def evaluate() -> dict[str, Any]:
        call = evaluations.read_evaluation_call(b"".join(body.blocks()))
        with transaction(premises.database.write_session()) as session:
            return evaluations.evaluate_elements(
                session,
                act_again(session, actor.key_id),
                call,
                keys=premises.key_store.linkage,
                linkage=premises.linkage,
                random=secrets.token_bytes,
                now=now,
            )

    return await to_thread.run_sync(evaluate, limiter=lanes().small)


@router.get("/.well-known/clearing-point-linkage.json")
def get_linkage(request: Request, now: CallTime) -> JSONResponse:
    """Whether and how cases of one person are linked, and the public keys of those who keep the keys: a signed list."""
    premises = premises_of(request)
    published = evaluations.publish_linkage(
        premises.key_store, premises.linkage, clearing_point=premises.public_url, now=now
    )
    return JSONResponse(published, headers={"Cache-Control": PUBLIC_FOR_A_WHILE})
