"""Drafting, checking, publishing and reading releases. Unprotected counts live in `reports` and never come here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from uuid import UUID

import reports
from anonymizer.policy import load_policy, policy_version
from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.errors import NotFound, StateDoesNotAllow
from app.domain.events import EventType
from app.domain.identifiers import new_id
from app.domain.linkage import LinkageMode
from app.domain.permissions import (
    check_can_check_release,
    check_can_draft_release,
    check_can_publish_release,
    check_can_read_unpublished_release,
    check_can_withdraw_release,
)
from app.domain.statuses import PUBLIC_STATUSES, ReleaseStatus, check_transition
from app.models import Release, ReleaseContent
from app.queries import audit
from app.queries import releases as queries
from app.queries.retention import is_finished

FIRST_YEAR = 2000
"""The Task Force's first report counts from January 2000; no record is older."""
RELEASES_KEPT_READY = 32
"""A published release never changes, so its tables are parsed once and kept; as many as a decade of revisions."""


@dataclass(frozen=True, slots=True)
class ReleaseSummary:
    """What is said of a release without its tables."""

    id: UUID
    year: int
    revision: int
    status: ReleaseStatus
    cut: datetime
    published_at: datetime | None


class Step(Protocol):
    """One step of a release's life, as a function."""

    def __call__(
        self, session: Session, actor: Actor, release_id: UUID, *, now: datetime
    ) -> ReleaseSummary: ...


@dataclass(frozen=True, slots=True)
class PublishedRelease:
    """A release that everybody may read."""

    summary: ReleaseSummary
    content: reports.Release
    sha256: str


def draft_release(
    session: Session,
    counting: Session,
    actor: Actor,
    *,
    year: int,
    linkage: LinkageMode = LinkageMode.OFF,
    now: datetime,
) -> ReleaseSummary:
    """Count a year as it stands now and keep its protected tables as a draft, with how cases are linked.

    `counting` is a session of the reader's role, which sees every organization's rows and changes none.
    """
    from app.services.frames import frame_at  # brings pyarrow, which only a draft needs

    check_can_draft_release(actor)

    if not FIRST_YEAR <= year <= now.year:
        raise StateDoesNotAllow(f"There is nothing to count for this year: choose one from {FIRST_YEAR} on.")
    if is_finished(session, year):
        raise StateDoesNotAllow("The final revision of this year is published. It is not counted again.")

    cut = queries.take_cut(counting)
    content = reports.build_release(frame_at(counting, cut), year=year, method=_method(linkage))
    canonical = reports.release_to_json(content)

    revision = queries.count_releases(session, year) + 1
    release = _drafted(actor, year=year, revision=revision, cut=cut, now=now)
    queries.add_release(session, release, _content(release.id, canonical))

    audit.record(
        session, actor, EventType.RELEASE_DRAFTED, now=now, subject_id=release.id, facts={"year": year}
    )
    return _summary(release)


def check_release(session: Session, actor: Actor, release_id: UUID, *, now: datetime) -> ReleaseSummary:
    """A second person says that the draft may be published."""
    release = queries.get_release(session, release_id)
    check_can_check_release(actor, drafted_by=release.drafted_by)

    check_transition(ReleaseStatus(release.status), ReleaseStatus.CHECKED)

    release.status = ReleaseStatus.CHECKED.value
    release.checked_at, release.checked_by = now, actor.person_id

    audit.record(session, actor, EventType.RELEASE_CHECKED, now=now, subject_id=release.id)
    return _summary(release)


def publish_release(session: Session, actor: Actor, release_id: UUID, *, now: datetime) -> ReleaseSummary:
    """Make a checked release public. What is published stays: a correction is a new release that supersedes it."""
    release = queries.get_release(session, release_id)
    check_can_publish_release(actor)

    check_transition(ReleaseStatus(release.status), ReleaseStatus.PUBLISHED)

    _supersede_earlier(session, actor, release.year, now)
    release.status = ReleaseStatus.PUBLISHED.value
    release.published_at, release.published_by = now, actor.person_id

    audit.record(session, actor, EventType.RELEASE_PUBLISHED, now=now, subject_id=release.id)
    return _summary(release)


def withdraw_release(session: Session, actor: Actor, release_id: UUID, *, now: datetime) -> ReleaseSummary:
    """Stop a release that is not public yet."""
    release = queries.get_release(session, release_id)
    check_can_withdraw_release(actor)

    check_transition(ReleaseStatus(release.status), ReleaseStatus.WITHDRAWN)

    release.status = ReleaseStatus.WITHDRAWN.value
    release.withdrawn_at, release.withdrawn_by = now, actor.person_id

    audit.record(session, actor, EventType.RELEASE_WITHDRAWN, now=now, subject_id=release.id)
    return _summary(release)


def list_published(session: Session) -> Sequence[ReleaseSummary]:
    """Every release that is or was public, the newest year and revision first."""
    return [_summary(release) for release in queries.list_releases(session, PUBLIC_STATUSES)]


def read_published(session: Session, release_id: UUID | None) -> PublishedRelease:
    """A release that is or was public; None asks for the one of the newest year. Anything else is NotFound."""
    release = (
        queries.find_latest(session) if release_id is None else queries.find_release(session, release_id)
    )
    if release is None or ReleaseStatus(release.status) not in PUBLIC_STATUSES:
        raise NotFound
    return _with_content(session, release)


def read_unpublished(session: Session, actor: Actor, release_id: UUID, *, now: datetime) -> PublishedRelease:
    """A release in any status, for the persons who draft and check."""
    check_can_read_unpublished_release(actor)

    release = queries.get_release(session, release_id)

    audit.record(session, actor, EventType.RELEASE_READ, now=now, subject_id=release.id)
    return _with_content(session, release)


def _supersede_earlier(session: Session, actor: Actor, year: int, now: datetime) -> None:
    earlier = queries.find_published(session, year)
    if earlier is not None:
        earlier.status = ReleaseStatus.SUPERSEDED.value
        audit.record(session, actor, EventType.RELEASE_SUPERSEDED, now=now, subject_id=earlier.id)


def _drafted(actor: Actor, *, year: int, revision: int, cut: datetime, now: datetime) -> Release:
    return Release(
        id=new_id(now),
        year=year,
        revision=revision,
        status=ReleaseStatus.DRAFTED.value,
        cut=cut,
        drafted_at=now,
        drafted_by=actor.person_id,
    )


def _method(linkage: LinkageMode) -> Mapping[str, str]:
    """How cases were linked when the release was cut: kept with its tables, whatever is set later."""
    if linkage is LinkageMode.OFF:
        return {"linkage": linkage.value}
    return {"linkage": linkage.value, "policy": load_policy().name, "policy_version": policy_version()}


def _content(release_id: UUID, canonical: str) -> ReleaseContent:
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return ReleaseContent(release_id=release_id, canonical_json=canonical, sha256=digest)


def _with_content(session: Session, release: Release) -> PublishedRelease:
    content = queries.get_content(session, release.id)
    return PublishedRelease(_summary(release), _parse(content.canonical_json), content.sha256)


@lru_cache(maxsize=RELEASES_KEPT_READY)
def _parse(canonical: str) -> reports.Release:
    return reports.release_from_json(canonical)


def _summary(release: Release) -> ReleaseSummary:
    return ReleaseSummary(
        id=release.id,
        year=release.year,
        revision=release.revision,
        status=ReleaseStatus(release.status),
        cut=release.cut,
        published_at=release.published_at,
    )
