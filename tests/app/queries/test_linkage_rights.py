"""The schema of the linkage: what each role of the database may do there, and what it is refused."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.database import DatabaseRole
from app.database.transactions import transaction
from app.edge.premises import Premises
from app.models import Base
from app.queries.people import act_for, get_organization
from tests.clearing_point_fixture import OTHER_SHELTER, SHELTER, People

TABLES = sorted(table.name for table in Base.metadata.tables.values() if table.schema == "link")
APP_MAY = {
    "arrivals": {"INSERT", "DELETE"},
    "token_sets": {"DELETE"},
    "person_withdrawals": {"INSERT", "DELETE"},
    "decisions": {"INSERT"},
    "erasure_tasks": {"SELECT", "DELETE"},
}
"""On whole tables. On columns: it selects cases to delete them, and settles tasks."""
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


def rights(premises: Premises, role: DatabaseRole, table: str) -> set[str]:
    with premises.database.engine(role).connect() as connection:
        asked = text("SELECT has_table_privilege(:table, :right)")
        given = {"table": f"link.{table}"}
        return {right for right in RIGHTS if connection.execute(asked, given | {"right": right}).scalar_one()}


@pytest.mark.parametrize("table", TABLES)
def test_the_servers_role_may_what_its_use_cases_need(premises: Premises, table: str) -> None:
    """It leaves tokens and deletes them, and reads none."""
    assert rights(premises, DatabaseRole.APP, table) == APP_MAY.get(table, set())


@pytest.mark.parametrize("table", TABLES)
def test_the_reader_sees_persons_alone(premises: Premises, table: str) -> None:
    """Counting needs to know which cases are of one person, and not why."""
    expected = {"SELECT"} if table == "memberships" else set()

    assert rights(premises, DatabaseRole.READER, table) == expected


@pytest.mark.parametrize("table", TABLES)
def test_the_linkages_role_does_everything_here(premises: Premises, table: str) -> None:
    """And nothing elsewhere, which the rules of rows try."""
    assert rights(premises, DatabaseRole.LINK, table) == set(RIGHTS)


@pytest.mark.parametrize("table", ["arrivals", "token_sets", "person_withdrawals"])
def test_no_token_is_read_by_the_servers_role(premises: Premises, table: str) -> None:
    """Not even by the statement that deletes it."""
    for statement in (
        f"SELECT tokens FROM link.{table}",
        f"DELETE FROM link.{table} RETURNING tokens",
        f"DELETE FROM link.{table} WHERE tokens IS NOT NULL",
    ):
        with (
            premises.database.engine(DatabaseRole.APP).connect() as connection,
            pytest.raises(DBAPIError, match="permission denied"),
        ):
            connection.execute(text(statement))


def test_a_task_is_seen_by_the_organization_whose_case_it_is(people: People) -> None:
    """Row-level security holds for it as for the case."""
    database = people.premises.database
    with transaction(database.write_session()) as session:
        shelters = {code: get_organization(session, code).id for code in (SHELTER.code, OTHER_SHELTER.code)}
    with transaction(database.linking_session()) as session:
        for shelter in shelters.values():
            session.execute(
                text(
                    "INSERT INTO link.erasure_tasks (id, case_id, organization_id, created_at) "
                    "VALUES (:id, :case, :organization, now())"
                ),
                {"id": uuid4(), "case": uuid4(), "organization": shelter},
            )

    with transaction(database.write_session()) as session:
        asked = text("SELECT organization_id FROM link.erasure_tasks")
        assert session.execute(asked).all() == []
        act_for(session, shelters[SHELTER.code])
        assert session.execute(asked).scalars().all() == [shelters[SHELTER.code]]
