"""Link tokens at the door: checked, sealed at once, written and read as text, and left where nobody looks them up."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import pytest
from sqlalchemy import text

from anonymizer.linking.tokens import LinkTokens
from anonymizer.oprf.group import IDENTITY, element_from, invert, multiply, scalar_from
from anonymizer.policy import SLOTS
from app.database import DatabaseRole
from app.database.transactions import transaction
from app.domain.errors import EpochOver, WrongInput
from app.edge.premises import Premises
from app.queries.linkage_tokens import delete_tokens
from app.services.linkage.sealing import (
    SealingKeys,
    as_staged,
    from_staged,
    keep_arrivals,
    seal_tokens,
)
from tests.factories import NOON
from tests.linked_cases import A_BATCH, Woman, a_case_id, arrive, run, tokens_of

S = scalar_from(hashlib.sha512(b"s").digest())
KEYS = SealingKeys(s_epoch=3, s=S, k1_epochs={1, 2}, k2_epochs={0, 5})


def an_element(name: str) -> bytes:
    return element_from(hashlib.sha512(name.encode()).digest())


def tokens(k1: int = 1, k2: int = 5, **changed: bytes) -> LinkTokens:
    elements = [an_element(f"slot {slot}") for slot in range(SLOTS)]
    elements[7] = changed.get("element", elements[7])
    return LinkTokens(k1, k2, tuple(elements))


def test_each_token_is_multiplied_by_the_storage_key() -> None:
    """Taking the key out again gives what was sent."""
    sent = tokens()

    (sealed,) = seal_tokens([sent.written()], KEYS)

    assert sealed is not None
    assert (sealed.k1_epoch, sealed.k2_epoch, sealed.s_epoch) == (1, 5, 3)
    assert tuple(multiply(invert(S), element) for element in sealed.elements) == sent.elements


def test_a_row_without_tokens_has_none() -> None:
    """Rows of a file without identifiers, and rows without consent."""
    assert seal_tokens([""], KEYS) == [None]


@pytest.mark.parametrize(("k1", "k2"), [(3, 5), (1, 4), (1, 6)], ids=["k1", "older k2", "later k2"])
def test_a_key_that_is_not_in_use_is_refused(k1: int, k2: int) -> None:
    """Such tokens would match nothing."""
    with pytest.raises(EpochOver):
        seal_tokens([tokens(k1, k2).written()], KEYS)


def test_tokens_without_the_trustees_key_are_taken_where_the_operator_lets_them() -> None:
    """When the trustee is away, a shelter need not wait."""
    (sealed,) = seal_tokens([tokens(k2=0).written()], KEYS)

    assert sealed is not None
    assert sealed.k2_epoch == 0


NOT_CANONICAL = bytes([0xED, *[0xFF] * 30, 0x7F])
"""The prime of the field, which is another way to write zero."""


@pytest.mark.parametrize(
    "element", [IDENTITY, NOT_CANONICAL, b"\xff" * 32], ids=["identity", "not canonical", "no element"]
)
def test_what_is_no_element_is_refused_and_not_repeated(element: bytes) -> None:
    """The identity would be the same token for everybody."""
    with pytest.raises(WrongInput) as refused:
        seal_tokens([tokens(element=element).written()], KEYS)

    assert element.hex() not in repr(refused.value)


@pytest.mark.parametrize("cell", ["l1:", "Ana", tokens().written()[:-1], tokens().written() + "="])
def test_a_cell_that_is_no_tokens_is_refused(cell: str) -> None:
    """One form, and no other."""
    with pytest.raises(WrongInput):
        seal_tokens([cell], KEYS)


def test_what_waits_comes_back_as_it_was() -> None:
    """Rows of a large batch are staged with sealed tokens."""
    sealed = seal_tokens([tokens().written(), "", tokens(2, 0).written()], KEYS)

    assert from_staged(as_staged(sealed)) == sealed


def test_tokens_and_keys_are_in_no_repr() -> None:
    """A traceback must not hold what tests a name."""
    (sealed,) = seal_tokens([tokens().written()], KEYS)

    assert sealed is not None
    assert all(repr(element) not in repr(sealed) for element in sealed.elements)
    assert repr(S) not in repr(KEYS)


def test_arrivals_are_left_and_the_servers_role_cannot_read_them_again(premises: Premises) -> None:
    """It only adds, and deletes by case."""
    case, other = uuid4(), uuid4()
    sealed = seal_tokens([tokens().written(), ""], KEYS)
    with transaction(premises.database.write_session()) as session:
        keep_arrivals(session, [case, other], sealed, batch_id=A_BATCH, now=NOON)

    with transaction(premises.database.linking_session()) as session:
        (row,) = session.execute(
            text("SELECT case_id, tokens, k1_epoch, k2_epoch, s_epoch FROM link.arrivals")
        )
    assert sealed[0] is not None
    assert (row.case_id, tuple(map(bytes, row.tokens))) == (case, sealed[0].elements)
    assert tuple(row[2:]) == (1, 5, 3)
    assert not may(premises, DatabaseRole.APP, "arrivals", "tokens")


def test_what_is_forgotten_is_gone_with_everything_that_rests_on_it(premises: Premises) -> None:
    """A case that is taken back leaves no token, no link and no person."""
    ana, cases = Woman("Ana", "Petrovic", "05-14", "1999", "Nis", "Milan"), [a_case_id(1), a_case_id(2)]
    arrive(premises, {case: tokens_of(ana, case) for case in cases})
    run(premises)
    arrive(premises, {case: tokens_of(ana, case) for case in cases})

    with transaction(premises.database.write_session()) as session:
        delete_tokens(session, cases)

    with transaction(premises.database.linking_session()) as session:
        for table in ("arrivals", "token_sets", "edges", "memberships"):
            assert session.execute(text(f"SELECT count(*) FROM link.{table}")).scalar_one() == 0


def may(premises: Premises, role: DatabaseRole, table: str, column: str) -> bool:
    with premises.database.engine(role).connect() as connection:
        asked = text("SELECT has_column_privilege(:table, :column, 'SELECT')")
        return bool(connection.execute(asked, {"table": f"link.{table}", "column": column}).scalar_one())
