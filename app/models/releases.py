"""Releases: protected tables, the rules that protected them, and who drafted, checked and published.

Unprotected counts are never stored.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Code, Key, Moment, OptionalMoment

_PAIRS = ("checked", "published", "withdrawn")


class Release(Base):
    """One counting of one year at one cut. What was published stays; a correction is a release of its own."""

    __tablename__ = "releases"
    __table_args__ = (
        UniqueConstraint("year", "revision"),
        *(CheckConstraint(f"({verb}_at IS NULL) = ({verb}_by IS NULL)", f"{verb}_pair") for verb in _PAIRS),
        CheckConstraint("checked_by <> drafted_by", "two_persons"),
    )

    id: Mapped[Key]
    year: Mapped[int] = mapped_column(SmallInteger)
    revision: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[Code]
    # Rows recorded after this moment are not in it.
    cut: Mapped[Moment]
    drafted_at: Mapped[Moment]
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    checked_at: Mapped[OptionalMoment]
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    published_at: Mapped[OptionalMoment]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    withdrawn_at: Mapped[OptionalMoment]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class ReleaseContent(Base):
    """The protected tables of a release as one canonical text, so that every rendering of them is the same bytes."""

    __tablename__ = "release_contents"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    canonical_json: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
