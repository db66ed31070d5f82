"""Keys and passwords as files that their owner alone can read.

The server key, the organizations' case keys, the key that signs receipts and the passwords of the embedded
database live here and nowhere else. No secret is ever printed, logged, put into an error or written to the database:
who has the database without this folder cannot tell which local case number a case token came from.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_BYTES = 32  # as long as the output of SHA-256, which HMAC makes of it (RFC 2104, section 3)
BODY_DIGEST_LABEL = b"clearpoint/body-digest/1"
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
OPEN_TO_OTHERS = 0o077
LOOKS = 3
"""Looks for the key in use: one rotation may come between, hardly two."""
WHILE_ROTATING = timedelta(minutes=1)
"""For what is being signed in the moment of a rotation: until then the list may be read in its old form."""
LONGEST_LIST = 1024 * 1024
"""Bytes of the list of signing keys: room for thousands of rotations."""


class KeyStoreError(Exception):
    """A key is missing, damaged, open to others or cannot be written; the text has no key and no path."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of receipts, without its secret half: 32 bytes, and when it signed. `until` is None while it does."""

    public_key: bytes
    since: datetime
    until: datetime | None = None


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

    def signing_keys(self, now: datetime) -> tuple[SigningKey, ...]:
        """The keys of receipts, oldest first; the last is in use. The first one is made when there is none."""
        if not (keys := self._listed_keys()):
            with _explained(), _locked(self._signing_folder):
                keys = self._listed_keys() or self._put_in_use((), now)
        return keys

    def private_signing_key(self, now: datetime) -> tuple[SigningKey, Ed25519PrivateKey]:
        """The key in use with its secret half. KeyStoreError when its file is missing or another key's."""
        for _ in range(LOOKS):
            key = self.signing_keys(now)[-1]
            try:
                secret = read_secret(self._secret_file(key), KEY_BYTES)
            except FileNotFoundError:
                continue  # rotated between the look into the list and the look for the file
            private = Ed25519PrivateKey.from_private_bytes(secret)
            if private.public_key().public_bytes_raw() == key.public_key:
                return key, private
        raise KeyStoreError(
            "The key that signs receipts is missing or damaged; restore the folder of secrets, or put a new one "
            "in use with `clearpoint key rotate-signing`."
        )

    def rotate_signing_key(self, now: datetime) -> SigningKey:
        """Put a new key in use. The old one's secret is destroyed; its public half stays in the list for ever."""
        with _explained(), _locked(self._signing_folder):
            earlier = self._listed_keys()
            end = now + WHILE_ROTATING
            retired = tuple(key if key.until else replace(key, until=max(end, key.since)) for key in earlier)
            key = self._put_in_use(retired, now)[-1]
            for old in earlier:
                self._secret_file(old).unlink(missing_ok=True)
        return key

    def _case_key_file(self, organization_id: UUID) -> Path:
        return self._folder / "case_keys" / f"{organization_id}.key"

    @property
    def _signing_folder(self) -> Path:
        return self._folder / "signing"

    def _secret_file(self, key: SigningKey) -> Path:
        return self._signing_folder / f"{key.public_key.hex()}.key"

    def _listed_keys(self) -> tuple[SigningKey, ...]:
        try:
            return _read_list(read_private(self._signing_folder / "keys.json", LONGEST_LIST))
        except FileNotFoundError:
            return ()

    def _put_in_use(self, retired: tuple[SigningKey, ...], now: datetime) -> tuple[SigningKey, ...]:
        """The secret is written before the list names its key, so that a crash leaves no name without a key."""
        secret = self._random_bytes(KEY_BYTES)
        public_key = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
        keys = (*retired, SigningKey(public_key, since=now))
        _write_secret(self._secret_file(keys[-1]), secret)
        _write_secret(self._signing_folder / "keys.json", _list_text(keys))
        return keys


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
    secret = read_private(path, length + 1)
    if len(secret) != length:
        raise KeyStoreError(
            "A file in the folder of secrets has the wrong length; restore it from the backup of the secrets."
        )
    return secret


def read_private(path: Path, longest: int) -> bytes:
    """At most `longest` bytes of a file that its owner alone can read. What was opened is what is examined."""
    with _explained():
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


def _read_list(text: bytes) -> tuple[SigningKey, ...]:
    try:
        return tuple(
            SigningKey(
                public_key=bytes.fromhex(entry["public_key"]),
                since=datetime.fromisoformat(entry["since"]),
                until=datetime.fromisoformat(entry["until"]) if entry["until"] else None,
            )
            for entry in json.loads(text)
        )
    except (ValueError, KeyError, TypeError):
        raise KeyStoreError(
            "The list of the keys that signed receipts is damaged; restore the folder of secrets."
        ) from None


def _list_text(keys: tuple[SigningKey, ...]) -> bytes:
    entries = [
        {
            "public_key": key.public_key.hex(),
            "since": key.since.isoformat(),
            "until": key.until.isoformat() if key.until else None,
        }
        for key in keys
    ]
    return json.dumps(entries, indent=1).encode()


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
