"""What one running trustee has at hand: its key, its register, its clock."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.key_store import KeyProvider, KeyStore, KeyStoreError, LinkageKeys, Purpose
from app.trustee.register import Register

REGISTER = "register.sqlite"
KEY_IS_GONE = (
    "The trustee's key is not there, though organizations are registered. It is never made a second time: restore the "
    "folder of secrets, or the key from two of its three sheets."
)


def utc_now() -> datetime:
    """The clock of a real trustee. Tests bring their own."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class TrusteePremises:
    """Handed to every call through the application's state."""

    keys: LinkageKeys
    register: Register
    clock: Callable[[], datetime] = utc_now
    random: Callable[[int], bytes] = secrets.token_bytes


def open_trustee(
    home: Path,
    *,
    provider: KeyProvider | None = None,
    clock: Callable[[], datetime] = utc_now,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> TrusteePremises:
    """The trustee of this home; the first time its key is made. Raises KeyStoreError for a lost or doubtful key."""
    store = KeyStore(home / "secrets", random_bytes=random, provider=provider)
    store.check()
    register = Register(home / REGISTER)
    register.create()
    keys = store.linkage
    if not keys.listed(Purpose.TRUSTEE):
        if register.asked_on(clock().date()):
            raise KeyStoreError(KEY_IS_GONE)
        keys.create(Purpose.TRUSTEE, clock())
    return TrusteePremises(keys, register, clock, random)
