"""A custodian that is broken, or means ill: it costs neither memory nor hours."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Iterator

import httpx
import pytest

from anonymizer.linking.calling import (
    IMPATIENT,
    UNPACKED,
    Custodian,
    CustodianAway,
    Patience,
    fetch_published,
)
from anonymizer.oprf.messages import LONGEST_MESSAGE, Call
from anonymizer.sending_errors import CallRefused

CALL = Call(1, (bytes(31) + b"\1",))
MEGABYTE = 1024 * 1024


class Blocks(httpx.SyncByteStream):
    """A body that comes in blocks, and counts them."""

    def __init__(self, block: bytes, number: int, pause: float = 0.0) -> None:
        self.block, self.number, self.pause, self.given = block, number, pause, 0

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.number):
            time.sleep(self.pause)
            self.given += 1
            yield self.block


def custodian(
    body: Blocks, *, status: int = 200, patience: Patience = IMPATIENT, encoding: str = UNPACKED
) -> Custodian:
    headers = {"Content-Encoding": encoding}
    answer = httpx.MockTransport(lambda _: httpx.Response(status, headers=headers, stream=body))
    return Custodian("https://trustee.example", "ct_x", patience=patience, transport=answer)


def test_a_packed_answer_is_not_unpacked() -> None:
    """A hundred megabytes of zeros are a hundred kilobytes on the wire."""
    bomb = Blocks(gzip.compress(bytes(100 * MEGABYTE), 1), 1)
    tracemalloc.start()

    with pytest.raises(CallRefused, match="no custodian"):
        custodian(bomb, encoding="gzip").evaluate(CALL)

    assert tracemalloc.get_traced_memory()[1] < 10 * MEGABYTE
    tracemalloc.stop()


@pytest.mark.parametrize("status", [200, 422])
def test_an_endless_answer_is_not_read_to_its_end(status: int) -> None:
    """Twice the longest message is enough to know."""
    body = Blocks(bytes(MEGABYTE), 1000)

    with pytest.raises(Exception, match=r"\w"):
        custodian(body, status=status).evaluate(CALL)

    assert body.given <= 2 * LONGEST_MESSAGE / MEGABYTE + 2


def test_an_answer_that_trickles_is_given_up() -> None:
    """Each block comes in time, the whole does not."""
    body = Blocks(b" ", 1000, pause=0.02)

    with pytest.raises(CustodianAway):
        custodian(body, patience=Patience(1, 0.1)).evaluate(CALL)

    assert body.given < 20


def test_an_impatient_caller_asks_once_and_waits_for_ten_seconds() -> None:
    """On a server other senders wait meanwhile."""
    asked: list[httpx.Request] = []

    def silent(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        raise httpx.ReadTimeout("silent", request=request)

    door = Custodian(
        "https://trustee.example", "ct_x", patience=IMPATIENT, transport=httpx.MockTransport(silent)
    )
    with pytest.raises(CustodianAway):
        door.evaluate(CALL)

    (request,) = asked
    assert max(request.extensions["timeout"].values()) <= 10
    assert request.headers["Accept-Encoding"] == UNPACKED


def test_a_published_document_is_read_as_carefully() -> None:
    """Whoever answers there is not known yet."""
    body = Blocks(bytes(MEGABYTE), 1000)
    answer = httpx.MockTransport(lambda _: httpx.Response(200, stream=body))

    with pytest.raises(CallRefused):
        fetch_published("https://trustee.example/keys", transport=answer)

    assert body.given <= 3
