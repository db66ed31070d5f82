"""How far the ledger of erasures was followed, and which cases and batches it can be about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models import Case, CaseBatch, Erasure
from app.queries.cases import delete_parts_of


def note(session: Session, number: int, at: datetime) -> None:
    """Everything up to this line of the ledger is erased here."""
    session.add(Erasure(number=number, erased_at=at))
    session.flush()


def last_number(session: Session) -> int:
    """The last line that was followed; 0 before the first."""
    return session.scalar(select(func.max(Erasure.number))) or 0


def living_cases(session: Session) -> Sequence[UUID]:
    """Every case that nobody has taken back."""
    return session.scalars(select(Case.id).where(Case.withdrawn_at.is_(None))).all()


def living_batches(session: Session) -> Sequence[CaseBatch]:
    """Every batch that nobody has taken back."""
    return session.scalars(select(CaseBatch).where(CaseBatch.withdrawn_at.is_(None))).all()


def erase(session: Session, cases: Sequence[UUID], at: datetime) -> None:
    """Mark cases of whatever organization, and delete all that is known of them."""
    session.execute(update(Case).where(Case.id.in_(cases)).values(withdrawn_at=at))
    delete_parts_of(session, cases)
