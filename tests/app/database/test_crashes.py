"""What is left when processes are killed in the middle of a batch: what was committed, and no more."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import psycopg
import pytest

from app.database import Embedded, start
from app.database.account import account_for
from app.database.processes import is_alive, server_processes
from tests.app.database import servers
from tests.database_fixture import temporary_home

COMMITTED = 10_000
CANARY = "CANARY-1990"


@pytest.fixture
def home() -> Iterator[Path]:
    """A home without anything in it."""
    with temporary_home() as folder:
        yield folder


def kill_postmaster(server: Embedded, home: Path) -> None:
    """Its children find themselves without it."""
    os.kill(server.pid, signal.SIGKILL)
    assert servers.until(lambda: is_alive(server.pid, home / "data") is False)


def kill_everything(server: Embedded, home: Path) -> None:
    """As a machine that loses its power."""
    servers.kill_all(home / "data")


@pytest.mark.parametrize("killing", [kill_postmaster, kill_everything])
def test_a_batch_in_flight_is_gone_and_the_others_are_kept(
    home: Path, killing: Callable[[Embedded, Path], None]
) -> None:
    """Killed in the middle of a COPY, the next start has the rows that were committed before."""
    server = start(home)
    with servers.batch_in_flight(server, COMMITTED):
        killing(server, home)
    again = start(home)

    assert again.pid != server.pid
    assert servers.count(again, "loaded") == COMMITTED
    again.stop()
    assert not server.socket_folder.exists()
    server.stop()


def test_server_processes_that_do_not_notice_are_ended(home: Path) -> None:
    """A busy process outlives its postmaster; the next start ends it instead of giving up."""
    server = start(home)
    busy = server.superuser_connection()
    counting = threading.Thread(target=_count_for_ever, args=[busy])
    counting.start()
    assert servers.until(lambda: _is_counting(server))

    kill_postmaster(server, home)
    assert servers.until(lambda: len(list(server_processes(home / "data"))) == 1)
    again = start(home)

    assert servers.count(again, "pg_class") > 0
    counting.join()
    busy.close()
    again.stop()
    server.stop()


def test_the_next_one_takes_the_place_of_a_starter_that_was_killed(home: Path) -> None:
    """The database goes on without the command that started it, and is stopped by the one that comes next."""
    starter = servers.another_process(home)
    pid, _ = servers.answer(starter)

    servers.kill(starter)
    adopted = start(home)

    assert (adopted.pid, adopted.is_starter) == (pid, True)
    adopted.stop()
    assert is_alive(pid, home / "data") is False


def test_a_process_number_that_is_used_again_does_not_lock_us_out(home: Path) -> None:
    """After a restart of the machine the number in the dead server's file is soon somebody else's."""
    server = start(home)
    servers.kill_all(home / "data")
    pid_file = home / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines(keepends=True)
    somebody_else = account_for(home / "data").popen(["sleep", "60"], folder=Path("/"))
    pid_file.write_text("".join([f"{somebody_else.pid}\n", *lines[1:]]))

    again = start(home)

    assert servers.count(again, "pg_class") > 0
    again.stop()
    server.stop()
    somebody_else.kill()
    somebody_else.wait()


def test_a_start_that_was_killed_while_making_the_folder_is_begun_anew(home: Path) -> None:
    """A half-made data folder is thrown away, because it bears another name until it is whole."""
    (home / "data.new").mkdir(parents=True)
    (home / "data.new" / "PG_VERSION").write_text("18\n")

    server = start(home)

    assert not (home / "data.new").exists()
    server.stop()


def test_the_log_holds_no_value(home: Path) -> None:
    """Wrong values, doubled keys, bad rows and a process killed at work leave no value behind."""
    server = start(home)
    with server.superuser_connection() as connection:
        connection.execute("CREATE TABLE loaded (name text PRIMARY KEY, born date)")
    wrong = [
        f"SELECT '{CANARY}'::date",
        f"INSERT INTO loaded VALUES ('{CANARY}'), ('{CANARY}')",
        f"SELECT '{CANARY}' FROM nowhere",
        f"DO $$ BEGIN RAISE WARNING '{CANARY}'; RAISE EXCEPTION '{CANARY}'; END $$",
        f"SET debug_print_plan = on; SELECT '{CANARY}'",
    ]

    for statement in wrong:
        _try(server, partial(_execute, statement=statement))
    _try(server, partial(_execute, statement="SELECT %s::date", values=(CANARY,)))
    _try(server, _copy_a_bad_row)
    _try(server, _kill_at_work)
    assert servers.until(lambda: (home / "postgres.log").read_text().count("ready to accept") == 2)
    server.stop()

    log = (home / "postgres.log").read_text()
    assert "terminated by signal 9" in log
    assert CANARY not in log


def _count_for_ever(connection: psycopg.Connection) -> None:
    try:
        connection.execute(
            "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"
        )
    except psycopg.OperationalError:
        return


def _is_counting(server: Embedded) -> bool:
    with server.superuser_connection() as connection:
        found = connection.execute(
            "SELECT FROM pg_stat_activity WHERE query LIKE '%1000000%' AND pid <> pg_backend_pid()"
        )
        return found.rowcount > 0


def _try(server: Embedded, step: Callable[[psycopg.Connection], object]) -> None:
    with (
        server.superuser_connection() as connection,
        suppress(psycopg.Error),
    ):  # the client is told, and may be
        step(connection)


def _execute(
    connection: psycopg.Connection, *, statement: str, values: tuple[str, ...] | None = None
) -> None:
    connection.execute(statement.encode(), values)


def _copy_a_bad_row(connection: psycopg.Connection) -> None:
    with connection.cursor().copy("COPY loaded FROM STDIN") as copy:
        copy.write_row((CANARY, CANARY))


def _kill_at_work(connection: psycopg.Connection) -> None:
    pid = connection.info.backend_pid
    threading.Timer(0.5, os.kill, (pid, signal.SIGKILL)).start()
    connection.execute(f"SELECT '{CANARY}', pg_sleep(30)".encode())
