"""Which case tokens a batch has had so far, in a few bytes each, so that a million cases need no gigabyte.

A set of the tokens themselves takes 130 bytes for each. Here stands a fingerprint of each in one array with open
addressing: Python's own hash of a text, which is 64 bits of SipHash under a key of the process, so that nobody can
choose two that meet. Two tokens have the same fingerprint with odds of 2**-64, any two of a million with less than
3 in 100 million; the later row would be refused as doubled. It must never keep a token itself.
"""

from __future__ import annotations

from array import array

FIRST_SLOTS = 1 << 12
"""Room for a shelter's year: 32 KiB."""
SLOTS_A_TOKEN = 2
"""It doubles before it has fewer, so that most tokens are found at the first or second look."""
_BITS = (1 << 64) - 1
_EMPTY = 0


class TokensSeen:
    """A set of case tokens that only grows."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * FIRST_SLOTS))
        self._last = FIRST_SLOTS - 1
        self._room = FIRST_SLOTS // SLOTS_A_TOKEN
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, token: str) -> bool:
        """Note a token. True when it was not there yet."""
        mark = hash(token) & _BITS or 1
        slots, last = self._slots, self._last
        place = mark & last
        while found := slots[place]:
            if found == mark:
                return False
            place = (place + 1) & last
        slots[place] = mark
        self._count += 1
        if self._count == self._room:
            self._double()
        return True

    def _double(self) -> None:
        grown = array("Q", bytes(2 * 8 * len(self._slots)))
        last = len(grown) - 1
        for mark in self._slots:
            if mark != _EMPTY:
                place = mark & last
                while grown[place]:
                    place = (place + 1) & last
                grown[place] = mark
        self._slots, self._last, self._room = grown, last, len(grown) // SLOTS_A_TOKEN
