"""Calls that are wrong as HTTP go to a real server: each is refused, none is repeated, and the next one is served."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest

from anonymizer.reading.formats import Form
from app.edge.lanes import READERS_AT_A_TIME
from tests.anonymizer.workbook_makers import GOOD, workbook
from tests.campaign.attempts import MEDIA_TYPE
from tests.campaign.watching import MEBIBYTE, held_by
from tests.corpus.http_calls import CLOSED, KEY, LIMIT, MARK, SHEET, HttpCall, calls
from tests.flows.canary_doors import checked
from tests.flows.server_process import ServerProcess, server_process

SECONDS = 20
SILENCE = 3
"""Seconds after which a server that waits for more is left."""
GROWTH_ALLOWED = 64 * MEBIBYTE
SLOW_LINES = 60
BLOCK = 1 << 16
WORKBOOKS = 12


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, str]]:
    """A server that takes a mebibyte at most, and the key of a sender."""
    folder = tmp_path_factory.mktemp("http")
    with server_process(folder, CLEARPOINT_BODY_LIMIT_BYTES=str(LIMIT)) as started:
        checked(
            started.clearpoint("org", "add", "shelter", "--name", "S", "--kind", "NGO", "--country", "RS")
        )
        issued = checked(started.clearpoint("key", "issue", "shelter", "--person", "P", "--role", "sender"))
        yield started, issued.stdout.decode().splitlines()[0].removeprefix("key = ")


def test_every_call_is_refused_as_it_may_be(server: tuple[ServerProcess, str]) -> None:
    """A status that refuses, nothing of the call in the answer, the headers that browsers obey, and a server that
    lives: what it holds does not grow."""
    started, key = server
    held = held_by(started.process_id)

    wrong = {
        call.name: why for call in calls() if (why := what_is_wrong(call, said_to(started, key, call), key))
    }

    assert not wrong, "\n".join(f"{name}: {why}" for name, why in wrong.items())
    assert send(started, key).status_code == httpx.codes.OK
    assert held_by(started.process_id).memory - held.memory < GROWTH_ALLOWED
    assert MARK.encode() not in started.log.read_bytes()
    assert b'"fault"' not in started.log.read_bytes()


def test_there_are_many_calls_of_every_kind() -> None:
    """Each with a name of its own."""
    names = [call.name for call in calls()]

    assert sorted(names) == sorted(set(names))
    assert {call.kind for call in calls()} == {15, 19, 20, 22, 23, 24, 25, 26, 27}
    assert len(names) >= 100


def test_a_second_call_hidden_in_the_first_is_not_made(server: tuple[ServerProcess, str]) -> None:
    """What follows a body is a call of its own, under its own name; without a key it is refused."""
    started, key = server
    hidden = "GET /api/v1/batches HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    first = (
        "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nAuthorization: Bearer " + key + "\r\n\r\n"
    )

    answers = over_a_line(started, (first + hidden).encode())

    assert re.findall(rb"HTTP/1\.1 (\d{3})", answers) == [b"200", b"401"]


def test_who_sends_slowly_holds_up_nobody(server: tuple[ServerProcess, str]) -> None:
    """Lines that say a byte now and then hold no thread and no connection of the database: another sender is served
    while they last. They are not cut yet; the server stops reading for them when it stops."""
    started, key = server
    head = f"POST /api/v1/batches HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nAuthorization: Bearer {key}\r\n"
    beginnings = [head + f"Content-Length: {len(SHEET)}\r\n\r\n{SHEET[:9].decode()}", head, "GET / HT"]
    lines = [opened(started) for _ in range(SLOW_LINES)]
    try:
        for place, line in enumerate(lines):
            line.sendall(beginnings[place % len(beginnings)].encode())

        began = time.monotonic()
        statuses = {send(started, key).status_code for _ in range(5)}
        took = (time.monotonic() - began) / 5

        for line in lines:
            line.sendall(b"c")
    finally:
        for line in lines:
            line.close()
    assert statuses == {httpx.codes.OK}
    assert took < 5  # seconds; a batch alone takes a tenth of one


def test_few_processes_read_workbooks_at_a_time_and_all_are_gone_after(
    server: tuple[ServerProcess, str],
) -> None:
    """Twelve workbooks at once take turns, and a sender of CSV does not wait behind them."""
    started, key = server
    before = held_by(started.process_id).children
    most = 0

    with ThreadPoolExecutor(WORKBOOKS) as threads:
        sent = [threads.submit(send, started, key, workbook(GOOD), "xlsx") for _ in range(WORKBOOKS)]
        between = send(started, key)
        is_in_between = not all(one.done() for one in sent)
        while not all(one.done() for one in sent):
            most = max(most, held_by(started.process_id).children - before)

    # The cases in it lack what is required; 503 would be a workbook that waited too long.
    assert {one.result().status_code for one in sent} == {422}
    assert (between.status_code, is_in_between) == (200, True)
    assert 1 <= most <= READERS_AT_A_TIME
    assert held_by(started.process_id).children == before


def test_no_answer_lets_another_site_read_it(server: tuple[ServerProcess, str]) -> None:
    """No header of CORS, whatever the origin; a page is not framed, and what is private is not kept."""
    started, key = server
    for origin in ("https://hostile.example", "null", started.url):
        answer = httpx.get(
            f"{started.url}/api/v1/batches", headers={"Origin": origin, "Authorization": f"Bearer {key}"}
        )

        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers


def what_is_wrong(call: HttpCall, answer: bytes, key: str) -> str:
    """Nothing, or a sentence for the reader of this test."""
    found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    status = int(found[1]) if found else CLOSED
    if status not in call.statuses:
        return f"status {status}: {answer[:200]!r}"
    if MARK.lower().encode() in answer.lower() or key.encode() in answer:
        return "the answer repeats the call"
    return ""


def said_to(server: ServerProcess, key: str, call: HttpCall) -> bytes:
    """What the server answers to a call."""
    return over_a_line(server, call.head.replace(KEY, key).encode("latin-1") + call.body)


def over_a_line(server: ServerProcess, said: bytes) -> bytes:
    """Everything that comes back until the line is closed or silent. It is read while it is said: a server may answer
    early."""
    heard = bytearray()
    with opened(server) as line:
        line.settimeout(SILENCE)
        listening = threading.Thread(target=hear, args=(line, heard))
        listening.start()
        with suppress(OSError):  # a server that has answered may close before it has heard all
            line.sendall(said)
        listening.join()
    return bytes(heard)


def hear(line: socket.socket, heard: bytearray) -> None:
    with suppress(OSError):
        while block := line.recv(BLOCK):
            heard += block


def opened(server: ServerProcess) -> socket.socket:
    place = urlsplit(server.url)
    return socket.create_connection((place.hostname, place.port), timeout=SECONDS)


def send(server: ServerProcess, key: str, body: bytes = SHEET, form: Form = "csv") -> httpx.Response:
    """A good batch, unless it is another one."""
    headers = {"Content-Type": MEDIA_TYPE[form], "Authorization": f"Bearer {key}"}
    return httpx.post(
        f"{server.url}/api/v1/batches?dry_run=true", content=body, headers=headers, timeout=SECONDS
    )
