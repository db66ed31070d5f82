"""Secrets as files that their owner alone can read: made once, read without following links, never half written.

No secret and no path goes into an error: a path names an organization.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
OPEN_TO_OTHERS = 0o077


class KeyStoreError(Exception):
    """A key is missing, damaged, open to others or cannot be written; the text has no key and no path."""


def kept_secret(path: Path, length: int, *, make: Callable[[int], bytes]) -> bytes:
    """The secret of `length` bytes in this file; `make(length)` gives it when there is no file yet."""
    try:
        return read_secret(path, length)
    except FileNotFoundError:
        with explained(), locked(path.parent):
            if not path.exists():
                write_secret(path, make(length))
        return read_secret(path, length)


def read_secret(path: Path, length: int) -> bytes:
    """The secret in this file. FileNotFoundError without one, KeyStoreError for a doubtful one."""
    secret = read_private(path, length + 1)
    if len(secret) != length:
        raise KeyStoreError(
            "A file in the folder of secrets has the wrong length; restore it from the backup of the secrets."
        )
    return secret


def read_private(path: Path, longest: int) -> bytes:
    """At most `longest` bytes of a file that its owner alone can read. What was opened is what is examined."""
    with explained():
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(longest)
    if not stat.S_ISREG(mode) or mode & OPEN_TO_OTHERS:
        raise KeyStoreError(
            "A file in the folder of secrets can be read by others; take their rights away (chmod 600) "
            "and think about who has read it."
        )
    return content


@contextmanager
def explained() -> Iterator[None]:
    """An operating system's error holds the path, and the path names an organization: say it without."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError:
        raise KeyStoreError(
            "The folder of secrets cannot be used; run the command as the user to whom the folder belongs, "
            "on a disk with room."
        ) from None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    _make_private(folder)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_private(folder: Path) -> None:
    """As `mkdir -p`, which would leave the folders above open to others."""
    if not folder.exists():
        _make_private(folder.parent)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def write_secret(path: Path, secret: bytes) -> None:
    """Write beside and rename: who reads without the lock sees no file or the whole of it."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
