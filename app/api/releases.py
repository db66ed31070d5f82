"""Releases: public to read, two persons to make."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path, Request, Response

from app.edge.calls import CallTime, CountingSession, CurrentActor, ReadSession, WriteSession
from app.edge.guards import PUBLIC_FOR_A_WHILE
from app.edge.premises import premises_of
from app.services import releases, tables
from app.services.releases import ReleaseSummary

router = APIRouter(prefix="/api/v1/releases", tags=["releases"])

LATEST = "latest"
ReleaseId = Annotated[str, Path(pattern=r"^(latest|[0-9a-fA-F-]{36})$")]


@router.get("")
def get_releases(session: ReadSession) -> dict[str, Any]:
    """Every release that is or was public."""
    return {"releases": [_shape(summary) for summary in releases.list_published(session)]}


@router.get("/{release_id}")
def get_release(release_id: ReleaseId, session: ReadSession) -> dict[str, Any]:
    """One release, with the list of its tables and the formats they come in."""
    published = releases.read_published(session, as_id(release_id))
    return _shape(published.summary) | {"tables": tables.list_tables(published)}


@router.get("/{release_id}/manifest.json")
def get_manifest(release_id: ReleaseId, session: ReadSession) -> dict[str, Any]:
    """The rules that protected it, and the SHA-256 of every file."""
    published = releases.read_published(session, as_id(release_id))
    return _shape(published.summary) | tables.make_manifest(published)


@router.get("/{release_id}/tables/{table_id}.{form}")
def get_table(release_id: ReleaseId, table_id: str, form: str, session: ReadSession) -> Response:
    """One table as csv, json or xlsx; the same bytes each time."""
    published = releases.read_published(session, as_id(release_id))
    file = tables.render_table(published, table_id, form)
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": PUBLIC_FOR_A_WHILE,
        "ETag": f'"{file.sha256}"',
    }
    return Response(file.content, media_type=file.media_type, headers=headers)


@router.post("", status_code=201)
def post_release(
    request: Request,
    actor: CurrentActor,
    session: WriteSession,
    counting: CountingSession,
    now: CallTime,
    year: Annotated[int, Body(embed=True)],
) -> dict[str, Any]:
    """Draft the release of a year (curators)."""
    mode = premises_of(request).linkage.mode
    return _shape(releases.draft_release(session, counting, actor, year=year, linkage=mode, now=now))


@router.get("/{release_id}/draft")
def get_draft(release_id: UUID, actor: CurrentActor, session: WriteSession, now: CallTime) -> dict[str, Any]:
    """A release that may not be public yet, whole, for those who check it. A read that writes the trail."""
    draft = releases.read_unpublished(session, actor, release_id, now=now)
    return _shape(draft.summary) | {"content": tables.as_document(draft)}


@router.post("/{release_id}/check")
def post_check(release_id: UUID, actor: CurrentActor, session: WriteSession, now: CallTime) -> dict[str, Any]:
    """Say, as a second person, that a draft may be published (checkers)."""
    return _shape(releases.check_release(session, actor, release_id, now=now))


@router.post("/{release_id}/publish")
def post_publish(
    release_id: UUID, actor: CurrentActor, session: WriteSession, now: CallTime
) -> dict[str, Any]:
    """Make a checked release public."""
    return _shape(releases.publish_release(session, actor, release_id, now=now))


@router.post("/{release_id}/withdraw")
def post_withdraw(
    release_id: UUID, actor: CurrentActor, session: WriteSession, now: CallTime
) -> dict[str, Any]:
    """Stop a release that is not public yet."""
    return _shape(releases.withdraw_release(session, actor, release_id, now=now))


def as_id(release_id: str) -> UUID | None:
    """None for `latest`."""
    return None if release_id == LATEST else UUID(release_id)


def _shape(summary: ReleaseSummary) -> dict[str, Any]:
    return {
        "release_id": str(summary.id),
        "year": summary.year,
        "revision": summary.revision,
        "status": summary.status.value,
        "cut": summary.cut.isoformat(),
        "published_at": summary.published_at.isoformat() if summary.published_at else None,
    }
