"""Tasks of erasure at night: none outlives its case, and a settled one does not say which case it was."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from app.database import DatabaseRole
from app.database.transactions import transaction
from app.domain.identifiers import new_id
from app.models import ErasureTask
from app.queries.people import get_organization
from app.services.linkage.settled_tasks import forget_settled_tasks
from tests.clearing_point_fixture import OTHER_SHELTER, People
from tests.factories import NOON
from tests.linked_women import send_two


@pytest.fixture
def asked(people: People) -> tuple[People, UUID]:
    """A keeper is asked of the other shelter's case."""
    _, case = send_two(people)
    database = people.premises.database
    with transaction(database.write_session()) as session:
        owner = get_organization(session, OTHER_SHELTER.code).id
    with transaction(database.linking_session()) as session:
        session.add(ErasureTask(id=new_id(NOON), case_id=case, organization_id=owner, created_at=NOON))
    return people, case


def night(people: People) -> None:
    database = people.premises.database
    with transaction(database.linking_session()) as linking, database.read_session() as reading:
        forget_settled_tasks(linking, reading, now=NOON)


def tasks(people: People) -> list[tuple[object, ...]]:
    with people.premises.database.engine(DatabaseRole.OWNER).connect() as connection:
        found = connection.execute(text("SELECT case_id, settled_at, outcome FROM link.erasure_tasks"))
        return [tuple(row) for row in found]


def test_a_task_waits_while_its_case_stands(asked: tuple[People, UUID]) -> None:
    """Nothing is decided by a clock."""
    people, case = asked

    night(people)

    assert tasks(people) == [(case, None, None)]


def test_a_task_whose_case_was_taken_back_is_settled(asked: tuple[People, UUID]) -> None:
    """Its own organization did what the keeper would have asked for."""
    people, _ = asked
    answer = people.other_sender.post("/api/v1/withdrawals", json={"case_numbers": ["MD-1"]})
    assert answer.is_success, answer.text

    night(people)

    assert tasks(people) == [(None, NOON, "erased")]


def test_a_settled_task_forgets_its_case(asked: tuple[People, UUID]) -> None:
    """That somebody asked, and what came of it, stays."""
    people, _ = asked
    with transaction(people.premises.database.linking_session()) as session:
        session.execute(text("UPDATE link.erasure_tasks SET settled_at = created_at, outcome = 'kept'"))

    night(people)

    assert tasks(people) == [(None, NOON, "kept")]
