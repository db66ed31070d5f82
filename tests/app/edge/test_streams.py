"""A body as it arrives: its beginning is held, the rest streams, and all bodies together fill no memory."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
import pytest
from starlette.requests import Request
from starlette.types import Message

from app.domain.errors import BodyTooLarge, TryAgain, WrongInput
from app.edge.lanes import HELD_TOGETHER, LARGE_AT_A_TIME, SMALL_AT_A_TIME, WHOLE_AND_HEAVY, Lanes
from app.edge.streams import ArrivingBody

LIMIT = 10 * HELD_TOGETHER


def a_body(
    *blocks: bytes, limit: int = LIMIT, length: int | None = None, breaks_off: bool = False
) -> ArrivingBody:
    """A body that comes in these blocks."""

    def messages() -> Iterator[Message]:
        for block in blocks:
            yield {"type": "http.request", "body": block, "more_body": True}
        yield {"type": "http.disconnect"} if breaks_off else {"type": "http.request", "body": b""}

    coming = messages()

    async def receive() -> Message:
        return next(coming)

    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return ArrivingBody(Request({"type": "http", "headers": headers}, receive), limit=limit)


def blocks_of(body: ArrivingBody, *, held: int) -> tuple[list[bytes], int]:
    """All of it as a thread gets it, and how much was held before that."""

    async def run() -> tuple[list[bytes], int]:
        await body.hold(held)
        before = body.held_bytes
        return await anyio.to_thread.run_sync(lambda: list(body.blocks())), before

    return anyio.run(run)


def test_the_beginning_is_held_and_the_rest_comes_as_it_comes() -> None:
    """More than was asked for by one block at most; nothing is lost and nothing comes twice."""
    blocks, held = blocks_of(a_body(b"aa", b"bb", b"cc", b"dd"), held=3)

    assert held == 4
    assert blocks == [b"aa", b"bb", b"cc", b"dd"]


def test_a_small_body_is_held_whole() -> None:
    """Its sender can keep nobody waiting any more."""
    blocks, held = blocks_of(a_body(b"aa", b"b"), held=3)

    assert (held, b"".join(blocks)) == (3, b"aab")


def test_more_than_the_limit_is_refused_said_or_not() -> None:
    """What is said of the length is believed only when it is too much."""
    with pytest.raises(BodyTooLarge):
        a_body(b"", limit=3, length=4)
    with pytest.raises(BodyTooLarge):
        blocks_of(a_body(b"aa", b"bb", limit=3, length=2), held=1)


def test_a_connection_that_ends_too_early_is_no_fault_of_ours() -> None:
    """Nothing is stored of half a body."""
    with pytest.raises(WrongInput):
        blocks_of(a_body(b"aa", breaks_off=True), held=10)


def test_what_all_bodies_hold_together_has_a_limit() -> None:
    """Who comes then is told to try again; room that was given back serves the next one."""

    half = b"x" * (HELD_TOGETHER // 2)

    async def run() -> None:
        lanes = Lanes()
        async with lanes.holding(a_body(half), LIMIT), lanes.holding(a_body(half), LIMIT):
            with pytest.raises(TryAgain):
                await lanes.holding(a_body(b"c"), LIMIT).__aenter__()
        async with lanes.holding(a_body(half), LIMIT):
            pass

    anyio.run(run)


@pytest.mark.parametrize(
    ("held", "streams", "is_large", "at_a_time"),
    [
        (1, True, False, SMALL_AT_A_TIME),
        (WHOLE_AND_HEAVY + 1, True, False, SMALL_AT_A_TIME),
        (WHOLE_AND_HEAVY + 1, False, False, LARGE_AT_A_TIME),
        (1, False, False, SMALL_AT_A_TIME),
        (1, True, True, LARGE_AT_A_TIME),
    ],
)
def test_small_batches_are_not_behind_large_ones(
    held: int, streams: bool, is_large: bool, at_a_time: int
) -> None:
    """Large is what streams for long, and what takes much memory to be read as one object."""

    async def run() -> float:
        body = a_body(b"x" * held)
        await body.hold(held)
        return Lanes().lane_of(body, streams=streams, is_large=is_large).total_tokens

    assert anyio.run(run) == at_a_time
