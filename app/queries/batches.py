"""Batches: who sent what when, and what they were told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.statuses import BatchStatus, check_transition
from app.models import CaseBatch

BATCHES_SHOWN = 500
"""As many of an organization's newest batches as one answer lists."""


LONGEST_WAIT = "20s"
"""For another batch of the same organization, or for the same one that is sent twice; then the sender tries again."""


def wait_no_longer(session: Session) -> None:
    """From here to the end of the transaction, give up a lock that is not free soon."""
    session.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'"))


def lock_idempotency_key(session: Session, organization_id: UUID, idempotency_digest: bytes) -> None:
    """Let one call with this key in at a time; the others wait and then find its batch."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))"),
        {"name": f"{organization_id}/{idempotency_digest.hex()}"},
    )


def find_replayed(session: Session, organization_id: UUID, idempotency_digest: bytes) -> CaseBatch | None:
    """The batch that was stored under this key."""
    return session.scalars(
        select(CaseBatch).where(
            CaseBatch.organization_id == organization_id, CaseBatch.idempotency_digest == idempotency_digest
        )
    ).one_or_none()


def add_batch(session: Session, batch: CaseBatch) -> None:
    """Add the batch, so that its parts can name it; its answer comes when it is done."""
    session.add(batch)
    session.flush()  # the parts' foreign key needs the row


def keep_waiting(session: Session, batch: CaseBatch, answer: Mapping[str, Any], body_digest: bytes) -> None:
    """Keep what the sender of a batch that waits was told, for replays."""
    values = {"answer": dict(answer), "body_digest": body_digest}
    session.execute(update(CaseBatch).where(CaseBatch.id == batch.id).values(values))


def settle_batch(
    session: Session,
    batch: CaseBatch,
    status: BatchStatus,
    answer: Mapping[str, Any],
    *,
    body_digest: bytes | None = None,
) -> None:
    """Note how a batch ended, and the answer that replays get from now on."""
    check_transition(BatchStatus.PENDING, status)
    values: dict[str, Any] = {"status": status.value, "answer": dict(answer)}
    if body_digest is not None:
        values["body_digest"] = body_digest
    session.execute(update(CaseBatch).where(CaseBatch.id == batch.id).values(values))


def get_batch(session: Session, organization_id: UUID, batch_id: UUID) -> CaseBatch:
    """The organization's own batch; another's is NotFound, as if it did not exist."""
    batch = session.scalars(
        select(CaseBatch).where(CaseBatch.id == batch_id, CaseBatch.organization_id == organization_id)
    ).one_or_none()
    if batch is None:
        raise NotFound
    return batch


def list_batches(session: Session, organization_id: UUID) -> Sequence[CaseBatch]:
    """The organization's own batches, newest first."""
    return session.scalars(
        select(CaseBatch)
        .where(CaseBatch.organization_id == organization_id)
        .order_by(CaseBatch.id.desc())
        .limit(BATCHES_SHOWN)
    ).all()
