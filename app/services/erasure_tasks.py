"""Cases that may be of a person who asked to be erased, at another organization or not surely hers: a keeper decides.

The organization is asked by people, on another way, and never told by us that there was a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.domain.events import EventType
from app.domain.permissions import check_can_settle_erasure
from app.key_store import KeyStore
from app.queries import audit, erasures, people
from app.queries import person_withdrawals as queries
from app.queries.cases import lock_cases_of
from app.services.erasures import note_erasure


class Outcome(StrEnum):
    """What a keeper decided."""

    ERASED = "erased"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as a keeper sees it: whose case it is, by code and name, and since when it waits; nothing of the case."""

    id: UUID
    organization: str
    organization_name: str
    created_at: datetime


def list_erasure_tasks(session: Session, linking: Session, actor: Actor, *, now: datetime) -> list[TaskView]:
    """The tasks that wait."""
    check_can_settle_erasure(actor)

    tasks = queries.list_tasks(linking)
    names = {one.id: (one.code, one.name) for one in people.list_organizations(session)}

    audit.record(session, actor, EventType.ERASURE_TASKS_READ, now=now, facts={"tasks": len(tasks)})
    return [
        TaskView(task.id, *names.get(task.organization_id, ("", "")), created_at=task.created_at)
        for task in tasks
    ]


def settle_erasure_task(
    session: Session,
    linking: Session,
    actor: Actor,
    task_id: UUID,
    outcome: Outcome,
    *,
    key_store: KeyStore,
    now: datetime,
) -> None:
    """Erase the case, or keep it, as its organization said. A task is settled once."""
    check_can_settle_erasure(actor)

    task = queries.lock_task(linking, task_id)
    if task is None:
        raise NotFound

    # Rather erased twice than never: the task is closed last, in the other role's transaction.
    if outcome is Outcome.ERASED:
        people.act_for(session, task.organization_id)
        lock_cases_of(session, task.organization_id)
        erasures.erase(session, [task.case_id], now)
        note_erasure(session, "case", [task.case_id], key_store=key_store, now=now)
    queries.close_task(linking, task, outcome=outcome.value, by=actor.person_id, at=now)

    facts = {"outcome": outcome.value}
    audit.record(session, actor, EventType.ERASURE_TASK_SETTLED, now=now, subject_id=task.id, facts=facts)
