"""How long what is kept: the years that are finished, and what remains of cases that are gone."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Moment


class FinishedYear(Base):
    """A year whose final revision is published: it is not counted again."""

    __tablename__ = "finished_years"

    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    finished_at: Mapped[Moment]


class RetiredCounts(Base):
    """What remains of the cases of one year whose time is over: their protected tables, and no row."""

    __tablename__ = "retired_counts"

    id: Mapped[Key]
    year: Mapped[int] = mapped_column(SmallInteger)
    retired_at: Mapped[Moment]
    canonical_json: Mapped[str] = mapped_column(Text)


class Erasure(Base):
    """Lines of the ledger of erasures, which lies beside the keys, that were followed in this database."""

    __tablename__ = "erasures"
    __table_args__ = (CheckConstraint("0 < first_line AND first_line <= last_line", name="ordered"),)

    first_line: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    last_line: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    erased_at: Mapped[Moment]
