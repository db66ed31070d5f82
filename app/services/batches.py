"""Taking batches in, and showing a sender its own.

A raw case lives between the body and the clearing alone, one chunk at a time. Nothing here writes, logs or raises
anything that came in.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from anonymizer import CATALOGUE_VERSION, ClearedChunk, Clearing, ClearingRules, NoReader, Unreadable
from anonymizer.policy import policy_version
from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.errors import BatchRefused, KeyReused, TryAgain
from app.domain.events import EventType
from app.domain.identifiers import new_id
from app.domain.permissions import check_can_read_batch, check_can_send_batch
from app.domain.statuses import BatchStatus
from app.key_store import KeyStore
from app.models import CaseBatch
from app.queries import audit, staging
from app.queries import batches as queries
from app.services.arrivals import (
    SHEET_BY_SHEET,
    Agreement,
    BatchOptions,
    DigestedBody,
    Form,
    agree,
    open_body,
)
from app.services.laws import check_law
from app.services.linkage.doors import CLOSED, LinkageDoor
from app.services.receipts import answer_of
from app.services.staging import PENDING, PendingBatch, StagedChunks
from app.services.storing import Storing, store_rows
from app.services.tallies import Tally, Told


def receive_batch(
    session: Session,
    actor: Actor,
    *,
    body: Iterable[bytes],
    options: BatchOptions,
    key_store: KeyStore,
    clearing_point: str,
    now: datetime,
    is_large: bool = False,
    linkage: LinkageDoor = CLOSED,
) -> Told:
    """Clear a batch while it arrives and store what is accepted; a dry run does the same and keeps nothing.

    The answer has counts and conflicts, and a receipt when something was stored. It is PENDING when a job will
    store the cleared rows: of a large batch, of one that asks for it, and of what comes while another one waits. A
    batch sent again under its idempotency key gets the answer it had. Raises BatchRefused when nothing is stored.
    """
    check_can_send_batch(actor)
    agreement = _agreed(session, actor, options)

    digested = DigestedBody(body, key=key_store.body_digest_key(), options=options)
    earlier = _find_earlier(session, actor, digested.of_idempotency_key)
    if earlier is not None:
        audit.record(session, actor, EventType.BATCH_READ, now=now, subject_id=earlier.id)
        return _replay(earlier, digested)

    batch = _new_batch(actor, agreement, digested.of_idempotency_key, now)
    door = _Door(actor, batch, agreement, key_store, clearing_point, linkage)
    answer = _take_in(session, door, digested, options, is_large=is_large)

    event = EventType.BATCH_TRIED if options.dry_run else EventType.BATCH_RECEIVED
    audit.record(session, actor, event, now=now, subject_id=batch.id, facts=answer["stats"])
    return answer


def list_batches(session: Session, actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """The organization's own batches, newest first, without their conflicts."""
    check_can_read_batch(actor)

    batches = queries.list_batches(session, actor.organization.id)

    audit.record(session, actor, EventType.BATCH_READ, now=now, facts={"batches": len(batches)})
    return [
        {
            "batch_id": str(batch.id),
            "received_at": batch.received_at.isoformat(),
            "state": batch.status,
            "stats": batch.answer["stats"],
            "withdrawn_at": batch.withdrawn_at.isoformat() if batch.withdrawn_at else None,
        }
        for batch in batches
    ]


def show_batch(session: Session, actor: Actor, batch_id: UUID, *, now: datetime) -> Told:
    """The answer that a batch of the actor's own organization got; while it waits, that it does."""
    check_can_read_batch(actor)

    batch = queries.get_batch(session, actor.organization.id, batch_id)

    audit.record(session, actor, EventType.BATCH_READ, now=now, subject_id=batch.id)
    return answer_of(batch)


class _Chunks(Protocol):
    """Where cleared chunks are until they are stored: a list, or the table where they are staged."""

    def append(self, chunk: ClearedChunk, /) -> None: ...
    def __iter__(self) -> Iterator[ClearedChunk]: ...


@dataclass(frozen=True, slots=True)
class _Door:
    """Everything that stays the same while one batch comes in."""

    actor: Actor
    batch: CaseBatch
    agreement: Agreement
    key_store: KeyStore
    clearing_point: str
    linkage: LinkageDoor

    def clearing(self, form: Form, *, dry_run: bool) -> Clearing:
        """Nobody is asked for link tokens that are not kept."""
        organization = self.actor.organization
        return Clearing(
            ClearingRules(
                organization_country=organization.countries[0],
                countries=frozenset(organization.countries),
                legal_basis=self.agreement.legal_basis.value,
                case_key=self.key_store.case_key(organization.id),
                today=self.batch.received_at.date(),
                profile=self.agreement.profile,
            ),
            keeps_cases=form in SHEET_BY_SHEET,
            tokenizer=None if dry_run else self.linkage.tokenizer,
        )


def _agreed(session: Session, actor: Actor, options: BatchOptions) -> Agreement:
    agreement = agree(actor.organization, options)
    check_law(session, agreement.law)
    return agreement


