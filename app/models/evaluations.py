"""How many elements an organization had evaluated on its newest day: one row an organization, and no history."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class EvaluationCount(Base):
    """The count of one day (UTC); the next day's takes its place."""

    __tablename__ = "evaluation_counts"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    elements: Mapped[int] = mapped_column(Integer)
