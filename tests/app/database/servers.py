"""What the tests of the embedded server do to it: talk to it, kill it, and start it from other processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from app.database import Embedded
from app.database.processes import server_processes

CHECKOUT = Path(__file__).parents[3]
PATIENCE = 30.0
JOIN_AND_WAIT = """
import sys
from pathlib import Path
from app.database import start

server = start(Path(sys.argv[1]))
print(server.pid, server.is_starter, flush=True)
sys.stdin.read()
server.stop()
"""


def another_process(home: Path) -> subprocess.Popen[str]:
    """A process that starts or joins the server of this home, says so, and stops when its input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", JOIN_AND_WAIT, str(home)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen[str]) -> tuple[int, bool]:
    """The server's process number and whether that process is its starter."""
    assert process.stdout
    pid, is_starter = process.stdout.readline().split()
    return int(pid), is_starter == "True"


def end(process: subprocess.Popen[str]) -> None:
    """Let the process stop as it would by itself."""
    process.communicate(timeout=PATIENCE)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill the process, as a machine that is short of memory does."""
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE)


def kill_all(data: Path) -> None:
    """Kill every process of the server, its postmaster first."""
    while pids := list(server_processes(data)):
        for pid in pids:
            with suppress(ProcessLookupError):  # some end by themselves
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def until(condition: Callable[[], bool]) -> bool:
    """Whether it becomes true in time."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def count(server: Embedded, table: str) -> int:
    """How many rows the table has."""
    with server.superuser_connection() as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert row
    return int(row[0])


@contextmanager
def batch_in_flight(server: Embedded, committed: int) -> Iterator[None]:
    """A table with committed rows, and a transaction that is loading as many more."""
    with server.superuser_connection() as connection:
        connection.execute("CREATE TABLE loaded (number integer)")
        connection.execute("INSERT INTO loaded SELECT generate_series(1, %s)", (committed,))
    loading = server.superuser_connection()
    loading.autocommit = False
    with suppress(psycopg.OperationalError), loading, loading.cursor().copy("COPY loaded FROM STDIN") as copy:
        for number in range(committed):
            copy.write_row((number,))
        yield
