"""Connections to the database, one pool a role. Says nothing of the values that pass through them."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from app.database.errors import ExternalServerError
from app.database.roles import DatabaseRole
from app.database.sessions import ReadSession, WriteSession

OLDEST_SERVER = (15, 0)
"""From 15 on PUBLIC cannot make anything in the schema `public`."""
POOL_SECONDS = 2
"""Who waits longer for a connection is told to try again, while the machine still has strength to say so."""
POOL_SIZE = 5
POOL_OVERFLOW = 10
CONNECT_SECONDS = 5


class Database:
    """The database as each role sees it. `urls` has every role's address; they may all be the same."""

    def __init__(self, urls: Mapping[DatabaseRole, str]):
        self._urls = dict(urls)
        self._engines: dict[DatabaseRole, Engine] = {}
        self._lock = Lock()

    def engine(self, role: DatabaseRole) -> Engine:
        """The pool of this role's connections, made on first use."""
        with self._lock:
            if role not in self._engines:
                self._engines[role] = _make_engine(role, self._urls[role])
            return self._engines[role]

    def write_session(self) -> WriteSession:
        """A session that may change things; close it, best by `with`. It does not commit by itself."""
        return WriteSession(self.engine(DatabaseRole.APP), expire_on_commit=False)

    def keeping_session(self) -> WriteSession:
        """A session of the schema's owner, for what the operator does to every organization's rows at once."""
        return WriteSession(self.engine(DatabaseRole.OWNER), expire_on_commit=False)

    def linking_session(self) -> WriteSession:
        """A session of the linkage's role, which sees the schema `link` and nothing else."""
        return WriteSession(self.engine(DatabaseRole.LINK), expire_on_commit=False)

    def read_session(self) -> ReadSession:
        """A session of which the database refuses every change; close it, best by `with`."""
        return ReadSession(self.engine(DatabaseRole.READER), expire_on_commit=False)

    def address(self, role: DatabaseRole) -> str:
        """This role's address as the driver itself takes it, for a library that keeps its own connections."""
        return self._urls[role].replace("postgresql+psycopg://", "postgresql://", 1)

    @property
    def has_one_login(self) -> bool:
        """Whether all roles come in by one address, so that the database tells none of them apart."""
        return len(set(self._urls.values())) == 1

    def check_server(self) -> None:
        """ExternalServerError when the server does not answer, refuses a login, or is too old."""
        for role in self._urls:
            try:
                with self.engine(role).connect() as connection:
                    version = connection.dialect.server_version_info or ()
            except SQLAlchemyError:
                raise ExternalServerError(
                    "The PostgreSQL that DATABASE_URL names does not answer, or refuses a login. Check the "
                    "address, and the addresses of single roles (DATABASE_URL_OWNER, _APP, _LINK, _READER)."
                ) from None
            if version < OLDEST_SERVER:
                raise ExternalServerError(
                    "The PostgreSQL that DATABASE_URL names is too old. Use version 15 or newer."
                )

    def dispose(self) -> None:
        """Close all connections that are not in use."""
        with self._lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()


def _make_engine(role: DatabaseRole, url: str) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=POOL_SECONDS,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        # The driver begins these transactions as READ ONLY, also where the reader's login could write.
        execution_options={"postgresql_readonly": True} if role is DatabaseRole.READER else {},
        connect_args={
            "application_name": f"clearpoint {role.name.lower()}",
            "connect_timeout": CONNECT_SECONDS,
            "options": "-c timezone=UTC",
        },
    )
