"""Batches that wait: their cleared rows are staged in the call that brings them, and stored by a job after it.

A raw row never waits, and no value of a case is ever an argument of a job.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from anonymizer import ClearedChunk
from anonymizer.linking.tokens import LINK_TOKENS
from app.database.sessions import Session
from app.domain.events import EventType
from app.domain.statuses import BatchStatus
from app.key_store import KeyStore
from app.models import CaseBatch
from app.queries import audit
from app.queries import batches as batch_queries
from app.queries import staging as queries
from app.services.people import act_again
from app.services.storing import Storing, store_rows
from app.services.tallies import Tally, Told

PENDING = BatchStatus.PENDING.value
IDS = ("batch_id", "organization_id", "key_id")


class StagedChunks:
    """Cleared chunks in the database, in place of a list of them: memory holds one at a time."""

    def __init__(self, session: Session, batch: CaseBatch) -> None:
        self._session, self._batch, self._count = session, batch, 0

    def append(self, chunk: ClearedChunk) -> None:
        """Let a chunk wait."""
        columns = (
            chunk.columns if chunk.link_tokens is None else {**chunk.columns, LINK_TOKENS: chunk.link_tokens}
        )
        written = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
        staged = queries.StagedChunk(chunk.sheet, chunk.rows, written)
        queries.stage(self._session, self._batch, self._count, staged)
        self._count += 1

    def __iter__(self) -> Iterator[ClearedChunk]:
        """The chunks again, in the order in which they came."""
        for staged in queries.read_staged(self._session, self._batch.id):
            yield _as_chunk(staged)

    def clear(self) -> None:
        """Let them go."""
        queries.delete_staged(self._session, self._batch.id)


def _as_chunk(staged: queries.StagedChunk) -> ClearedChunk:
    """What storing needs of a chunk; all that was counted of it stands in the answer already."""
    columns = json.loads(staged.cleared)
    link_tokens = columns.pop(LINK_TOKENS, None)
    return ClearedChunk(
        columns=columns,
        link_tokens=link_tokens,
        rows=staged.row_numbers,
        conflicts=[],
        dropped=Counter(),
        received=len(staged.row_numbers),
        rejected=0,
        sheet=staged.sheet,
    )


@dataclass(frozen=True, slots=True)
class PendingBatch:
    """What the job of a batch is told: which one, whose, with which key it came, whether all or nothing, and how many
    rows of each sheet were withheld."""

    batch_id: UUID
    organization_id: UUID
    key_id: UUID
    atomic: bool
    withheld: Mapping[str, int]
    clearing_point: str

    def as_facts(self) -> dict[str, Any]:
        """The same as arguments of a job: ids, a choice, and counts."""
        ids = {name: str(getattr(self, name)) for name in IDS}
        facts = {
            "atomic": self.atomic,
            "withheld": dict(self.withheld),
            "clearing_point": self.clearing_point,
        }
        return ids | facts

    @classmethod
    def from_facts(cls, **facts: Any) -> PendingBatch:
        """What `as_facts` wrote."""
        ids = {name: UUID(facts[name]) for name in IDS}
        return cls(**(facts | ids))


def store_pending_batch(
    session: Session,
    pending: PendingBatch,
    *,
    key_store: KeyStore,
    now: datetime,
    between_chunks: Callable[[], None],
) -> None:
    """Store the staged rows of a batch, write its answer, and delete what was staged; once, however often it is called.

    `between_chunks` may raise to stop in the midst: then nothing has happened, and the job may come again.
    """
    sender = act_again(session, pending.key_id)

    batch = queries.find_pending(session, pending.organization_id, pending.batch_id)
    if batch is None:
        return

    tally, chunks = Tally.from_answer(batch.answer, pending.withheld), StagedChunks(session, batch)
    trial = session.begin_nested()
    where, atomic = pending.clearing_point, pending.atomic
    storing = Storing(batch, sender, key_store, atomic, where, now, between_chunks)
    receipt = store_rows(session, chunks, tally, storing)

    if receipt is None:
        trial.rollback()
    else:
        trial.commit()
    told = tally.status(atomic=pending.atomic)
    answer = tally.answer(told, dry_run=False, batch_id=str(batch.id), receipt=receipt)
    batch_queries.settle_batch(session, batch, _status(receipt), answer)
    chunks.clear()

    event = EventType.BATCH_STORED if receipt else EventType.BATCH_REFUSED
    audit.record(session, sender, event, now=now, subject_id=batch.id, facts=answer["stats"])


def _status(receipt: Told | None) -> BatchStatus:
    return BatchStatus.STORED if receipt else BatchStatus.REFUSED
