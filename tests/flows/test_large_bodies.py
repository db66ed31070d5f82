"""A body over the limit, said or unsaid, is refused while it comes in: no memory is filled and no file is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.factories import a_case, a_sheet
from tests.flows.canary_doors import key_of, register
from tests.flows.server_process import ServerProcess, server_process

MEBIBYTE = 1024 * 1024
LIMIT = 32 * MEBIBYTE
SENT = 512 * MEBIBYTE
GROWTH_ALLOWED = 64 * MEBIBYTE
BLOCK = 256 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, str]]:
    """A server that takes 32 MiB at most, and the key of a sender."""
    folder = tmp_path_factory.mktemp("large")
    with server_process(folder, CLEARPOINT_BODY_LIMIT_BYTES=str(LIMIT)) as started:
        yield started, key_of(register(started, folder / "keys")["shelter"])


@pytest.mark.parametrize("is_said", [True, False], ids=["length said", "length unsaid"])
def test_413_without_memory_growth(server: tuple[ServerProcess, str], is_said: bool) -> None:
    """A good sender is served before, in between and after."""
    started, key = server
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv"}
    assert send_one(started, headers) == 200
    before = peak_memory(started)

    said = {"Content-Length": str(sum(map(len, endless())))} if is_said else {}
    statuses = set()
    with suppress(httpx.TransportError):  # the server may close the connection before all is sent
        statuses.add(
            httpx.post(
                f"{started.url}/api/v1/batches", content=endless(), headers={**headers, **said}, timeout=60
            ).status_code
        )

    assert statuses <= {413}
    assert peak_memory(started) - before < GROWTH_ALLOWED
    assert [path for path in started.temporary.rglob("*") if path.is_file()] == []
    assert send_one(started, headers) == 200


def endless() -> Iterator[bytes]:
    """A sheet whose rows do not end: one good header, and the same wrong row again and again."""
    head, row = a_sheet(a_case(sex="wrong")).split(b"\r\n")[:2]
    yield head + b"\r\n"
    block = (row + b"\r\n") * (BLOCK // len(row))
    for _ in range(SENT // len(block)):
        yield block


def send_one(server: ServerProcess, headers: dict[str, str]) -> int:
    return httpx.post(f"{server.url}/api/v1/batches", content=a_sheet(), headers=headers).status_code


def peak_memory(server: ServerProcess) -> int:
    """The most that the server's process has had in memory, in bytes."""
    status = Path(f"/proc/{server.process_id}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024
