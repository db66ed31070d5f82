"""Taking back batches and cases. Case numbers are never a parameter here: the framework would repeat them."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Request

from app.database.sessions import Session
from app.database.transactions import transaction
from app.domain.actors import Actor
from app.domain.errors import WrongMediaType
from app.edge.calls import ArrivingActor, CallTime, CurrentActor, WriteSession
from app.edge.premises import Premises, premises_of
from app.edge.streams import ArrivingBody
from app.services import person_withdrawals, withdrawals
from app.services.people import act_again
from app.services.person_withdrawals import PersonTokens

router = APIRouter(prefix="/api/v1", tags=["withdrawals"])

JSON = "application/json"
BODY_LIMIT = 8 * 1024 * 1024
"""Bytes: 10,000 numbers of the longest kind, in the widest letters."""
CASE_NUMBERS = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 10_000}
PERSONS = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 100}
BODY = {
    "oneOf": [
        {"type": "object", "properties": {"case_numbers": CASE_NUMBERS}, "required": ["case_numbers"]},
        {"type": "object", "properties": {"persons": PERSONS}, "required": ["persons"]},
    ]
}


@router.post("/batches/{batch_id}/withdraw")
def post_batch_withdrawal(
    batch_id: UUID, request: Request, actor: CurrentActor, session: WriteSession, now: CallTime
) -> dict[str, Any]:
    """Take back a batch of your organization. Everything that it brought is deleted at once."""
    key_store = premises_of(request).key_store
    return withdrawals.withdraw_batch(session, actor, batch_id, key_store=key_store, now=now)


@router.post(
    "/withdrawals", status_code=202, openapi_extra={"requestBody": {"content": {JSON: {"schema": BODY}}}}
)
async def post_withdrawal(request: Request, actor: ArrivingActor, now: CallTime) -> dict[str, Any]:
    """Take back cases of your organization by their local numbers, or ask that persons be erased, by the link tokens
    of their identifiers. The answer never tells what was known."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise WrongMediaType
    premises, body = premises_of(request), ArrivingBody(request, limit=BODY_LIMIT)
    await body.hold(BODY_LIMIT)

    def withdraw() -> dict[str, Any]:
        text = b"".join(body.blocks())
        persons = person_withdrawals.read_persons(text)
        named = None if persons else withdrawals.read_case_numbers(text)
        with transaction(premises.database.write_session()) as session:
            sender = act_again(session, actor.key_id)
            if named:
                return withdrawals.withdraw_cases(
                    session, sender, named, key_store=premises.key_store, now=now
                )
            return _withdraw_persons(premises, session, sender, persons, now)

    return await to_thread.run_sync(withdraw)


def _withdraw_persons(
    premises: Premises, session: Session, sender: Actor, persons: PersonTokens | None, now: datetime
) -> dict[str, Any]:
    return person_withdrawals.withdraw_persons(
        session,
        sender,
        persons or PersonTokens(()),
        key_store=premises.key_store,
        linkage=premises.linkage,
        random=secrets.token_bytes,
        now=now,
    )
