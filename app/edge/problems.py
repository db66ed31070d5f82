"""How a no is told over HTTP: problem details (RFC 9457) with a stable code, and an audit row for every refusal.

FastAPI's own answers repeat what came in; none of them gets out of here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from app.database.transactions import Unavailable, transaction
from app.domain import errors
from app.domain.actors import Actor
from app.edge.premises import premises_of
from app.services.audit import record_refusal

PROBLEM_JSON = "application/problem+json"
TOLD_TO_BROWSERS = ("retry-after", "www-authenticate")
DESK = "/desk"
SIGN_IN = 'Basic realm="Desk of the clearing point", charset="UTF-8"'
"""What a browser asks a person for at the desk (RFC 7617), where the interface wants a key of the header."""
DrawProblem = Callable[[int, str, str], str]

STATUSES: Mapping[type[errors.ClearingPointError], int] = {
    errors.NotAuthenticated: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.StateDoesNotAllow: 409,
    errors.EpochOver: 409,
    errors.BodyTooLarge: 413,
    errors.QuotaUsedUp: 429,
    errors.WrongMediaType: 415,
    errors.WrongInput: 422,
    errors.BatchRefused: 422,
    errors.KeyReused: 422,
    errors.TryAgain: 503,
}
"""The one table of HTTP statuses; a test keeps every leaf of the error tree in it."""

SERVER_FAULT = 500
SECONDS_TO_WAIT = 5
"""After a 503: a restart of the database takes about a second, a batch that blocks another a few."""

TITLES: Mapping[int, str] = {
    401: "Who are you?",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not do that",
    409: "Not now",
    413: "Too large",
    415: "Wrong format",
    422: "Something in it is wrong",
    429: "Enough for today",
    503: "Try again",
    SERVER_FAULT: "The clearing point failed",
}


def add_problem_answers(app: FastAPI) -> None:
    """Teach the application to answer every no as a problem."""
    app.add_exception_handler(errors.ClearingPointError, answer_refusal)
    app.add_exception_handler(Unavailable, answer_unavailable)
    app.add_exception_handler(RequestValidationError, answer_wrong_request)
    app.add_exception_handler(HTTPException, answer_http_error)
    app.add_exception_handler(Exception, answer_fault)


def answer_refusal(request: Request, error: Exception) -> JSONResponse:
    """A refusal of ours: written to the trail first, because what cannot be recorded is not decided."""
    refusal = cast(errors.ClearingPointError, error)  # the handler is registered for this class alone
    if _is_recorded(request, refusal):
        try:
            _record(request, refusal)
        except Unavailable as unavailable:
            return answer_unavailable(request, unavailable)
    members = refusal.answer if isinstance(refusal, errors.BatchRefused) else {}
    answer = problem(STATUSES[type(refusal)], refusal.code, refusal.text, members)
    if isinstance(refusal, errors.QuotaUsedUp):
        answer.headers["Retry-After"] = str(refusal.seconds)
    return answer


def answer_unavailable(request: Request, error: Exception) -> JSONResponse:
    """The database is away or busy: nothing was changed."""
    again = errors.TryAgain()
    return problem(STATUSES[errors.TryAgain], again.code, again.text)


def answer_wrong_request(request: Request, error: Exception) -> JSONResponse:
    """A parameter or body that does not fit: where and of which kind, never what."""
    faults = cast(RequestValidationError, error).errors()  # the handler is registered for this class alone
    places = sorted({".".join(str(step) for step in fault["loc"][:2]) for fault in faults})
    named = [place for place in places if place.split(".")[-1] in _known_parameters(request)]
    text = (
        "A parameter is missing or of the wrong kind. See /api/v1/openapi.json for what this address takes."
    )
    return problem(422, "parameter_wrong", text, {"parameters": named})


def answer_http_error(request: Request, error: Exception) -> JSONResponse:
    """What the framework refuses before a route is found."""
    text = "There is nothing at this address, or it does not do what was asked of it."
    status = cast(HTTPException, error).status_code  # the handler is registered for this class alone
    return problem(status, "address_wrong", text)


def answer_fault(request: Request, error: Exception) -> JSONResponse:
    """A fault of ours. It goes on to the guard, which logs its kind and place; its words go nowhere."""
    text = "Something in the clearing point failed, and nothing was stored. The operators see it in the log."
    return problem(SERVER_FAULT, "server_fault", text)


class ProblemAnswer(JSONResponse):
    """A problem document; for a browser outside the interface the page that the application draws of it.

    The application's state may hold `draw_problem`: from status, title and detail to a page.
    """

    media_type = PROBLEM_JSON

    def __init__(self, body: Mapping[str, object], *, status_code: int, headers: Mapping[str, str]) -> None:
        super().__init__(body, status_code=status_code, headers=headers)
        self._title, self._detail = str(body["title"]), str(body["detail"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the form that the caller reads."""
        if "www-authenticate" in self.headers and scope["path"].startswith(DESK):
            self.headers["WWW-Authenticate"] = SIGN_IN
        draw: DrawProblem | None = getattr(scope["app"].state, "draw_problem", None)
        if draw is None or not _is_browser(scope):
            await super().__call__(scope, receive, send)
            return
        page = HTMLResponse(draw(self.status_code, self._title, self._detail), self.status_code)
        page.headers.update({name: self.headers[name] for name in TOLD_TO_BROWSERS if name in self.headers})
        await page(scope, receive, send)


def problem(status: int, code: str, detail: str, members: Mapping[str, object] | None = None) -> JSONResponse:
    """One problem document. `members` are added to it; they may not carry what came in."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "Refused"),
        "code": code,
        "detail": detail,
        **(members or {}),
    }
    headers = {"Retry-After": str(SECONDS_TO_WAIT)} if status == STATUSES[errors.TryAgain] else {}
    if status == STATUSES[errors.NotAuthenticated]:
        headers["WWW-Authenticate"] = "Bearer"
    # A batch's answer has a `status` of its own (OK, WARNING, ERROR), which programs wait for.
    body.setdefault("status", status)
    return ProblemAnswer(body, status_code=status, headers=headers)


def _is_browser(scope: Scope) -> bool:
    return not scope["path"].startswith("/api/") and "text/html" in Headers(scope=scope).get("accept", "")


def _is_recorded(request: Request, error: errors.ClearingPointError) -> bool:
    """Everything but a reader's mistyped address of something public."""
    return _actor(request) is not None or not isinstance(error, errors.NotFound)


def _record(request: Request, error: errors.ClearingPointError) -> None:
    premises = premises_of(request)
    route = getattr(request.scope.get("route"), "path", "unknown")
    with transaction(premises.database.write_session()) as session:
        record_refusal(session, _actor(request), code=error.code, route=route, now=premises.clock())


def _actor(request: Request) -> Actor | None:
    return getattr(request.state, "actor", None)


def _known_parameters(request: Request) -> frozenset[str]:
    dependant = getattr(request.scope.get("route"), "dependant", None)
    if dependant is None:
        return frozenset()
    parameters = [*dependant.query_params, *dependant.path_params, *dependant.header_params]
    return frozenset(parameter.alias for parameter in parameters)
