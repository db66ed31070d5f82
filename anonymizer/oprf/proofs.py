"""The proof that one key made a whole batch (RFC 9497, section 2.2): which key, the reader knows; the key itself not.

It is what keeps a custodian from giving one organization another key than the others, to know its tokens again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from anonymizer.oprf.errors import NotAnElement, NotAScalar, ProofRefused
from anonymizer.oprf.group import (
    SCALAR_BYTES,
    add,
    add_scalars,
    check_element,
    check_scalar,
    combine,
    multiply,
    multiply_base,
    multiply_scalars,
    negate,
)
from anonymizer.oprf.hashing import Mode, context_string, hash_to_scalar, length_prefixed

PROOF_BYTES = 2 * SCALAR_BYTES
MOST_ELEMENTS = 65_535
"""In one proof: an element's place is hashed as two bytes."""


def prove(
    mode: Mode, secret: bytes, public: bytes, before: Sequence[bytes], after: Sequence[bytes], once: bytes
) -> bytes:
    """That `after` is `before` times the secret of `public`, in that order: 64 bytes.

    `once` is a random scalar that is never used again: with two proofs of one, anybody could compute the secret.
    """
    weights = _weights(mode, public, before, after)
    composite = combine(weights, before)
    evaluated = multiply(secret, composite)
    challenge = _challenge(mode, public, composite, evaluated, multiply_base(once), multiply(once, composite))
    answer = add_scalars(once, negate(multiply_scalars(challenge, secret)))
    return challenge + answer


def check_proof(
    mode: Mode, public: bytes, before: Sequence[bytes], after: Sequence[bytes], proof: bytes
) -> None:
    """Raise ProofRefused unless the proof fits the public key and the elements in their order."""
    if len(before) != len(after) or not 0 < len(before) <= MOST_ELEMENTS or len(proof) != PROOF_BYTES:
        raise ProofRefused
    try:
        expected = _expected_challenge(mode, public, before, after, proof)
    except (NotAnElement, NotAScalar):
        raise ProofRefused from None
    if not hmac.compare_digest(expected, proof[:SCALAR_BYTES]):
        raise ProofRefused


def _expected_challenge(
    mode: Mode, public: bytes, before: Sequence[bytes], after: Sequence[bytes], proof: bytes
) -> bytes:
    challenge, answer = check_scalar(proof[:SCALAR_BYTES]), check_scalar(proof[SCALAR_BYTES:])
    check_element(public)
    weights = _weights(mode, public, before, after)
    composite, evaluated = combine(weights, before), combine(weights, after)
    return _challenge(
        mode,
        public,
        composite,
        evaluated,
        add(multiply_base(answer), multiply(challenge, public)),
        add(multiply(answer, composite), multiply(challenge, evaluated)),
    )


def _weights(mode: Mode, public: bytes, before: Sequence[bytes], after: Sequence[bytes]) -> list[bytes]:
    """A scalar for each place that nobody can choose, so that no two mistakes cancel each other."""
    seed = hashlib.sha512(length_prefixed(public, b"Seed-" + context_string(mode))).digest()
    begin = length_prefixed(seed)
    return [
        hash_to_scalar(begin + place.to_bytes(2, "big") + length_prefixed(one, other) + b"Composite", mode)
        for place, (one, other) in enumerate(zip(before, after, strict=True))
    ]


def _challenge(mode: Mode, *transcript: bytes) -> bytes:
    return hash_to_scalar(length_prefixed(*transcript) + b"Challenge", mode)
