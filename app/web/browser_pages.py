"""The address of the page that clears a case sheet in the reader's browser. No case comes here: cleared rows go to
the door for batches, as a laptop's do."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter, Request, Response

from app.edge.guards import page_policy
from app.edge.premises import premises_of
from app.services.browser_rules import DATES, ENCODINGS
from app.web.memory import kept
from app.web.rendering import Site, render

router = APIRouter()


@router.api_route("/send/here", methods=["GET", "HEAD"], include_in_schema=False)
def get_sending_here(request: Request) -> Response:
    """The page, which may ask the trustee as well, where there is one."""
    page = kept(request, "send here", lambda: _draw(cast(Site, request.app.state.site)))
    page.headers["Content-Security-Policy"] = page_policy(premises_of(request).linkage.trustee_url)
    return page


def _draw(site: Site) -> str:
    return render("send_here.html", site, encodings=ENCODINGS, dates=DATES)
