"""The door for case batches. A raw case is never a parameter here: the framework would repeat it in its errors."""

from __future__ import annotations

import secrets
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse

from app.api.batch_documents import ANSWERS, BODY
from app.database.sessions import Session
from app.database.transactions import transaction
from app.domain.actors import Actor, LegalBasis
from app.domain.errors import WrongMediaType
from app.edge.calls import ArrivingActor, CallTime, CurrentActor, WriteSession
from app.edge.lanes import lanes
from app.edge.premises import Premises, premises_of
from app.edge.streams import ArrivingBody
from app.services import batches
from app.services.arrivals import MEDIA_TYPES, STREAMED, BatchOptions, Form
from app.services.linkage.doors import LinkageDoor, open_door
from app.services.people import act_again

router = APIRouter(prefix="/api/v1", tags=["batches"])

MEBIBYTE = 1024 * 1024
WHOLE_BODY_LIMITS: dict[Form, int] = {"json": 16 * MEBIBYTE, "zip": 32 * MEBIBYTE, "xlsx": 32 * MEBIBYTE}
"""Of the forms that are read as one object. JSON: about 30,000 case sheets; the others unpack to more."""
SECONDS_TO_ASK_AGAIN = 2
"""After a 202, and while a batch waits."""

CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"
"""A code of a provision or of a profile, never a sentence."""
KEY_PATTERN = r"^[\x21-\x7e]{1,200}$"
Encoding = Literal["utf-8", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "iso-8859-2", "iso-8859-5"]
Dates = Literal["yyyy-mm-dd", "dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy"]


@router.post("/batches", openapi_extra={"requestBody": BODY}, responses=ANSWERS)
async def post_batch(
    request: Request,
    actor: ArrivingActor,
    now: CallTime,
    dry_run: Annotated[bool, Query()] = False,
    atomic: Annotated[bool | None, Query()] = None,
    profile: Annotated[str | None, Query(pattern=CODE_PATTERN)] = None,
    legal_basis: Annotated[LegalBasis | None, Query()] = None,
    law: Annotated[str | None, Query(pattern=CODE_PATTERN)] = None,
    encoding: Annotated[Encoding | None, Query()] = None,
    dates: Annotated[Dates | None, Query()] = None,
    idempotency_key: Annotated[str | None, Header(pattern=KEY_PATTERN)] = None,
) -> JSONResponse:
    """Send one batch. It is cleared while it streams; the answer leaves after the commit.

    A large one is answered with 202 once it is cleared, and so is one that asks for it with `Prefer: respond-async`.
    """
    options = BatchOptions(
        form=_form(request),
        dry_run=dry_run,
        atomic=atomic,
        profile=profile,
        legal_basis=legal_basis,
        law=law,
        idempotency_key=idempotency_key,
        encoding=encoding,
        dates=dates,
        respond_async=_asks_for_a_later_answer(request),
    )
    answer = await _receive(request, actor, options, now)
    return _told(answer, asked_for=options.respond_async)


@router.get("/batches")
def get_batches(actor: CurrentActor, session: WriteSession, now: CallTime) -> dict[str, Any]:
    """The batches of your organization, newest first. A read that writes: the trail keeps who looked."""
    return {"batches": batches.list_batches(session, actor, now=now)}


@router.get("/batches/{batch_id}", responses={200: ANSWERS[200]})
def get_batch(batch_id: UUID, actor: CurrentActor, session: WriteSession, now: CallTime) -> JSONResponse:
    """The answer that a batch of your organization got; PENDING while it waits to be stored."""
    answer = batches.show_batch(session, actor, batch_id, now=now)
    return JSONResponse(answer, headers=_when_to_ask_again(answer))


async def _receive(request: Request, actor: Actor, options: BatchOptions, now: datetime) -> dict[str, Any]:
    """Await the beginning of the body, then a turn, and only then take a connection and a thread."""
    premises = premises_of(request)
    body = ArrivingBody(request, limit=_limit(options.form, premises))
    async with lanes().holding(body, _held_at_most(options.form, premises)):
        is_large = body.held_bytes > premises.large_body
        lane = lanes().lane_of(body, streams=options.form in STREAMED, is_large=is_large)

        def receive() -> dict[str, Any]:
            with transaction(premises.database.write_session()) as session, _door(premises, session) as door:
                return batches.receive_batch(
                    session,
                    act_again(session, actor.key_id),
                    body=body.blocks(),
                    options=options,
                    key_store=premises.key_store,
                    clearing_point=premises.public_url,
                    now=now,
                    is_large=is_large,
                    linkage=door,
                )

        async with lanes().reader(is_workbook=options.form == "xlsx"):
            return await to_thread.run_sync(receive, limiter=lane)


def _door(premises: Premises, session: Session) -> AbstractContextManager[LinkageDoor]:
    return open_door(session, premises.key_store, premises.linkage, random=secrets.token_bytes)


def _form(request: Request) -> Form:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES or request.headers.get("content-encoding"):
        raise WrongMediaType
    return MEDIA_TYPES[media_type]


def _asks_for_a_later_answer(request: Request) -> bool:
    """RFC 7240: preferences stand in one header or several, each perhaps with parameters."""
    preferences = ",".join(request.headers.getlist("prefer")).split(",")
    return any(one.partition(";")[0].strip().lower() == "respond-async" for one in preferences)


def _limit(form: Form, premises: Premises) -> int:
    return min(premises.body_limit, WHOLE_BODY_LIMITS.get(form, premises.body_limit))


def _held_at_most(form: Form, premises: Premises) -> int:
    """Of a body that streams, as much as tells whether it is large; any other is read whole."""
    return premises.large_body if form in STREAMED else _limit(form, premises)


def _told(answer: dict[str, Any], *, asked_for: bool) -> JSONResponse:
    headers = _when_to_ask_again(answer)
    if not headers:
        return JSONResponse(answer)
    headers["Location"] = f"{router.prefix}/batches/{answer['batch_id']}"
    if asked_for:
        headers["Preference-Applied"] = "respond-async"
    return JSONResponse(answer, status_code=202, headers=headers)


def _when_to_ask_again(answer: dict[str, Any]) -> dict[str, str]:
    return {"Retry-After": str(SECONDS_TO_ASK_AGAIN)} if answer["status"] == "PENDING" else {}
