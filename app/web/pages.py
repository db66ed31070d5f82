"""The addresses of the public pages. They read what is published, and never anything else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import cast

from fastapi import APIRouter, Request, Response

from app.domain.errors import NotFound
from app.domain.statuses import ReleaseStatus
from app.edge.calls import ReadSession
from app.services import releases
from app.services.releases import ReleaseSummary
from app.web import release_pages, table_pages
from app.web.memory import SVG, kept
from app.web.rendering import Site, render

LATEST = "latest"

router = APIRouter()
page = partial(router.api_route, methods=["GET", "HEAD"], include_in_schema=False)


@page("/")
def get_home(request: Request, session: ReadSession) -> Response:
    """What this is, the key figures of the newest release, and three doors."""
    latest = _latest(releases.list_published(session))

    def draw() -> str:
        published = None if latest is None else releases.read_published(session, latest.id)
        return release_pages.draw_home(published, _site(request))

    return kept(request, ("home", latest), draw)


@page("/about")
def get_about(request: Request) -> Response:
    """What the clearing point protects against, and what it does not."""
    return kept(request, "about", lambda: render("about.html", _site(request)))


@page("/releases")
def get_releases(request: Request, session: ReadSession) -> Response:
    """Everything that is or was public."""
    public = tuple(releases.list_published(session))
    return kept(request, ("releases", public), lambda: release_pages.draw_releases(public, _site(request)))


@page("/releases/{release_id}")
def get_release(release_id: str, request: Request, session: ReadSession) -> Response:
    """One release: its figures, its tables and the rules that protected it."""
    public = tuple(releases.list_published(session))
    chosen = _choose(release_id, public)

    def draw() -> str:
        return release_pages.draw_release(releases.read_published(session, chosen.id), public, _site(request))

    return kept(request, ("release", chosen, public), draw)


@page("/releases/{release_id}/chart.svg")
def get_chart(release_id: str, request: Request, session: ReadSession) -> Response:
    """The one chart of a release."""
    chosen = _choose(release_id, releases.list_published(session))

    def draw() -> str:
        return release_pages.draw_chart(releases.read_published(session, chosen.id))

    return kept(request, ("chart", chosen), draw, media_type=SVG)


@page("/releases/{release_id}/tables/{table_id}")
def get_table(release_id: str, table_id: str, request: Request, session: ReadSession) -> Response:
    """One table."""
    public = tuple(releases.list_published(session))
    chosen = _choose(release_id, public)

    def draw() -> str:
        published = releases.read_published(session, chosen.id)
        table = published.content.table(table_id)
        if table is None:
            raise NotFound
        return table_pages.draw_table(published, table, public, _site(request))

    return kept(request, ("table", table_id, chosen, public), draw)


def _site(request: Request) -> Site:
    return cast(Site, request.app.state.site)


def _choose(release_id: str, public: Sequence[ReleaseSummary]) -> ReleaseSummary:
    """The release with this id, or the newest one for `latest`. Anything that is not public is NotFound."""
    if release_id == LATEST:
        chosen = _latest(public)
    else:
        chosen = next((summary for summary in public if str(summary.id) == release_id.lower()), None)
    if chosen is None:
        raise NotFound
    return chosen


def _latest(public: Sequence[ReleaseSummary]) -> ReleaseSummary | None:
    """The published release of the newest year; what is public comes with the newest first."""
    return next((summary for summary in public if summary.status is ReleaseStatus.PUBLISHED), None)
