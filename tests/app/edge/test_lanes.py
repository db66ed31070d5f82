"""The lanes of the door: few processes read workbooks at a time, and nobody waits for one for ever."""

from __future__ import annotations

import subprocess

import anyio
import pytest
from starlette.testclient import TestClient

from app.domain.errors import TryAgain
from app.edge import lanes as edge
from app.edge.lanes import READERS_AT_A_TIME, Lanes
from tests.anonymizer.workbook_makers import GOOD, workbook
from tests.clearing_point_fixture import People

WORKBOOK = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def send_workbook(client: TestClient) -> tuple[int, str]:
    """The status of the answer, and after how many seconds to try again."""
    answer = client.post("/api/v1/batches", content=workbook(GOOD), headers=WORKBOOK)
    return answer.status_code, answer.headers.get("retry-after", "")


def test_few_processes_read_workbooks_at_a_time() -> None:
    """Ten that come together take turns, and all of them have one."""
    lanes, reading, most, done = Lanes(), 0, 0, 0

    async def read_one() -> None:
        nonlocal reading, most, done
        async with lanes.reader(is_workbook=True):
            reading += 1
            most = max(most, reading)
            await anyio.sleep(0.001)
            reading, done = reading - 1, done + 1

    async def read_ten() -> None:
        async with anyio.create_task_group() as together:
            for _ in range(10):
                together.start_soon(read_one)

    anyio.run(read_ten)

    assert (most, done) == (READERS_AT_A_TIME, 10)


def test_who_waits_too_long_for_a_reader_tries_again_and_others_do_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A body that is no workbook needs no reader; and the one that gave up has taken none."""
    monkeypatch.setattr(edge, "SECONDS_FOR_A_READER", 0.01)
    lanes = Lanes()

    async def hold() -> None:
        async with lanes.reader(is_workbook=True):
            await anyio.sleep(0.1)

    async def wait_in_vain() -> None:
        async with anyio.create_task_group() as together:
            together.start_soon(hold)
            together.start_soon(hold)
            await anyio.sleep(0.001)
            with pytest.raises(TryAgain):
                await lanes.reader(is_workbook=True).__aenter__()
            async with lanes.reader(is_workbook=False):
                assert lanes.readers.borrowed_tokens == READERS_AT_A_TIME
        assert lanes.readers.borrowed_tokens == 0

    anyio.run(wait_in_vain)


def test_503_when_the_system_lets_no_process_start(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is wrong with the workbook, so that its sender is told to try again."""

    def no_process(*_arguments: object, **_named: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr(subprocess, "Popen", no_process)

    assert send_workbook(people.sender) == (503, "5")

    monkeypatch.undo()
    assert send_workbook(people.sender)[0] == 422  # the cases in it have not all that is required
