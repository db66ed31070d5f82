"""What all tables share: the names of constraints, the types of columns, and the meaning of a time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, MetaData, SmallInteger, String, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, mapped_column

LONGEST_CODE = 40
"""Longer than any code of the catalogue and shorter than a story: free text does not fit into a column of codes."""

Key = Annotated[UUID, mapped_column(Uuid, primary_key=True)]
"""A UUID of version 7, made in Python."""

Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
"""An instant, in UTC. A calendar day of a case is a Date."""
OptionalMoment = Annotated[datetime | None, mapped_column(DateTime(timezone=True))]

Code = Annotated[str, mapped_column(String(LONGEST_CODE))]
"""A code of a list in the catalogue; UNK, ZZ or NOT_RECORDED where nobody knows."""
Codes = Annotated[list[str], mapped_column(ARRAY(String(LONGEST_CODE)))]
Day = Annotated[date | None, mapped_column(Date)]
Number = Annotated[int, mapped_column(SmallInteger, primary_key=True)]
"""1..n within its part, newest last."""
Count = Annotated[int | None, mapped_column(Integer)]
"""A whole number that says nothing about who a person is: days, months, beds."""
Label = Annotated[str, mapped_column(String(20))]
"""The short name of a version of a document."""


class Base(DeclarativeBase):
    """All models; the naming rule makes constraint names the same in models, migrations and errors."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
