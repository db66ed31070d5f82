"""The database: the embedded PostgreSQL or an external one, and a pool of connections for each role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.database.embedded import Embedded, running_postgres, start
from app.database.engine import Database
from app.database.errors import DatabaseStartError, ExternalServerError, FolderInUseError
from app.database.roles import DatabaseRole
from app.database.sessions import ReadSession, WriteSession

__all__ = [
    "Database",
    "DatabaseRole",
    "DatabaseStartError",
    "Embedded",
    "ExternalServerError",
    "FolderInUseError",
    "ReadSession",
    "WriteSession",
    "open_database",
    "running_postgres",
    "start",
]


@contextmanager
def open_database(home: Path, external_urls: Mapping[DatabaseRole, str] | None) -> Iterator[Database]:
    """The database for as long as the block lasts: the external one if there is one, else this home's."""
    if external_urls:
        with _disposed(Database(external_urls)) as database:
            database.check_server()
            yield database
        return
    with running_postgres(home) as server, _disposed(Database(server.urls())) as database:
        yield database


@contextmanager
def _disposed(database: Database) -> Iterator[Database]:
    try:
        yield database
    finally:
        database.dispose()
