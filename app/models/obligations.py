"""What an organization has agreed to send: which sheet, for which year, until when."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Code, Key, Moment, OptionalMoment


class Obligation(Base):
    """One sheet of one year that an organization owes. It may say that there is nothing to send."""

    __tablename__ = "obligations"
    __table_args__ = (UniqueConstraint("organization_id", "year", "sheet"),)

    id: Mapped[Key]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    sheet: Mapped[Code]
    due_on: Mapped[date] = mapped_column(Date)
    agreed_at: Mapped[Moment]
    # When the organization said that it has nothing to send for this year.
    nothing_at: Mapped[OptionalMoment]
