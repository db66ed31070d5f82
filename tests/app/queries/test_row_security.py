"""What the database itself refuses, tried with the roles that the server uses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Table, text
from sqlalchemy.exc import DBAPIError

from app.database import DatabaseRole, Embedded
from app.database.transactions import transaction
from app.edge.premises import Premises
from app.models import Base
from app.queries.people import act_for, get_organization
from tests.clearing_point_fixture import OTHER_SHELTER, SHELTER, People
from tests.factories import NOON

REFUSALS = {"42501", "25006"}
"""Insufficient privilege; a transaction that is read-only (PostgreSQL, appendix A)."""
RAISED = "P0001"
"""Raised by a trigger."""
WITH_CASES = sorted(
    name
    for name, table in Base.metadata.tables.items()
    if "organization_id" in table.columns
    and table.schema is None
    and name not in ("persons", "audit_events", "staged_rows")
)


OF_A_PART = sorted(name for name, table in Base.metadata.tables.items() if "part_id" in table.columns)
"""Records: they come and go with their part."""
INVENTED: Mapping[type, object] = {
    str: "UNK",
    int: 1,
    bool: True,
    bytes: b"x",
    datetime: NOON,
    date: NOON.date(),
    list: ["UNK"],
    object: "{}",
}


@pytest.fixture
def two_shelters(embedded_server: Embedded, people: People) -> People:
    """Each of two shelters has one row in each table, whatever its foreign keys say."""
    engine = people.premises.database.engine(DatabaseRole.OWNER)
    with engine.begin() as owner:
        shelters = {
            code: owner.execute(text(f"SELECT id FROM organizations WHERE code = '{code}'")).scalar_one()
            for code in (SHELTER.code, OTHER_SHELTER.code)
        }
    with embedded_server.superuser_connection(engine.url.database or "") as connection:
        connection.execute("SET session_replication_role = replica")
        for name in WITH_CASES:
            for shelter in shelters.values():
                row = invented_row(Base.metadata.tables[name], shelter)
                places = ", ".join(f"%({column})s" for column in row)
                connection.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({places})", row)
    return people


def invented_row(table: Table, shelter: UUID) -> dict[str, object]:
    """What each column must have, by its type; every key is the shelter's own."""
    invented: dict[type, object] = {**INVENTED, UUID: shelter}
    row = {column.name: invented[column.type.python_type] for column in table.columns if not column.nullable}
    return row | {"organization_id": shelter}


@pytest.mark.parametrize("table", WITH_CASES)
def test_the_servers_role_sees_the_rows_of_the_organization_it_acts_for_alone(
    two_shelters: People, table: str
) -> None:
    """Nothing before it says for whom; then that organization's rows, whatever the query asks."""
    database = two_shelters.premises.database
    seen = {}
    with transaction(database.write_session()) as session:
        seen["nobody"] = session.execute(text(f"SELECT organization_id FROM {table}")).scalars().all()
        for code in (SHELTER.code, OTHER_SHELTER.code):
            organization = get_organization(session, code)
            act_for(session, organization.id)
            seen[code] = session.execute(text(f"SELECT organization_id FROM {table}")).scalars().all()
            assert set(seen[code]) == {organization.id}

    assert seen["nobody"] == []


@pytest.mark.parametrize("table", WITH_CASES)
def test_the_reader_sees_all_rows_and_changes_none(two_shelters: People, table: str) -> None:
    """It counts; it is refused by its rights and by its transaction."""
    with transaction(two_shelters.premises.database.read_session()) as session:
        owners = set(session.execute(text(f"SELECT organization_id FROM {table}")).scalars())
        rights = text("SELECT has_table_privilege(:table, 'INSERT, UPDATE, DELETE, TRUNCATE')")
        may_write = session.execute(rights, {"table": table}).scalar_one()

    assert len(owners) == 2
    assert not may_write
    assert_refused(two_shelters.premises, DatabaseRole.READER, f"DELETE FROM {table}")


def test_a_row_cannot_be_written_for_another_organization(two_shelters: People) -> None:
    """The rule holds for what is written, too."""
    with two_shelters.premises.database.write_session() as session:
        act_for(session, get_organization(session, SHELTER.code).id)
        other = get_organization(session, OTHER_SHELTER.code).id
        with pytest.raises(DBAPIError, match="row-level security"):
            session.execute(
                text("INSERT INTO cases (id, organization_id, case_token) VALUES (:id, :id2, 'x')"),
                {"id": other, "id2": other},
            )


