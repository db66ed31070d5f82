"""The rows that a batch leaves in the database: copied out as they stand, and copied into a second database.

The second one has the same steps of the schema, so the same indexes and foreign keys, in the same PostgreSQL. All of
this is done as the owner of the tables, whom row-level security does not ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from app.database import Database, DatabaseRole, Embedded
from app.database.roles import SUPERUSER, close_public_schema, make_database
from app.database.schema import migrate
from app.models import Case, CaseBatch, CasePart, Organization, Person
from app.queries.records import RECORDS

SECOND = "clearpoint_copy"
"""The name of the second database."""
STANDING = (Organization.__tablename__, Person.__tablename__)
"""Whom rows of a batch refer to, and who stays from one batch to the next."""
BATCHES = CaseBatch.__tablename__
CASE_TABLES = (
    Case.__tablename__,
    CasePart.__tablename__,
    *(model.__tablename__ for model in RECORDS.values()),
)
"""Whom a batch fills with rows, referred to first."""
BLOCK_BYTES = 1024 * 1024

Connection = psycopg.Connection[Any]


@contextmanager
def second_database(server: Embedded) -> Iterator[Connection]:
    """An empty, migrated database in the same server, as its owner."""
    with server.superuser_connection(SUPERUSER) as connection:
        make_database(connection, SECOND)
    with server.superuser_connection(SECOND) as connection:
        close_public_schema(connection)
    database = Database(server.urls(SECOND))
    migrate(database)
    database.dispose()
    with owner_connection(server, SECOND) as connection:
        yield connection


@contextmanager
def owner_connection(server: Embedded, database: str) -> Iterator[Connection]:
    """A connection of the owner, for whom nothing commits but a `transaction()` block."""
    url = server.url(DatabaseRole.OWNER, database).replace("+psycopg", "", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def empty(connection: Connection) -> None:
    """Take the batches and all that they filled out of the tables, and their pages with them."""
    connection.execute(f"TRUNCATE {', '.join((BATCHES, *CASE_TABLES))} CASCADE")


def copy_out(connection: Connection, tables: Sequence[str], folder: Path) -> int:
    """Write the rows of these tables into files as COPY reads them; gives how many rows they are."""
    rows = 0
    for name in tables:
        with connection.cursor() as cursor:
            with (folder / name).open("wb") as file, cursor.copy(f"COPY {name} TO STDOUT") as copied:
                for block in copied:
                    file.write(block)
            rows += cursor.rowcount
    return rows


def copy_in(connection: Connection, tables: Sequence[str], folder: Path) -> None:
    """Load the files, one COPY a table, all in one transaction."""
    with connection.transaction():
        for name in tables:
            with (
                (folder / name).open("rb") as file,
                connection.cursor().copy(f"COPY {name} FROM STDIN") as copied,
            ):
                while block := file.read(BLOCK_BYTES):
                    copied.write(block)
