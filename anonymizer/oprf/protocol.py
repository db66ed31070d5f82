"""The protocol of RFC 9497 in its three modes, for the suite ristretto255-SHA512, as the RFC writes it.

Linkage uses mode 1 and stops before `finalize` (see `evaluations.py`); the whole is here so that the RFC's own
vectors try every step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from anonymizer.oprf.errors import InputRefused, NotAnElement, NotAScalar
from anonymizer.oprf.group import (
    IDENTITY,
    add,
    add_scalars,
    check_element,
    check_scalar,
    invert,
    multiply,
    multiply_base,
)
from anonymizer.oprf.hashing import Mode, hash_to_group, hash_to_scalar, length_prefixed
from anonymizer.oprf.proofs import check_proof, prove

SEED_BYTES = 32
_TRIES = 256


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A secret scalar and the element by which its work is recognized: 32 bytes each."""

    secret: bytes = field(repr=False)
    public: bytes


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Evaluated elements in the order in which they were asked, and 64 bytes of proof (empty in mode 0)."""

    elements: tuple[bytes, ...]
    proof: bytes


def derive_key_pair(seed: bytes, key_info: bytes, mode: Mode = Mode.VOPRF) -> KeyPair:
    """The key pair of 32 random bytes and a public label (section 3.2.1). Raises InputRefused."""
    if len(seed) != SEED_BYTES:
        raise InputRefused
    derived = seed + length_prefixed(key_info)
    for counter in range(_TRIES):
        secret = hash_to_scalar(derived + bytes([counter]), mode, label=b"DeriveKeyPair")
        if any(secret):
            return KeyPair(secret, multiply_base(secret))
    raise InputRefused


def blind(private_input: bytes, once: bytes, mode: Mode = Mode.VOPRF) -> bytes:
    """The input's element times a random scalar that is used once. Raises InputRefused, NotAScalar."""
    element = hash_to_group(private_input, mode)
    if element == IDENTITY:
        raise InputRefused
    return multiply(check_scalar(once), element)


def tweaked_key(public: bytes, public_info: bytes) -> bytes:
    """Mode 2: the key that a proof for this public information is checked with. Raises InputRefused."""
    try:
        return add(multiply_base(_tweak(public_info)), check_element(public))
    except (NotAnElement, NotAScalar):
        raise InputRefused from None


def evaluate(mode: Mode, secret: bytes, blinded: Sequence[bytes], once: bytes = b"") -> Evaluation:
    """Apply the key in mode 0 or 1. `once` is the random scalar of the proof. Raises NotAnElement, NotAScalar."""
    check_scalar(secret)
    elements = tuple(multiply(secret, element) for element in blinded)
    if mode is Mode.OPRF:
        return Evaluation(elements, b"")
    proof = prove(mode, secret, multiply_base(secret), blinded, elements, check_scalar(once))
    return Evaluation(elements, proof)


def evaluate_with(secret: bytes, public_info: bytes, blinded: Sequence[bytes], once: bytes) -> Evaluation:
    """Mode 2: divide by the key that the public information changed. Raises InputRefused, NotAnElement, NotAScalar."""
    tweaked = add_scalars(check_scalar(secret), _tweak(public_info))
    if not any(tweaked):
        raise InputRefused
    inverse = invert(tweaked)
    elements = tuple(multiply(inverse, element) for element in blinded)
    proof = prove(Mode.POPRF, tweaked, multiply_base(tweaked), elements, blinded, check_scalar(once))
    return Evaluation(elements, proof)


def check_evaluated(mode: Mode, public: bytes, blinded: Sequence[bytes], evaluation: Evaluation) -> None:
    """Raise ProofRefused unless the key did what its proof says. In mode 2 `public` is the tweaked key."""
    if mode is Mode.POPRF:
        check_proof(mode, public, evaluation.elements, blinded, evaluation.proof)
    else:
        check_proof(mode, public, blinded, evaluation.elements, evaluation.proof)


def unblind(once: bytes, element: bytes) -> bytes:
    """What the key makes of the input's element: the blind taken out again. Raises NotAnElement, NotAScalar."""
    return multiply(invert(check_scalar(once)), element)


def finalize(private_input: bytes, unblinded: bytes, public_info: bytes | None = None) -> bytes:
    """The RFC's 64 bytes of output. `public_info` belongs to mode 2 alone."""
    told = (private_input,) if public_info is None else (private_input, public_info)
    return hashlib.sha512(length_prefixed(*told, unblinded) + b"Finalize").digest()


def _tweak(public_info: bytes) -> bytes:
    return hash_to_scalar(b"Info" + length_prefixed(public_info), Mode.POPRF)
