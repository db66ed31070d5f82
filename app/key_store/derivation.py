"""From a root to a key of linkage: HKDF by purpose, domain and epoch, then a scalar as RFC 9497 makes it.

The info of HKDF-SHA256 (RFC 5869) is `clearpoint/v1/<purpose>/<domain>/<epoch>`; its salt is empty, because a root
is random already. The 32 bytes are the seed of DeriveKeyPair (RFC 9497, section 3.2.1) with the same info, in the
mode with proofs of the suite ristretto255-SHA512. So a root gives another key in each use, and no key tells the root.
"""

from __future__ import annotations

import hashlib

import rbcl
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.key_store.purposes import Purpose

SEED_BYTES = 32
CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"
_DERIVE_KEY_PAIR = b"DeriveKeyPair" + CONTEXT
_HASHED_BYTES = 64
_SHA512_BLOCK = 128


def info_of(purpose: Purpose, domain: str, epoch: int) -> bytes:
    """What separates the keys that come of one root."""
    return f"clearpoint/v1/{purpose.value}/{domain}/{epoch}".encode()


def derive_seed(root: bytes, info: bytes) -> bytes:
    """32 bytes that tell nothing of the root."""
    return HKDF(algorithm=SHA256(), length=SEED_BYTES, salt=None, info=info).derive(root)


def derive_scalar(root: bytes, purpose: Purpose, domain: str, epoch: int) -> bytes:
    """The secret scalar, 32 bytes, little-endian, canonical, not zero."""
    info = info_of(purpose, domain, epoch)
    seed = derive_seed(root, info)
    for counter in range(256):
        scalar = _hash_to_scalar(seed + len(info).to_bytes(2, "big") + info + bytes([counter]))
        if any(scalar):
            return scalar
    raise AssertionError("zero 256 times in a row, which no hash does")


def public_key_of(scalar: bytes) -> bytes:
    """The element that belongs to a scalar, 32 bytes."""
    return bytes(rbcl.crypto_scalarmult_ristretto255_base(scalar))


def _hash_to_scalar(message: bytes) -> bytes:
    """RFC 9497, section 4.1: 64 bytes of expand_message_xmd with SHA-512 (RFC 9380, section 5.3.1), reduced."""
    tag = _DERIVE_KEY_PAIR + bytes([len(_DERIVE_KEY_PAIR)])
    length = _HASHED_BYTES.to_bytes(2, "big")
    first = hashlib.sha512(bytes(_SHA512_BLOCK) + message + length + b"\x00" + tag).digest()
    return bytes(rbcl.crypto_core_ristretto255_scalar_reduce(hashlib.sha512(first + b"\x01" + tag).digest()))
