"""What arrived becomes what is compared: no older arrival wins, and what lacks the trustee's key gets it, wherever it is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from anonymizer.policy import SLOTS
from app.database.transactions import transaction
from app.edge.premises import Premises
from app.queries.linkage_tokens import Epochs, StoredTokens
from app.services.linkage.taking_in import complete_some
from tests.linked_cases import EPOCHS, a_case_id, arrive, persons, run

ALONE = Epochs(k1=1, k2=0, s=1)
CASE, OTHER = a_case_id(1), a_case_id(2)


def tokens(name: str, *, k2_epoch: int = 1) -> StoredTokens:
    elements = tuple(hashlib.sha256(f"{name} {slot}".encode()).digest() for slot in range(SLOTS))
    return StoredTokens(1, k2_epoch, 1, elements if not k2_epoch else tuple(with_k2(elements)))


def with_k2(elements: Sequence[bytes]) -> list[bytes]:
    """What a trustee would make of them: a test of what is compared needs no group."""
    return [hashlib.sha256(b"k2" + element).digest() for element in elements]


def complete(premises: Premises) -> int:
    with transaction(premises.database.linking_session()) as session:
        return complete_some(session, EPOCHS, with_k2)


def test_what_waited_does_not_overwrite_what_corrected_it(premises: Premises) -> None:
    """The first arrival lacks the trustee's key, the correction has it, and the first is forgotten."""
    arrive(premises, {CASE: tokens("old", k2_epoch=0)})
    arrive(premises, {CASE: tokens("new")})

    linked = run(premises)
    completed = complete(premises)
    run(premises)

    assert (linked.waiting, completed) == (0, 0)
    assert stored(premises) == {CASE: tokens("new").elements}


def test_of_two_that_were_completed_out_of_order_the_later_wins(premises: Premises) -> None:
    """Also when the later one waits longer."""
    arrive(premises, {CASE: tokens("old")})
    arrive(premises, {CASE: tokens("new", k2_epoch=0)})
    run(premises)
    first = stored(premises)
    complete(premises)

    run(premises)

    assert first == {CASE: tokens("old").elements}
    assert stored(premises) == {CASE: tokens("new").elements}


def test_sets_from_before_there_was_a_trustee_get_its_key(premises: Premises) -> None:
    """From one custodian to two: nothing is compared until all have it, and links and decisions stay meanwhile."""
    arrive(premises, {CASE: tokens("Ana", k2_epoch=0), OTHER: tokens("Ana", k2_epoch=0)})
    run(premises, epochs=ALONE)
    arrive(premises, {a_case_id(3): tokens("Ana")})

    skipped = run(premises)
    meanwhile = persons(premises)
    assert complete(premises) == 2
    linked = run(premises)

    assert (skipped.is_skipped, skipped.other_keys) == (True, 2)
    assert meanwhile == {frozenset({CASE, OTHER})}
    assert not linked.is_skipped
    assert persons(premises) == {frozenset({CASE, OTHER, a_case_id(3)})}


def test_what_arrived_gets_the_key_before_what_is_compared(premises: Premises) -> None:
    """A case that waits is in no release at all yet."""
    arrive(premises, {CASE: tokens("Ana", k2_epoch=0)})
    run(premises, epochs=ALONE)
    arrive(premises, {OTHER: tokens("Ana", k2_epoch=0)})

    complete(premises)

    with transaction(premises.database.linking_session()) as session:
        asked = "SELECT (SELECT k2_epoch FROM link.arrivals), (SELECT k2_epoch FROM link.token_sets)"
        assert tuple(session.execute(text(asked)).one()) == (1, 0)


def stored(premises: Premises) -> dict[UUID, tuple[bytes, ...]]:
    with transaction(premises.database.linking_session()) as session:
        found = session.execute(text("SELECT case_id, tokens FROM link.token_sets"))
        return {case: tuple(map(bytes, kept)) for case, kept in found}
