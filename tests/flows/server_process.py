"""A real server, as `clearpoint up` starts it: a process of its own with a home, a log and a folder for temporary files."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.trustee.serving import KEYS_PATH

PROGRAM = "anonymizer"
"""The module that `clearpoint` is."""
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30


@dataclass(frozen=True)
class ServerProcess:
    """Where it is, and how its commands are called."""

    url: str
    process_id: int
    home: Path
    log: Path
    temporary: Path
    environment: dict[str, str]

    def clearpoint(
        self, *arguments: str, key_file: Path | None = None, typed: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command of `clearpoint` beside it, with a person's key file and what comes in on standard input."""
        keyed = ["--key-file", str(key_file)] if key_file else []
        return subprocess.run(
            [sys.executable, "-m", PROGRAM, *arguments, *keyed],
            env=self.environment,
            input=typed,
            capture_output=True,
            check=False,
        )


@contextmanager
def server_process(folder: Path, *, program: str = PROGRAM, **settings: str) -> Iterator[ServerProcess]:
    """Serve from this folder until the block ends; then stop it and its database. A second one goes on after it."""
    home, log, temporary = folder / "home", folder / "server.log", folder / "temporary"
    temporary.mkdir(exist_ok=True)
    port = free_port()
    environment = {
        **os.environ,
        **settings,
        "CLEARPOINT_HOME": str(home),
        "CLEARPOINT_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "TMPDIR": str(temporary),
        "HOME": str(folder),
    }
    url = f"http://127.0.0.1:{port}"
    with _running([program, "up"], environment, log, f"{url}/readyz") as process_id:
        yield ServerProcess(url, process_id, home, log, temporary, environment)


@dataclass(frozen=True)
class TrusteeProcess:
    """Where it is, and how its commands are called."""

    url: str
    home: Path
    log: Path
    environment: dict[str, str]

    def register(self, code: str, *options: str) -> str:
        """Register an organization that may ask as much as it likes; its line for a key file."""
        arguments = ("trustee", "org", "add", code, "--elements-a-day", "100000000", *options)
        added = subprocess.run(
            [sys.executable, "-m", PROGRAM, *arguments], env=self.environment, capture_output=True, check=True
        )
        return added.stdout.decode()


@contextmanager
def trustee_process(folder: Path, port: int | None = None) -> Iterator[TrusteeProcess]:
    """A trustee with its home in this folder until the block ends."""
    home, log, port = folder / "trustee", folder / "trustee.log", port or free_port()
    environment = {**os.environ, "CLEARPOINT_TRUSTEE_HOME": str(home), "HOME": str(folder)}
    url = f"http://127.0.0.1:{port}"
    arguments = [PROGRAM, "trustee", "serve", "--port", str(port)]
    with _running(arguments, environment, log, f"{url}{KEYS_PATH}"):
        yield TrusteeProcess(url, home, log, environment)


@contextmanager
def _running(arguments: list[str], environment: dict[str, str], log: Path, answers_at: str) -> Iterator[int]:
    """A module of Python as a process; its id. Whatever it prints goes into the log."""
    with log.open("ab") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], env=environment, stdout=written, stderr=written
        )
    try:
        _await(answers_at, process, log)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS_TO_STOP)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(address).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"The server did not start:\n{log.read_text()}")
