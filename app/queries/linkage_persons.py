"""Persons as intervals of time, the events that changed them, and the runs, as rows.

A membership is never changed but ended, so that a release of an earlier cut finds the persons of that time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models import LinkEvent, LinkRun


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What happened to persons of one band, for the list of events."""

    id: UUID
    kind: str
    band: str
    person_ids: tuple[UUID, ...]
    cases: int


def read_persons(session: Session, band: str) -> dict[UUID, UUID]:
    """The person of each case that has company now."""
    asked = text("SELECT case_id, person_id FROM link.memberships WHERE band = :band AND until IS NULL")
    return {row.case_id: row.person_id for row in session.execute(asked, {"band": band})}


def end_memberships(session: Session, band: str, case_ids: Collection[UUID], at: datetime) -> None:
    """From this moment on these cases are not of the persons of whom they were."""
    session.execute(
        text(
            "UPDATE link.memberships SET until = :at "
            "WHERE band = :band AND until IS NULL AND case_id = ANY(CAST(:cases AS uuid[]))"
        ),
        {"band": band, "at": at, "cases": list(case_ids)},
    )


def add_memberships(session: Session, band: str, persons: Mapping[UUID, UUID], at: datetime) -> None:
    """From this moment on these cases are of these persons; a case that has left meanwhile is left out."""
    session.execute(
        text(
            "INSERT INTO link.memberships (case_id, band, since, person_id) SELECT case_id, :band, :at, person_id "
            "FROM unnest(CAST(:cases AS uuid[]), CAST(:persons AS uuid[])) AS named (case_id, person_id) "
            "JOIN link.token_sets USING (case_id)"
        ),
        {"band": band, "at": at, "cases": list(persons), "persons": list(persons.values())},
    )


def add_events(session: Session, changes: Sequence[PersonChange], at: datetime) -> None:
    """Note what merged and what split."""
    session.add_all(
        LinkEvent(
            id=change.id,
            kind=change.kind,
            band=change.band,
            happened_at=at,
            person_ids=list(change.person_ids),
            cases=change.cases,
        )
        for change in changes
    )
    session.flush()


def count_persons(session: Session, band: str) -> int:
    """How many persons have more than one case now."""
    asked = text(
        "SELECT count(DISTINCT person_id) FROM link.memberships WHERE band = :band AND until IS NULL"
    )
    return int(session.execute(asked, {"band": band}).scalar_one())


def find_last_run(session: Session, *, that_linked: bool = False) -> LinkRun | None:
    """The newest run, or the newest that was not skipped."""
    asked = select(LinkRun).order_by(LinkRun.began_at.desc(), LinkRun.id.desc()).limit(1)
    return session.scalars(asked.where(LinkRun.is_skipped.is_(False)) if that_linked else asked).one_or_none()


def add_run(session: Session, run: LinkRun) -> None:
    """Note a run."""
    session.add(run)
    session.flush()
