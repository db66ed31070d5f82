"""The audit trail. The database refuses to change or delete a row, for the server's role and for the owner alike."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Moment


class AuditEvent(Base):
    """Who did what to which object. `facts` has codes and counts, never a value that a sender wrote."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    happened_at: Mapped[Moment]
    # No foreign keys: the trail outlives whom it names, and a refusal may name nobody.
    person_id: Mapped[UUID | None]
    key_id: Mapped[UUID | None]
    organization_id: Mapped[UUID | None]
    event: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
