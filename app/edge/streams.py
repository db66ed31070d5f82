"""A body as it arrives: its beginning is held in memory, the rest is handed to the thread that clears it.

It never rolls to a temporary file, and what is held of all bodies together has a limit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator

from anyio import from_thread
from fastapi import Request
from starlette.requests import ClientDisconnect

from app.domain.errors import BodyTooLarge, WrongInput

LONGEST_LENGTH = 18
"""Digits of a length that fits into 64 bits."""


class ArrivingBody:
    """One body. First `hold` is awaited, then a thread reads `blocks`."""

    def __init__(self, request: Request, *, limit: int) -> None:
        if _declared_length(request) > limit:
            raise BodyTooLarge
        self._stream = request.stream()
        self._limit, self._passed = limit, 0
        self._held: deque[bytes] = deque()
        self.held_bytes = 0
        self.is_complete = False

    async def hold(self, most: int, *, make_room: Callable[[int], None] = lambda _: None) -> None:
        """Read until the body ends or more than `most` bytes are held. `make_room` may raise for another block."""
        while self.held_bytes <= most and (block := await self._next()):
            make_room(len(block))
            self._held.append(block)
            self.held_bytes += len(block)

    def blocks(self) -> Iterator[bytes]:
        """What is held, which leaves the memory, and then the rest as it comes. For a worker thread."""
        while self._held:
            block = self._held.popleft()
            self.held_bytes -= len(block)
            yield block
        while not self.is_complete and (block := from_thread.run(self._next)):
            yield block

    async def _next(self) -> bytes:
        """The next block, or nothing at the end. BodyTooLarge once more than the limit has come."""
        try:
            block = await _next_block(self._stream)
        except ClientDisconnect:
            raise WrongInput(
                "The connection ended before the body did. Nothing was stored; send it again."
            ) from None
        self.is_complete = not block
        self._passed += len(block)
        if self._passed > self._limit:
            raise BodyTooLarge
        return block


def _declared_length(request: Request) -> int:
    """What the sender says beforehand, 0 without a word. It is believed only when it is too much."""
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isdecimal() and len(declared) <= LONGEST_LENGTH else 0


async def _next_block(stream: AsyncIterator[bytes]) -> bytes:
    async for block in stream:
        if block:
            return block
    return b""
