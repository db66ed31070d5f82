"""The door for case batches. A raw case is never a parameter here: the framework would repeat it in its errors."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Request

from app.domain.actors import LegalBasis
from app.domain.errors import WrongMediaType
from app.edge.calls import CallTime, CurrentActor, WriteSession
from app.edge.premises import premises_of
from app.edge.streams import body_blocks
from app.services import batches
from app.services.arrivals import BatchOptions, Form

router = APIRouter(prefix="/api/v1", tags=["batches"])

FORMS: dict[str, Form] = {"text/csv": "csv", "application/json": "json"}
JSON_LIMIT = 16 * 1024 * 1024
"""A JSON body is read as one object, so it may not be as large as a CSV, which streams: about 30,000 case sheets."""

CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"
"""A code of a provision or of a profile, never a sentence."""
KEY_PATTERN = r"^[\x21-\x7e]{1,200}$"


@router.post("/batches", openapi_extra={"requestBody": {"content": {form: {} for form in FORMS}}})
async def post_batch(
    request: Request,
    actor: CurrentActor,
    session: WriteSession,
    now: CallTime,
    dry_run: Annotated[bool, Query()] = False,
    atomic: Annotated[bool | None, Query()] = None,
    profile: Annotated[str | None, Query(pattern=CODE_PATTERN)] = None,
    legal_basis: Annotated[LegalBasis | None, Query()] = None,
    law: Annotated[str | None, Query(pattern=CODE_PATTERN)] = None,
    idempotency_key: Annotated[str | None, Header(pattern=KEY_PATTERN)] = None,
) -> dict[str, Any]:
    """Send one batch of case sheets. It is cleared while it streams; the answer leaves after the commit."""
    form = _form(request)
    options = BatchOptions(form, dry_run, atomic, profile, legal_basis, law, idempotency_key)
    premises = premises_of(request)
    limit = premises.body_limit if form == "csv" else min(JSON_LIMIT, premises.body_limit)

    def receive() -> dict[str, Any]:
        body = body_blocks(request, limit=limit)
        return batches.receive_batch(
            session, actor, body=body, options=options, key_store=premises.key_store, now=now
        )

    return await to_thread.run_sync(receive)


@router.get("/batches")
def get_batches(actor: CurrentActor, session: WriteSession, now: CallTime) -> dict[str, Any]:
    """The batches of your organization, newest first. A read that writes: the trail keeps who looked."""
    return {"batches": batches.list_batches(session, actor, now=now)}


@router.get("/batches/{batch_id}")
def get_batch(batch_id: UUID, actor: CurrentActor, session: WriteSession, now: CallTime) -> dict[str, Any]:
    """The answer that a batch of your organization got."""
    return batches.show_batch(session, actor, batch_id, now=now)


def _form(request: Request) -> Form:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in FORMS or request.headers.get("content-encoding"):
        raise WrongMediaType
    return FORMS[media_type]
