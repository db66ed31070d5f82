"""The audit trail, for auditors."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.edge.calls import CallTime, CurrentActor, WriteSession
from app.services import audit

router = APIRouter(prefix="/api/v1", tags=["audit"])


@router.get("/audit")
def get_audit(actor: CurrentActor, session: WriteSession, now: CallTime) -> dict[str, Any]:
    """The newest events. A read that writes: reading the trail is in the trail."""
    return {"events": audit.read_trail(session, actor, now=now)}
