"""Connections: who reads cannot write, who waits is told, and errors hold no value."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.database import Database, DatabaseRole, Embedded, ExternalServerError, open_database
from app.database.engine import POOL_OVERFLOW, POOL_SECONDS, POOL_SIZE
from app.settings import Settings
from tests.database_fixture import CloneDatabase

CANARY = "CANARY-1990"


@pytest.fixture
def database(clone_database: CloneDatabase) -> Database:
    """A database with one table that the server's role may write."""
    cloned = clone_database()
    with cloned.engine(DatabaseRole.OWNER).begin() as connection:
        connection.execute(text("CREATE TABLE kept (name text PRIMARY KEY)"))
        connection.execute(text("GRANT ALL ON kept TO clearpoint_app, clearpoint_reader"))
    return cloned


@pytest.fixture
def one_login(clone_database: CloneDatabase, embedded_server: Embedded) -> Iterator[Database]:
    """A database where one login does everything, as with DATABASE_URL alone."""
    with clone_database().engine(DatabaseRole.OWNER).begin() as connection:
        connection.execute(text("CREATE TABLE kept (name text PRIMARY KEY)"))
        url = connection.engine.url.render_as_string(hide_password=False)
    alone = Database(dict.fromkeys(DatabaseRole, url))
    yield alone
    alone.dispose()


def test_what_a_write_session_commits_a_read_session_sees(database: Database) -> None:
    """Two logins, one database."""
    with database.write_session() as session:
        session.execute(text("INSERT INTO kept VALUES ('one')"))
        session.commit()

    with database.read_session() as session:
        assert session.scalars(text("SELECT name FROM kept")).all() == ["one"]


def test_a_write_session_that_does_not_commit_leaves_nothing(database: Database) -> None:
    """Closing is not committing."""
    with database.write_session() as session:
        session.execute(text("INSERT INTO kept VALUES ('one')"))

    with database.read_session() as session:
        assert session.scalars(text("SELECT name FROM kept")).all() == []


@pytest.mark.parametrize("kind", ["database", "one_login"])
def test_a_read_session_cannot_write(kind: str, request: pytest.FixtureRequest) -> None:
    """Not even where the login may, in every transaction of the session."""
    reading: Database = request.getfixturevalue(kind)

    with reading.read_session() as session:
        for _ in range(2):
            with pytest.raises(DBAPIError, match="read-only transaction"):
                session.execute(text("INSERT INTO kept VALUES ('one')"))
            session.rollback()


def test_one_login_is_told_apart_from_four(database: Database, one_login: Database) -> None:
    """So that `doctor` can say it."""
    assert one_login.has_one_login
    assert not database.has_one_login


def test_an_error_does_not_hold_the_values(database: Database) -> None:
    """SQLAlchemy would print them after the statement."""
    with database.write_session() as session, pytest.raises(DBAPIError) as caught:
        session.execute(text("SELECT :value FROM nowhere"), {"value": CANARY})

    assert CANARY not in str(caught.value)


def test_who_finds_no_free_connection_is_told_soon(database: Database) -> None:
    """The pool does not let anybody wait until the client gives up."""
    with ExitStack() as stack:
        for _ in range(POOL_SIZE + POOL_OVERFLOW):
            stack.enter_context(database.engine(DatabaseRole.APP).connect())
        began = time.monotonic()

        with pytest.raises(PoolTimeoutError):
            database.engine(DatabaseRole.APP).connect()

    assert time.monotonic() - began < POOL_SECONDS + 1


def test_a_connection_says_who_it_is_and_counts_in_utc(database: Database) -> None:
    """For the operator who looks at the server, and for every date that is made of a time."""
    with database.read_session() as session:
        row = session.execute(
            text("SELECT current_setting('application_name'), current_setting('timezone')")
        ).one()

    assert tuple(row) == ("clearpoint reader", "UTC")


def test_an_external_server_is_used_as_it_is(embedded_server: Embedded, tmp_path: Path) -> None:
    """With DATABASE_URL nothing is started and nothing is written in the home."""
    settings = Settings.from_environment(
        {
            "CLEARPOINT_HOME": str(tmp_path / "home"),
            **{f"DATABASE_URL_{role.name}": url for role, url in embedded_server.urls().items()},
        }
    )

    with (
        open_database(settings.home, settings.database_urls) as database,
        database.write_session() as session,
    ):
        assert session.scalars(text("SELECT current_user")).one() == DatabaseRole.APP

    assert list(tmp_path.iterdir()) == []


def test_an_external_server_that_refuses_is_told_in_one_sentence(
    embedded_server: Embedded, tmp_path: Path
) -> None:
    """The text names the variable and holds neither the address nor the password."""
    url = f"postgresql://clearpoint_app:{CANARY}@/clearpoint?host={embedded_server.socket_folder}"
    settings = Settings.from_environment({"DATABASE_URL": url})

    with (
        pytest.raises(ExternalServerError, match="DATABASE_URL names does not answer") as caught,
        open_database(tmp_path, settings.database_urls),
    ):
        pytest.fail("a wrong password opened the database")

    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is None
