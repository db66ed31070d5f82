"""What is due to be coarsened or deleted, and doing it: by set, for all organizations, as the schema's owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, text, update
from sqlalchemy.orm import Session

from app.models import Case, FinishedYear, RetiredCounts
from app.queries.cases import delete_parts_of
from app.queries.records import MODULES, RECORDS

OWN_RULE_YEARS = 5
"""Whole years after closing that a case is kept (architecture, decision 8), where no named law says otherwise."""

YEAR_OF_CASES = """
    SELECT p.case_id, extract(year FROM coalesce(i.date_identified, r.date_registered))::int AS year
    FROM case_parts p JOIN case_records r ON r.part_id = p.id LEFT JOIN identifications i ON i.part_id = p.id
    WHERE p.part = 'case_sheet' AND p.ended_at IS NULL
"""
"""The year that each case counts in: of the identification, else of the registration."""

EXPIRED = f"""
    SELECT p.case_id, y.year,
        coalesce(d.date_closed, make_date(extract(year FROM last.recorded_at)::int, 12, 31)) AS closed_on,
        coalesce(l.keeps_years, :own_rule) AS keeps_years
    FROM ({YEAR_OF_CASES}) y
    JOIN case_parts p ON p.case_id = y.case_id AND p.part = 'case_sheet' AND p.ended_at IS NULL
    JOIN case_batches b ON b.id = p.batch_id
    JOIN LATERAL (SELECT max(recorded_at) AS recorded_at FROM case_parts WHERE case_id = p.case_id) last ON true
    LEFT JOIN laws l ON l.code = b.law AND b.legal_basis = 'ARCHIVE'
    LEFT JOIN case_parts m ON m.case_id = p.case_id AND m.part = 'case' AND m.ended_at IS NULL
    LEFT JOIN case_details d ON d.part_id = m.id
"""
"""When each case was closed and how long it is kept. A case without a day of closing is closed at the end of the year
in which it last changed: what nobody touches must not stay for ever."""


def finish_year(session: Session, finished: FinishedYear) -> None:
    """Note that a year is not counted again."""
    session.merge(finished)
    session.flush()


def is_finished(session: Session, year: int) -> bool:
    """Whether the final revision of a year is published."""
    return session.get(FinishedYear, year) is not None


def coarsen_weeks(session: Session, weeks: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Weeks of finished years become quarters: the fields by entity, the number of changed rows by table.

    The quarter of a week never changes by it, because a stored week never begins in an earlier quarter.
    """
    changed: dict[str, int] = {}
    for entity, fields in weeks.items():
        for table in {
            cast(Table, models[entity].__table__) for models in (RECORDS, MODULES) if entity in models
        }:
            for field in fields:
                if field in table.columns:
                    changed[table.name] = changed.get(table.name, 0) + _coarsen(session, table, field)
    return {table: rows for table, rows in changed.items() if rows}


def _coarsen(session: Session, table: Table, field: str) -> int:
    precision = f"{field}_precision"
    has_precision = precision in table.columns
    also = f", {precision} = 'quarter'" if has_precision else ""
    due = f"r.{precision} = 'week'" if has_precision else f"r.{field} <> date_trunc('quarter', r.{field})"
    result = session.execute(
        text(
            f"UPDATE {table.name} r SET {field} = date_trunc('quarter', r.{field})::date{also} FROM case_parts p "
            f"WHERE p.id = r.part_id AND {due} AND p.case_id IN (SELECT y.case_id FROM ({YEAR_OF_CASES}) y "
            "JOIN finished_years f ON f.year = y.year)"
        )
    )
    return cast(int, result.rowcount)  # type: ignore[attr-defined]


def find_expired(session: Session, today: date) -> dict[int, list[UUID]]:
    """The cases whose time is over, by the year that they count in; only of years that are finished."""
    rows = session.execute(
        text(
            f"SELECT e.year, e.case_id FROM ({EXPIRED}) e JOIN finished_years f ON f.year = e.year "
            "WHERE e.closed_on + make_interval(years => e.keeps_years) < :today ORDER BY e.year, e.case_id"
        ),
        {"own_rule": OWN_RULE_YEARS, "today": today},
    )
    expired: dict[int, list[UUID]] = {}
    for year, case_id in rows:
        expired.setdefault(year, []).append(case_id)
    return expired


def keep_counts(session: Session, counts: RetiredCounts) -> None:
    """Keep the protected tables of what is about to go."""
    session.add(counts)
    session.flush()


def delete_cases(session: Session, cases: Sequence[UUID], *, at: datetime) -> None:
    """Delete every record and part of these cases; their tokens stay, so that none comes in again unnoticed."""
    delete_parts_of(session, cases)
    session.execute(update(Case).where(Case.id.in_(cases)).values(withdrawn_at=at))
