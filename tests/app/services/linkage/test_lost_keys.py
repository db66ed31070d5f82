"""Tokens whose key is gone: a backup from before a rotation comes back, and linking goes on without them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.database.transactions import transaction
from app.domain.errors import StateDoesNotAllow
from app.domain.linkage import LinkageMode, LinkageSettings
from app.domain.linkage_rules import Reason, Verdict
from app.edge.premises import Premises
from app.key_store import Factor, Purpose
from app.models import LinkDecision
from app.queries.linkage_edges import add_decision
from app.queries.linkage_tokens import Epochs
from app.services.linkage.lost_keys import forget_other_keys, oldest_epochs
from app.services.linkage.reporting import linkage_status
from app.services.trustee_access import pin_keys
from app.worker.linking import link_now
from tests.factories import NOON
from tests.linkage_fixture import PINNED
from tests.linked_cases import Woman, a_case_id, arrive, persons, tokens_of

ANA = Woman("Ana", "Petrovic", "05-14", "1999", "Nis", "Milan")
A, B, C = map(a_case_id, (1, 2, 3))


@pytest.fixture
def linking(premises: Premises) -> Premises:
    """One custodian; two cases of one woman were linked under the first keys."""
    for purpose in (Purpose.CLEARING_POINT, Purpose.STORAGE):
        premises.key_store.linkage.create(purpose, NOON)
    linking = replace(premises, linkage=LinkageSettings(LinkageMode.ONE_CUSTODIAN))
    send(linking, A, B)
    link_now(linking)
    return linking


def send(premises: Premises, *cases: UUID, s: int = 1) -> None:
    arrive(premises, {case: tokens_of(ANA, case, epochs=Epochs(1, 0, s)) for case in cases})


def rotate_away(premises: Premises) -> None:
    """The storage key is changed, and then the database of before comes back: its sets have the old key still."""
    premises.key_store.linkage.begin_rotation(Purpose.STORAGE, NOON)
    premises.key_store.linkage.end_rotation(Purpose.STORAGE)


def decide_same(premises: Premises) -> None:
    said = LinkDecision(
        id=uuid4(),
        case_a=A,
        case_b=B,
        verdict=Verdict.SAME.value,
        reason=Reason.KEYS_SUFFICE.value,
        decided_at=NOON,
        decided_by=uuid4(),
    )
    with transaction(premises.database.linking_session()) as session:
        add_decision(session, said)


def status(premises: Premises) -> tuple[int, int, bool]:
    with transaction(premises.database.linking_session()) as session:
        now = linkage_status(session)
    return now.cases, now.forgotten, now.was_skipped


def test_tokens_of_a_lost_key_go_and_linking_goes_on(linking: Premises) -> None:
    """How many cases have to be sent again is told, those that wait among them."""
    rotate_away(linking)
    send(linking, C)

    linked = link_now(linking)

    assert (linked.is_skipped, linked.forgotten) == (False, 3)
    assert status(linking) == (0, 3, False)
    assert persons(linking) == set()
    with transaction(linking.database.linking_session()) as session:
        held = "SELECT sum(cardinality(tokens)) FROM link.token_sets"
        assert session.execute(text(held)).scalar_one() == 0


def test_cases_that_are_sent_again_are_linked_again(linking: Premises) -> None:
    """What a curator said of them holds, and what was told of old cuts does."""
    decide_same(linking)
    rotate_away(linking)
    link_now(linking)
    send(linking, A, B, s=2)

    linked = link_now(linking)

    assert linked.forgotten == 0
    assert persons(linking) == {frozenset({A, B})}
    with transaction(linking.database.linking_session()) as session:
        assert session.execute(text("SELECT count(*) FROM link.decisions")).scalar_one() == 1
        ended = "SELECT count(*) FROM link.memberships WHERE until IS NOT NULL"
        assert session.execute(text(ended)).scalar_one() == 4


def test_while_a_key_is_changed_nothing_is_forgotten(linking: Premises) -> None:
    """The old key is there still, and the rotation will translate."""
    linking.key_store.linkage.begin_rotation(Purpose.STORAGE, NOON)

    linked = link_now(linking)

    assert (linked.is_skipped, linked.other_keys, linked.forgotten) == (True, 2, 0)


def test_tokens_of_a_newer_key_than_all_are_left_alone(linking: Premises) -> None:
    """The folder of secrets is older than the database: the right one has to come back, and loses nothing."""
    with transaction(linking.database.linking_session()) as session:
        session.execute(text("UPDATE link.token_sets SET s_epoch = 2"))

    linked = link_now(linking)

    assert (linked.is_skipped, linked.forgotten) == (True, 0)


def test_who_says_so_forgets_tokens_of_any_key_that_is_not_in_use(linking: Premises) -> None:
    """There is no trustee any more, or it destroyed a key of which the clearing point knows nothing."""
    with transaction(linking.database.linking_session()) as session:
        session.execute(text("UPDATE link.token_sets SET k2_epoch = 1"))
    skipped = link_now(linking)

    linked = link_now(linking, forgetting=forget_other_keys)

    assert (skipped.is_skipped, linked.is_skipped, linked.forgotten) == (True, False, 2)


def test_nobody_forgets_so_while_a_key_is_changed(linking: Premises) -> None:
    """The rotation would bring those tokens to the key in use."""
    linking.key_store.linkage.begin_rotation(Purpose.STORAGE, NOON)

    with pytest.raises(StateDoesNotAllow, match="being changed"):
        link_now(linking, forgetting=forget_other_keys)

    assert status(linking)[1] == 0


def test_of_the_trustee_the_key_before_the_newest_may_be_changed_yet(
    premises: Premises, tmp_path: Path
) -> None:
    """And one that a kept factor starts from."""
    for purpose in (Purpose.CLEARING_POINT, Purpose.STORAGE):
        premises.key_store.linkage.create(purpose, NOON)
    settings = LinkageSettings(LinkageMode.TWO_CUSTODIANS, "https://trustee.example", tmp_path)

    def oldest() -> int:
        return oldest_epochs(premises.key_store, settings).k2

    seen = [oldest()]
    for epochs in (1, 2, 3):
        pin_keys(tmp_path, [replace(PINNED, epoch=epoch) for epoch in range(1, epochs + 1)])
        seen.append(oldest())
    premises.key_store.factors.keep(Factor(Purpose.TRUSTEE, 1, 2, (3).to_bytes(32, "little")))

    assert [*seen, oldest()] == [0, 1, 1, 2, 1]
