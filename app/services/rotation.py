"""A new key in place of an old one in every stored token, while batches come in, and nobody has to send again.

T = s·k1·k2·H, and the keys only multiply: T times new/old is what clearing the case anew would give. Every row says
which epochs are in it, and is multiplied in a small transaction; a run that was killed goes on where it stopped.
The old key is destroyed at the end. Until then tokens under it are taken in and translated; linking waits.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from anonymizer.oprf.errors import OprfError
from anonymizer.oprf.group import check_scalar, invert, multiply, multiply_scalars
from app.database.sessions import Session
from app.database.transactions import transaction
from app.domain.errors import StateDoesNotAllow, TryAgain
from app.domain.events import EventType
from app.key_store import Factor, KeyStore, LinkageKeys, Purpose, open_sealed
from app.queries import audit
from app.queries import rotation as queries
from app.queries.linkage_edges import lock_linking
from app.queries.rotation import OldRow, TokenTable

ROWS_AT_ONCE = 250
"""8,000 tokens, less than a second of multiplying: as long as who takes a case back has to wait for its row."""
COLUMNS: Mapping[Purpose, str] = {
    Purpose.STORAGE: "s_epoch",
    Purpose.CLEARING_POINT: "k1_epoch",
    Purpose.TRUSTEE: "k2_epoch",
}
OpenSession = Callable[[], Session]


@dataclass(frozen=True, slots=True)
class TokensAtEpoch:
    """How many rows of tokens carry one epoch of a key."""

    epoch: int
    rows: int


def factor_between(keys: LinkageKeys, purpose: Purpose, old: int, new: int) -> bytes:
    """new/old, for the custodian who has both. As sensitive as a key."""
    return multiply_scalars(keys.scalar(purpose, new), invert(keys.scalar(purpose, old)))


def factor_context(old: int, new: int) -> bytes:
    """What the trustee's factor is sealed for: these two epochs and nothing else."""
    return f"clearpoint/v1/rotation/{Purpose.TRUSTEE.value}/{old}/{new}".encode()


def begin_rotation(session: Session, key_store: KeyStore, purpose: Purpose, *, now: datetime) -> Factor:
    """Put a new key of ours in use; what was begun goes on. New tokens have the new key from now on."""
    if purpose is Purpose.TRUSTEE:
        raise StateDoesNotAllow("The trustee makes its own key; take its sealed factor in.")
    keys = key_store.linkage
    is_new = len(keys.epochs(purpose)) == 1

    new = keys.begin_rotation(purpose, now)
    old = keys.epochs(purpose)[0]
    factor = Factor(purpose, old, new, factor_between(keys, purpose, old, new))

    if is_new:
        _record(session, EventType.LINKAGE_ROTATION_BEGUN, factor, now)
    return factor


def receive_factor(
    session: Session,
    key_store: KeyStore,
    sealed: bytes,
    *,
    old: int,
    new: int,
    public_keys: tuple[bytes, bytes],
    now: datetime,
) -> Factor:
    """Open the trustee's factor for a new k2, try it on its public keys (old, new), and keep it for the run.

    Raises StateDoesNotAllow for a factor that does not turn the old public key into the new one: applying it would
    spoil every token for good.
    """
    scalar = open_sealed(sealed, key_store.sealing_key(), context=factor_context(old, new))
    try:
        fits = old < new and multiply(check_scalar(scalar), public_keys[0]) == public_keys[1]
    except OprfError:
        fits = False
    if not fits:
        raise StateDoesNotAllow(
            "The trustee's factor does not fit its public keys. Ask the trustee; nothing changed."
        )

    factor = Factor(Purpose.TRUSTEE, old, new, scalar)
    is_new = key_store.factors.find(Purpose.TRUSTEE) is None
    key_store.factors.keep(factor)

    if is_new:
        _record(session, EventType.LINKAGE_ROTATION_BEGUN, factor, now)
    return factor


def rotate_tokens(open_session: OpenSession, factor: Factor) -> Generator[int]:
    """Multiply every row under the old key, a transaction for each few; gives how many rows each time.

    It passes again and again until a whole pass finds nothing, because batches go on coming in.
    """
    while True:
        found = 0
        for table in queries.TABLES:
            for rows in _rotate_table(open_session, factor, table):
                found += rows
                yield rows
        if not found:
            return


def end_rotation(session: Session, key_store: KeyStore, factor: Factor, *, now: datetime) -> None:
    """Destroy the old key, when nothing carries it and nobody is writing tokens. Raises TryAgain before that."""
    column = COLUMNS[factor.purpose]
    if not queries.nobody_holds_epochs(session):
        raise TryAgain("A batch is coming in under the old key. Repeat the command: the rotation goes on.")
    if queries.some_wait_under(session, column, factor.old):
        raise TryAgain("A batch waits to be stored under the old key. Repeat the command when it is stored.")
    if queries.count_by_epoch(session, column).get(factor.old):
        raise TryAgain("Some tokens have the old key still. Repeat the command: the rotation goes on.")

    # Before the commit, because the lock falls with it. A crash between leaves the trail with the beginning alone.
    _record(session, EventType.LINKAGE_KEY_ROTATED, factor, now)
    if factor.purpose is Purpose.TRUSTEE:
        key_store.factors.destroy(Purpose.TRUSTEE)
    else:
        key_store.linkage.end_rotation(factor.purpose)


def count_tokens(session: Session, purpose: Purpose) -> list[TokensAtEpoch]:
    """How many rows carry which epoch; epoch 0 are those that wait for the trustee's key."""
    found = queries.count_by_epoch(session, COLUMNS[purpose])
    return [TokensAtEpoch(epoch, rows) for epoch, rows in found.items()]


def create_linkage_keys(session: Session, key_store: KeyStore, *, now: datetime) -> list[Purpose]:
    """Make the first s and k1 where there are none; which were made. Refused when tokens of a lost key are there."""
    missing = [
        purpose
        for purpose in (Purpose.STORAGE, Purpose.CLEARING_POINT)
        if not key_store.linkage.listed(purpose)
    ]
    if missing and queries.count_by_epoch(session, COLUMNS[Purpose.STORAGE]):
        raise StateDoesNotAllow(
            "There are tokens, and the key that made them is missing. A new one would match none of them. Restore the "
            "folder of secrets, or restore the key from two of its three sheets with `clearpoint key join`."
        )

    for purpose in missing:
        key_store.linkage.create(purpose, now)

    for purpose in missing:
        facts = {"key": purpose.short, "epoch": key_store.linkage.epoch(purpose)}
        audit.record(session, None, EventType.LINKAGE_KEY_CREATED, now=now, facts=facts)
    return missing


def _rotate_table(open_session: OpenSession, factor: Factor, table: TokenTable) -> Iterator[int]:
    after = None
    while True:
        with transaction(open_session()) as session:
            lock_linking(session)  # a run that has begun compares tokens of one epoch to its end
            column = COLUMNS[factor.purpose]
            rows = queries.find_old(session, table, column, factor.old, after=after, limit=ROWS_AT_ONCE)
            queries.put_new(session, table, column, factor.new, [_multiplied(row, factor) for row in rows])
        if not rows:
            return
        after = rows[-1].key
        yield len(rows)


def _multiplied(row: OldRow, factor: Factor) -> OldRow:
    return replace(row, tokens=tuple(multiply(factor.scalar, token) for token in row.tokens))


def _record(session: Session, event: EventType, factor: Factor, now: datetime) -> None:
    facts = {"key": factor.purpose.short, "old": factor.old, "new": factor.new}
    audit.record(session, None, event, now=now, facts=facts)
