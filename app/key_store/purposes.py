"""What the keys of linkage are for. Each custodian holds only its own."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """T = s·k1·k2·H(match key): three keys that only multiply, so that each is rotated without the others."""

    STORAGE = "store-s"
    """s, of the clearing point: over every stored token, seen by no sender."""
    CLEARING_POINT = "oprf-k1"
    """k1, of the clearing point: its half of the blind evaluation."""
    TRUSTEE = "oprf-k2"
    """k2, of the trustee: the other half, on another machine in other hands."""

    @property
    def short(self) -> str:
        """As people write it: s, k1, k2."""
        return self.value.rpartition("-")[2]
