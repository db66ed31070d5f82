"""Which processes of a server still live. Told by their working directory, which is the data folder for all
of them.

A process number alone says little: it is used again, and in another container it is somebody else.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
PROGRAM = "postgres"


def is_alive(pid: int, data: Path) -> bool | None:
    """Whether this process is a server on this folder; None where the system does not let us see."""
    _reap(pid)
    if not (PROC / "self" / "cwd").exists():
        return None
    try:
        return (PROC / str(pid) / "cwd").samefile(data) and _program(pid) == PROGRAM
    except (FileNotFoundError, ProcessLookupError):
        return False
    except OSError:
        return None


def server_processes(data: Path) -> Iterator[int]:
    """The numbers of all server processes on this folder that we may see."""
    for entry in PROC.glob("[0-9]*"):
        if is_alive(int(entry.name), data):
            yield int(entry.name)


def kill_orphans(data: Path) -> None:
    """End the server processes that outlived their postmaster: nobody will tell them to stop, and they hold
    the folder.

    Nothing is lost: what they committed is on disk, the next start recovers it and rolls the rest back.
    """
    for pid in server_processes(data):
        try:
            descriptor = os.pidfd_open(pid)
        except OSError:
            continue
        try:
            if is_alive(pid, data):  # again, now that the number cannot come to mean another process
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        except ProcessLookupError:
            continue
        finally:
            os.close(descriptor)


def _program(pid: int) -> str:
    return (PROC / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip()


def _reap(pid: int) -> None:
    """Let a dead child of ours go: until then the system takes it for a running process."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
