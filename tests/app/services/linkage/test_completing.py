"""Tokens that came while the trustee was away: blinded, completed, and equal to those that never lacked its key."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence

import pytest

from anonymizer.linking.calling import PADDED_TO, Asked, CustodianAway
from anonymizer.linking.custodians import CustodianKey, CustodianRole
from anonymizer.oprf.errors import ProofRefused
from anonymizer.oprf.evaluations import evaluate_batch
from anonymizer.oprf.group import element_from, multiply, multiply_base, random_scalar
from anonymizer.oprf.messages import Call
from anonymizer.oprf.protocol import Evaluation
from anonymizer.policy import SLOTS
from app.database.transactions import transaction
from app.edge.premises import Premises
from app.queries.linkage_tokens import Epochs, StoredTokens
from app.services.linkage.completing import complete_with
from app.services.linkage.taking_in import Complete, TrusteeAway, complete_some
from tests.factories import NOON
from tests.linked_cases import EPOCHS, a_case_id, arrive, persons, run

K2 = random_scalar(os.urandom)
ALONE = Epochs(k1=1, k2=0, s=1)


class Trustee:
    """A custodian in memory: it answers what it is asked, or is away, and remembers what it saw."""

    def __init__(self, secret: bytes = K2, *, is_away: bool = False, quota: int = 100_000) -> None:
        self.secret, self.is_away, self.quota = secret, is_away, quota
        self.seen: list[bytes] = []

    def evaluate(self, call: Call) -> Evaluation:
        if self.is_away or len(self.seen) + len(call.elements) > self.quota:
            raise CustodianAway("away")
        self.seen += call.elements
        return evaluate_batch(self.secret, call.elements, os.urandom)


def completing_with(trustee: Trustee) -> Complete:
    key = CustodianKey(CustodianRole.TRUSTEE, 1, multiply_base(K2), NOON)
    asked = Asked(trustee, key, random=os.urandom, padded_to=PADDED_TO)  # type: ignore[arg-type]
    return complete_with(asked, random=os.urandom)


def elements(name: str) -> list[bytes]:
    return [element_from(hashlib.sha512(f"{name} {slot}".encode()).digest()) for slot in range(SLOTS)]


def test_the_trustees_key_comes_into_each_element_and_it_sees_none() -> None:
    """What it is asked has nothing to do with what is stored."""
    trustee, stored = Trustee(), elements("Ana")

    completed = completing_with(trustee)(stored)

    assert list(completed) == [multiply(K2, element) for element in stored]
    assert not set(trustee.seen) & {*stored, *completed}


def test_another_key_is_not_believed() -> None:
    """Tokens under it would match nothing."""
    with pytest.raises(ProofRefused):
        completing_with(Trustee(random_scalar(os.urandom)))(elements("Ana"))


def test_a_trustee_that_is_away_is_said_to_be() -> None:
    """So that what lacks its key waits."""
    with pytest.raises(TrusteeAway):
        completing_with(Trustee(is_away=True))(elements("Ana"))


def test_a_case_that_came_without_the_trustee_is_linked_with_one_that_did_not(premises: Premises) -> None:
    """The first night nobody answers; the second it is as if somebody had."""
    one, other = a_case_id(1), a_case_id(2)
    whole = tuple(multiply(K2, element) for element in elements("Ana"))
    arrive(premises, {one: StoredTokens(1, 1, 1, whole), other: stored(elements("Ana"))})

    assert complete(premises, completing_with(Trustee(is_away=True))) == 0
    waiting = run(premises).waiting
    assert complete(premises, completing_with(Trustee())) == 1
    run(premises)

    assert waiting == 1
    assert persons(premises) == {frozenset({one, other})}


@pytest.mark.parametrize(("waiting", "quota", "done"), [(20, 600, 16), (33, 3_200, 33), (5, 512, 5)])
def test_a_backlog_larger_than_the_quota_gets_smaller_each_night(
    premises: Premises, waiting: int, quota: int, done: int
) -> None:
    """What one call paid for is kept before the next, so that no number of waiting cases stops all of them."""
    trustee = Trustee(quota=quota)
    arrive(premises, {a_case_id(n): stored(elements(str(n))) for n in range(1, waiting + 1)})

    completed = 0
    while more := complete(premises, completing_with(trustee)):
        completed += more

    assert completed == done
    assert run(premises).waiting == waiting - done


def test_with_one_custodian_nobody_is_asked(premises: Premises) -> None:
    """Tokens without a second key are compared as they are."""
    arrive(premises, {a_case_id(n): stored(elements("Ana")) for n in (1, 2)})
    trustee = Trustee()

    assert complete(premises, completing_with(trustee), epochs=ALONE) == 0
    run(premises, epochs=ALONE)

    assert trustee.seen == []
    assert persons(premises) == {frozenset({a_case_id(1), a_case_id(2)})}


def stored(plain: Sequence[bytes]) -> StoredTokens:
    return StoredTokens(1, 0, 1, tuple(plain))


def complete(premises: Premises, completing: Complete, *, epochs: Epochs = EPOCHS) -> int:
    with transaction(premises.database.linking_session()) as session:
        return complete_some(session, epochs, completing)
