"""The embedded PostgreSQL of a clearing point: started with the first command, joined by the others.

Reached through a socket in a closed folder and with a password alone; there is no network port. Only the
process that started the server stops it; when that process was killed, the next one that comes takes its
place.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import psycopg
from sqlalchemy import URL

from app.database.account import Account, account_for
from app.database.binaries import find_programs
from app.database.errors import DatabaseStartError, FolderInUseError
from app.database.home import Home
from app.database.locks import PAUSE, FileLock
from app.database.postmaster import (
    START_SECONDS,
    Postmaster,
    launch,
    make_cluster,
    pid_file,
    read_postmaster,
    stop,
)
from app.database.processes import is_alive, kill_orphans
from app.database.roles import (
    DATABASE,
    SUPERUSER,
    DatabaseRole,
    close_other_databases,
    close_public_schema,
    make_database,
    make_roles,
    password_file,
    password_of,
)
from app.database.runtime_folder import STARTER_LOCK, make_runtime_folder, remove_runtime_folder
from app.key_store import KeyStoreError

ORPHAN_SECONDS = 2.0
"""Server processes that outlive their postmaster by so much are busy with something, and get killed."""
SILENT_SECONDS = 15.0
"""How long a folder may be held by a server that does not answer."""
CONNECT_SECONDS = 5
REQUIRED = "scram-sha-256"
"""The client refuses every other way in, so that nobody who took the socket's place is told the password."""
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


class Embedded:
    """A running server. `stop()` ends it in the process that started it, and in no other."""

    def __init__(
        self, home: Home, found: Postmaster, starter: FileLock | None, child: subprocess.Popen[bytes] | None
    ):
        self._home = home
        self._found = found
        self._starter = starter
        self._child = child
        self._started_in = os.getpid()

    @property
    def pid(self) -> int:
        """The process number of the postmaster."""
        return self._found.pid

    @property
    def socket_folder(self) -> Path:
        """Where the socket is; it changes with every start."""
        return self._found.socket_folder

    @property
    def secrets_folder(self) -> Path:
        """Where the passwords are."""
        return self._home.secrets

    @property
    def is_starter(self) -> bool:
        """Whether `stop()` stops the server."""
        return self._starter is not None and self._started_in == os.getpid()

    def url(self, role: DatabaseRole, database: str = DATABASE) -> str:
        """The address for SQLAlchemy, with the role's password in it: not for logs."""
        address = URL.create(
            "postgresql+psycopg",
            username=role.value,
            password=password_of(role, self._home.secrets),
            database=database,
            query={"host": str(self.socket_folder), "require_auth": REQUIRED},
        )
        return address.render_as_string(hide_password=False)

    def urls(self, database: str = DATABASE) -> dict[DatabaseRole, str]:
        """The address of every role."""
        return {role: self.url(role, database) for role in DatabaseRole}

    def superuser_connection(self, database: str = DATABASE) -> psycopg.Connection:
        """A connection that may do everything, autocommitting; for making databases and roles."""
        return _connect_as_superuser(self.socket_folder, self._home.secrets, database)

    def stop(self) -> None:
        """End the server cleanly, if it is ours to end; open transactions are rolled back."""
        if self._starter is None or not self.is_starter:
            return
        starter, self._starter = self._starter, None
        if is_alive(self.pid, self._home.data) is not False:
            stop(self.pid, self._home.data, self._home.server_lock)
        if self._child:
            self._child.wait()
        remove_runtime_folder(self.socket_folder)
        starter.let_go()


@contextmanager
def running_postgres(home: Path, *, settings: Mapping[str, str] = NO_SETTINGS) -> Iterator[Embedded]:
    """The embedded server of this home for as long as the block lasts; see `start`."""
    server = start(home, settings=settings)
    try:
        yield server
    finally:
        server.stop()


def start(home: Path, *, settings: Mapping[str, str] = NO_SETTINGS) -> Embedded:
    """Start the server of this home, or join the one that runs there already.

    `settings` are PostgreSQL's, beside and before our own, for tests and measurements. DatabaseStartError
    with a sentence for the operator when there can be no server.
    """
    place = Home(home.absolute())
    try:
        place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(place.start_lock) as lock:
            lock.wait(START_SECONDS)
            return _join_or_launch(place, settings)
    except KeyStoreError as error:
        raise DatabaseStartError(str(error)) from None
    except OSError:
        raise DatabaseStartError(
            "The folder of CLEARPOINT_HOME cannot be written to. Run as the user to whom it belongs, make it "
            "writable and make room on its disk, or set CLEARPOINT_HOME to another folder."
        ) from None


