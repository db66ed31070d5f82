"""What only one recipient can open: HPKE (RFC 9180), X25519 with HKDF-SHA256 and AES-256-GCM.

The trustee seals the factor of a rotation for the clearing point. It is as sensitive as a key.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from app.key_store.files import KeyStoreError

SEALING_KEY_BYTES = 32
"""Of either half (RFC 7748, section 6.1)."""
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def sealing_public_key(private_key: bytes) -> bytes:
    """The half that may be known: 32 bytes."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def seal(plain: bytes, public_key: bytes, *, context: bytes) -> bytes:
    """For the owner of the key alone, and for this context alone. Never the same twice."""
    try:
        recipient = X25519PublicKey.from_public_bytes(public_key)
        return _SUITE.encrypt(plain, recipient, info=context)
    except ValueError:
        raise KeyStoreError(
            "The recipient's sealing key is no key. Ask the recipient for it again."
        ) from None


def open_sealed(sealed: bytes, private_key: bytes, *, context: bytes) -> bytes:
    """What was sealed. KeyStoreError when it was sealed for another key or context, or was changed."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private_key), info=context)
    except (InvalidTag, ValueError):
        raise KeyStoreError(
            "What was sealed cannot be opened: it is for another key or another occasion, or it was changed. "
            "Ask the sender to seal it again."
        ) from None
