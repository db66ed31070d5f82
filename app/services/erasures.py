"""What was erased stays erased: a database that comes back from a backup follows the ledger again.

The ledger lies beside the keys. It is written before the erasure is committed: rather erased twice than never.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.database.sessions import Session
from app.domain.events import EventType
from app.key_store import KeyStore
from app.key_store.ledger import Erased
from app.queries import audit
from app.queries import erasures as queries
from app.queries.withdrawals import remove_batch


def note_erasure(
    session: Session, kind: Erased, ids: Sequence[UUID], *, key_store: KeyStore, now: datetime
) -> None:
    """Write into the ledger what this transaction erases."""
    if ids:
        queries.note(session, key_store.ledger().append(kind, ids), now)


def repeat_erasures(session: Session, *, key_store: KeyStore, now: datetime) -> int:
    """Erase what the ledger names and this database still has. How many cases and batches that were.

    Before anybody is served, as the schema's owner; nearly always there is nothing to do.
    """
    ledger = key_store.ledger()
    followed, written = queries.last_number(session), ledger.last()
    if written <= followed:
        return 0

    named = set(ledger.read(after=followed))
    cases = [one for one in queries.living_cases(session) if ("case", ledger.digest(one)) in named]
    batches = [one for one in queries.living_batches(session) if ("batch", ledger.digest(one.id)) in named]
    queries.erase(session, cases, now)
    for batch in batches:
        remove_batch(session, batch, now)
    queries.note(session, written, now)

    facts = {"cases": len(cases), "batches": len(batches)}
    audit.record(session, None, EventType.ERASURES_REPEATED, now=now, facts=facts)
    return len(cases) + len(batches)
