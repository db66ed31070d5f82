"""Tasks of erasure whose case is gone, and those that are settled: what may be forgotten of them at night."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.models import Case, ErasureTask


def find_asked_cases(session: Session) -> Sequence[UUID]:
    """The cases of which a keeper is asked still."""
    return session.scalars(select(ErasureTask.case_id).where(ErasureTask.settled_at.is_(None))).all()


def find_standing(session: Session, case_ids: Collection[UUID]) -> set[UUID]:
    """Those of these cases that nobody took back or erased, and whose time is not over. The reader's role sees all."""
    return set(session.scalars(select(Case.id).where(Case.id.in_(case_ids), Case.withdrawn_at.is_(None))))


def settle_tasks(session: Session, case_ids: Collection[UUID], *, outcome: str, at: datetime) -> None:
    """Nobody has to decide of these cases any more."""
    session.execute(
        update(ErasureTask)
        .where(ErasureTask.case_id.in_(case_ids), ErasureTask.settled_at.is_(None))
        .values(settled_at=at, outcome=outcome)
    )


def forget_cases_of_settled(session: Session) -> None:
    """That somebody asked to be erased, and what came of it, stays; which case it was does not."""
    session.execute(
        text(
            "UPDATE link.erasure_tasks SET case_id = NULL WHERE settled_at IS NOT NULL AND case_id IS NOT NULL"
        )
    )
