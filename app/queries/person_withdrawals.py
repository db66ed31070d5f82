"""Wishes to be erased, as they wait for the night, and the tasks that come of them.

The server's role adds a wish and reads none; the linkage's role does the rest. Tokens are parameters of statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from app.domain.statuses import BatchStatus
from app.models import Case, CaseBatch, ErasureTask, PersonWithdrawal
from app.queries.linkage_tokens import Epochs, StoredTokens


@dataclass(frozen=True, slots=True)
class DueWithdrawal:
    """A wish whose time has come."""

    id: UUID
    organization_id: UUID
    received_at: datetime
    tokens: tuple[bytes, ...] = field(repr=False)


def add_withdrawal(
    session: Session,
    withdrawal_id: UUID,
    organization_id: UUID,
    tokens: StoredTokens,
    *,
    received_at: datetime,
    not_before: datetime,
) -> None:
    """Let a wish wait."""
    session.execute(
        insert(PersonWithdrawal).values(
            id=withdrawal_id,
            organization_id=organization_id,
            tokens=list(tokens.elements),
            k1_epoch=tokens.k1_epoch,
            k2_epoch=tokens.k2_epoch,
            s_epoch=tokens.s_epoch,
            received_at=received_at,
            not_before=not_before,
        )
    )


def find_due(session: Session, epochs: Epochs, now: datetime) -> list[DueWithdrawal]:
    """The wishes whose time has come, under the keys in use."""
    found = session.execute(
        text(
            "SELECT id, organization_id, received_at, tokens FROM link.person_withdrawals WHERE not_before <= :now "
            "AND k1_epoch = :k1 AND k2_epoch = :k2 AND s_epoch = :s ORDER BY not_before, id"
        ),
        {"now": now, "k1": epochs.k1, "k2": epochs.k2, "s": epochs.s},
    )
    return [DueWithdrawal(one, whose, at, tuple(map(bytes, tokens))) for one, whose, at, tokens in found]


def waiting_since(linking: Session, reading: Session) -> datetime | None:
    """Since when tokens wait to be comparable, for a key or in a batch that is not stored yet; None when none does."""
    moments = (
        linking.scalar(text("SELECT min(arrived_at) FROM link.arrivals")),
        reading.scalar(
            select(func.min(CaseBatch.received_at)).where(CaseBatch.status == BatchStatus.PENDING.value)
        ),
    )
    return min((moment for moment in moments if moment is not None), default=None)


def find_owners(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Whose each of these cases is. The reader's role sees all."""
    found = session.execute(select(Case.id, Case.organization_id).where(Case.id.in_(case_ids)))
    return {case_id: organization_id for case_id, organization_id in found}  # noqa: C416 - rows are no pairs


def add_tasks(session: Session, tasks: Sequence[ErasureTask], *, asked_at: datetime) -> None:
    """Let these wait for a keeper, but for cases that wait for one already, or of which one was asked since then."""
    asked = {task.case_id for task in tasks}
    told = select(ErasureTask.case_id).where(
        ErasureTask.case_id.in_(asked),
        ErasureTask.settled_at.is_(None) | (ErasureTask.created_at >= asked_at),
    )
    known = set(session.scalars(told))
    session.add_all(task for task in tasks if task.case_id not in known)
    session.flush()


def delete_withdrawal(session: Session, withdrawal_id: UUID) -> None:
    """Forget a wish, with its tokens."""
    session.execute(delete(PersonWithdrawal).where(PersonWithdrawal.id == withdrawal_id))


def list_tasks(session: Session) -> Sequence[ErasureTask]:
    """The tasks that nobody has settled, oldest first."""
    return session.scalars(
        select(ErasureTask)
        .where(ErasureTask.settled_at.is_(None))
        .order_by(ErasureTask.created_at, ErasureTask.id)
    ).all()


def lock_task(session: Session, task_id: UUID) -> ErasureTask | None:
    """A task that nobody has settled, locked until the transaction ends."""
    return session.scalars(
        select(ErasureTask)
        .where(ErasureTask.id == task_id, ErasureTask.settled_at.is_(None))
        .with_for_update()
    ).one_or_none()


def close_task(session: Session, task: ErasureTask, *, outcome: str, by: UUID, at: datetime) -> None:
    """Note what a keeper decided."""
    session.execute(
        update(ErasureTask)
        .where(ErasureTask.id == task.id)
        .values(settled_at=at, settled_by=by, outcome=outcome)
    )
