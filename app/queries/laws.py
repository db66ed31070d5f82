"""The list of provisions that batches may rest on. Keepers maintain it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Law


def list_laws(session: Session) -> Sequence[Law]:
    """Every provision that batches may rest on, by code."""
    return session.scalars(select(Law).order_by(Law.code)).all()


def is_known_law(session: Session, code: str) -> bool:
    """Whether keepers have put this provision on the list."""
    return session.get(Law, code) is not None


def add_law(session: Session, law: Law) -> None:
    """Put a provision on the list, or say anew what it says."""
    session.merge(law)
    session.flush()
