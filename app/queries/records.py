"""Loading cleared records by COPY.

COPY does not go through row-level security, so it fills temporary tables, which hold cleared values alone, and an
INSERT from there asks the rule for each row. Temporary tables are made once a connection, when they are needed, and
emptied at each commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Protocol, cast
from uuid import UUID

from sqlalchemy import Date, Integer, Table, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.models import (
    AssistanceEpisode,
    Base,
    CarePlan,
    Case,
    CaseDetail,
    CasePart,
    CaseRecord,
    Child,
    Consent,
    ConsentDetail,
    ExploitationEpisode,
    Identification,
    IdentificationDetail,
    JourneyLeg,
    Justice,
    LegalStatus,
    LegalStatusDetail,
    Recruitment,
    RecruitmentDetail,
    Referral,
    Reintegration,
    Return,
)

CASE_SHEET = "case_sheet"
"""The part that the case sheet fills; each module is a part of its own, named like its entity."""

RECORDS: Mapping[str, type[Base]] = {
    "case": CaseRecord,
    "identification": Identification,
    "exploitation_episode": ExploitationEpisode,
    "recruitment": Recruitment,
    "assistance_episode": AssistanceEpisode,
    "legal_status": LegalStatus,
    "return": Return,
    "consent": Consent,
}
"""Where the case sheet's records of each entity stand."""
MODULES: Mapping[str, type[Base]] = {
    "case": CaseDetail,
    "identification": IdentificationDetail,
    "exploitation_episode": ExploitationEpisode,
    "recruitment": RecruitmentDetail,
    "journey_leg": JourneyLeg,
    "referral": Referral,
    "assistance_episode": AssistanceEpisode,
    "care_plan": CarePlan,
    "legal_status": LegalStatusDetail,
    "justice": Justice,
    "child": Child,
    "return": Return,
    "reintegration": Reintegration,
    "consent": ConsentDetail,
}
"""Where the records of each module stand. Three entities have one table for both: a module that is sent stands in the
place of what the case sheet said."""

NULL = "\\N"
PRECISIONS: Mapping[int, str] = {10: "week", 7: "month", 4: "year", 0: "UNK"}
"""How precise a date is, by the length of its text: `2004-03-15`, `2004-03`, `2004`, or nothing."""
FIRST_DAY: Mapping[int, str] = {10: "", 7: "-01", 4: "-01-01"}
"""What makes a day of it: the first of the month, or of the year."""
ROWS_A_BLOCK = 1_000
"""Rows that are written at once, about 100 kB: the text of a whole chunk would stand in memory several times."""
Columns = Mapping[str, Sequence[str]]
"""Columns of equal length, in the text form that COPY reads."""


class _Copy(Protocol):
    def write(self, block: bytes) -> None: ...


def prepare_staging(session: Session) -> None:
    """Let this transaction look single rows up by index alone.

    The tables grow while a batch is loaded, and a connection keeps the plans of its foreign keys and its prepared
    statements: one made for a table of a few rows would read all of a large one for each row that comes.
    """
    session.execute(text("SET LOCAL enable_seqscan = off"))


def load_cases(session: Session, columns: Columns) -> None:
    """Add cases that are new."""
    _load(session, _table(Case), columns)


def load_parts(session: Session, columns: Columns, *, replaced: Sequence[UUID], at: datetime) -> None:
    """End the versions that are replaced, and add these parts."""
    if replaced:
        session.execute(
            text("UPDATE case_parts SET ended_at = :at WHERE id = ANY(CAST(:replaced AS uuid[]))"),
            {"replaced": list(replaced), "at": at},
        )
    _load(session, _table(CasePart), columns)


def load_records(session: Session, model: type[Base], columns: Columns) -> None:
    """Add records. Fields are in the catalogue's text forms, several codes joined by `;`."""
    table = _table(model)
    written = {name: _copy_text(table, name, values) for name, values in columns.items()}
    for name in [name for name in columns if f"{name}_precision" in table.columns]:
        written[f"{name}_precision"] = [PRECISIONS[len(value)] for value in columns[name]]
    _load(session, table, written)


def _load(session: Session, table: Table, columns: Columns) -> None:
    _stage(session, table, columns)
    _take_over(session, table, columns)


def _stage(session: Session, table: Table, columns: Columns) -> None:
    session.execute(
        text(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS staged_{table.name} "
            f"(LIKE {table.name}) ON COMMIT DELETE ROWS"
        )
    )
    names = ", ".join(columns)
    lines = map("\t".join, zip(*columns.values(), strict=True))
    connection = session.connection().connection.dbapi_connection
    with connection.cursor().copy(f"COPY staged_{table.name} ({names}) FROM STDIN") as opened:  # type: ignore[union-attr]
        while block := list(islice(lines, ROWS_A_BLOCK)):
            cast(_Copy, opened).write(("\n".join(block) + "\n").encode())


def _take_over(session: Session, table: Table, columns: Iterable[str]) -> None:
    names = ", ".join(columns)
    session.execute(text(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM staged_{table.name}"))
    session.execute(text(f"TRUNCATE staged_{table.name}"))


def _copy_text(table: Table, name: str, values: Sequence[str]) -> Sequence[str]:
    """Cleared text as COPY reads it. Codes, dates and numbers need no escapes: clearing lets nothing else through."""
    column_type = table.columns[name].type
    if isinstance(column_type, ARRAY):
        return ["{" + value.replace(";", ",") + "}" for value in values]
    if isinstance(column_type, Date):
        return [value + FIRST_DAY[len(value)] if value else NULL for value in values]
    if isinstance(column_type, Integer):
        return [value or NULL for value in values]
    return values


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)
