"""The quota of evaluations: counted and checked in one statement, so that two calls at once cannot share a rest."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import EvaluationCount


def add_evaluations(session: Session, organization_id: UUID, day: date, elements: int, *, most: int) -> bool:
    """Count `elements` of a day. False, and nothing counted, when they would be more than `most` on that day."""
    if elements > most:
        return False
    statement = insert(EvaluationCount).values(organization_id=organization_id, day=day, elements=elements)
    earlier = case((EvaluationCount.day == day, EvaluationCount.elements), else_=0)
    counted = session.scalar(
        statement.on_conflict_do_update(
            index_elements=[EvaluationCount.organization_id],
            set_={"day": day, "elements": earlier + elements},
            where=earlier + elements <= most,
        ).returning(EvaluationCount.elements)
    )
    return counted is not None
