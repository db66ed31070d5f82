"""The measurement of server-side stripping: it counts what it compares with, and prints its ratio."""

from __future__ import annotations

from anonymizer.policy import SLOTS
from benchmarks.stripping import measure, told


def test_both_ways_are_measured_beside_their_operations() -> None:
    """Each slot is hashed once; blinding, checking and unblinding take a multiplication or two each."""
    two, one = measure(rows=16, rounds=1)

    elements = 16 * SLOTS
    assert two.counts["crypto_core_ristretto255_from_hash"] == elements
    assert two.counts["crypto_scalarmult_ristretto255"] == 4 * elements + 3
    assert one.counts["crypto_scalarmult_ristretto255"] == elements
    assert any("Speed of stripping over that of its floor" in line for line in told([two, one]))
