"""Cleared rows on their way: a batch that is too large for one call waits here until its job has stored it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Code


class StagedRows(Base):
    """The cleared rows of one chunk of one sheet; deleted in the transaction that stores them."""

    __tablename__ = "staged_rows"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("case_batches.id"), primary_key=True)
    # In the order in which the chunks came: cases stand before the modules that name them.
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    sheet: Mapped[Code]
    # The numbers of the rows in the sender's sheet, for what storage may still refuse.
    row_numbers: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    # JSON of the cleared columns in canonical text. Never anything raw.
    cleared: Mapped[str] = mapped_column(Text)
