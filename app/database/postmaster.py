"""One PostgreSQL server: making its data folder, starting it, reading what it says of itself, stopping it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.database.account import Account
from app.database.errors import DatabaseStartError, FolderInUseError
from app.database.locks import PAUSE, FileLock
from app.database.server_settings import INITDB, SETTINGS

START_SECONDS = 300.0
"""Recovery after a crash replays about `max_wal_size`, which takes minutes on a slow disk."""
STOP_SECONDS = 20.0
"""Writing all changed pages of `shared_buffers` takes a few seconds."""
LONGEST_LOG_BYTES = 10_000_000
FOLDER_WE_STAND_IN = "/proc/self/cwd" if Path("/proc/self/cwd").exists() else "."
"""What PostgreSQL is told as its data folder. We enter the folder, drop root's rights and then start the
program: the way back through /proc needs no right to search the folders above, and is short however long the
real path is. All server processes are forks that stay in this folder. Where there is no /proc, root needs a
home that others can reach."""

REASONS: tuple[tuple[bytes, type[DatabaseStartError], str], ...] = (
    (
        b"No space left on device",
        DatabaseStartError,
        "The disk of CLEARPOINT_HOME is full. Make room and start again; what was committed is safe.",
    ),
    (
        b"lock file ",
        FolderInUseError,
        "Another PostgreSQL runs on the data folder of CLEARPOINT_HOME. Stop it, or set CLEARPOINT_HOME to "
        "another folder.",
    ),
    (
        b"pre-existing shared memory block",
        FolderInUseError,
        "Processes of another PostgreSQL still use the data folder of CLEARPOINT_HOME. End them and start "
        "again.",
    ),
    (
        b"Cannot allocate memory",
        DatabaseStartError,
        "There is not enough memory for PostgreSQL. End other programs and start again.",
    ),
    (
        b"incompatible with server",
        DatabaseStartError,
        "The data folder of CLEARPOINT_HOME was made by another version of PostgreSQL. Use the version of "
        "the clearing point that made it, or restore a backup into a new home.",
    ),
)
"""What PostgreSQL writes when it gives up, and what that means for the operator."""


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a server says of itself in its data folder; it may be long dead."""

    pid: int
    socket_folder: Path
    is_ready: bool


def read_postmaster(data: Path) -> Postmaster | None:
    """What `postmaster.pid` says; None when there is no such file or it is still being written."""
    try:
        lines = pid_file(data).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        pid, socket_folder = int(lines[0]), Path(lines[4])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    return Postmaster(pid, socket_folder, is_ready=[line.strip() for line in lines[7:8]] == ["ready"])


def pid_file(data: Path) -> Path:
    """Where a server writes what it says of itself."""
    return data / "postmaster.pid"


def make_cluster(
    programs: Path, account: Account, data: Path, *, password_file: Path, log: Path, lock: FileLock
) -> None:
    """Make the data folder with `initdb`: beside, then renamed, so that a killed start leaves no half."""
    beside = data.with_name(data.name + ".new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    account.own(beside)
    command = [str(programs / "initdb"), "-D", FOLDER_WE_STAND_IN, f"--pwfile={password_file}", *INITDB]
    with _opened(log) as written:
        start = written.tell()
        made = account.popen(command, folder=beside, stdout=written, stderr=written, pass_fds=[lock.fileno()])
        if made.wait():
            raise _reason(log, start)
    beside.rename(data)


def launch(
    programs: Path,
    account: Account,
    data: Path,
    *,
    socket_folder: Path,
    log: Path,
    lock: FileLock,
    settings: Mapping[str, str],
) -> subprocess.Popen[bytes]:
    """Start the server, return when it answers. Its processes hold `lock` until the last one ends."""
    stated = {**SETTINGS, **settings, "unix_socket_directories": str(socket_folder)}
    options = [part for name, value in stated.items() for part in ("-c", f"{name}={value}")]
    with _opened(log) as written:
        start = written.tell()
        server = account.popen(
            [str(programs / "postgres"), "-D", FOLDER_WE_STAND_IN, *options],
            folder=data,
            stdout=written,
            stderr=written,
            pass_fds=[lock.fileno()],
        )
    if _becomes_ready(server, data):
        return server
    server.kill()
    server.wait()
    raise _reason(log, start)


def stop(pid: int, data: Path, lock_path: Path) -> None:
    """End the server as PostgreSQL's "fast" shutdown does: open transactions are rolled back, the rest is safe.

    Returns when its last process has ended. A server that is recovering, or does not end in time, is told to
    drop everything; its next start recovers. (Told to shut down fast while it restarts after a crash,
    PostgreSQL 18.4 waits for ever.)
    """
    found = read_postmaster(data)
    for order in (signal.SIGINT, signal.SIGQUIT) if found and found.is_ready else (signal.SIGQUIT,):
        try:
            os.kill(pid, order)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            with FileLock(lock_path) as lock:
                if lock.take():
                    return
            time.sleep(PAUSE)


def _opened(log: Path) -> BinaryIO:
    if log.exists() and log.stat().st_size > LONGEST_LOG_BYTES:
        log.rename(log.with_name(log.name + ".1"))
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600), "ab")


def _becomes_ready(server: subprocess.Popen[bytes], data: Path) -> bool:
    deadline = time.monotonic() + START_SECONDS
    try:
        while server.poll() is None and time.monotonic() < deadline:
            found = read_postmaster(data)
            if found and found.pid == server.pid and found.is_ready:
                return True
            time.sleep(PAUSE)
    except BaseException:  # Ctrl-C: a server that nobody waits for must not stay behind
        server.send_signal(signal.SIGINT)
        raise
    return False


def _reason(log: Path, start: int) -> DatabaseStartError:
    """Why PostgreSQL gave up, from what it wrote since `start`."""
    with log.open("rb") as file:
        file.seek(start)
        written = file.read()
    for sign, kind, sentence in REASONS:
        if sign in written:
            return kind(sentence)
    return DatabaseStartError(
        "PostgreSQL did not start; the end of postgres.log in CLEARPOINT_HOME says why."
    )