@pytest.mark.parametrize("table", WITH_CASES)
def test_no_table_takes_a_row_for_another_organization(two_shelters: People, table: str) -> None:
    """Nor does any let a row be handed over."""
    with two_shelters.premises.database.write_session() as session:
        act_for(session, get_organization(session, SHELTER.code).id)
        other = get_organization(session, OTHER_SHELTER.code).id
        row = invented_row(Base.metadata.tables[table], other)
        with pytest.raises(DBAPIError) as refused:
            session.execute(Base.metadata.tables[table].insert().values(row))

    assert sqlstate_of(refused.value) in REFUSALS


@pytest.mark.parametrize("table", OF_A_PART)
def test_records_leave_with_their_part_alone(people: People, table: str) -> None:
    """The server's role cannot take one away or change it: a version that was counted stays as it was."""
    assert_refused(people.premises, DatabaseRole.APP, f"DELETE FROM {table}")
    assert_refused(people.premises, DatabaseRole.APP, f"UPDATE {table} SET part_id = part_id")


def test_the_parts_of_another_organization_cannot_be_deleted(two_shelters: People) -> None:
    """Withdrawal reaches no further than the organization's own rows."""
    with transaction(two_shelters.premises.database.write_session()) as session:
        act_for(session, get_organization(session, SHELTER.code).id)
        session.execute(text("DELETE FROM case_parts"))
        other = get_organization(session, OTHER_SHELTER.code).id

    with transaction(two_shelters.premises.database.read_session()) as session:
        assert session.execute(text("SELECT organization_id FROM case_parts")).scalars().all() == [other]
        for table in OF_A_PART:
            owners = session.execute(text(f"SELECT organization_id FROM {table}")).scalars().all()
            assert owners == [other], table


@pytest.mark.parametrize(
    "role", [DatabaseRole.APP, DatabaseRole.OWNER, DatabaseRole.READER, DatabaseRole.LINK]
)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE public.audit_events SET event = 'x'",
        "DELETE FROM public.audit_events",
        "TRUNCATE public.audit_events",
    ],
)
def test_the_audit_trail_is_changed_by_nobody(people: People, role: DatabaseRole, statement: str) -> None:
    """Not by the server, and not by the owner of the tables."""
    by_the_trigger = {RAISED} if role is DatabaseRole.OWNER else set()

    assert refusal_of(people.premises, role, statement) in REFUSALS | by_the_trigger


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM cases",
        "UPDATE case_records SET sex = 'M'",
        "UPDATE case_parts SET digest = ''",
        "UPDATE case_parts SET case_id = id",
        "UPDATE shelter_capacities SET beds = 1",
        "UPDATE nrm_profiles SET digest = ''",
        "DELETE FROM releases",
        "UPDATE release_contents SET canonical_json = ''",
        "DROP TABLE cases",
        "ALTER TABLE cases DISABLE ROW LEVEL SECURITY",
        "SET ROLE clearpoint_owner",
        "DELETE FROM api_keys",
    ],
)
def test_the_servers_role_may_not(people: People, statement: str) -> None:
    """What no use case needs is not given."""
    assert_refused(people.premises, DatabaseRole.APP, statement)


@pytest.mark.parametrize(
    "table", sorted(name for name, table in Base.metadata.tables.items() if table.schema is None)
)
def test_the_linkage_role_sees_none_of_these_tables(people: People, table: str) -> None:
    """Its schema is its own, and comes with the linkage."""
    assert_refused(people.premises, DatabaseRole.LINK, f"SELECT * FROM public.{table}")


@pytest.mark.parametrize("table", ["api_keys", "persons", "audit_events"])
def test_the_reader_sees_no_keys_no_persons_and_no_trail(people: People, table: str) -> None:
    """Counting needs none of them."""
    assert_refused(people.premises, DatabaseRole.READER, f"SELECT * FROM public.{table}")


def assert_refused(premises: Premises, role: DatabaseRole, statement: str) -> None:
    assert refusal_of(premises, role, statement) in REFUSALS


def refusal_of(premises: Premises, role: DatabaseRole, statement: str) -> str | None:
    """The SQLSTATE with which the database refuses the statement: a mistake in the statement would have another."""
    with premises.database.engine(role).connect() as connection, pytest.raises(DBAPIError) as refused:
        connection.execute(text(statement))
    return sqlstate_of(refused.value)


def sqlstate_of(error: DBAPIError) -> str | None:
    assert isinstance(error.orig, psycopg.Error)
    return error.orig.sqlstate
