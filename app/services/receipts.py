"""Receipts: signing what a sender is told, showing it again, and publishing the keys that verify it.

A receipt has counts, codes and digests. Nothing of a case and nobody's name goes into one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from anonymizer.policy import policy_version
from anonymizer.receipts import PublishedKey, PublishedKeys, key_id_of, signed, write_keys
from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.errors import StateDoesNotAllow
from app.domain.events import EventType
from app.domain.permissions import check_can_read_batch
from app.key_store import KeyStore, SigningKey
from app.models import CaseBatch
from app.queries import audit, batches

OF_THE_SIGNING = frozenset({"kind", "version", "key_id", "signed_at", "signature"})
"""Members that a receipt gets when it is signed; all others are facts."""


def sign_receipt(facts: Mapping[str, object], key_store: KeyStore, now: datetime) -> dict[str, Any]:
    """The facts as a receipt: with the policy they were cleared under, the moment, the key's id and the signature.

    `facts` are what happened: `clearing_point` (its public address), `batch_id`, `organization` (its code),
    `received_at`, `schema_version`, `legal_basis`, `law`, `digest` and the counts. No number may have a point.
    """
    key, private = key_store.private_signing_key(now)
    # A key that was put in use while the batch came in signs from its own first moment on.
    signed_at = max(now, key.since)
    return signed(
        {"policy_version": policy_version(), **facts, "signed_at": signed_at.isoformat()},
        private,
    )


def show_receipt(
    session: Session, actor: Actor, batch_id: UUID, *, key_store: KeyStore, now: datetime
) -> dict[str, Any]:
    """The receipt of a batch of the actor's own organization; once it is withdrawn, signed anew with that moment."""
    check_can_read_batch(actor)

    batch = batches.get_batch(session, actor.organization.id, batch_id)
    if batch.answer["receipt"] is None:
        raise StateDoesNotAllow(
            "This batch has no receipt: it waits, or it was refused. GET the batch itself."
        )

    receipt = receipt_of(batch, key_store, now)

    audit.record(session, actor, EventType.BATCH_READ, now=now, subject_id=batch.id)
    return receipt


def answer_of(batch: CaseBatch) -> dict[str, Any]:
    """What the sender was told, to the byte; once the batch is withdrawn, with that moment beside it."""
    if batch.withdrawn_at is None:
        return batch.answer
    return {**batch.answer, "withdrawn_at": batch.withdrawn_at.isoformat()}


def receipt_of(batch: CaseBatch, key_store: KeyStore, now: datetime) -> dict[str, Any]:
    """What its sender was given, or, when the batch is withdrawn, the same with `withdrawn_at`, signed now."""
    receipt: dict[str, Any] = batch.answer["receipt"]
    if batch.withdrawn_at is None:
        return receipt
    facts = {name: fact for name, fact in receipt.items() if name not in OF_THE_SIGNING}
    return sign_receipt({**facts, "withdrawn_at": batch.withdrawn_at.isoformat()}, key_store, now)


def publish_keys(key_store: KeyStore, *, clearing_point: str, now: datetime) -> dict[str, object]:
    """Every key that ever signed here, for everybody to keep: whoever has them asks nobody."""
    keys = tuple(map(_published, key_store.signing_keys(now)))
    return write_keys(PublishedKeys(clearing_point, keys))


def rotate_signing_key(session: Session, *, key_store: KeyStore, now: datetime) -> str:
    """Sign with a new key from now on, and return its id. Receipts signed before stay genuine."""
    key = key_store.rotate_signing_key(now)
    key_id = key_id_of(key.public_key)
    audit.record(session, None, EventType.SIGNING_KEY_ROTATED, now=now, facts={"key_id": key_id})
    return key_id


def _published(key: SigningKey) -> PublishedKey:
    return PublishedKey(key_id_of(key.public_key), key.public_key, key.since, key.until)
