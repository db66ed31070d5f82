"""The rows of a batch into the tables: the one way there is, in the call that brings them or in a job after it.

Nothing here sees a raw case. What is stored, refused and digested is the same on both ways, because it is this code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from anonymizer import SHEETS, ClearedChunk, canonical_rows
from app.database.sessions import Session
from app.domain.actors import Actor
from app.key_store import KeyStore
from app.models import CaseBatch
from app.queries import records
from app.queries.cases import lock_cases_of
from app.queries.releases import join_before_the_cut
from app.services.annual_forms import store_forms
from app.services.cases import Arrival, StoredRows, store_cases
from app.services.modules import store_module
from app.services.receipts import sign_receipt
from app.services.tallies import Tally, Told

STORES: Mapping[str, Callable[[Session, ClearedChunk, Sequence[bytes], Arrival], StoredRows]] = {
    "cases": store_cases,
    "one": store_module,
    "many": store_module,
    "form": store_forms,
}
"""What stores the rows of a sheet, by its kind."""


def go_on() -> None:
    """What stands between two chunks when nothing may interrupt: nothing."""


@dataclass(frozen=True, slots=True)
class Storing:
    """Everything that stays the same while the rows of one batch are stored."""

    batch: CaseBatch
    sender: Actor
    key_store: KeyStore
    atomic: bool
    clearing_point: str
    now: datetime
    between_chunks: Callable[[], None] = go_on


def store_rows(
    session: Session, chunks: Iterable[ClearedChunk], tally: Tally, storing: Storing
) -> Told | None:
    """Store cleared chunks and count what becomes of them. The receipt, or None when nothing may be kept.

    What was written by then is the caller's to roll back.
    """
    arrival = _open(session, storing)
    digest = hashlib.sha256()
    for chunk in chunks:
        storing.between_chunks()
        lines = list(canonical_rows(chunk.columns, chunk.sheet))
        digest.update(b"".join(lines))
        store = STORES[SHEETS[chunk.sheet].kind]
        tally.add_stored(chunk.sheet, store(session, chunk, lines, arrival))
    if tally.refuses(atomic=storing.atomic):
        tally.forget_what_was_kept()
        return None
    return _receipt(storing, tally, digest.hexdigest())


def _open(session: Session, storing: Storing) -> Arrival:
    """From here on other batches of the organization wait, and a cut waits for this one."""
    organization_id = storing.batch.organization_id
    lock_cases_of(session, organization_id)
    recorded_at = join_before_the_cut(session)
    records.prepare_staging(session)
    return Arrival(storing.batch.id, organization_id, recorded_at, storing.key_store.server_key())


def _receipt(storing: Storing, tally: Tally, digest: str) -> Told:
    batch, (stats, modules) = storing.batch, tally.stats()
    facts = {
        "clearing_point": storing.clearing_point,
        "batch_id": str(batch.id),
        "organization": storing.sender.organization.code,
        "received_at": batch.received_at.isoformat(),
        "schema_version": batch.schema_version,
        "legal_basis": batch.legal_basis,
        "law": batch.law,
        "digest": f"sha256:{digest}",
        **stats,
        **({"modules": modules} if modules else {}),
    }
    return sign_receipt(facts, storing.key_store, storing.now)
