"""Blind evaluation as linkage uses it: mode 1 in batches, up to the unblinded element and no further.

The RFC's last hash is left out, so that a token stays an element that new keys can be multiplied into.
What that gives up stands in this package's README.
"""

from __future__ import annotations

from collections.abc import Sequence

from anonymizer.oprf.group import Random, invert_all, multiply, random_scalar
from anonymizer.oprf.hashing import Mode, hash_to_group
from anonymizer.oprf.proofs import PROOF_BYTES
from anonymizer.oprf.protocol import Evaluation, check_evaluated, evaluate

MOST_ELEMENTS = 4096
"""In one call: 128 cases of 32 slots, about a second of a processor at the custodian."""

__all__ = [
    "MOST_ELEMENTS",
    "PROOF_BYTES",
    "Evaluation",
    "blind_all",
    "check_evaluation",
    "evaluate_batch",
    "unblind_all",
]


def evaluate_batch(secret: bytes, elements: Sequence[bytes], random: Random) -> Evaluation:
    """Apply a custodian's key to blinded elements, with one proof for all. Raises NotAnElement, NotAScalar."""
    return evaluate(Mode.VOPRF, secret, elements, random_scalar(random))


def check_evaluation(public_key: bytes, blinded: Sequence[bytes], evaluation: Evaluation) -> None:
    """Raise ProofRefused unless the key of `public_key` evaluated exactly these elements in this order."""
    check_evaluated(Mode.VOPRF, public_key, blinded, evaluation)


def blind_all(inputs: Sequence[bytes], random: Random) -> tuple[list[bytes], list[bytes]]:
    """A fresh blind for each input, and the blinded elements: never the same twice, also of the same input."""
    blinds = [random_scalar(random) for _ in inputs]
    return blinds, [multiply(once, hash_to_group(slot)) for once, slot in zip(blinds, inputs, strict=True)]


def unblind_all(blinds: Sequence[bytes], elements: Sequence[bytes], key: bytes | None = None) -> list[bytes]:
    """Take the blinds out again; with a key, apply it in the same multiplication. Raises NotAnElement."""
    inverses = invert_all(blinds) if key is None else invert_all(blinds, key)
    return [multiply(inverse, element) for inverse, element in zip(inverses, elements, strict=True)]
