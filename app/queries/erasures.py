"""Which lines of the ledger of erasures were followed, and which cases and batches it can be about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Case, CaseBatch, Erasure
from app.queries.cases import delete_parts_of


def note(session: Session, lines: range, at: datetime) -> None:
    """These lines of the ledger are erased here. Another process may have followed them meanwhile."""
    row = {"first_line": lines[0], "last_line": lines[-1], "erased_at": at}
    session.execute(insert(Erasure).values(row).on_conflict_do_nothing())


def followed_lines(session: Session) -> list[range]:
    """The lines that were followed, from the first on; they may overlap."""
    found = session.execute(
        select(Erasure.first_line, Erasure.last_line).order_by(Erasure.first_line, Erasure.last_line)
    )
    return [range(first, last + 1) for first, last in found]


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
