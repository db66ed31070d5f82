"""What withdrawals do in the database itself: whose rows they reach, and what a count sees of them."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from app.database.transactions import transaction
from app.queries.people import act_for, get_organization
from app.queries.releases import take_cut
from app.queries.withdrawals import FORM_TABLES, find_withdrawn, remove_cases
from tests.clearing_point_fixture import OTHER_SHELTER, SHELTER, People
from tests.factories import NOON, a_case, a_sheet

CSV = {"Content-Type": "text/csv"}
COUNTED = "SELECT count(*) FROM case_records"


@pytest.fixture
def two_shelters(people: People) -> People:
    """Each of two shelters has sent a case of its own."""
    for client, country in ((people.sender, "RS"), (people.other_sender, "MD")):
        sent = client.post("/api/v1/batches", content=a_sheet(a_case(country=country)), headers=CSV)
        assert sent.is_success, sent.text
    return people


def tokens_of(people: People, code: str) -> tuple[UUID, list[bytes]]:
    with transaction(people.premises.database.read_session()) as session:
        organization = get_organization_id(people, code)
        asked = text("SELECT case_token FROM cases WHERE organization_id = :id")
        return organization, [
            bytes(token) for token in session.execute(asked, {"id": organization}).scalars()
        ]


def get_organization_id(people: People, code: str) -> UUID:
    with transaction(people.premises.database.write_session()) as session:
        return get_organization(session, code).id


def test_the_forms_are_the_two_annual_ones() -> None:
    """Found by their columns: a new form is deleted with its batch by itself."""
    assert FORM_TABLES == ("nrm_profiles", "shelter_capacities")


@pytest.mark.parametrize("statement", ["UPDATE cases SET withdrawn_at = now()", "DELETE FROM case_parts"])
def test_a_withdrawal_reaches_the_organizations_own_rows_alone(two_shelters: People, statement: str) -> None:
    """Even a statement that forgot to say whose rows it means."""
    with transaction(two_shelters.premises.database.write_session()) as session:
        act_for(session, get_organization(session, SHELTER.code).id)
        reached = len(session.execute(text(f"{statement} RETURNING id")).all())

    assert reached == 1


def test_another_organizations_token_is_not_found(two_shelters: People) -> None:
    """Asked for under its own name or under the other's: row-level security and the query agree."""
    mine = get_organization_id(two_shelters, SHELTER.code)
    theirs, tokens = tokens_of(two_shelters, OTHER_SHELTER.code)

    for organization in (mine, theirs):
        with transaction(two_shelters.premises.database.write_session()) as session:
            act_for(session, mine)
            assert remove_cases(session, organization, tokens, NOON) == []
            assert find_withdrawn(session, organization, tokens) == set()


def test_a_count_that_has_begun_sees_no_withdrawal(two_shelters: People) -> None:
    """All entities are read as of one moment, so that no case is there in one and gone in another."""
    organization, tokens = tokens_of(two_shelters, SHELTER.code)
    database = two_shelters.premises.database
    with transaction(database.read_session()) as counting:
        take_cut(counting)
        before = counting.execute(text(COUNTED)).scalar_one()
        with transaction(database.write_session()) as session:
            act_for(session, organization)
            assert len(remove_cases(session, organization, tokens, NOON)) == 1
        during = counting.execute(text(COUNTED)).scalar_one()
    with transaction(database.read_session()) as counting:
        after = counting.execute(text(COUNTED)).scalar_one()

    assert (before, during, after) == (2, 2, 1)
