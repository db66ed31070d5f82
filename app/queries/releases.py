"""Releases as rows, and the cut: the moment that decides which rows a release counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.domain.errors import NotFound, TryAgain
from app.domain.statuses import ReleaseStatus
from app.models import Release, ReleaseContent

CUT_LOCK = 0x52435043
"""The advisory lock between batches (shared, until they commit) and the cut (alone, for a moment)."""
LONGEST_WAIT_FOR_BATCHES = "60s"


def join_before_the_cut(session: Session) -> datetime:
    """Take the shared lock and read the clock: what this transaction records is before the next cut, or after it."""
    session.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": CUT_LOCK})
    return _clock(session)


def take_cut(session: Session) -> datetime:
    """A moment before which every recorded row is committed. Waits for the batches that are arriving.

    From here on the session reads as of one moment, so that a withdrawal in between tears no case apart. It must be
    one that only reads: it begins anew.
    """
    try:
        session.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_WAIT_FOR_BATCHES}'"))
        session.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": CUT_LOCK})
    except OperationalError as waiting:
        raise TryAgain("A batch is still arriving. Draft the release again in a minute.") from waiting
    try:
        cut = _clock(session)
    finally:
        session.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": CUT_LOCK})
    session.rollback()
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return cut


def get_release(session: Session, release_id: UUID) -> Release:
    """The release with this id, whatever its status, locked until the transaction ends."""
    release = session.scalars(select(Release).where(Release.id == release_id).with_for_update()).one_or_none()
    if release is None:
        raise NotFound
    return release


def find_release(session: Session, release_id: UUID) -> Release | None:
    """The release with this id, for reading."""
    return session.get(Release, release_id)


def find_latest(session: Session) -> Release | None:
    """The published release of the newest year."""
    return session.scalars(
        select(Release)
        .where(Release.status == ReleaseStatus.PUBLISHED)
        .order_by(Release.year.desc())
        .limit(1)
    ).one_or_none()


def find_published(session: Session, year: int) -> Release | None:
    """The release of a year that is public now."""
    return session.scalars(
        select(Release).where(Release.status == ReleaseStatus.PUBLISHED, Release.year == year)
    ).one_or_none()


def list_releases(session: Session, statuses: Iterable[ReleaseStatus]) -> Sequence[Release]:
    """Releases in these statuses, the newest year and revision first."""
    return session.scalars(
        select(Release)
        .where(Release.status.in_(list(statuses)))
        .order_by(Release.year.desc(), Release.revision.desc())
    ).all()


def count_releases(session: Session, year: int) -> int:
    """How many releases of a year there are, withdrawn ones too: the next revision's number."""
    return session.scalar(select(func.count()).select_from(Release).where(Release.year == year)) or 0


def add_release(session: Session, release: Release, content: ReleaseContent) -> None:
    """Add a draft with its protected tables."""
    session.add(release)
    session.flush()
    session.add(content)
    session.flush()


def get_content(session: Session, release_id: UUID) -> ReleaseContent:
    """The protected tables of a release."""
    content = session.get(ReleaseContent, release_id)
    if content is None:
        raise NotFound
    return content


def _clock(session: Session) -> datetime:
    now: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return now