def _join_or_launch(home: Home, settings: Mapping[str, str]) -> Embedded:
    began = time.monotonic()
    while True:
        with FileLock(home.server_lock) as lock:
            if lock.take():
                return _launch(home, lock, settings)
        found = read_postmaster(home.data)
        alive = found is not None and is_alive(found.pid, home.data) is not False
        waited = time.monotonic() - began
        if found and alive and found.is_ready and _answers(found, home.secrets):
            return _join(home, found)
        if not alive and waited > ORPHAN_SECONDS:
            kill_orphans(home.data)
        is_busy = found is not None and alive and not found.is_ready  # recovering, or shutting down
        if waited > (START_SECONDS if is_busy else SILENT_SECONDS):
            raise FolderInUseError(
                "Another PostgreSQL holds the folder of CLEARPOINT_HOME and does not answer here. Stop it "
                "where it runs, perhaps in another container, or set CLEARPOINT_HOME to another folder."
            )
        time.sleep(PAUSE)


def _join(home: Home, found: Postmaster) -> Embedded:
    starter = FileLock(found.socket_folder / STARTER_LOCK)
    if not starter.take():
        return Embedded(home, found, None, None)
    adopted = Embedded(home, found, starter, None)
    _let_roles_in(adopted)  # who started the server may have been killed before it came to this
    return adopted


def _launch(home: Home, lock: FileLock, settings: Mapping[str, str]) -> Embedded:
    _check_password(home)
    _forget_dead_server(home)
    account = account_for(home.data)
    programs = find_programs(account)
    socket_folder = make_runtime_folder(account)
    starter = FileLock(socket_folder / STARTER_LOCK)
    starter.take()
    try:
        if not home.data.exists():
            _make_cluster(home, account, programs, socket_folder, lock)
        child = launch(
            programs,
            account,
            home.data,
            socket_folder=socket_folder,
            log=home.log,
            lock=lock,
            settings=settings,
        )
    except BaseException:
        starter.let_go()
        remove_runtime_folder(socket_folder)
        raise
    lock.let_go()
    started = Embedded(home, Postmaster(child.pid, socket_folder, is_ready=True), starter, child)
    try:
        _let_roles_in(started)
    except BaseException:
        started.stop()
        raise
    return started


def _check_password(home: Home) -> None:
    """A new password would not open an old data folder."""
    if home.data.exists() and not password_file(SUPERUSER, home.secrets).exists():
        raise DatabaseStartError(
            "The folder of secrets in CLEARPOINT_HOME lacks the database's password. Restore that folder "
            "from its backup, or set CLEARPOINT_HOME to another folder."
        )


def _forget_dead_server(home: Home) -> None:
    """Clear what a killed server left behind.

    PostgreSQL believes the process number in its file, and after a restart of the machine or of a container
    that number soon means another process.
    """
    found = read_postmaster(home.data)
    if found and is_alive(found.pid, home.data) is False:
        remove_runtime_folder(found.socket_folder)
        pid_file(home.data).unlink(missing_ok=True)


def _make_cluster(home: Home, account: Account, programs: Path, socket_folder: Path, lock: FileLock) -> None:
    """A lent account cannot enter the folder of secrets, so it gets a copy of the password that it needs."""
    copy = socket_folder / "password"
    descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password_of(SUPERUSER, home.secrets))
    account.own(copy)
    try:
        make_cluster(programs, account, home.data, password_file=copy, log=home.log, lock=lock)
    finally:
        copy.unlink()


def _let_roles_in(server: Embedded) -> None:
    with server.superuser_connection(SUPERUSER) as connection:
        make_roles(connection, server.secrets_folder)
        make_database(connection)
        close_other_databases(connection)
    with server.superuser_connection(DATABASE) as connection:
        close_public_schema(connection)


def _answers(found: Postmaster, secrets_folder: Path) -> bool:
    try:
        _connect_as_superuser(found.socket_folder, secrets_folder, SUPERUSER).close()
    except psycopg.OperationalError:
        return False
    return True


def _connect_as_superuser(socket_folder: Path, secrets_folder: Path, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(socket_folder),
        user=SUPERUSER,
        password=password_of(SUPERUSER, secrets_folder),
        dbname=database,
        require_auth=REQUIRED,
        connect_timeout=CONNECT_SECONDS,
        autocommit=True,
    )
