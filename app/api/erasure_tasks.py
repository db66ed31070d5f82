"""Persons who asked to be erased, for keepers: which organizations are to be asked, and what they said."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Request

from app.edge.calls import CallTime, CurrentActor, LinkingSession, WriteSession
from app.edge.premises import premises_of
from app.services import erasure_tasks
from app.services.erasure_tasks import Outcome

router = APIRouter(prefix="/api/v1/erasure-tasks", tags=["withdrawals"])


@router.get("")
def get_tasks(
    actor: CurrentActor, session: WriteSession, linking: LinkingSession, now: CallTime
) -> dict[str, Any]:
    """The tasks that wait, oldest first (keepers). Nothing of a case is shown."""
    tasks = erasure_tasks.list_erasure_tasks(session, linking, actor, now=now)
    return {
        "tasks": [
            {"id": str(task.id), "organization": task.organization, "created_at": task.created_at.isoformat()}
            for task in tasks
        ]
    }


@router.post("/{task_id}/settle")
def post_outcome(
    task_id: UUID,
    request: Request,
    linking: LinkingSession,  # what is opened first commits last: a task is closed after its case is gone
    actor: CurrentActor,
    session: WriteSession,
    now: CallTime,
    outcome: Annotated[Outcome, Body(embed=True)],
) -> dict[str, Any]:
    """Erase the case of a task, or keep it, as its organization said (keepers)."""
    erasure_tasks.settle_erasure_task(
        session, linking, actor, task_id, outcome, key_store=premises_of(request).key_store, now=now
    )
    return {"id": str(task_id), "outcome": outcome.value}
