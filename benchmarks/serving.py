"""A real clearing point to measure: `clearpoint up` in a process of its own, and the sender that it knows.

Its home is temporary, and its database has the settings that everybody gets.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from app.database import Database
from app.database.transactions import transaction
from app.demo.organizations import DemoOrganization
from app.domain.actors import Role
from app.key_store import KeyStore
from app.services.people import IssuedKey, NewOrganization, issue_key, register_organization

SECONDS_TO_START = 60
SECONDS_TO_STOP = 60
BLOCK_BYTES = 64 * 1024
SECONDS_BETWEEN_QUESTIONS = 0.1
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Serving:
    """A server process: where it answers, where its home is, and its number."""

    url: str
    home: Path
    pid: int


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder on this machine's disk that is gone after the block."""
    with tempfile.TemporaryDirectory(prefix="clearpoint-benchmark-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def serving(folder: Path) -> Iterator[Serving]:
    """Run `clearpoint up` in this folder for as long as the block lasts."""
    home, port = folder / "home", _free_port()
    environment = {**os.environ, "CLEARPOINT_HOME": str(home), "PORT": str(port)}
    for name in [name for name in environment if name.startswith("DATABASE_URL")]:
        del environment[name]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "anonymizer", "up"], env=environment, stdout=log, stderr=log
        )
    try:
        _await_readiness(f"http://127.0.0.1:{port}/readyz", process)
        yield Serving(f"http://127.0.0.1:{port}", home, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS_TO_STOP)


def admit(
    database: Database, key_store: KeyStore, organization: DemoOrganization, *, now: datetime
) -> IssuedKey:
    """Register a sender, and issue the key that it sends with."""
    new = NewOrganization(organization.code, organization.name, organization.kind, organization.countries)
    with transaction(database.write_session()) as session:
        register_organization(session, new, now=now)
        return issue_key(
            session,
            organization.code,
            key_store=key_store,
            person_name="Sender Example",
            roles=frozenset({Role.SENDER}),
            now=now,
        )


def send(url: str, key: str, sheet: Path) -> dict[str, Any]:
    """Send a case sheet as a client would, streamed from its file under the sender's key, until it is stored.

    A large one is answered before that; then its address is asked until the final answer is there.
    """
    headers = {"Authorization": f"Bearer {key}", "Content-Type": MEDIA_TYPES[sheet.suffix]}
    answer = httpx.post(f"{url}/api/v1/batches", content=blocks_of(sheet), headers=headers, timeout=None)
    told: dict[str, Any] = answer.json()
    while told.get("status") == "PENDING":
        time.sleep(SECONDS_BETWEEN_QUESTIONS)
        told = httpx.get(f"{url}/api/v1/batches/{told['batch_id']}", headers=headers, timeout=None).json()
    return told


def blocks_of(sheet: Path) -> Iterator[bytes]:
    """A file in pieces."""
    with sheet.open("rb") as opened:
        while block := opened.read(BLOCK_BYTES):
            yield block


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _await_readiness(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(address).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("The server did not start. Run `clearpoint up` to see why.")
