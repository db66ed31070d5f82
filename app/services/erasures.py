"""What was erased stays erased: a database that comes back from a backup follows the ledger again.

The ledger lies beside the keys. It is written before the erasure is committed: rather erased twice than never.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.database.sessions import Session
from app.domain.events import EventType
from app.key_store import KeyStore, KeyStoreError
from app.key_store.ledger import Erased
from app.queries import audit
from app.queries import erasures as queries
from app.queries.withdrawals import remove_batch

LEDGER_IS_OLD = (
    "The ledger of erasures in the folder of secrets is older than the database: an erasure would be written over one "
    "that it does not know. Restore the newest backup of the folder of secrets, then start again."
)


def note_erasure(
    session: Session, kind: Erased, ids: Sequence[UUID], *, key_store: KeyStore, now: datetime
) -> None:
    """Write into the ledger what this transaction erases."""
    if ids:
        queries.note(session, key_store.ledger().append(kind, ids), now)


def repeat_erasures(session: Session, *, key_store: KeyStore, now: datetime) -> int:
    """Erase what the ledger names and this database has not followed. How many cases and batches that were.

    Before anybody is served, as the schema's owner; nearly always there is nothing to do. Raises KeyStoreError for a
    ledger that ends before what this database followed.
    """
    ledger = key_store.ledger()
    followed, written = queries.followed_lines(session), ledger.last()
    if followed and max(lines[-1] for lines in followed) > written:
        raise KeyStoreError(LEDGER_IS_OLD)
    missing = lines_between(followed, written)
    if not missing:
        return 0

    named = set(ledger.read(missing))
    cases = [one for one in queries.living_cases(session) if ("case", ledger.digest(one)) in named]
    batches = [one for one in queries.living_batches(session) if ("batch", ledger.digest(one.id)) in named]
    queries.erase(session, cases, now)
    for batch in batches:
        remove_batch(session, batch, now)
    for lines in missing:
        queries.note(session, lines, now)

    facts = {"cases": len(cases), "batches": len(batches)}
    audit.record(session, None, EventType.ERASURES_REPEATED, now=now, facts=facts)
    return len(cases) + len(batches)


def lines_between(followed: Sequence[range], last: int) -> list[range]:
    """The lines from the first to the last that were not followed. `followed` from the lowest on; it may overlap."""
    missing, following = [], 1
    for lines in [*followed, range(last + 1, last + 2)]:
        if lines.start > following:
            missing.append(range(following, lines.start))
        following = max(following, lines.stop)
    return missing
