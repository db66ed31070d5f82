"""Who may come into the database at all, before any table says more."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.database import DatabaseRole, Embedded
from app.database.roles import DATABASE, make_database, make_roles, password_of
from tests.database_fixture import CloneDatabase


def test_making_the_roles_again_changes_nothing(embedded_server: Embedded) -> None:
    """Every start makes them; the passwords and the database stay."""
    before = embedded_server.urls()

    with embedded_server.superuser_connection() as connection:
        make_roles(connection, embedded_server.secrets_folder)
        make_database(connection)

    assert embedded_server.urls() == before
    assert len({*before.values()}) == len(DatabaseRole)


@pytest.mark.parametrize("role", DatabaseRole)
def test_each_role_comes_in_as_itself(clone_database: CloneDatabase, role: DatabaseRole) -> None:
    """Four logins, none of which may do what only a superuser may."""
    with clone_database().engine(role).connect() as connection:
        row = connection.execute(
            text(
                "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication "
                "FROM pg_roles WHERE rolname = current_user"
            )
        ).one()

    assert tuple(row) == (role.value, False, False, False, False, False)


def test_the_owner_makes_tables_and_the_others_do_not(clone_database: CloneDatabase) -> None:
    """The schema is changed by migrations alone."""
    database = clone_database()
    with database.engine(DatabaseRole.OWNER).begin() as connection:
        connection.execute(text("CREATE TABLE made (number integer)"))

    for role in (DatabaseRole.APP, DatabaseRole.LINK, DatabaseRole.READER):
        with (
            pytest.raises(DBAPIError, match=r"permission denied|read-only"),
            database.engine(role).begin() as connection,
        ):
            connection.execute(text("CREATE TABLE public.more (number integer)"))


def test_batches_may_be_staged_in_temporary_tables(clone_database: CloneDatabase) -> None:
    """The role that serves requests may make them; the linkage's may not."""
    database = clone_database()

    with database.engine(DatabaseRole.APP).begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE staged (number integer)"))

    with (
        pytest.raises(DBAPIError, match="permission denied"),
        database.engine(DatabaseRole.LINK).begin() as connection,
    ):
        connection.execute(text("CREATE TEMPORARY TABLE staged (number integer)"))


@pytest.mark.parametrize("database", [DATABASE, "postgres", "template1"])
def test_public_comes_into_no_database(embedded_server: Embedded, database: str) -> None:
    """A login that somebody adds later has no right until it is given one."""
    with embedded_server.superuser_connection() as connection:
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'stranger'")

    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(
            host=str(embedded_server.socket_folder), user="stranger", password="stranger", dbname=database
        )


def test_the_roles_stay_in_their_database(embedded_server: Embedded) -> None:
    """What initdb made beside it is the superuser's."""
    for role in DatabaseRole:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(
                host=str(embedded_server.socket_folder),
                user=role.value,
                password=password_of(role, embedded_server.secrets_folder),
                dbname="postgres",
            )


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("password_encryption", "scram-sha-256"),
        ("timezone", "UTC"),
        ("log_error_verbosity", "terse"),
        ("allow_alter_system", "off"),
    ],
)
def test_the_server_is_set_up_as_decided(embedded_server: Embedded, setting: str, value: str) -> None:
    """No network, checksums on every page, and a log that says little."""
    with embedded_server.superuser_connection() as connection:
        row = connection.execute("SELECT current_setting(%s)", (setting,)).fetchone()

    assert row == (value,)


def test_text_is_sorted_the_same_on_every_machine(embedded_server: Embedded) -> None:
    """The builtin locale depends on no library of the system, whose updates would break indexes."""
    with embedded_server.superuser_connection() as connection:
        row = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
        ).fetchone()

    assert row == ("b", "C.UTF-8")
