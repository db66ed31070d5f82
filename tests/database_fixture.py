"""A PostgreSQL for the tests: one server a run, and for each test a database of its own, cloned in milliseconds.

`tests/conftest.py` takes the fixtures from here:

* `embedded_server`: the running server, in a home that goes away with the run;
* `clone_database(template)`: a `Database` on a copy of the database `template`, gone when the test ends. Nobody may be
  connected to the template while it is copied: dispose of the engines that filled it.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from psycopg.sql import SQL, Identifier

from app.database import Database, DatabaseRole, Embedded, running_postgres
from app.database.roles import DATABASE, SUPERUSER, make_database

FAST: Mapping[str, str] = {
    # What a test stores may be lost with the machine.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # A worker that looks at the template would hold up its copying.
    "autovacuum": "off",
    "shared_buffers": "64MB",
}
MEMORY = Path("/dev/shm")
"""A folder in memory, where a busy disk slows nothing down. In a container it is often too small."""
ROOM_BYTES = 2 * 1024**3
CloneDatabase = Callable[..., Database]
_numbers = itertools.count(1)


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A home that is gone after the block; not under `tmp_path`, of which pytest keeps the last three."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES
    home = Path(tempfile.mkdtemp(prefix="clearpoint-test-", dir=MEMORY if has_room else None))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def clone(server: Embedded, template: str = DATABASE) -> Iterator[Database]:
    """A copy of the database `template` with the same rights, for as long as the block lasts."""
    name = f"{template}_{next(_numbers)}"
    with server.superuser_connection(SUPERUSER) as connection:
        # Copying files is eight times as fast here as copying through the log, which is the default.
        connection.execute(
            SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
                Identifier(name), Identifier(DatabaseRole.OWNER), Identifier(template)
            )
        )
        make_database(connection, name)
    database = Database(server.urls(name))
    try:
        yield database
    finally:
        database.dispose()
        with server.superuser_connection(SUPERUSER) as connection:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture(scope="session")
def embedded_server() -> Iterator[Embedded]:
    """The server that all tests share."""
    with temporary_home() as home, running_postgres(home, settings=FAST) as server:
        yield server


@pytest.fixture
def clone_database(embedded_server: Embedded) -> Iterator[CloneDatabase]:
    """Clone databases; they are dropped when the test ends."""
    with ExitStack() as stack:
        yield lambda template=DATABASE: stack.enter_context(clone(embedded_server, template))
