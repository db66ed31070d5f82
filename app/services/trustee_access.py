"""What the clearing point keeps of its trustee: the public keys as first seen, and its own credential there.

Keys that were pinned are never replaced in silence: another key for a known epoch would make other tokens.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from anonymizer.linking.custodians import CustodianKey, CustodianRole
from anonymizer.oprf import NotAnElement
from anonymizer.oprf.group import check_element
from app.key_store.files import KeyStoreError, explained, locked, read_private, write_secret

FOLDER = "trustee"
"""Below the clearing point's folder of secrets."""
KEYS = "keys.json"
CREDENTIAL = "credential"
LONGEST_LIST = 1024 * 1024
"""Bytes: thousands of rotations."""
LONGEST_CREDENTIAL = 200
OTHER_KEYS = (
    "The trustee shows another key for an epoch that is pinned here. Nothing was changed. Ask the trustee on another "
    "way which of them is right."
)


def pinned_keys(folder: Path | None) -> tuple[CustodianKey, ...]:
    """The trustee's public keys, oldest first; none before the trustee was connected."""
    if folder is None:
        return ()
    try:
        return read_trustee_keys(read_private(folder / KEYS, LONGEST_LIST))
    except FileNotFoundError:
        return ()


def pin_keys(folder: Path, shown: Sequence[CustodianKey]) -> None:
    """Keep what the trustee shows. Raises KeyStoreError for another key of a known epoch, or one that is gone."""
    with explained(), locked(folder):
        now = {key.epoch: key.public_key for key in shown}
        for key in pinned_keys(folder):
            if now.get(key.epoch) != key.public_key:
                raise KeyStoreError(OTHER_KEYS)
        write_secret(folder / KEYS, json.dumps(write_trustee_keys(shown), indent=1).encode())


def keep_credential(folder: Path, credential: str) -> None:
    """Keep the key that the trustee gave us."""
    with explained(), locked(folder):
        write_secret(folder / CREDENTIAL, credential.encode())


def credential_at_trustee(folder: Path | None) -> str | None:
    """The key that the trustee gave us; None before the trustee was connected."""
    if folder is None:
        return None
    try:
        return read_private(folder / CREDENTIAL, LONGEST_CREDENTIAL).decode("ascii").strip()
    except FileNotFoundError:
        return None


def write_trustee_keys(keys: Sequence[CustodianKey]) -> dict[str, object]:
    """What the trustee publishes under its own address."""
    return {
        "keys": [
            {
                "epoch": key.epoch,
                "public_key": key.public_key.hex(),
                "since": key.since.isoformat(),
                "until": key.until.isoformat() if key.until else None,
            }
            for key in keys
        ]
    }


def read_trustee_keys(text: bytes) -> tuple[CustodianKey, ...]:
    """The keys in such a document. Raises KeyStoreError."""
    try:
        return tuple(
            CustodianKey(
                CustodianRole.TRUSTEE,
                int(entry["epoch"]),
                check_element(bytes.fromhex(entry["public_key"])),
                datetime.fromisoformat(entry["since"]),
                datetime.fromisoformat(entry["until"]) if entry["until"] else None,
            )
            for entry in json.loads(text)["keys"]
        )
    except (ValueError, KeyError, TypeError, NotAnElement):
        raise KeyStoreError(
            "This is no list of a trustee's public keys. Ask the trustee for it again."
        ) from None
