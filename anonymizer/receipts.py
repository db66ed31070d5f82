"""Receipts: what the clearing point says it took, signed, so that a shelter can prove it without asking anybody.

A receipt has counts and digests, and no case. Verifying it opens no connection, and trusts no key that the
receipt itself brings.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from anonymizer.canonical_json import canonical_json
from anonymizer.errors import NotCanonical, ReceiptNotGenuine, ReceiptUnreadable

KIND = "clearing-point-receipt"
VERSION = 1
ALGORITHM = "Ed25519"
"""RFC 8032. The only one: a receipt that could choose its algorithm could choose a weak one."""
SIGNATURE = "signature"
KEY_ID_DIGITS = 16
"""Hexadecimal digits of a key's SHA-256: enough to find it among the few that one clearing point publishes."""
LARGEST_DOCUMENT = 16 * 1024 * 1024
"""Bytes. An answer with its conflicts is far smaller."""


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key (32 bytes) and when receipts were signed with it; `until` is None for the one in use."""

    key_id: str
    public_key: bytes
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """The keys that a clearing point publishes under its own address."""

    clearing_point: str
    keys: tuple[PublishedKey, ...]

    def fingerprints(self) -> frozenset[tuple[str, bytes]]:
        """The keys themselves, without their times."""
        return frozenset((key.key_id, key.public_key) for key in self.keys)


def key_id_of(public_key: bytes) -> str:
    """The short name of a key: the first hexadecimal digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(public_key).hexdigest()[:KEY_ID_DIGITS]


def signed(facts: Mapping[str, object], key: Ed25519PrivateKey) -> dict[str, object]:
    """The facts with their kind, version, key id and signature (base64url) over all the rest in canonical form.

    Raises NotCanonical for facts that could be written in two ways.
    """
    document = {
        "kind": KIND,
        "version": VERSION,
        **facts,
        "key_id": key_id_of(key.public_key().public_bytes_raw()),
    }
    return {**document, SIGNATURE: _base64url(key.sign(canonical_json(document)))}


def read_receipt(text: bytes) -> Mapping[str, object]:
    """The receipt in a file: alone, or in the answer to its batch. Raises ReceiptUnreadable."""
    document = _parsed(text)
    found = document.get("receipt", document)
    if not isinstance(found, dict) or found.get("kind") != KIND or found.get("version") != VERSION:
        raise ReceiptUnreadable("There is no receipt of a clearing point in this file.")
    return found


def read_keys(text: bytes) -> PublishedKeys:
    """Published keys, as `/.well-known/clearing-point-keys.json` gives them. Raises ReceiptUnreadable.

    A key whose name is not the one that its bytes give is refused with all the others.
    """
    match _parsed(text):
        case {"clearing_point": str() as clearing_point, "keys": list() as keys} if keys:
            return PublishedKeys(clearing_point, tuple(_key(entry) for entry in keys))
        case _:
            raise _no_keys()


def write_keys(published: PublishedKeys) -> dict[str, object]:
    """What `read_keys` reads, as a document."""
    return {
        "clearing_point": published.clearing_point,
        "keys": [
            {
                "key_id": key.key_id,
                "algorithm": ALGORITHM,
                "public_key": _base64url(key.public_key),
                "since": key.since.isoformat(),
                "until": key.until.isoformat() if key.until else None,
            }
            for key in published.keys
        ],
    }


def check_receipt(receipt: Mapping[str, object], published: PublishedKeys) -> None:
    """Raise ReceiptNotGenuine unless the clearing point that it names signed exactly this receipt.

    The key must have been in use at the moment of signing. ReceiptUnreadable when there is nothing to check.
    """
    signed_at = _moment(receipt.get("signed_at"))
    if receipt.get("clearing_point") != published.clearing_point:
        raise ReceiptNotGenuine("The receipt names another clearing point than the one whose keys these are.")
    key = next((key for key in published.keys if key.key_id == receipt.get("key_id")), None)
    if key is None:
        raise ReceiptNotGenuine("The receipt is signed with a key that is not among the published ones.")
    if signed_at < key.since or (key.until is not None and signed_at > key.until):
        raise ReceiptNotGenuine("The key of this receipt was not in use when the receipt says it was signed.")
    _check_signature(receipt, key.public_key)


def _check_signature(receipt: Mapping[str, object], public_key: bytes) -> None:
    signature = receipt.get(SIGNATURE)
    if not isinstance(signature, str):
        raise ReceiptUnreadable("The receipt has no signature.")
    try:
        document = canonical_json({name: fact for name, fact in receipt.items() if name != SIGNATURE})
        Ed25519PublicKey.from_public_bytes(public_key).verify(_bytes(signature), document)
    except (InvalidSignature, NotCanonical, ValueError):
        raise ReceiptNotGenuine(
            "The signature does not fit: the receipt was changed, or another key signed it."
        ) from None


def _parsed(text: bytes) -> dict[str, object]:
    """A JSON object in which no member comes twice: the second would say something else than was verified."""
    document: object = None
    if len(text) <= LARGEST_DOCUMENT:
        try:
            document = json.loads(text.decode("utf-8-sig"), object_pairs_hook=_once)
        except (ValueError, RecursionError):
            document = None
    if not isinstance(document, dict):
        raise ReceiptUnreadable("This file cannot be read as JSON. Fetch it again.")
    return document


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("A member comes twice.")
    return members


def _key(entry: object) -> PublishedKey:
    if not isinstance(entry, dict) or entry.get("algorithm") != ALGORITHM:
        raise _no_keys()
    public_key, until = _public_key(str(entry.get("public_key"))), entry.get("until")
    if key_id_of(public_key) != entry.get("key_id"):
        raise _no_keys()
    return PublishedKey(
        key_id_of(public_key),
        public_key,
        _moment(entry.get("since")),
        None if until is None else _moment(until),
    )


def _public_key(text: str) -> bytes:
    try:
        return Ed25519PublicKey.from_public_bytes(_bytes(text)).public_bytes_raw()
    except ValueError:
        raise _no_keys() from None


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ReceiptUnreadable("A time in this file is missing or cannot be read.")
    return moment


def _no_keys() -> ReceiptUnreadable:
    return ReceiptUnreadable("There are no keys of a clearing point in this file.")


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    """The bytes that base64url without padding stands for. ValueError for any other way of writing them."""
    value = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _base64url(value) != text:
        raise ValueError("Not base64url.")
    return value
