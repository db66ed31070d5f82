"""The provisions that batches may rest on, when they do not rest on consent."""

from __future__ import annotations

from sqlalchemy import SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Code, Moment


class Law(Base):
    """A provision that batches may rest on. Keepers maintain the list."""

    __tablename__ = "laws"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    country: Mapped[Code]
    # Whole years after closing for which the law lets cases be kept; None: the clearing point's own rule.
    keeps_years: Mapped[int | None] = mapped_column(SmallInteger)
    added_at: Mapped[Moment]
