"""Keys and passwords as files that their owner alone can read.

The server key, the organizations' case keys and the passwords of the embedded database live here and nowhere
else. No key is ever printed, logged, put into an error or written to the database: who has the database
without this folder cannot tell which local case number a case token came from.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

KEY_BYTES = 32  # as long as the output of SHA-256, which HMAC makes of it (RFC 2104, section 3)
BODY_DIGEST_LABEL = b"clearpoint/body-digest/1"
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
OPEN_TO_OTHERS = 0o077


class KeyStoreError(Exception):
    """A key is missing, damaged, open to others or cannot be written; the text has no key and no path."""


class KeyStore:
    """The keys of one clearing point, in one folder.

    `random_bytes(n)` gives n unpredictable bytes; it is an argument so that a test can be exact.
    """

    def __init__(self, secrets_folder: Path, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes):
        self._folder = secrets_folder
        self._random_bytes = random_bytes

    def server_key(self) -> bytes:
        """The key over every case token: 32 bytes, made on first use, the same to all who ask at once."""
        return kept_secret(self._folder / "server.key", KEY_BYTES, make=self._random_bytes)

    def body_digest_key(self) -> bytes:
        """The key of the digests that recognize a body sent twice; 32 bytes, derived from the server key.

        A digest without a key would let who reads the database test guesses of a whole batch.
        """
        return hmac.digest(self.server_key(), BODY_DIGEST_LABEL, hashlib.sha256)

    def case_key(self, organization_id: UUID) -> bytes:
        """The key of an organization's case tokens: 32 bytes. KeyStoreError when it was never made."""
        try:
            return read_secret(self._case_key_file(organization_id), KEY_BYTES)
        except FileNotFoundError:
            raise KeyStoreError(
                "This organization has no case key; make one with its first API key, or restore the folder "
                "of secrets."
            ) from None

    def make_case_key(self, organization_id: UUID) -> bytes:
        """The organization's case key, made when there is none; a second would make all its cases new."""
        return kept_secret(self._case_key_file(organization_id), KEY_BYTES, make=self._random_bytes)

    def _case_key_file(self, organization_id: UUID) -> Path:
        return self._folder / "case_keys" / f"{organization_id}.key"


def kept_secret(path: Path, length: int, *, make: Callable[[int], bytes]) -> bytes:
    """The secret of `length` bytes in this file; `make(length)` gives it when there is no file yet."""
    try:
        return read_secret(path, length)
    except FileNotFoundError:
        with _explained(), _locked(path.parent):
            if not path.exists():
                _write_secret(path, make(length))
        return read_secret(path, length)


def read_secret(path: Path, length: int) -> bytes:
    """The secret in this file. FileNotFoundError without one, KeyStoreError for a doubtful one."""
    with _explained():
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            secret = file.read(length + 1)
    if not stat.S_ISREG(mode) or mode & OPEN_TO_OTHERS:
        raise KeyStoreError(
            "A file in the folder of secrets can be read by others; take their rights away (chmod 600) "
            "and think about who has read it."
        )
    if len(secret) != length:
        raise KeyStoreError(
            "A file in the folder of secrets has the wrong length; restore it from the backup of the secrets."
        )
    return secret


@contextmanager
def _explained() -> Iterator[None]:
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
def _locked(folder: Path) -> Iterator[None]:
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


def _write_secret(path: Path, secret: bytes) -> None:
    """Write beside and rename: who reads without the lock sees no file or the whole of it."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
