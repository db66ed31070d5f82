"""The trustee's doors over HTTP. They read what is asked as one body, and never name a caller in a log."""

from __future__ import annotations

from typing import Any, cast

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from anonymizer.oprf.messages import LONGEST_MESSAGE
from app.domain import errors
from app.edge.guards import Guard
from app.edge.problems import STATUSES, answer_fault, answer_http_error, problem
from app.edge.streams import ArrivingBody
from app.trustee import answering
from app.trustee.premises import TrusteePremises

KEYS_PATH = "/.well-known/clearing-point-trustee.json"
AT_A_TIME = 2
"""Calls that are evaluated at once: each takes a processor for about a second, and the rest waits without a thread."""

router = APIRouter()


def create_trustee(premises: TrusteePremises) -> ASGIApp:
    """The trustee on these premises (see `open_trustee`), as an application."""
    app = FastAPI(title="Trustee of a clearing point", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.premises, app.state.turns = premises, CapacityLimiter(AT_A_TIME)
    app.include_router(router)
    app.add_exception_handler(errors.ClearingPointError, _answer_refusal)
    app.add_exception_handler(HTTPException, answer_http_error)
    app.add_exception_handler(Exception, answer_fault)
    # A browser clears on a page of the clearing point and asks here with its own key: no cookie is ever involved, so
    # that every page may ask.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type"],
    )
    return Guard(app)


@router.post("/api/v1/evaluations")
async def post_evaluation(request: Request) -> JSONResponse:
    """Apply the trustee's key to blinded elements, within the organization's quota."""
    return await _answered(request, answering.evaluate)


@router.post("/api/v1/rotations")
async def post_rotation(request: Request) -> JSONResponse:
    """Hand the clearing point, sealed, what takes its tokens from one key of the trustee to the next."""
    return await _answered(request, answering.hand_over_factor)


@router.get(KEYS_PATH)
def get_keys(request: Request) -> JSONResponse:
    """The trustee's public keys, retired ones too."""
    return JSONResponse(answering.published_keys(_premises(request)))


@router.get("/healthz")
def get_health() -> JSONResponse:
    """Whether it serves."""
    return JSONResponse({"status": "OK"})


async def _answered(request: Request, answer: answering.Answer) -> JSONResponse:
    """Who calls is asked before a byte of the body is read."""
    premises = _premises(request)
    caller = await to_thread.run_sync(answering.identify, premises, request.headers.get("authorization", ""))
    body = ArrivingBody(request, limit=LONGEST_MESSAGE)
    await body.hold(LONGEST_MESSAGE)

    def work() -> dict[str, Any]:
        return answer(premises, caller, b"".join(body.blocks()))

    return JSONResponse(await to_thread.run_sync(work, limiter=request.app.state.turns))


def _premises(request: Request) -> TrusteePremises:
    return cast(TrusteePremises, request.app.state.premises)


def _answer_refusal(_request: Request, error: Exception) -> JSONResponse:
    refusal = cast(errors.ClearingPointError, error)  # the handler is registered for this class alone
    answer = problem(STATUSES[type(refusal)], refusal.code, refusal.text)
    if isinstance(refusal, errors.QuotaUsedUp):
        answer.headers["Retry-After"] = str(refusal.seconds)
    return answer
