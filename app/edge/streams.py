"""A body as it arrives, handed from the event loop to the thread that clears it, block by block.

A body is never collected and never rolls to a temporary file.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from anyio import from_thread
from fastapi import Request

from app.domain.errors import BodyTooLarge


def declares_more_than(request: Request, limit: int) -> bool:
    """Whether the sender says beforehand that the body is over the limit. What it says is not relied on."""
    declared = request.headers.get("content-length", "")
    return declared.isdecimal() and int(declared) > limit


def body_blocks(request: Request, *, limit: int) -> Iterator[bytes]:
    """The blocks of the body, for a worker thread. Raises BodyTooLarge once more than `limit` bytes have come."""
    if declares_more_than(request, limit):
        raise BodyTooLarge
    stream, passed = request.stream(), 0
    while block := from_thread.run(_next_block, stream):
        passed += len(block)
        if passed > limit:
            raise BodyTooLarge
        yield block


async def _next_block(stream: AsyncIterator[bytes]) -> bytes:
    async for block in stream:
        if block:
            return block
    return b""
