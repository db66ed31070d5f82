"""Taking batches in, and showing a sender its own.

A raw case lives between the body and the clearing alone, one chunk at a time. Nothing here writes, logs or raises
anything that came in.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from anonymizer import CATALOGUE_VERSION, Clearing, ClearingRules, Unreadable, canonical_rows
from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.errors import BatchRefused, KeyReused
from app.domain.events import EventType
from app.domain.identifiers import new_id
from app.domain.permissions import check_can_read_batch, check_can_send_batch
from app.key_store import KeyStore
from app.models import CaseBatch
from app.queries import audit, records
from app.queries import batches as queries
from app.queries.cases import lock_cases_of
from app.queries.releases import join_before_the_cut
from app.services.arrivals import Agreement, BatchOptions, DigestedBody, Tally, agree, open_body
from app.services.cases import Arrival, store_cases


def receive_batch(
    session: Session,
    actor: Actor,
    *,
    body: Iterable[bytes],
    options: BatchOptions,
    key_store: KeyStore,
    now: datetime,
) -> dict[str, Any]:
    """Clear a batch while it arrives and store what is accepted; a dry run does the same and keeps nothing.

    The answer has counts and conflicts, and a receipt when something was stored. A batch sent again under its
    idempotency key gets the answer it had. Raises BatchRefused, with the answer, when nothing is stored.
    """
    check_can_send_batch(actor)

    agreement = agree(actor.organization, options)
    digested = DigestedBody(body, key=key_store.body_digest_key(), options=options)
    earlier = _find_earlier(session, actor, digested.of_idempotency_key)
    if earlier is not None:
        audit.record(session, actor, EventType.BATCH_READ, now=now, subject_id=earlier.id)
        return _replay(earlier, digested)

    trial = session.begin_nested()
    batch = _new_batch(actor, agreement, digested.of_idempotency_key, now)
    door = _Door(actor, batch, agreement, options, key_store)
    tally = _take_in(session, digested, door)
    answer = _answer(tally, door)

    if answer["receipt"] is None:
        trial.rollback()
    else:
        queries.set_answer(session, door.batch, answer, digested.digest())
        trial.commit()
    if answer["status"] == "ERROR":
        raise BatchRefused(answer)

    event = EventType.BATCH_TRIED if options.dry_run else EventType.BATCH_RECEIVED
    audit.record(session, actor, event, now=now, subject_id=door.batch.id, facts=answer["stats"])
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
            "stats": batch.answer["stats"],
        }
        for batch in batches
    ]


def show_batch(session: Session, actor: Actor, batch_id: UUID, *, now: datetime) -> dict[str, Any]:
    """The answer that a batch of the actor's own organization got."""
    check_can_read_batch(actor)

    batch = queries.get_batch(session, actor.organization.id, batch_id)

    audit.record(session, actor, EventType.BATCH_READ, now=now, subject_id=batch.id)
    return batch.answer


@dataclass(frozen=True, slots=True)
class _Door:
    """Everything that stays the same while one batch comes in."""

    actor: Actor
    batch: CaseBatch
    agreement: Agreement
    options: BatchOptions
    key_store: KeyStore

    def clearing(self) -> Clearing:
        organization = self.actor.organization
        return Clearing(
            ClearingRules(
                organization_country=organization.countries[0],
                countries=frozenset(organization.countries),
                legal_basis=self.agreement.legal_basis.value,
                case_key=self.key_store.case_key(organization.id),
                today=self.batch.received_at.date(),
                profile=self.agreement.profile,
            )
        )


def _take_in(session: Session, body: DigestedBody, door: _Door) -> Tally:
    clearing, tally, arrival = door.clearing(), Tally(), None
    try:
        # No name holds a raw chunk here, so that it is gone before its cleared rows are stored.
        for cleared in map(clearing.clear, open_body(body, door.options.form)):
            rows = list(canonical_rows(cleared.columns))
            tally.add(cleared, rows)
            if rows and not (door.agreement.atomic and tally.rejected):
                arrival = arrival or _open_storage(session, door)
                tally.add_stored(store_cases(session, cleared, rows, arrival))
    except Unreadable as unreadable:
        tally.add_unreadable(unreadable.conflicts)
    return tally


def _open_storage(session: Session, door: _Door) -> Arrival:
    """Only once there is something to store: a slow sender with a small batch keeps nobody waiting."""
    organization_id = door.actor.organization.id
    lock_cases_of(session, organization_id)
    recorded_at = join_before_the_cut(session)
    queries.add_batch(session, door.batch)
    records.prepare_staging(session)
    return Arrival(door.batch.id, organization_id, recorded_at, door.key_store.server_key())


def _answer(tally: Tally, door: _Door) -> dict[str, Any]:
    """With a receipt when something is kept: not for a dry run, and not when the tally refuses."""
    atomic = door.agreement.atomic
    keeps = not door.options.dry_run and not tally.refuses(atomic=atomic)
    receipt = _receipt(door.batch, door.actor) if keeps else None
    return tally.answer(atomic=atomic, dry_run=door.options.dry_run, receipt=receipt)


def _receipt(batch: CaseBatch, actor: Actor) -> dict[str, object]:
    return {
        "batch_id": str(batch.id),
        "organization": actor.organization.code,
        "received_at": batch.received_at.isoformat(),
        "schema_version": batch.schema_version,
        "legal_basis": batch.legal_basis,
        "law": batch.law,
    }


def _find_earlier(session: Session, actor: Actor, idempotency_digest: bytes | None) -> CaseBatch | None:
    if idempotency_digest is None:
        return None
    queries.lock_idempotency_key(session, actor.organization.id, idempotency_digest)
    return queries.find_replayed(session, actor.organization.id, idempotency_digest)


def _replay(earlier: CaseBatch, digested: DigestedBody) -> dict[str, Any]:
    digested.read_to_the_end()
    if not hmac.compare_digest(earlier.body_digest, digested.digest()):
        raise KeyReused
    return earlier.answer


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
        idempotency_digest=idempotency_digest,
        body_digest=b"",
        answer={},
    )
