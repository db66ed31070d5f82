"""Small releases for the tests of pages: invented tables as they are published, put into the database as they are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID, uuid4

from app.database.sessions import Session
from app.domain.statuses import ReleaseStatus
from app.models import Release, ReleaseContent
from app.queries import releases as queries
from reports.small_numbers import SmallNumbers
from reports.tables import (
    NOT_AVAILABLE,
    NOT_SHOWN,
    POOLED,
    TOTAL,
    TRUE_ZERO,
    Dimension,
    ProtectedTable,
    TableText,
)
from reports.tables import Release as Content
from tests.factories import NOON

YEAR = 2025
DRAFT_MARK = "Never to be seen before it is published"
"""Stands in the title of every table of a draft."""

COUNTRIES = Dimension(
    "reporting_country",
    "Reporting country",
    ("MD", "RS", POOLED),
    {"MD": "Moldova", "RS": "Serbia", POOLED: "Countries shown together"},
)
MEASURES = Dimension(
    "measure",
    "Measure",
    ("IDENTIFIED", "ASSISTED", "NEWLY_ASSISTED"),
    {"IDENTIFIED": "Identified", "ASSISTED": "Assisted", "NEWLY_ASSISTED": "Newly assisted"},
    has_total=False,
)
SEXES = Dimension("sex", "Sex", ("F", "M"), {"F": "Female", "M": "Male"})
FORMS = Dimension(
    "form",
    "Form of exploitation",
    ("SEX", "LABOUR", "ODD"),
    {"SEX": "Sexual exploitation", "LABOUR": "Forced labour", "ODD": "<b>Other & odd</b>"},
)
PERSONS_IDENTIFIED = 1234
"""The region's total in A1, large enough to need a separator."""


@dataclass(frozen=True)
class Published:
    """What the tests' clearing point holds."""

    current: UUID
    superseded: UUID
    draft: UUID
    earlier_year: UUID


def a_release(*, year: int = YEAR, identified: int = PERSONS_IDENTIFIED, title: str = "") -> Content:
    """A release of four tables, in which every mark stands somewhere. A7 has percentages too."""
    tables = (
        a_table("A1", title or "Victims by country", (COUNTRIES, MEASURES), _key_cells(identified)),
        a_table("A8", title or "Form of exploitation by country and sex", (FORMS, COUNTRIES, SEXES)),
        a_table("A7", title or "Form of exploitation", (replace(FORMS, name="form_group"),), {(TOTAL,): 51}),
        a_table("E1", title or "Services received", (SEXES, COUNTRIES), every=NOT_AVAILABLE),
    )
    return Content(year, tables, SmallNumbers().as_mapping())


def a_table(
    table_id: str,
    title: str,
    dimensions: tuple[Dimension, ...],
    cells: Mapping[tuple[str, ...], int | str] | None = None,
    every: int | str = 17,
) -> ProtectedTable:
    """A table whose cells are all the same, but for those that are given."""
    codes = [(*one.codes, TOTAL) if one.has_total else one.codes for one in dimensions]
    filled = dict.fromkeys(product(*codes), every) | dict(cells or {})
    text = TableText(
        table_id,
        title,
        unit="persons",
        population="Identified victims of the year",
        notes=("Unknown stands under `unknown`.",),
        source="An invented source",
    )
    notes = ("Countries with few persons in the year stand together: Albania.",)
    return ProtectedTable(text, dimensions, filled, dimensions[0].name, notes=notes)  # type: ignore[arg-type]


def publish_releases(session: Session, *, drafted_by: UUID, checked_by: UUID) -> Published:
    """Two revisions of a year, the second of which is current; a year before it; and a draft of a third revision."""
    people = (drafted_by, checked_by)
    return Published(
        superseded=_add(session, a_release(identified=1111), 1, ReleaseStatus.SUPERSEDED, people),
        current=_add(session, a_release(), 2, ReleaseStatus.PUBLISHED, people),
        draft=_add(session, a_release(title=DRAFT_MARK, identified=9876), 3, ReleaseStatus.DRAFTED, people),
        earlier_year=_add(
            session, a_release(year=YEAR - 1, identified=987), 1, ReleaseStatus.PUBLISHED, people
        ),
    )


def _key_cells(identified: int) -> dict[tuple[str, ...], int | str]:
    return {
        (TOTAL, "IDENTIFIED"): identified,
        ("MD", "IDENTIFIED"): 40,
        ("RS", "IDENTIFIED"): 194,
        (POOLED, "IDENTIFIED"): NOT_SHOWN,
        (TOTAL, "NEWLY_ASSISTED"): NOT_AVAILABLE,
        ("RS", "NEWLY_ASSISTED"): TRUE_ZERO,
    }


def _add(
    session: Session, content: Content, revision: int, status: ReleaseStatus, people: tuple[UUID, UUID]
) -> UUID:
    is_public = status is not ReleaseStatus.DRAFTED
    moment: datetime | None = NOON + timedelta(days=revision) if is_public else None
    release = Release(
        id=uuid4(),
        year=content.year,
        revision=revision,
        status=status.value,
        cut=NOON,
        drafted_at=NOON,
        drafted_by=people[0],
        checked_at=moment,
        checked_by=people[1] if is_public else None,
        published_at=moment,
        published_by=people[1] if is_public else None,
    )
    canonical = content.as_json()
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    queries.add_release(
        session, release, ReleaseContent(release_id=release.id, canonical_json=canonical, sha256=digest)
    )
    return release.id
