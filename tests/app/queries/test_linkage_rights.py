"""The schema of the linkage: what each role of the database may do there, and what it is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.database import DatabaseRole
from app.edge.premises import Premises
from app.models import Base

TABLES = sorted(table.name for table in Base.metadata.tables.values() if table.schema == "link")
APP_MAY = {
    "arrivals": {"INSERT", "DELETE"},
    "token_sets": {"DELETE"},
    "person_withdrawals": {"INSERT"},
    "decisions": {"INSERT"},
}
"""On whole tables. On columns: it selects cases and batches to delete their tokens."""
COLUMNS_APP_READS = {
    (table, column) for table in ("arrivals", "token_sets") for column in ("case_id", "batch_id")
}
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


@pytest.mark.parametrize("table", TABLES)
def test_a_column_is_read_only_to_delete_by_it(premises: Premises, table: str) -> None:
    """Wishes, tasks, pairs and persons are none of the server's role's business, not even their numbers."""
    columns = [column.name for column in Base.metadata.tables[f"link.{table}"].columns]
    with premises.database.engine(DatabaseRole.APP).connect() as connection:
        asked = text("SELECT has_column_privilege(:table, :column, :right)")
        may = {
            (right, column)
            for right in ("SELECT", "UPDATE")
            for column in columns
            if connection.execute(
                asked, {"table": f"link.{table}", "column": column, "right": right}
            ).scalar_one()
        }

    assert may == {("SELECT", column) for one, column in COLUMNS_APP_READS if one == table}
