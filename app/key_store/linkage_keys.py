"""The keys of linkage by purpose and epoch: which there are, which is in use, and how the next one takes over.

The list tells public keys and times; roots are with the provider. A key that the list names is never made a second
time: the tokens that are stored would match nothing any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from anonymizer.oprf.protocol import KeyPair
from app.key_store.derivation import derive_pair
from app.key_store.files import KeyStoreError, explained, locked, read_private, write_secret
from app.key_store.providers import ROOT_BYTES, KeyProvider
from app.key_store.purposes import Purpose
from app.key_store.starting import check_key

FIRST_EPOCH = 1
"""Epoch 0 says in a token that this custodian's key is not in it."""
LAST_EPOCH = 9999
"""The form of a token has four digits for it: a rotation a month for eight hundred years."""
LONGEST_LIST = 1024 * 1024
"""Bytes: room for thousands of rotations."""
FINGERPRINT_DIGITS = 16
"""64 bits, for a person to compare over the telephone; the whole public key is what programs compare."""


@dataclass(frozen=True, slots=True)
class LinkageKey:
    """The public half of one key, and when new tokens were made with it; `until` is None while they are."""

    purpose: Purpose
    epoch: int
    public_key: bytes
    since: datetime
    until: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """A short name of the public key, in groups of four."""
        digits = hashlib.sha256(self.public_key).hexdigest()[:FINGERPRINT_DIGITS]
        return " ".join(digits[at : at + 4] for at in range(0, FINGERPRINT_DIGITS, 4))


