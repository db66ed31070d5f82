"""Writing and reading the audit trail. There is nothing here that changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.events import EventType
from app.models import AuditEvent

NEWEST_SHOWN = 200
"""As many as a person reads; the whole trail is for a tool."""


def record(
    session: Session,
    actor: Actor | None,
    event: EventType,
    *,
    now: datetime,
    subject_id: UUID | None = None,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Add one event in the session's own transaction: no audit row, no effect. None is the operator at the machine."""
    session.add(
        AuditEvent(
            happened_at=now,
            person_id=actor.person_id if actor else None,
            key_id=actor.key_id if actor else None,
            organization_id=actor.organization.id if actor else None,
            event=event.value,
            subject_id=subject_id,
            facts=dict(facts or {}),
        )
    )


def list_events(session: Session) -> Sequence[AuditEvent]:
    """The newest events, newest first."""
    return session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(NEWEST_SHOWN)).all()
