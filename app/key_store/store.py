"""Keys and passwords as files that their owner alone can read.

The server key, the organizations' case keys, the key that signs receipts and the passwords of the embedded
database live here and nowhere else. No secret is ever printed, logged, put into an error or written to the database:
who has the database without this folder cannot tell which local case number a case token came from.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.key_store.factors import Factors
from app.key_store.files import KeyStoreError, kept_secret, read_secret
from app.key_store.ledger import ErasureLedger
from app.key_store.linkage_keys import LinkageKeys
from app.key_store.providers import FolderOfRoots, KeyProvider
from app.key_store.sealing import SEALING_KEY_BYTES
from app.key_store.signing_keys import SigningKey, SigningKeys
from app.key_store.starting import check_keys

KEY_BYTES = 32  # as long as the output of SHA-256, which HMAC makes of it (RFC 2104, section 3)
BODY_DIGEST_LABEL = b"clearpoint/body-digest/1"
LEDGER_LABEL = b"clearpoint/erasure-ledger/1"
LINKAGE_DOMAIN = "clearpoint.see.v1"
"""The policy's domain: tokens of another domain match nothing here."""


class KeyStore:
    """The keys of one clearing point, in one folder.

    `random_bytes(n)` gives n unpredictable bytes; it is an argument so that a test can be exact.
    `provider` keeps the roots of the keys of linkage; without one they are files of this folder too.
    """

    def __init__(
        self,
        secrets_folder: Path,
        *,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        provider: KeyProvider | None = None,
    ):
        self._folder = secrets_folder
        self._random_bytes = random_bytes
        self._signing = SigningKeys(secrets_folder / "signing", random_bytes)
        folder = secrets_folder / "linkage"
        self.linkage = LinkageKeys(
            folder,
            provider or FolderOfRoots(folder / "roots"),
            domain=LINKAGE_DOMAIN,
            random_bytes=random_bytes,
        )
        self.factors = Factors(folder / "factors")

    def check(self) -> None:
        """Raise KeyStoreError when a key is a sample or open to others. Before anything is served."""
        check_keys(self._folder)
        self.linkage.check()

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

    def sealing_key(self) -> bytes:
        """The secret half of the key for which others seal: 32 bytes, made on first use."""
        return kept_secret(self._folder / "sealing.key", SEALING_KEY_BYTES, make=self._random_bytes)

    def ledger(self) -> ErasureLedger:
        """What was erased, for a database that comes back from a backup."""
        key = hmac.digest(self.server_key(), LEDGER_LABEL, hashlib.sha256)
        return ErasureLedger(self._folder / "erasures.ledger", key)

    def requester_seed(self) -> bytes:
        """What the keys of requesters' pseudonyms are derived from: 32 bytes, made on first use."""
        return kept_secret(self._folder / "requesters.key", KEY_BYTES, make=self._random_bytes)

    def signing_keys(self, now: datetime) -> tuple[SigningKey, ...]:
        """The keys of receipts, oldest first; the last is in use. The first one is made when there is none."""
        return self._signing.listed(now)

    def private_signing_key(self, now: datetime) -> tuple[SigningKey, Ed25519PrivateKey]:
        """The key in use with its secret half. KeyStoreError when its file is missing or another key's."""
        return self._signing.private_key(now)

    def rotate_signing_key(self, now: datetime) -> SigningKey:
        """Put a new key in use. The old one's secret is destroyed; its public half stays in the list for ever."""
        return self._signing.rotate(now)

    def _case_key_file(self, organization_id: UUID) -> Path:
        return self._folder / "case_keys" / f"{organization_id}.key"
