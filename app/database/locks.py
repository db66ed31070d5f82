"""Locks that fall when the last process that holds them ends, so that no crash leaves one behind."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from app.database.errors import DatabaseStartError

PAUSE = 0.02
"""Seconds between two looks at something that another process is doing."""


class FileLock:
    """An exclusive `flock` on a file.

    It belongs to the open file and not to the process: a program that inherits the file number holds the lock
    too, with all its children. It works across containers that mount the same folder, where process numbers
    say nothing.
    """

    def __init__(self, path: Path):
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Take the lock if nobody holds it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def wait(self, seconds: float) -> None:
        """Take the lock as soon as it is free; DatabaseStartError when it is not free in time."""
        deadline = time.monotonic() + seconds
        while not self.take():
            if time.monotonic() > deadline:
                raise DatabaseStartError(
                    "Another process has been starting this database for a long time. "
                    "End that process and try again."
                )
            time.sleep(PAUSE)

    def fileno(self) -> int:
        """The number under which a program that we start can inherit the lock."""
        if self._descriptor is None:
            raise ValueError("The lock is not held.")
        return self._descriptor

    def let_go(self) -> None:
        """Close our hold; to unlock would end the hold of those who inherited it too."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go()
