"""The keys of a custodian: files that their owner alone can read, by idea.

It is the bottom floor: it knows neither the database nor a case.
"""

from app.key_store.factors import Factor, Factors
from app.key_store.files import KeyStoreError, kept_secret, read_private, read_secret
from app.key_store.linkage_keys import LinkageKey, LinkageKeys
from app.key_store.providers import KeyProvider, NoRoot, ReadOnlyRoots, choose_provider
from app.key_store.purposes import Purpose
from app.key_store.sealing import open_sealed, seal, sealing_public_key
from app.key_store.shares import join_sheets, split_root
from app.key_store.signing_keys import WHILE_ROTATING, SigningKey
from app.key_store.starting import check_keys
from app.key_store.store import BODY_DIGEST_LABEL, KEY_BYTES, LINKAGE_DOMAIN, KeyStore

__all__ = [
    "BODY_DIGEST_LABEL",
    "KEY_BYTES",
    "LINKAGE_DOMAIN",
    "WHILE_ROTATING",
    "Factor",
    "Factors",
    "KeyProvider",
    "KeyStore",
    "KeyStoreError",
    "LinkageKey",
    "LinkageKeys",
    "NoRoot",
    "Purpose",
    "ReadOnlyRoots",
    "SigningKey",
    "check_keys",
    "choose_provider",
    "join_sheets",
    "kept_secret",
    "open_sealed",
    "read_private",
    "read_secret",
    "seal",
    "sealing_public_key",
    "split_root",
]
