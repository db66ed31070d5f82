"""The generalized fields of cases that may be of one person, read by the reader's role.

No case number, no organization's name, no identity: what curators compare, and what can speak against a link.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.records import CASE_SHEET


@dataclass(frozen=True, slots=True)
class KeptStay:
    """A stay in a shelter with both its ends, as they are kept."""

    country: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class CaseFields:
    """What a cleared case says of a person, in codes of the catalogue."""

    stays: tuple[KeptStay, ...]
    reporting_country: str
    organization_kind: str
    registered: date | None
    registered_precision: str
    identified: date | None
    identified_precision: str | None
    identification_status: str | None
    sex: str
    age_band: str
    citizenship: Sequence[str]


FIELDS = text(
    "SELECT p.case_id, r.reporting_country, o.kind, r.date_registered, r.date_registered_precision, "
    "i.date_identified, i.date_identified_precision, i.status, r.sex, r.age_at_registration, r.citizenship "
    "FROM case_parts p JOIN case_records r ON r.part_id = p.id JOIN organizations o ON o.id = p.organization_id "
    "LEFT JOIN identifications i ON i.part_id = p.id "
    f"WHERE p.part = '{CASE_SHEET}' AND p.ended_at IS NULL AND p.case_id = ANY(CAST(:cases AS uuid[]))"
)
STAYS = text(
    "SELECT p.case_id, a.country, a.start_date, a.end_date FROM case_parts p "
    "JOIN assistance_episodes a ON a.part_id = p.id "
    f"WHERE p.part IN ('{CASE_SHEET}', 'assistance_episode') AND p.ended_at IS NULL "
    "AND p.case_id = ANY(CAST(:cases AS uuid[])) AND a.service = 'SHELTER' AND a.accepted = 'ACCEPTED' "
    "AND a.start_date IS NOT NULL AND a.end_date IS NOT NULL AND a.country NOT IN ('UNK', 'ZZ') "
    "ORDER BY a.start_date, a.country"
)


def read_fields(session: Session, case_ids: Collection[UUID]) -> dict[UUID, CaseFields]:
    """The fields of these cases as they stand now; a case without a sheet is not in it."""
    asked = {"cases": list(case_ids)}
    stays: dict[UUID, tuple[KeptStay, ...]] = {}
    for case_id, *stay in session.execute(STAYS, asked):
        stays[case_id] = (*stays.get(case_id, ()), KeptStay(*stay))
    return {
        case_id: CaseFields(stays.get(case_id, ()), *fields)
        for case_id, *fields in session.execute(FIELDS, asked)
    }


def read_owners(session: Session, case_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The organization of each of these cases, as far as there are such cases; there may be very many."""
    asked = text("SELECT id, organization_id FROM cases WHERE id = ANY(CAST(:cases AS uuid[]))")
    return {row.id: row.organization_id for row in session.execute(asked, {"cases": list(case_ids)})}
