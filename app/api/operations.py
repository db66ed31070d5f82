"""Is it alive, and can it serve."""

from __future__ import annotations

from fastapi import APIRouter

from app.edge.calls import ReadSession
from app.services.health import check_ready

router = APIRouter(tags=["operations"])


@router.get("/healthz")
def get_health() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
def get_readiness(session: ReadSession) -> dict[str, str]:
    """The database answers too, and its schema is the one this code knows."""
    check_ready(session)
    return {"status": "ready"}
