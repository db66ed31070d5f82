"""Hundreds of thousands of marks, searched in hundreds of megabytes in seconds: one pass, whatever their number.

The content is cut into blocks of eight bytes, once from its first byte and once from its fifth. Whatever has eleven
bytes or more has a whole block in one of the two, beginning at its own first, second, third or fourth byte. So each
mark puts four numbers into a set, and the content is compared with the set block by block.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

BLOCK = 8
STEP = 4
SHORTEST = BLOCK + STEP - 1
"""Bytes of a mark that is found so; the few that are shorter are searched for one by one."""


class Marks:
    """What is searched for. It never repeats what it searched."""

    def __init__(self, marks: Iterable[bytes]) -> None:
        self._all = frozenset(marks)
        self._short = sorted(mark for mark in self._all if len(mark) < SHORTEST)
        self._long = [mark for mark in self._all if len(mark) >= SHORTEST]
        self._blocks = frozenset(
            int.from_bytes(mark[at : at + BLOCK], sys.byteorder) for mark in self._long for at in range(STEP)
        )

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def found_in(self, content: bytes) -> list[bytes]:
        """The marks that are in the content."""
        short = [mark for mark in self._short if mark in content]
        return sorted(short + [mark for mark in self._suspects(content) if mark in content])

    def _suspects(self, content: bytes) -> list[bytes]:
        """The marks of which a block is in the content: nearly always none, and now and then one by chance."""
        numbers = self._blocks_in(content, 0) | self._blocks_in(content, STEP)
        blocks = {number.to_bytes(BLOCK, sys.byteorder) for number in numbers}
        if not blocks:
            return []
        return [
            mark
            for mark in self._long
            if not blocks.isdisjoint([mark[at : at + BLOCK] for at in range(STEP)])
        ]

    def _blocks_in(self, content: bytes, start: int) -> frozenset[int]:
        end = len(content) - (len(content) - start) % BLOCK
        if end - start < BLOCK:
            return frozenset()
        return self._blocks.intersection(memoryview(content)[start:end].cast("Q"))
