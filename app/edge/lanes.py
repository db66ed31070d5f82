"""How many batches one process works on at a time, so that a crowd of senders waits in order and fills no memory.

Who waits here holds no connection to the database and no thread.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter, fail_after
from anyio.lowlevel import RunVar

from app.domain.errors import TryAgain
from app.edge.streams import ArrivingBody

SMALL_AT_A_TIME = 4
"""More would wait for each other all the same: Python clears one at a time, and an organization stores one."""
LARGE_AT_A_TIME = 2
"""A body that streams for minutes holds a thread and a connection for as long."""
WHOLE_AND_HEAVY = 1024 * 1024
"""A body that is read as one object takes many times its bytes in memory; from this size on it goes with the large."""
READERS_AT_A_TIME = 2
"""Processes that read a workbook. Each may take a gigabyte, and the machine that serves has a few."""
SECONDS_FOR_A_READER = 15
"""As long as the largest workbook takes to be read, and some; then the sender tries again."""
HELD_TOGETHER = 128 * 1024 * 1024
"""Bytes of all bodies that are held in memory while they arrive or wait their turn."""


class Lanes:
    """Two queues, so that small batches are not behind large ones; and what all bodies hold together."""

    def __init__(self) -> None:
        self.small = CapacityLimiter(SMALL_AT_A_TIME)
        self.large = CapacityLimiter(LARGE_AT_A_TIME)
        self.readers = CapacityLimiter(READERS_AT_A_TIME)
        self._held = 0

    def lane_of(self, body: ArrivingBody, *, streams: bool, is_large: bool) -> CapacityLimiter:
        """Where a body waits for its turn."""
        is_heavy = not streams and body.held_bytes > WHOLE_AND_HEAVY
        return self.large if is_large or is_heavy else self.small

    @asynccontextmanager
    async def holding(self, body: ArrivingBody, most: int) -> AsyncIterator[None]:
        """Hold the beginning of a body, up to `most` bytes. TryAgain when all bodies together hold too much.

        What has come counts, not what may come: a sender that is slow takes no room from the others.
        """
        held = 0

        def make_room(size: int) -> None:
            nonlocal held
            if self._held + size > HELD_TOGETHER:
                raise TryAgain("Too many batches are arriving at once. Nothing was stored; try again.")
            self._held += size
            held += size

        try:
            await body.hold(most, make_room=make_room)
            yield
        finally:
            self._held -= held

    @asynccontextmanager
    async def reader(self, *, is_workbook: bool) -> AsyncIterator[None]:
        """Let few processes read workbooks at a time. TryAgain when none is free for a while.

        It is taken before a thread, a connection and every lock of the database, and given back after them, so that
        nobody who holds one of those ever waits for it.
        """
        if not is_workbook:
            yield
            return
        try:
            with fail_after(SECONDS_FOR_A_READER):
                await self.readers.acquire()
        except TimeoutError:
            raise TryAgain("Many workbooks are being read at once. Nothing was stored; try again.") from None
        try:
            yield
        finally:
            self.readers.release()


_lanes: RunVar[Lanes] = RunVar("lanes")


def lanes() -> Lanes:
    """The lanes of this event loop."""
    try:
        return _lanes.get()
    except LookupError:
        made = Lanes()
        _lanes.set(made)
        return made
