"""How long what is kept: years that are finished, weeks that become quarters, cases that become counts.

The operator at the machine does these, in one transaction as the schema's owner. What was published stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

import reports
from anonymizer import FIELDS, Treatment
from app.database.sessions import Session
from app.domain.errors import StateDoesNotAllow
from app.domain.events import EventType
from app.domain.identifiers import new_id
from app.key_store import KeyStore
from app.models import FinishedYear, RetiredCounts
from app.queries import audit, people, releases
from app.queries import retention as queries
from app.queries.cases import lock_cases_of
from app.services.erasures import note_erasure
from app.services.frames import frame_at


@dataclass(frozen=True, slots=True)
class Retained:
    """What a run of retention did, or would do: rows that were coarsened by table, cases that left by year."""

    coarsened: Mapping[str, int]
    retired: Mapping[int, int]


def finish_year(session: Session, year: int, *, now: datetime) -> None:
    """Say that the published release of a year is its final revision. Refused while there is none."""
    if releases.find_published(session, year) is None:
        raise StateDoesNotAllow("This year has no published release yet. Publish its final revision first.")

    queries.finish_year(session, FinishedYear(year=year, finished_at=now))

    audit.record(session, None, EventType.YEAR_FINISHED, now=now, facts={"year": year})


def run_retention(session: Session, *, key_store: KeyStore, now: datetime, dry_run: bool) -> Retained:
    """Coarsen the weeks of finished years, and turn the cases whose time is over into protected counts.

    Batches wait meanwhile, so that nothing comes in for a case that leaves. A dry run does the same and takes it back.
    """
    for organization in people.list_organizations(session):
        lock_cases_of(session, organization.id)

    trial = session.begin_nested()
    coarsened = queries.coarsen_weeks(session, _week_fields())
    expired = queries.find_expired(session, now.date())
    if expired:
        _retire(session, expired, now)
    retained = Retained(coarsened, {year: len(cases) for year, cases in expired.items()})
    if dry_run:
        trial.rollback()
        return retained
    note_erasure(session, "case", list(chain(*expired.values())), key_store=key_store, now=now)
    trial.commit()

    facts = {"coarsened": sum(coarsened.values()), "retired": sum(retained.retired.values())}
    audit.record(session, None, EventType.RETENTION_RUN, now=now, facts=facts)
    return retained


def _retire(session: Session, expired: Mapping[int, Sequence[UUID]], now: datetime) -> None:
    """Keep the counts of the cases of each year, and delete the cases."""
    frame = frame_at(session, now)
    for year, cases in expired.items():
        queries.keep_counts(session, _counts(frame, year, cases, now))
        queries.delete_cases(session, cases, at=now)


def _week_fields() -> dict[str, list[str]]:
    """Every field that is kept as a week, by entity."""
    fields: dict[str, list[str]] = {}
    for field in FIELDS.values():
        if field.treatment is Treatment.WEEK:
            fields.setdefault(field.entity, []).append(field.name)
    return fields


def _counts(frame: reports.Frame, year: int, cases: Sequence[UUID], now: datetime) -> RetiredCounts:
    """The tables of these cases alone, protected as a release is."""
    their_own = pa.array([str(case_id) for case_id in cases])
    leaving = reports.Frame(
        {
            name: table.filter(pc.is_in(table["case_id"], value_set=their_own))
            for name, table in frame.tables.items()
        }
    )
    content = reports.build_release(leaving, year=year)
    return RetiredCounts(
        id=new_id(now), year=year, retired_at=now, canonical_json=reports.release_to_json(content)
    )