def _take_in(
    session: Session, door: _Door, digested: DigestedBody, options: BatchOptions, *, is_large: bool
) -> Told:
    """Clear everything, then store it, or let it wait."""
    waits = not options.dry_run and (is_large or options.respond_async or _others_wait(session, door.actor))
    trial = session.begin_nested()
    queries.add_batch(session, door.batch)
    chunks: _Chunks = StagedChunks(session, door.batch) if waits or is_large else []
    tally = _clear(door, digested, options, chunks)
    answer = _wait(session, door, tally) if waits else _store(session, door, tally, chunks, options)
    _keep(session, door.batch, answer, digested)
    (trial.rollback if options.dry_run else trial.commit)()
    return answer


def _clear(door: _Door, body: DigestedBody, options: BatchOptions, chunks: _Chunks) -> Tally:
    """Clear all there is before anything is stored, so that nobody waits for a slow sender.

    All or nothing ends the keeping of rows, but not the looking for what else is wrong.
    """
    clearing, tally = door.clearing(options.form, dry_run=options.dry_run), Tally()
    try:
        # No name holds a raw chunk here, so that it is gone before its cleared rows are kept.
        for cleared in map(clearing.clear, open_body(body, options, door.agreement.profile)):
            tally.add_cleared(cleared)
            sealed = door.linkage.seal(cleared)
            if cleared.rows and not (door.agreement.atomic and tally.refuses(atomic=True)):
                chunks.append(sealed)
        tally.add_concluded(clearing.conclude())
    except Unreadable as unreadable:
        tally.add_unreadable(unreadable.conflicts)
    except NoReader:
        raise TryAgain from None
    if tally.refuses(atomic=door.agreement.atomic):
        raise BatchRefused(tally.answer("ERROR", dry_run=options.dry_run, batch_id=None, receipt=None))
    return tally


def _wait(session: Session, door: _Door, tally: Tally) -> Told:
    """Answer now, and let a job store."""
    pending = PendingBatch(
        door.batch.id,
        door.actor.organization.id,
        door.actor.key_id,
        door.agreement.atomic,
        tally.withheld(),
        door.clearing_point,
    )
    staging.defer_storing(session, pending.organization_id, pending.as_facts())
    return tally.answer(PENDING, dry_run=False, batch_id=str(door.batch.id), receipt=None)


def _store(session: Session, door: _Door, tally: Tally, chunks: _Chunks, options: BatchOptions) -> Told:
    """Store, and answer with a receipt: without one for a dry run. Raises BatchRefused when storage refuses."""
    batch, atomic = door.batch, door.agreement.atomic
    storing = Storing(batch, door.actor, door.key_store, atomic, door.clearing_point, batch.received_at)
    receipt = store_rows(session, chunks, tally, storing)
    is_kept = receipt is not None and not options.dry_run
    answer = tally.answer(
        tally.status(atomic=door.agreement.atomic),
        dry_run=options.dry_run,
        batch_id=str(door.batch.id) if is_kept else None,
        receipt=receipt if is_kept else None,
    )
    if receipt is None:
        raise BatchRefused(answer)
    return answer


def _keep(session: Session, batch: CaseBatch, answer: Told, body: DigestedBody) -> None:
    """Keep the answer, and the digest that tells a replay."""
    if answer["status"] == PENDING:
        queries.keep_waiting(session, batch, answer, body.digest())
    else:
        queries.settle_batch(session, batch, BatchStatus.STORED, answer, body_digest=body.digest())


def _others_wait(session: Session, actor: Actor) -> bool:
    """What came first is stored first, so that an update never lies under what it corrects."""
    return staging.has_pending(session, actor.organization.id)


def _find_earlier(session: Session, actor: Actor, idempotency_digest: bytes | None) -> CaseBatch | None:
    queries.wait_no_longer(session)
    if idempotency_digest is None:
        return None
    queries.lock_idempotency_key(session, actor.organization.id, idempotency_digest)
    return queries.find_replayed(session, actor.organization.id, idempotency_digest)


def _replay(earlier: CaseBatch, digested: DigestedBody) -> Told:
    digested.read_to_the_end()
    if not hmac.compare_digest(earlier.body_digest, digested.digest()):
        raise KeyReused
    if earlier.status == BatchStatus.REFUSED.value:
        raise BatchRefused(earlier.answer)
    return answer_of(earlier)


def _new_batch(
    actor: Actor, agreement: Agreement, idempotency_digest: bytes | None, now: datetime
) -> CaseBatch:
    return CaseBatch(
        id=new_id(now),
        organization_id=actor.organization.id,
        sent_by=actor.person_id,
        received_at=now,
        schema_version=CATALOGUE_VERSION,
        legal_basis=agreement.legal_basis.value,
        law=agreement.law,
        profile=agreement.profile.name if agreement.profile else None,
        policy=policy_version(),
        idempotency_digest=idempotency_digest,
        body_digest=b"",
        answer={},
    )
