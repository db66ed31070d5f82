"""From a root to a key of linkage: HKDF by purpose, domain and epoch, then a scalar as RFC 9497 makes it.

The info of HKDF-SHA256 (RFC 5869) is `clearpoint/v1/<purpose>/<domain>/<epoch>`; its salt is empty, because a root
is random already. The 32 bytes are the seed of DeriveKeyPair (RFC 9497, section 3.2.1) with the same info, in the
mode with proofs of the suite ristretto255-SHA512. So a root gives another key in each use, and no key tells the root.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from anonymizer.oprf.protocol import SEED_BYTES, KeyPair, derive_key_pair
from app.key_store.purposes import Purpose


def info_of(purpose: Purpose, domain: str, epoch: int) -> bytes:
    """What separates the keys that come of one root."""
    return f"clearpoint/v1/{purpose.value}/{domain}/{epoch}".encode()


def derive_seed(root: bytes, info: bytes) -> bytes:
    """32 bytes that tell nothing of the root."""
    return HKDF(algorithm=SHA256(), length=SEED_BYTES, salt=None, info=info).derive(root)


def derive_pair(root: bytes, purpose: Purpose, domain: str, epoch: int) -> KeyPair:
    """The secret scalar and its public element."""
    info = info_of(purpose, domain, epoch)
    return derive_key_pair(derive_seed(root, info), info)