class LinkageKeys:
    """The keys of one custodian. `folder` holds the list, `provider` the roots, `domain` stands in every key."""

    def __init__(
        self, folder: Path, provider: KeyProvider, *, domain: str, random_bytes: Callable[[int], bytes]
    ):
        self._folder = folder
        self._provider = provider
        self._domain = domain
        self._random_bytes = random_bytes

    def listed(self, purpose: Purpose) -> tuple[LinkageKey, ...]:
        """Every key that ever was, oldest first; empty before the first one is created."""
        return tuple(key for key in self._read() if key.purpose is purpose)

    def epoch(self, purpose: Purpose) -> int:
        """The epoch that new tokens are made with. KeyStoreError when there is no key."""
        return self._current(purpose).epoch

    def epochs(self, purpose: Purpose) -> tuple[int, ...]:
        """The epochs whose key can be used, ascending: one, and two while a rotation is under way."""
        there = self._provider.epochs(purpose)
        return tuple(key.epoch for key in self.listed(purpose) if key.epoch in there)

    def scalar(self, purpose: Purpose, epoch: int) -> bytes:
        """The secret, 32 bytes. KeyStoreError when the key never was, was destroyed, is lost, or is another one."""
        key = self._find(purpose, epoch)
        pair = self._derived(purpose, epoch)
        if pair.public != key.public_key:
            raise KeyStoreError(
                f"The root of {purpose.short}, epoch {epoch}, is not the one that made the tokens. Restore the right "
                "one from the backup of the secrets or with `clearpoint key join`."
            )
        return pair.secret

    def public_key(self, purpose: Purpose, epoch: int) -> bytes:
        """32 bytes, also of a key that was destroyed. KeyStoreError when it never was."""
        return self._find(purpose, epoch).public_key

    def check(self) -> None:
        """Raise KeyStoreError when a root is a sample, wherever it is kept, or when one in use is lost or another."""
        for purpose in Purpose:
            for epoch in self._provider.epochs(purpose):
                check_key(self._provider.get(purpose, epoch))
            if keys := self.listed(purpose):
                self.scalar(purpose, keys[-1].epoch)

    def create(self, purpose: Purpose, now: datetime) -> LinkageKey:
        """Make the first key, or list the one whose root the provider has already. Refused when one was ever listed."""
        with explained(), locked(self._folder):
            keys = self._read()
            if any(key.purpose is purpose for key in keys):
                raise KeyStoreError(
                    f"There is a key {purpose.short} already, and it is never made a second time. Rotate it with "
                    f"`clearpoint key rotate {purpose.short}`, or restore it with `clearpoint key join`."
                )
            key = self._made(purpose, FIRST_EPOCH, now)
            self._write((*keys, key))
        return key

    def begin_rotation(self, purpose: Purpose, now: datetime) -> int:
        """Put a new key in use beside the old one; gives its epoch. Under way already: nothing changes."""
        with explained(), locked(self._folder):
            current = self._current(purpose)
            if len(self.epochs(purpose)) > 1:
                return current.epoch
            self.scalar(purpose, current.epoch)  # a rotation away from a lost key would lose the tokens
            new = self._made(purpose, _next_epoch(current.epoch), now)
            others = (replace(key, until=now) if key == current else key for key in self._read())
            self._write((*others, new))
        return new.epoch

    def end_rotation(self, purpose: Purpose) -> None:
        """Destroy the roots before the one in use. Nothing may carry them any more."""
        current = self.epoch(purpose)
        for epoch in self._provider.epochs(purpose):
            if epoch < current:
                self._provider.destroy(purpose, epoch)

    def root(self, purpose: Purpose, epoch: int) -> bytes:
        """What a backup keeps: 32 bytes, of a key that can be used. For splitting it into shares alone."""
        self.scalar(purpose, epoch)
        return self._provider.get(purpose, epoch)

    def restore(self, purpose: Purpose, epoch: int, root: bytes, now: datetime) -> LinkageKey:
        """Put a root from a backup where it was. KeyStoreError for another one than the list names.

        Without a list (all was lost) it is listed again, as made now.
        """
        public_key = derive_pair(root, purpose, self._domain, epoch).public
        with explained(), locked(self._folder):
            keys = self._read()
            key = next((key for key in keys if (key.purpose, key.epoch) == (purpose, epoch)), None)
            if key is not None and key.public_key != public_key:
                raise KeyStoreError(
                    f"This is not the root of {purpose.short}, epoch {epoch}. Look at the sheets."
                )
            self._provider.put(purpose, epoch, root)
            if key is None:
                key = LinkageKey(purpose, epoch, public_key, since=now)
                self._write(tuple(sorted((*keys, key), key=lambda one: (one.purpose, one.epoch))))
        return key

    def _made(self, purpose: Purpose, epoch: int, now: datetime) -> LinkageKey:
        """The root is there before the list names its key, so that a crash leaves no name without a root."""
        if epoch not in self._provider.epochs(purpose):
            self._provider.put(purpose, epoch, self._random_bytes(ROOT_BYTES))
        return LinkageKey(purpose, epoch, self._derived(purpose, epoch).public, since=now)

    def _derived(self, purpose: Purpose, epoch: int) -> KeyPair:
        return derive_pair(self._provider.get(purpose, epoch), purpose, self._domain, epoch)

    def _current(self, purpose: Purpose) -> LinkageKey:
        if not (keys := self.listed(purpose)):
            raise KeyStoreError(f"There is no key {purpose.short}. Make it with `clearpoint key create`.")
        return keys[-1]

    def _find(self, purpose: Purpose, epoch: int) -> LinkageKey:
        for key in self.listed(purpose):
            if key.epoch == epoch:
                return key
        raise KeyStoreError(f"There never was a key {purpose.short} of epoch {epoch}.")

    def _read(self) -> tuple[LinkageKey, ...]:
        try:
            return _read_list(read_private(self._folder / "keys.json", LONGEST_LIST))
        except FileNotFoundError:
            return ()

    def _write(self, keys: tuple[LinkageKey, ...]) -> None:
        write_secret(self._folder / "keys.json", _list_text(keys))


def _next_epoch(epoch: int) -> int:
    if epoch == LAST_EPOCH:
        raise KeyStoreError("There is no epoch after this one; the form of tokens has no more digits.")
    return epoch + 1


def _read_list(text: bytes) -> tuple[LinkageKey, ...]:
    try:
        return tuple(
            LinkageKey(
                purpose=Purpose(entry["purpose"]),
                epoch=int(entry["epoch"]),
                public_key=bytes.fromhex(entry["public_key"]),
                since=datetime.fromisoformat(entry["since"]),
                until=datetime.fromisoformat(entry["until"]) if entry["until"] else None,
            )
            for entry in json.loads(text)
        )
    except (ValueError, KeyError, TypeError):
        raise KeyStoreError(
            "The list of the keys of linkage is damaged; restore the folder of secrets."
        ) from None


def _list_text(keys: tuple[LinkageKey, ...]) -> bytes:
    entries = [
        {
            "purpose": key.purpose.value,
            "epoch": key.epoch,
            "public_key": key.public_key.hex(),
            "since": key.since.isoformat(),
            "until": key.until.isoformat() if key.until else None,
        }
        for key in keys
    ]
    return json.dumps(entries, indent=1).encode()
