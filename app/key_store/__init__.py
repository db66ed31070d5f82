"""The keys of a custodian: files that their owner alone can read, by idea.

It is the bottom floor: it knows neither the database nor a case.
"""

from app.key_store.files import KeyStoreError, kept_secret, read_private, read_secret
from app.key_store.signing_keys import WHILE_ROTATING, SigningKey
from app.key_store.store import BODY_DIGEST_LABEL, KEY_BYTES, KeyStore

__all__ = [
    "BODY_DIGEST_LABEL",
    "KEY_BYTES",
    "WHILE_ROTATING",
    "KeyStore",
    "KeyStoreError",
    "SigningKey",
    "kept_secret",
    "read_private",
    "read_secret",
]
