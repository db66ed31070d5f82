"""Rotation: afterwards every token is what clearing anew under the new keys gives, whatever happened meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from itertools import permutations
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from sqlalchemy import text

from anonymizer.oprf.group import multiply
from app.database.transactions import transaction
from app.domain.errors import StateDoesNotAllow, TryAgain
from app.edge.premises import Premises
from app.key_store import KeyStore, KeyStoreError, Purpose
from app.queries.linkage_edges import lock_linking
from app.queries.rotation import hold_epochs
from app.services import rotation
from app.services.rotation import count_tokens, create_linkage_keys, receive_factor, rotate_tokens
from tests.app.services.rotations import K1, K2, SLOTS, Custodians, S
from tests.factories import NOON

PERSONS = [uuid5(UUID(int=0), str(number)) for number in range(7)]
LATE = [uuid5(UUID(int=1), str(number)) for number in range(3)]


@pytest.fixture
def custodians(premises: Premises, tmp_path: Path) -> Custodians:
    """With four cases that are linked and three that wait."""
    both = Custodians(premises, KeyStore(tmp_path / "trustee"))
    both.send(PERSONS[:4])
    both.take_in()
    both.send(PERSONS[4:])
    return both


def as_cleared_anew(custodians: Custodians, persons: list[UUID] = PERSONS) -> dict[UUID, object]:
    return {person: custodians.cleared(person, custodians.epochs()) for person in persons}


@pytest.mark.parametrize(
    "order", list(permutations((S, K1, K2))), ids=lambda order: "-".join(one.short for one in order)
)
def test_tokens_are_those_of_the_new_keys_in_every_order(
    custodians: Custodians, order: tuple[Purpose, ...]
) -> None:
    """No organization sends again; both tables; every epoch in its column."""
    for purpose in order:
        custodians.rotate(purpose)
        assert custodians.stored() == as_cleared_anew(custodians)

    assert custodians.epochs() == {S: 2, K1: 2, K2: 2}


@pytest.mark.parametrize(
    "order", list(permutations((S, K1, K2))), ids=lambda order: "-".join(one.short for one in order)
)
def test_rotations_may_overlap(custodians: Custodians, order: tuple[Purpose, ...]) -> None:
    """All three begun before the first one runs."""
    factors = [custodians.begin(purpose) for purpose in order]
    for factor in factors:
        custodians.run(factor)
        custodians.end(factor)

    assert custodians.stored() == as_cleared_anew(custodians)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_table_of_an_older_key_matches_nothing(custodians: Custodians, purpose: Purpose) -> None:
    """What was stolen before is of no use with what is stolen after, unless the factor is stolen, too."""
    before = {token for stored in custodians.stored().values() for token in stored.elements}

    custodians.rotate(purpose)

    after = {token for stored in custodians.stored().values() for token in stored.elements}
    assert len(before) == len(after) == len(PERSONS) * SLOTS
    assert not before & after


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_killed_rotation_goes_on(
    custodians: Custodians, purpose: Purpose, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after each transaction; begun again, no row is multiplied twice."""
    monkeypatch.setattr(rotation, "ROWS_AT_ONCE", 2)
    kills = 0
    while True:
        factor = custodians.begin(purpose)
        run = rotate_tokens(custodians.premises.database.keeping_session, factor)
        if not next(run, 0):
            break
        run.close()
        kills += 1

    custodians.end(factor)
    assert kills == 4
    assert custodians.epochs()[purpose] == 2
    assert custodians.stored() == as_cleared_anew(custodians)


