"""A clearing point with stored tokens and a trustee beside it, for the tests of rotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import text

from anonymizer.oprf.group import multiply
from anonymizer.oprf.hashing import hash_to_group
from app.database.transactions import transaction
from app.edge.premises import Premises
from app.key_store import Factor, KeyStore, Purpose, seal, sealing_public_key
from app.queries.linkage_tokens import StoredTokens, add_arrivals
from app.services.rotation import (
    begin_rotation,
    end_rotation,
    factor_between,
    factor_context,
    receive_factor,
    rotate_tokens,
)
from tests.factories import NOON

S, K1, K2 = Purpose.STORAGE, Purpose.CLEARING_POINT, Purpose.TRUSTEE
SLOTS = 3
"""Enough of the 32 to see that each is multiplied."""


@dataclass
class Custodians:
    """Both, with a key each of epoch 1, and `persons` who are cleared under the keys in use."""

    premises: Premises
    trustee: KeyStore
    persons: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.linkage.create(S, NOON)
        self.store.linkage.create(K1, NOON)
        if not self.trustee.linkage.listed(K2):
            self.trustee.linkage.create(K2, NOON)

    @property
    def store(self) -> KeyStore:
        return self.premises.key_store

    def epochs(self) -> dict[Purpose, int]:
        """Those in use."""
        return {purpose: self.holder(purpose).linkage.epoch(purpose) for purpose in Purpose}

    def holder(self, purpose: Purpose) -> KeyStore:
        return self.trustee if purpose is K2 else self.store

    def cleared(self, person: UUID, epochs: dict[Purpose, int]) -> StoredTokens:
        """What clearing and the door make of this person under these keys; k2 of epoch 0 is not applied."""
        elements = [hash_to_group(person.bytes + bytes([slot])) for slot in range(SLOTS)]
        for purpose, epoch in epochs.items():
            if epoch:
                scalar = self.holder(purpose).linkage.scalar(purpose, epoch)
                elements = [multiply(scalar, element) for element in elements]
        return StoredTokens(epochs[K1], epochs[K2], epochs[S], tuple(elements))

    def send(self, persons: Sequence[UUID], **told: int) -> None:
        """Cases arrive, under the keys in use or others."""
        epochs = self.epochs() | {Purpose[name]: epoch for name, epoch in told.items()}
        with transaction(self.premises.database.write_session()) as session:
            arrived = [(person, self.cleared(person, epochs)) for person in persons]
            add_arrivals(session, arrived, batch_id=uuid4(), at=NOON)

    def take_in(self) -> None:
        """As the run at night does."""
        with transaction(self.premises.database.keeping_session()) as session:
            session.execute(
                text(
                    "WITH taken AS (DELETE FROM link.arrivals RETURNING *) INSERT INTO link.token_sets (case_id, "
                    "batch_id, arrival_no, tokens, k1_epoch, k2_epoch, s_epoch, changed_at, linked_at) SELECT case_id, "
                    "batch_id, arrival_no, tokens, k1_epoch, k2_epoch, s_epoch, arrived_at, arrived_at FROM taken"
                )
            )

    def stored(self) -> dict[UUID, StoredTokens]:
        """All tokens, wherever they are."""
        asked = " UNION ALL ".join(
            f"SELECT {key}, k1_epoch, k2_epoch, s_epoch, tokens FROM link.{table}"
            for table, key in (
                ("arrivals", "case_id"),
                ("token_sets", "case_id"),
                ("person_withdrawals", "id"),
            )
        )
        with self.premises.database.keeping_session() as session:
            return {
                case: StoredTokens(k1, k2, s, tuple(map(bytes, tokens)))
                for case, k1, k2, s, tokens in session.execute(text(asked))
            }

    def begin(self, purpose: Purpose) -> Factor:
        """The rotation of s or k1 by the operator; of k2 by the trustee, whose sealed factor is taken in."""
        with transaction(self.premises.database.keeping_session()) as session:
            if purpose is not K2:
                return begin_rotation(session, self.store, purpose, now=NOON)
            new = self.trustee.linkage.begin_rotation(K2, NOON)
            return receive_factor(
                session,
                self.store,
                self.sealed(new - 1, new),
                old=new - 1,
                new=new,
                public_keys=(
                    self.trustee.linkage.public_key(K2, new - 1),
                    self.trustee.linkage.public_key(K2, new),
                ),
                now=NOON,
            )

    def sealed(self, old: int, new: int) -> bytes:
        """What the trustee sends."""
        factor = factor_between(self.trustee.linkage, K2, old, new)
        public = sealing_public_key(self.store.sealing_key())
        return seal(factor, public, context=factor_context(old, new))

    def run(self, factor: Factor) -> int:
        """Every row; gives how many."""
        return sum(rotate_tokens(self.premises.database.keeping_session, factor))

    def end(self, factor: Factor) -> None:
        """Destroy the old key; the trustee does it too."""
        with transaction(self.premises.database.keeping_session()) as session:
            end_rotation(session, self.store, factor, now=NOON)
        if factor.purpose is K2:
            self.trustee.linkage.end_rotation(K2)

    def rotate(self, purpose: Purpose) -> Factor:
        """From the beginning to the end."""
        factor = self.begin(purpose)
        self.run(factor)
        self.end(factor)
        return factor
