"""The keys that sign receipts: one in use, and the public halves of all before it, listed for ever."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.key_store.files import KeyStoreError, explained, locked, read_private, read_secret, write_secret

SECRET_BYTES = 32
"""Of a private key of Ed25519 (RFC 8032, section 5.1.5)."""
LOOKS = 3
"""Looks for the key in use: one rotation may come between, hardly two."""
WHILE_ROTATING = timedelta(minutes=1)
"""For what is being signed in the moment of a rotation: until then the list may be read in its old form."""
LONGEST_LIST = 1024 * 1024
"""Bytes of the list of signing keys: room for thousands of rotations."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of receipts, without its secret half: 32 bytes, and when it signed. `until` is None while it does."""

    public_key: bytes
    since: datetime
    until: datetime | None = None


class SigningKeys:
    """The signing keys of one clearing point, in a folder of their own."""

    def __init__(self, folder: Path, random_bytes: Callable[[int], bytes]):
        self._folder = folder
        self._random_bytes = random_bytes

    def listed(self, now: datetime) -> tuple[SigningKey, ...]:
        """The keys of receipts, oldest first; the last is in use. The first one is made when there is none."""
        if not (keys := self._listed_keys()):
            with explained(), locked(self._folder):
                keys = self._listed_keys() or self._put_in_use((), now)
        return keys

    def private_key(self, now: datetime) -> tuple[SigningKey, Ed25519PrivateKey]:
        """The key in use with its secret half. KeyStoreError when its file is missing or another key's."""
        for _ in range(LOOKS):
            key = self.listed(now)[-1]
            try:
                secret = read_secret(self._secret_file(key), SECRET_BYTES)
            except FileNotFoundError:
                continue  # rotated between the look into the list and the look for the file
            private = Ed25519PrivateKey.from_private_bytes(secret)
            if private.public_key().public_bytes_raw() == key.public_key:
                return key, private
        raise KeyStoreError(
            "The key that signs receipts is missing or damaged; restore the folder of secrets, or put a new one "
            "in use with `clearpoint key rotate-signing`."
        )

    def rotate(self, now: datetime) -> SigningKey:
        """Put a new key in use. The old one's secret is destroyed; its public half stays in the list for ever."""
        with explained(), locked(self._folder):
            earlier = self._listed_keys()
            end = now + WHILE_ROTATING
            retired = tuple(key if key.until else replace(key, until=max(end, key.since)) for key in earlier)
            key = self._put_in_use(retired, now)[-1]
            for old in earlier:
                self._secret_file(old).unlink(missing_ok=True)
        return key

    def _secret_file(self, key: SigningKey) -> Path:
        return self._folder / f"{key.public_key.hex()}.key"

    def _listed_keys(self) -> tuple[SigningKey, ...]:
        try:
            return _read_list(read_private(self._folder / "keys.json", LONGEST_LIST))
        except FileNotFoundError:
            return ()

    def _put_in_use(self, retired: tuple[SigningKey, ...], now: datetime) -> tuple[SigningKey, ...]:
        """The secret is written before the list names its key, so that a crash leaves no name without a key."""
        secret = self._random_bytes(SECRET_BYTES)
        public_key = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
        keys = (*retired, SigningKey(public_key, since=now))
        write_secret(self._secret_file(keys[-1]), secret)
        write_secret(self._folder / "keys.json", _list_text(keys))
        return keys


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