def test_what_fails_in_a_transaction_happens_again_whole(
    custodians: Custodians, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row is under one key or the other, never between."""
    factor = custodians.begin(S)
    calls = iter([*range(SLOTS * 2)])

    def failing(scalar: bytes, token: bytes) -> bytes:
        if next(calls, None) is None:
            raise MemoryError
        return multiply(scalar, token)

    monkeypatch.setattr(rotation, "multiply", failing)
    with pytest.raises(MemoryError):
        custodians.run(factor)
    monkeypatch.undo()

    custodians.run(custodians.begin(S))
    custodians.end(factor)
    assert custodians.stored() == as_cleared_anew(custodians)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_batches_come_in_during_a_rotation(custodians: Custodians, purpose: Purpose) -> None:
    """Under the new key, and from laptops that had asked just before, under the old one."""
    factor = custodians.begin(purpose)
    run = rotate_tokens(custodians.premises.database.keeping_session, factor)
    next(run)
    custodians.send(LATE[:1])
    custodians.send(LATE[1:2], **{purpose.name: 1})
    list(run)
    custodians.send(LATE[2:], **{purpose.name: 1})

    with pytest.raises(TryAgain, match="the rotation goes on"):
        custodians.end(factor)
    assert custodians.run(factor) == 1
    custodians.end(factor)

    assert custodians.stored() == as_cleared_anew(custodians, PERSONS + LATE)


def test_the_end_waits_for_batches_that_write_tokens(custodians: Custodians) -> None:
    """They have read which keys are in use, and nobody sees their rows yet."""
    factor = custodians.begin(S)
    custodians.run(factor)
    with custodians.premises.database.write_session() as batch:
        hold_epochs(batch)
        with pytest.raises(TryAgain, match="coming in"):
            custodians.end(factor)

    custodians.end(factor)
    assert custodians.store.linkage.epochs(S) == (2,)


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize(("epochs", "waits"), [((1, 1, 1), True), ((2, 2, 2), False)], ids=["old", "new"])
def test_the_end_waits_for_batches_that_wait(
    custodians: Custodians, purpose: Purpose, epochs: tuple[int, int, int], waits: bool
) -> None:
    """Their staged rows carry tokens, with the epochs written before them."""
    factor = custodians.begin(purpose)
    custodians.run(factor)
    cell = "t1:{}.{}.{}:AAAA".format(*epochs)
    with transaction(custodians.premises.database.keeping_session()) as session:
        session.execute(text("ALTER TABLE staged_rows DROP CONSTRAINT fk_staged_rows_batch_id"))
        session.execute(text("ALTER TABLE staged_rows DROP CONSTRAINT fk_staged_rows_organization_id"))
        session.execute(
            text(
                "INSERT INTO staged_rows (batch_id, ordinal, organization_id, sheet, row_numbers, cleared) "
                "VALUES (:id, 0, :id, 'cases', '{1}', :cleared)"
            ),
            {"id": PERSONS[0], "cleared": f'{{"case_token":["c1:x"],"link_tokens":["","{cell}"]}}'},
        )

    if waits:
        with pytest.raises(TryAgain, match="waits to be stored"):
            custodians.end(factor)
    else:
        custodians.end(factor)


def test_tokens_without_the_trustee_s_key_have_nothing_to_rotate(custodians: Custodians) -> None:
    """k2 is applied later; s and k1 are rotated in them as in all others."""
    custodians.send(LATE[:1], TRUSTEE=0)

    custodians.rotate(K2)
    custodians.rotate(S)
    custodians.rotate(K1)

    expected = custodians.cleared(LATE[0], custodians.epochs() | {K2: 0})
    assert custodians.stored()[LATE[0]] == expected


def test_who_asked_to_be_erased_is_found_under_the_new_key(custodians: Custodians) -> None:
    """Her wish waits as tokens, too."""
    custodians.send(LATE[:1])
    with transaction(custodians.premises.database.keeping_session()) as session:
        session.execute(
            text(
                "WITH taken AS (DELETE FROM link.arrivals RETURNING *) INSERT INTO link.person_withdrawals (id, "
                "organization_id, tokens, k1_epoch, k2_epoch, s_epoch, received_at, not_before) SELECT case_id, "
                "case_id, tokens, k1_epoch, k2_epoch, s_epoch, arrived_at, arrived_at FROM taken"
            )
        )

    custodians.rotate(S)

    assert custodians.stored()[LATE[0]] == custodians.cleared(LATE[0], custodians.epochs())


def test_what_was_linked_stays_linked(custodians: Custodians) -> None:
    """Equal tokens stay equal, so nothing has to be compared again."""
    custodians.rotate(K1)

    with custodians.premises.database.keeping_session() as session:
        fresh = session.execute(
            text("SELECT count(*) FROM link.token_sets WHERE linked_at IS NULL")
        ).scalar_one()
    assert fresh == 0


def test_a_run_of_linking_is_not_disturbed(custodians: Custodians) -> None:
    """It compares tokens of one epoch to its end; the rotation waits for it."""
    factor = custodians.begin(S)
    before = custodians.stored()

    with ThreadPoolExecutor(1) as pool:
        with custodians.premises.database.linking_session() as linking:
            lock_linking(linking)
            rotated = pool.submit(custodians.run, factor)
            wait([rotated], timeout=0.3)
            during = custodians.stored()
        rows = rotated.result(timeout=30)

    assert during == before
    assert rows == len(PERSONS)
    assert custodians.stored() == as_cleared_anew(custodians)


def test_a_factor_that_does_not_fit_is_refused(custodians: Custodians) -> None:
    """Sealed for another rotation, of another key, or by mistake: it would spoil every token for good."""
    keys = custodians.trustee.linkage
    keys.begin_rotation(K2, NOON)
    public = (keys.public_key(K2, 1), keys.public_key(K2, 2))
    sealed = custodians.sealed(1, 2)

    with custodians.premises.database.keeping_session() as session:
        for old, new, expected in ((1, 2, public[::-1]), (1, 2, (public[0], public[0]))):
            with pytest.raises(StateDoesNotAllow, match="does not fit"):
                receive_factor(
                    session, custodians.store, sealed, old=old, new=new, public_keys=expected, now=NOON
                )
        with pytest.raises(KeyStoreError, match="cannot be opened"):
            receive_factor(session, custodians.store, sealed, old=2, new=3, public_keys=public, now=NOON)
    assert custodians.store.factors.find(K2) is None


def test_the_factor_is_kept_until_the_end(custodians: Custodians) -> None:
    """So that a killed run goes on without asking again; then it is destroyed, closed to others meanwhile."""
    factor = custodians.begin(K2)

    assert custodians.store.factors.find(K2) == factor
    assert repr(factor.scalar) not in repr(factor)
    custodians.run(factor)
    custodians.end(factor)
    assert custodians.store.factors.find(K2) is None


def test_the_trail_has_the_beginning_and_the_end(custodians: Custodians) -> None:
    """Epochs, and nothing of a key."""
    custodians.begin(S)
    custodians.rotate(S)

    with custodians.premises.database.keeping_session() as session:
        trail = session.execute(text("SELECT event, facts FROM audit_events ORDER BY id")).all()
    facts = {"key": "s", "old": 1, "new": 2}
    assert [tuple(row) for row in trail] == [
        ("linkage_key:rotation-begun", facts),
        ("linkage_key:rotated", facts),
    ]


def test_tokens_are_counted_by_epoch(custodians: Custodians) -> None:
    """For the operator, who sees how far a rotation is."""
    next(rotate_tokens(custodians.premises.database.keeping_session, custodians.begin(K1)))

    with custodians.premises.database.keeping_session() as session:
        counted = count_tokens(session, K1)
    assert [(one.epoch, one.rows) for one in counted] == [(1, 4), (2, 3)]


def test_keys_are_made_once_and_never_while_there_are_tokens(premises: Premises, tmp_path: Path) -> None:
    """A new key for a lost one would match none of them."""
    with transaction(premises.database.keeping_session()) as session:
        assert create_linkage_keys(session, premises.key_store, now=NOON) == [S, K1]
        assert create_linkage_keys(session, premises.key_store, now=NOON) == []
    with premises.database.keeping_session() as session:
        session.execute(
            text(
                "INSERT INTO link.arrivals (case_id, batch_id, tokens, k1_epoch, k2_epoch, s_epoch, "
                "arrived_at) VALUES (:id, :id, '{}', 1, 0, 1, now())"
            ),
            {"id": PERSONS[0]},
        )
        with pytest.raises(StateDoesNotAllow, match="would match none"):
            create_linkage_keys(session, KeyStore(tmp_path / "lost"), now=NOON)
