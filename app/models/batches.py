"""What a batch brought: which cases exist, and which version of which part of a case held when.

The records of a part stand in `records.py`; they have no times of their own. Every row carries its organization,
because row-level security asks each row whose it is.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.statuses import BatchStatus
from app.models.base import Base, Code, Key, Moment, OptionalMoment


class CaseBatch(Base):
    """One batch that was stored, with the answer its sender got: a replay gets the same bytes."""

    __tablename__ = "case_batches"
    __table_args__ = (
        UniqueConstraint("organization_id", "idempotency_digest"),
        # What comes while an earlier batch waits, waits behind it.
        Index("ix_case_batches_pending", "organization_id", postgresql_where=text("status = 'PENDING'")),
    )

    id: Mapped[Key]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    sent_by: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    received_at: Mapped[Moment]
    status: Mapped[Code] = mapped_column(default=BatchStatus.PENDING.value)
    schema_version: Mapped[str] = mapped_column(String(20))
    legal_basis: Mapped[Code]
    law: Mapped[str | None] = mapped_column(String(40))
    profile: Mapped[str | None] = mapped_column(String(40))
    # Under which policy its cases were cleared and pseudonymized, with the policy's digest; older batches have none.
    policy: Mapped[str | None] = mapped_column(String(80))
    # Keyed digests of the sender's key and of the body as it came, to know a replay. A sender may have put a name
    # into its key; and without the server's key no digest tests a guess.
    idempotency_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    body_digest: Mapped[bytes] = mapped_column(LargeBinary)
    # JSON and not JSONB, which would change the order of the keys.
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Its parts and records are gone then; what its sender was told stays.
    withdrawn_at: Mapped[OptionalMoment]


class Case(Base):
    """That an organization has a case. Its token is keyed twice; the local number is never stored."""

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("organization_id", "case_token"),)

    id: Mapped[Key]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    case_token: Mapped[bytes] = mapped_column(LargeBinary)
    # A mark without content: all parts and records are gone, and the case is refused when it is sent again.
    withdrawn_at: Mapped[OptionalMoment]


class CasePart(Base):
    """One version of one part of a case: the case sheet, or a module. It ends when a later one replaces it."""

    __tablename__ = "case_parts"
    __table_args__ = (
        # At most one version of a part is alive; the index also finds it.
        Index(
            "uq_case_parts_alive", "case_id", "part", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        # Finds the others when all that is known of a case has to go; a version that is loaded does not pay for it.
        Index("ix_case_parts_ended", "case_id", postgresql_where=text("ended_at IS NOT NULL")),
    )

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    part: Mapped[Code]
    # Of the canonical cleared row: tells an unchanged part from an updated one.
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("case_batches.id"))
    # The database's clock, read under the lock that orders batches against the cut of a release.
    recorded_at: Mapped[Moment]
    ended_at: Mapped[OptionalMoment]
