"""The embedded server as its operator meets it: started, started twice, in strange folders, and refused."""

from __future__ import annotations

import fcntl
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.database import DatabaseRole, DatabaseStartError, Embedded, FolderInUseError, embedded, start
from app.database.account import account_for
from app.database.binaries import find_programs
from app.database.home import Home
from app.database.postmaster import FOLDER_WE_STAND_IN
from app.database.processes import is_alive
from app.database.roles import SUPERUSER, password_file, password_of
from tests.app.database import servers
from tests.database_fixture import temporary_home

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def home() -> Iterator[Path]:
    """A home without anything in it."""
    with temporary_home() as folder:
        yield folder


@pytest.fixture
def server(home: Path) -> Iterator[Embedded]:
    """A server in that home."""
    started = start(home)
    yield started
    started.stop()


def test_what_is_stored_is_there_after_a_stop_and_a_start(home: Path) -> None:
    """The database outlives the server that serves it."""
    first = start(home)
    with first.superuser_connection() as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 5)")
    first.stop()

    second = start(home)

    assert servers.count(second, "kept") == 5
    second.stop()


def test_nothing_is_left_of_a_server_that_was_stopped(home: Path) -> None:
    """No process and no socket stay behind."""
    server = start(home)

    server.stop()

    assert is_alive(server.pid, home / "data") is False
    assert not server.socket_folder.exists()
    assert not (home / "data" / "postmaster.pid").exists()


def test_who_comes_second_joins_and_stops_nothing(server: Embedded, home: Path) -> None:
    """A second command uses the running server, and leaves it running."""
    second = servers.another_process(home)

    assert servers.answer(second) == (server.pid, False)

    servers.end(second)
    assert is_alive(server.pid, home / "data")


def test_two_that_start_at_once_share_one_server(home: Path) -> None:
    """Of two commands in the same moment one starts the server and the other joins it."""
    processes = [servers.another_process(home), servers.another_process(home)]

    answers = [servers.answer(process) for process in processes]

    assert len({pid for pid, _ in answers}) == 1
    assert sorted(is_starter for _, is_starter in answers) == [False, True]
    for process in processes:
        servers.end(process)


def test_another_server_on_the_folder_is_told_in_one_sentence(home: Path) -> None:
    """Who starts PostgreSQL on the folder by hand is not disturbed, and we say what is in the way."""
    start(home).stop()
    account = account_for(home / "data")
    with temporary_home() as sockets:
        account.own(sockets)
        command = [
            str(find_programs(account) / "postgres"),
            "-D",
            FOLDER_WE_STAND_IN,
            "-k",
            str(sockets),
            "-h",
            "",
        ]
        stranger = account.popen(command, folder=home / "data")
        assert servers.until(lambda: (sockets / ".s.PGSQL.5432").exists())

        with pytest.raises(FolderInUseError, match="Another PostgreSQL runs on the data folder"):
            start(home)

        assert stranger.poll() is None
        stranger.terminate()
        stranger.wait()


def test_a_server_that_cannot_be_seen_from_here_keeps_the_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another container process numbers and sockets say nothing; the lock on the folder still does."""
    monkeypatch.setattr(embedded, "SILENT_SECONDS", 0.1)
    with Home(home).server_lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(FolderInUseError, match="perhaps in another container"):
            start(home)


@pytest.mark.parametrize(
    "name", ["with spaces and 'quotes\"", "žluťoučký", "long/" + "/".join(["x" * 100] * 12)]
)
def test_the_home_may_have_any_name(home: Path, name: str) -> None:
    """The socket's path ends at 107 bytes and PostgreSQL's own at 1023; the home's does not."""
    server = start(home / name)

    assert servers.count(server, "pg_class") > 0
    server.stop()


def test_no_folder_above_is_opened(home: Path) -> None:
    """Starting changes no permission above the home, above the environment or above the checkout."""
    folders = [*(home / "x").parents, *Path(sys.prefix).parents, *servers.CHECKOUT.parents]
    before = [folder.stat() for folder in folders]

    start(home).stop()

    after = [folder.stat() for folder in folders]
    assert [(s.st_mode, s.st_uid, s.st_gid) for s in after] == [
        (s.st_mode, s.st_uid, s.st_gid) for s in before
    ]


def test_nothing_in_the_home_is_open_to_others(server: Embedded, home: Path) -> None:
    """Folders 0700, files 0600, and the socket in a folder that nobody else enters."""
    paths = [home / "data", home / "secrets", *(home / "secrets").iterdir(), home / "postgres.log"]

    assert [
        path for path in (*paths, server.socket_folder) if stat.S_IMODE(path.stat().st_mode) & 0o077
    ] == []
    assert len(list((home / "secrets").iterdir())) == len(DatabaseRole) + 1


@pytest.mark.skipif(not IS_ROOT, reason="only root lends PostgreSQL another account")
def test_root_runs_it_in_a_tree_that_only_root_can_read(home: Path) -> None:
    """It runs as an ordinary user from a copy of the programs; the tree stays closed to that user."""
    home.chmod(0o700)
    server = start(home / "clearpoint")

    process = Path("/proc") / str(server.pid)
    mapped = (process / "maps").read_text()
    assert process.stat().st_uid != 0
    assert home.stat().st_uid == 0
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert sys.prefix not in mapped
    server.stop()


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(home: Path) -> None:
    """Without a place to write there is no server, and the text says what to do."""
    home.chmod(0o500)
    read_only = Path("/sys/clearpoint") if IS_ROOT else home / "below"  # root writes everywhere but there

    with pytest.raises(DatabaseStartError, match="CLEARPOINT_HOME cannot be written to"):
        start(read_only)


def test_a_lost_password_is_told_in_one_sentence(home: Path) -> None:
    """A new password would not open the old folder, so none is made."""
    start(home).stop()
    password_file(SUPERUSER, home / "secrets").unlink()

    with pytest.raises(DatabaseStartError, match="lacks the database's password"):
        start(home)


def test_a_setting_that_postgresql_refuses_is_told_in_one_sentence(home: Path) -> None:
    """When PostgreSQL gives up, nothing stays behind and the text names the log."""
    with pytest.raises(DatabaseStartError, match=r"postgres\.log in CLEARPOINT_HOME says why"):
        start(home, settings={"shared_buffers": "many"})

    start(home).stop()


@pytest.mark.parametrize("password", ["wrong", ""])
@pytest.mark.parametrize("login", [SUPERUSER, *DatabaseRole])
def test_nobody_comes_in_without_the_password(embedded_server: Embedded, login: str, password: str) -> None:
    """The server trusts nobody for the user that they are on this machine."""
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(
            host=str(embedded_server.socket_folder), user=login, password=password, dbname="postgres"
        )


def test_the_right_password_opens(embedded_server: Embedded) -> None:
    """So the refusals above are about the password."""
    password = password_of(SUPERUSER, embedded_server.secrets_folder)

    with psycopg.connect(
        host=str(embedded_server.socket_folder), user=SUPERUSER, password=password, dbname="postgres"
    ) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (SUPERUSER,)
