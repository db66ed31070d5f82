"""Cleared rows that wait, and the job that stores them: written in one transaction, so neither is without the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.database.transactions import Unavailable
from app.domain.statuses import BatchStatus
from app.models import CaseBatch, StagedRows

STORE_BATCH = "store_batch"
"""The one kind of job there is; the worker knows it by this name."""


@dataclass(frozen=True, slots=True)
class StagedChunk:
    """The cleared rows of one chunk, in the text in which they are staged."""

    sheet: str
    row_numbers: list[int]
    cleared: str


def stage(session: Session, batch: CaseBatch, ordinal: int, chunk: StagedChunk) -> None:
    """Let a chunk of cleared rows wait; it leaves the memory."""
    row = StagedRows(
        batch_id=batch.id,
        ordinal=ordinal,
        organization_id=batch.organization_id,
        sheet=chunk.sheet,
        row_numbers=chunk.row_numbers,
        cleared=chunk.cleared,
    )
    session.add(row)
    session.flush()
    session.expunge(row)


def read_staged(session: Session, batch_id: UUID) -> Iterator[StagedChunk]:
    """The chunks in the order in which they came, one in memory at a time."""
    ordinal = 0
    columns = (StagedRows.sheet, StagedRows.row_numbers, StagedRows.cleared)
    while True:
        asked = select(*columns).where(StagedRows.batch_id == batch_id, StagedRows.ordinal == ordinal)
        found = session.execute(asked).one_or_none()
        if found is None:
            return
        chunk = [StagedChunk(*found)]
        del found
        yield chunk.pop()
        ordinal += 1


def delete_staged(session: Session, batch_id: UUID) -> None:
    """Let what was staged of a batch go."""
    session.execute(delete(StagedRows).where(StagedRows.batch_id == batch_id))


def find_pending(session: Session, organization_id: UUID, batch_id: UUID) -> CaseBatch | None:
    """The batch, locked, if it still waits: who comes second finds it stored."""
    return session.scalars(
        select(CaseBatch)
        .where(
            CaseBatch.id == batch_id,
            CaseBatch.organization_id == organization_id,
            CaseBatch.status == BatchStatus.PENDING.value,
        )
        .with_for_update()
    ).one_or_none()


def has_pending(session: Session, organization_id: UUID) -> bool:
    """Whether an earlier batch of the organization waits."""
    waiting = exists().where(
        CaseBatch.organization_id == organization_id, CaseBatch.status == BatchStatus.PENDING.value
    )
    return bool(session.execute(select(waiting)).scalar())


def defer_storing(session: Session, organization_id: UUID, facts: Mapping[str, Any]) -> None:
    """Put the job into the queue, on the session's own connection. An organization's jobs run one after another."""
    connection = session.connection().connection.dbapi_connection
    deferrer = _queue().configure_task(STORE_BATCH, lock=str(organization_id), connection=connection)
    try:
        deferrer.defer(**facts)
    except ConnectorException:
        raise Unavailable from None


@cache
def _queue() -> App:
    """The library's side that puts jobs in. It opens no connection of its own."""
    return App(connector=SyncPsycopgConnector())
