"""The trail: writing down refusals, and showing it to auditors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.events import EventType
from app.domain.permissions import check_can_read_audit
from app.queries import audit as queries


def record_refusal(session: Session, actor: Actor | None, *, code: str, route: str, now: datetime) -> None:
    """Write down that somebody was refused, and with which code. `route` is the pattern, never the address itself."""
    queries.record(session, actor, EventType.CALL_REFUSED, now=now, facts={"code": code, "route": route})


def read_trail(session: Session, actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """The newest events. Reading them is an event itself."""
    check_can_read_audit(actor)

    events = queries.list_events(session)

    queries.record(session, actor, EventType.AUDIT_READ, now=now)
    return [
        {
            "id": event.id,
            "happened_at": event.happened_at.isoformat(),
            "event": event.event,
            "person": str(event.person_id) if event.person_id else None,
            "subject": str(event.subject_id) if event.subject_id else None,
            "facts": event.facts,
        }
        for event in events
    ]
