"""Taking back: the marks on cases and batches, and the deletion of everything below them.

Statements work on sets, so that a batch of 100,000 cases goes in seconds. What is deleted here is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.statuses import BatchStatus
from app.models import Base, Case, CaseBatch
from app.queries.cases import delete_parts_of
from app.queries.linkage_tokens import delete_tokens, delete_tokens_of_batch
from app.queries.records import CASE_SHEET

FORM_TABLES = tuple(
    sorted(
        name
        for name, table in Base.metadata.tables.items()
        if {"batch_id", "recorded_at"} <= {*table.columns.keys()} and name != "case_parts"
    )
)
"""Every table of an annual form; a new one is in it by itself."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How much was deleted: versions of parts, of how many cases, and versions of annual forms."""

    cases: int
    parts: int
    forms: int


def lock_batch(session: Session, organization_id: UUID, batch_id: UUID) -> CaseBatch:
    """The organization's own batch, locked until the transaction ends; another's is NotFound."""
    batch = session.scalars(
        select(CaseBatch)
        .where(CaseBatch.id == batch_id, CaseBatch.organization_id == organization_id)
        .with_for_update()
    ).one_or_none()
    if batch is None:
        raise NotFound
    return batch


def remove_batch(session: Session, batch: CaseBatch, at: datetime) -> Removed:
    """Delete everything that the batch brought, alive or replaced since, and mark it.

    Tokens that it brought go also where its row changed nothing; those that another batch brought stay with a case
    whose sheet another batch replaced, and go where no sheet is left.
    """
    batch.withdrawn_at = at
    batch.status = BatchStatus.WITHDRAWN.value
    session.flush()
    _look_up_by_index(session)
    # The records go with their part, by the rule of their foreign keys.
    gone = session.execute(
        text(
            "DELETE FROM case_parts WHERE organization_id = :organization AND batch_id = :batch "
            "RETURNING case_id, part"
        ),
        {"organization": batch.organization_id, "batch": batch.id},
    ).all()
    delete_tokens_of_batch(session, batch.id)
    delete_tokens(session, _without_sheet(session, [case_id for case_id, part in gone if part == CASE_SHEET]))
    cases, parts = len({case_id for case_id, _ in gone}), len(gone)
    return Removed(cases, parts, sum(_delete_form(session, table, batch) for table in FORM_TABLES))


def remove_cases(
    session: Session, organization_id: UUID, tokens: Sequence[bytes], at: datetime
) -> Sequence[UUID]:
    """Mark these cases and delete all that is known of them; tokens that are not known change nothing.

    A case that is marked already keeps its mark. Returns those that were marked now.
    """
    marked = session.scalars(
        update(Case)
        .where(
            Case.organization_id == organization_id,
            Case.case_token.in_(list(tokens)),
            Case.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=at)
        .returning(Case.id)
    ).all()
    _look_up_by_index(session)
    delete_parts_of(session, marked)
    return marked


def find_withdrawn(session: Session, organization_id: UUID, tokens: Sequence[bytes]) -> set[bytes]:
    """Which of these tokens the organization has taken back."""
    asked = text(
        "SELECT case_token FROM cases WHERE organization_id = :organization "
        "AND case_token = ANY(CAST(:tokens AS bytea[])) AND withdrawn_at IS NOT NULL"
    )
    found = session.execute(asked, {"organization": organization_id, "tokens": list(tokens)})
    return {bytes(token) for (token,) in found}


def _without_sheet(session: Session, case_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Those of these cases of which no case sheet is alive."""
    asked = text(
        "SELECT named.case_id FROM unnest(CAST(:cases AS uuid[])) AS named (case_id) WHERE NOT EXISTS "
        f"(SELECT FROM case_parts p WHERE p.case_id = named.case_id AND p.part = '{CASE_SHEET}' AND p.ended_at IS NULL)"
    )
    return session.scalars(asked, {"cases": list(case_ids)}).all()


def _look_up_by_index(session: Session) -> None:
    """For each part the database looks for its records, in each table; a connection may have learned to read all of
    a table for that when the table was small."""
    session.execute(text("SET LOCAL enable_seqscan = off"))


def _delete_form(session: Session, table: str, batch: CaseBatch) -> int:
    gone = session.scalar(
        text(
            f"WITH gone AS (DELETE FROM {table} WHERE organization_id = :organization AND batch_id = :batch "
            "RETURNING id) SELECT count(*) FROM gone"
        ),
        {"organization": batch.organization_id, "batch": batch.id},
    )
    return gone or 0
