"""The desk: links between cases for curators to decide, erasures for keepers to settle. Pages for persons with a key,
kept by nobody.

Until pages have sessions a browser signs in by HTTP Basic, whose password is the API key; the name is not looked at.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Annotated, cast
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.domain.actors import Actor
from app.domain.errors import NotAllowed, NotAuthenticated, NotFound, WrongInput
from app.domain.linkage_rules import REASONS, Band, Reason, Verdict
from app.edge.calls import CallTime, CountingSession, LinkingSession, WriteSession
from app.edge.premises import premises_of
from app.edge.streams import ArrivingBody
from app.services.desk_overview import see_what_waits
from app.services.erasure_tasks import Outcome, TaskView, list_erasure_tasks, settle_erasure_task
from app.services.linkage import desk
from app.services.linkage.explaining import REASON_WORDS, VERDICT_WORDS
from app.services.people import identify
from app.web.rendering import Site, render

router = APIRouter(prefix="/desk", include_in_schema=False)

SCHEME = "basic"
LONGEST_FORM = 2048
"""Bytes: a few choices."""
SAME_ORIGIN = "same-origin"
CHOICES = [
    (f"{verdict.value}:{reason.value}", f"{VERDICT_WORDS[verdict]}: {REASON_WORDS[reason]}")
    for verdict in Verdict
    for reason in Reason
    if reason in REASONS[verdict]
]
"""Verdict and reason in one choice, so that without a script none can be sent that do not go together."""

OUTCOMES = [
    (Outcome.ERASED.value, "Erase the case. It is hers, and nothing obliges them to keep it."),
    (Outcome.KEPT.value, "Keep the case. It is of somebody else, or a law obliges them to keep it."),
]
ASKED = "asked"
"""The field by which a keeper says that the organization was asked."""


def desk_actor(request: Request, session: WriteSession, now: CallTime) -> Actor:
    """Who calls, from the password of HTTP Basic."""
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    try:
        _, separator, key = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise NotAuthenticated from None
    if scheme.lower() != SCHEME or not separator or not key:
        raise NotAuthenticated
    actor = identify(session, key.strip(), now=now)
    request.state.actor = actor
    return actor


async def sent_form(request: Request) -> Mapping[str, str]:
    """The fields of a form that one of our own pages sent. Raises NotAllowed for another site's."""
    _check_same_origin(request)
    body = ArrivingBody(request, limit=LONGEST_FORM)
    await body.hold(LONGEST_FORM)
    try:
        return dict(parse_qsl(b"".join(body.blocks()).decode("ascii"), max_num_fields=4))
    except ValueError:
        raise WrongInput("The form cannot be read. Go back and send it again.") from None


DeskActor = Annotated[Actor, Depends(desk_actor, scope="function")]
SentForm = Annotated[Mapping[str, str], Depends(sent_form)]


@router.get("")
def get_desk(request: Request, actor: DeskActor, linking: LinkingSession) -> HTMLResponse:
    """What waits for the person, by role."""
    return HTMLResponse(render("desk.html", _site(request), waiting=see_what_waits(linking, actor)))


@router.get("/links")
def get_links(
    request: Request,
    actor: DeskActor,
    session: WriteSession,
    linking: LinkingSession,
    counting: CountingSession,
    now: CallTime,
    band: Band = Band.REVIEW,
) -> HTMLResponse:
    """What waits for a curator; another band by its name in the address."""
    links = desk.list_links(session, linking, counting, actor, band=band, now=now)
    bands = [Band.REVIEW, Band.AUTOMATIC, Band.IGNORED]
    return HTMLResponse(render("desk_links.html", _site(request), links=links, band=band, bands=bands))


@router.get("/links/{link_id}")
def get_link(
    link_id: UUID,
    request: Request,
    actor: DeskActor,
    session: WriteSession,
    linking: LinkingSession,
    counting: CountingSession,
    now: CallTime,
) -> HTMLResponse:
    """One link: what agrees, what speaks against it, both cases side by side, and the decision."""
    link = desk.show_link(session, linking, counting, actor, link_id, now=now)
    words = {**{v.value: VERDICT_WORDS[v] for v in Verdict}, **{r.value: REASON_WORDS[r] for r in Reason}}
    return HTMLResponse(render("desk_link.html", _site(request), link=link, choices=CHOICES, words=words))


@router.post("/links/{link_id}/decide")
def post_decision(
    link_id: UUID,
    actor: DeskActor,
    form: SentForm,
    session: WriteSession,
    linking: LinkingSession,
    now: CallTime,
) -> RedirectResponse:
    """Decide, and go back to what waits."""
    verdict, _, reason = form.get("decision", "").partition(":")
    try:
        chosen = Verdict(verdict), Reason(reason)
    except ValueError:
        raise WrongInput("Choose one of the decisions and send the form again.") from None
    desk.decide_link(session, linking, actor, link_id, verdict=chosen[0], reason=chosen[1], now=now)
    return RedirectResponse("/desk/links", status_code=303)


@router.get("/erasures")
def get_erasures(
    request: Request, actor: DeskActor, session: WriteSession, linking: LinkingSession, now: CallTime
) -> HTMLResponse:
    """Which organizations a keeper has to ask, and since when."""
    tasks = list_erasure_tasks(session, linking, actor, now=now)
    return HTMLResponse(render("desk_erasures.html", _site(request), tasks=tasks))


@router.get("/erasures/{task_id}")
def get_erasure(
    task_id: UUID,
    request: Request,
    actor: DeskActor,
    session: WriteSession,
    linking: LinkingSession,
    now: CallTime,
) -> HTMLResponse:
    """One task: what to ask, and the form for what they answered."""
    task = _waiting(list_erasure_tasks(session, linking, actor, now=now), task_id)
    return HTMLResponse(
        render("desk_erasure.html", _site(request), task=task, outcomes=OUTCOMES, asked=ASKED)
    )


@router.post("/erasures/{task_id}/settle")
def post_settlement(
    task_id: UUID,
    request: Request,
    linking: LinkingSession,  # what is opened first commits last: a task is closed after its case is gone
    actor: DeskActor,
    form: SentForm,
    session: WriteSession,
    now: CallTime,
) -> RedirectResponse:
    """Erase the case or keep it, once the organization was asked, and go back to what waits."""
    try:
        outcome = Outcome(form.get("outcome", ""))
    except ValueError:
        raise WrongInput("Choose what the organization answered and send the form again.") from None
    if ASKED not in form:
        raise WrongInput("Say that you have asked the organization. Go back, and send the form again.")
    key_store = premises_of(request).key_store
    settle_erasure_task(session, linking, actor, task_id, outcome, key_store=key_store, now=now)
    return RedirectResponse("/desk/erasures", status_code=303)


def _waiting(tasks: Sequence[TaskView], task_id: UUID) -> TaskView:
    found = next((task for task in tasks if task.id == task_id), None)
    if found is None:
        raise NotFound
    return found


def _check_same_origin(request: Request) -> None:
    """A browser sends the password along with whatever page asks for it; so only our own pages may ask."""
    fetched = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    ours = _origin(_site(request).public_url)
    if fetched == SAME_ORIGIN or (fetched is None and origin is not None and _origin(origin) == ours):
        return
    raise NotAllowed("A form of the desk can only be sent from the desk itself. Open it and decide there.")


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc


def _site(request: Request) -> Site:
    return cast(Site, request.app.state.site)
