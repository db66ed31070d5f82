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

    def clearpoint(self, *arguments: str, key_file: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run a command of `clearpoint` beside it, with a person's key file."""
        keyed = ["--key-file", str(key_file)] if key_file else []
        return subprocess.run(
            [sys.executable, "-m", "anonymizer", *arguments, *keyed],
            env=self.environment,
            capture_output=True,
            check=False,
        )


@contextmanager
def server_process(folder: Path, **settings: str) -> Iterator[ServerProcess]:
    """Serve from this folder until the block ends; then stop it and its database."""
    home, log, temporary = folder / "home", folder / "server.log", folder / "temporary"
    temporary.mkdir()
    port = _free_port()
    environment = {
        **os.environ,
        **settings,
        "CLEARPOINT_HOME": str(home),
        "CLEARPOINT_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "TMPDIR": str(temporary),
        "HOME": str(folder),
    }
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "anonymizer", "up"], env=environment, stdout=written, stderr=written
        )
    try:
        _await(f"http://127.0.0.1:{port}/readyz", process, log)
        yield ServerProcess(f"http://127.0.0.1:{port}", process.pid, home, log, temporary, environment)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS_TO_STOP)


def _free_port() -> int:
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
