"""What is owed and what came, counted by organization. Row-level security decides whose rows are seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, extract, func, literal, null, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import CTE, Subquery

from app.domain.coverage import ItemCount, Owed
from app.models import (
    CasePart,
    CaseRecord,
    Identification,
    NrmProfile,
    Obligation,
    Organization,
    ShelterCapacity,
)
from app.queries.records import CASE_SHEET, RECORDS

FORMS: Mapping[str, type[ShelterCapacity] | type[NrmProfile]] = {
    "shelter_capacity": ShelterCapacity,
    "nrm_profile": NrmProfile,
}
CASES = "cases"
"""What senders call the part that the case sheet fills."""
Items = Mapping[tuple[str, str], str]
"""Entity and field of each required item, with what stands for unknown in it."""


def agree_obligation(session: Session, obligation: Obligation) -> None:
    """Add it, or give the one of the same organization, year and sheet another day."""
    values = {column.name: getattr(obligation, column.name) for column in Obligation.__table__.columns}
    statement = insert(Obligation).values(values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["organization_id", "year", "sheet"],
            set_={"due_on": statement.excluded.due_on, "agreed_at": statement.excluded.agreed_at},
        )
    )


def say_nothing(session: Session, organization_id: UUID, year: int, sheet: str, *, at: datetime) -> bool:
    """Note that there is nothing to send; False when the organization does not owe this."""
    found = session.execute(
        update(Obligation)
        .where(
            Obligation.organization_id == organization_id, Obligation.year == year, Obligation.sheet == sheet
        )
        .values(nothing_at=at)
        .returning(Obligation.id)
    )
    return found.first() is not None


def list_owed(session: Session, year: int, organization_id: UUID | None = None) -> list[Owed]:
    """What is owed for a year, and what came: of one organization, or of all that the role may see."""
    came = _came(year)
    statement = (
        select(
            Organization.code, Organization.countries, Obligation, came.c.rows, came.c.first, came.c.latest
        )
        .join(Organization, Organization.id == Obligation.organization_id)
        .outerjoin(
            came,
            and_(came.c.organization_id == Obligation.organization_id, came.c.sheet == Obligation.sheet),
        )
        .where(Obligation.year == year, *_of(Obligation.organization_id, organization_id))
        .order_by(Organization.code, Obligation.sheet)
    )
    return [_owed(*row) for row in session.execute(statement)]


def count_items(
    session: Session, year: int, items: Items, organization_id: UUID | None = None
) -> Iterator[ItemCount]:
    """Of the cases of a year that may say more than their year: how many say each required item."""
    cases = _cases_of_a_year(year)
    known = [func.count().filter(_is_known(*item, unknown)) for item, unknown in items.items()]
    statement: Any = (
        select(Organization.code, CaseRecord.reporting_country, func.count(), *known)
        .select_from(cases)
        .join(Organization, Organization.id == cases.c.organization_id)
    )
    for entity in dict.fromkeys(["case", "identification", *(entity for entity, _ in items)]):
        statement = statement.join(RECORDS[entity], RECORDS[entity].__table__.c.part_id == cases.c.part_id)
    statement = statement.where(*_of(cases.c.organization_id, organization_id))
    for code, country, asked, *counts in session.execute(
        statement.group_by(Organization.code, CaseRecord.reporting_country).order_by(
            Organization.code, CaseRecord.reporting_country
        )
    ):
        for (_, item), count in zip(items, counts, strict=True):
            yield ItemCount(code, country, item, count, asked)


def _cases_of_a_year(year: int) -> CTE:
    """The cases whose year this is: that of the identification, else of the registration."""
    day = func.coalesce(Identification.date_identified, CaseRecord.date_registered)
    return (
        select(CasePart.case_id, CasePart.organization_id, CasePart.id.label("part_id"))
        .join(CaseRecord, CaseRecord.part_id == CasePart.id)
        .outerjoin(Identification, Identification.part_id == CasePart.id)
        .where(CasePart.part == CASE_SHEET, CasePart.ended_at.is_(None), extract("year", day) == year)
        .cte("cases_of_the_year")
    )


def _came(year: int) -> Subquery:
    """What came for a year, by organization and sheet: how many are there now, the first and the latest arrival."""
    cases = _cases_of_a_year(year)
    sheet = func.replace(CasePart.part, CASE_SHEET, CASES)
    of_cases = (
        select(cases.c.organization_id, sheet.label("sheet"), *_arrivals(CasePart))
        .join(CasePart, CasePart.case_id == cases.c.case_id)
        .group_by(cases.c.organization_id, sheet)
    )
    of_forms = (
        select(form.organization_id, literal(name), *_arrivals(form))
        .where(form.year == year)
        .group_by(form.organization_id)
        for name, form in FORMS.items()
    )
    return union_all(of_cases, *of_forms).subquery("came")


def _arrivals(
    model: type[CasePart] | type[ShelterCapacity] | type[NrmProfile],
) -> tuple[ColumnElement[Any], ...]:
    return (
        func.count().filter(model.ended_at.is_(None)).label("rows"),
        func.min(model.recorded_at).label("first"),
        func.max(model.recorded_at).label("latest"),
    )


def _is_known(entity: str, field: str, unknown: str) -> ColumnElement[bool]:
    column = RECORDS[entity].__table__.c[field]
    if not unknown:
        return column.is_not(null())
    return (
        func.array_to_string(column, "") != unknown
        if hasattr(column.type, "item_type")
        else column != unknown
    )


def _of(column: Any, organization_id: UUID | None) -> list[ColumnElement[bool]]:
    return [] if organization_id is None else [column == organization_id]


def _owed(
    code: str,
    countries: list[str],
    obligation: Obligation,
    rows: int | None,
    first: datetime | None,
    latest: datetime | None,
) -> Owed:
    came = [moment.date() for moment in (first, obligation.nothing_at) if moment is not None]
    return Owed(
        organization=code,
        countries=tuple(countries),
        year=obligation.year,
        sheet=obligation.sheet,
        due_on=obligation.due_on,
        rows=rows or 0,
        first_on=min(came, default=None),
        latest_on=latest.date() if latest else None,
        is_nothing=not rows and obligation.nothing_at is not None,
    )
