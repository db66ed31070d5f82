"""A worker that is killed in the midst of a job: the batch is stored once all the same, by the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from app.database import Database, DatabaseRole, running_postgres
from app.demo.cases import invent_cases
from app.demo.organizations import SENDERS
from app.demo.sheets import sheet_pieces
from tests.flows.canary_doors import checked
from tests.flows.server_process import ServerProcess, server_process

CASES = 12_000
"""Some chunks, so that a kill comes between the first and the last of them."""
SECONDS = 90


def test_a_batch_is_stored_once_though_its_worker_was_killed(tmp_path: Path) -> None:
    """kill -9 while it stores: nothing of it is there; the worker of the next start stores all of it."""
    with server_process(tmp_path, CLEARPOINT_LARGE_BODY_BYTES="1000") as server:
        checked(server.clearpoint("org", "add", "shelter", "--name", "S", "--kind", "NGO", "--country", "RS"))
        issued = checked(server.clearpoint("key", "issue", "shelter", "--person", "P", "--role", "sender"))
        key = issued.stdout.decode().splitlines()[0].removeprefix("key = ")
        with running_postgres(server.home) as postgres:
            database = Database(postgres.urls())
            address = send(server, key)
            wait_until(lambda: count(database, "staged_rows") > 0 and is_storing(database))
            os.kill(server.process_id, signal.SIGKILL)

            assert count(database, "case_parts") == 0
            # It takes the place of the killed server, and ends the database when it ends.
            with started_worker(server):
                wait_until(lambda: count(database, "case_batches WHERE status = 'STORED'") == 1)
                stored = [count(database, table) for table in ("cases", "case_parts", "staged_rows")]
                told = count(database, "audit_events WHERE event = 'batch:stored'")
                answer = answer_of(database, address)
                database.dispose()

    assert stored == [CASES, CASES, 0]
    assert told == 1
    assert answer["stats"]["created"] == CASES


def send(server: ServerProcess, key: str) -> str:
    """The address of a batch that waits."""
    sender = SENDERS[0]
    sheet = b"".join(sheet_pieces(invent_cases(sender, year=2024, count=CASES, seed=1)))
    answer = httpx.post(
        f"{server.url}/api/v1/batches",
        content=sheet,
        headers={"Authorization": f"Bearer {key}", "Content-Type": "text/csv"},
        timeout=SECONDS,
    )
    assert answer.status_code == 202, answer.text
    return answer.headers["location"]


@contextmanager
def started_worker(server: ServerProcess) -> Iterator[None]:
    """`clearpoint worker`, on the database that the killed server left running."""
    with server.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "anonymizer", "worker"], env=server.environment, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def is_storing(database: Database) -> bool:
    """Whether the job has the organization's lock: it stores, and has not committed."""
    return count(database, "procrastinate_jobs WHERE status = 'doing'") == 1 and (
        count(database, "pg_locks WHERE locktype = 'advisory'") > 0
    )


def count(database: Database, table: str) -> int:
    with database.engine(DatabaseRole.OWNER).connect() as connection:
        counted: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    return counted


def answer_of(database: Database, address: str) -> dict[str, Any]:
    asked = text("SELECT answer FROM case_batches WHERE id = CAST(:id AS uuid)")
    with database.engine(DatabaseRole.OWNER).connect() as connection:
        answer: dict[str, Any] = connection.execute(asked, {"id": address.rsplit("/", 1)[1]}).scalar_one()
    return answer


def wait_until(happened: Callable[[], bool]) -> None:
    """Return when it happened."""
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)
