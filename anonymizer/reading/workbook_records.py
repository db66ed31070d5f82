"""Starting the process that reads a workbook, and what passes between the two: an order, and records.

The process is ended with its workbook: when it takes too long, when nobody wants its rows any more, and when
it says something that was not agreed. What it writes is never trusted to be whole before it said so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from io import BufferedReader, BufferedWriter
from threading import Timer
from typing import cast

from anonymizer.catalogue.findings import conflict_of
from anonymizer.errors import NoReader, Unreadable
from anonymizer.reading.containers import PIECE

Record = list[object]
"""`["sheet", name, row, columns, places]`, `["row", number, cells]`, `["refused", code, sheet, row, column]`
and at last `["end"]`. Rows and places count from 1; 0 is none."""
END: Record = ["end"]

MAX_LINE = 1 << 23
"""Bytes of one record: a row of 200 columns, each with 6,000 letters of any alphabet."""
_START = (
    "import sys; sys.path[:] = sys.argv[1:]; from anonymizer.reading.workbook_process import main; main()"
)
"""The process finds the packages that this one finds, whatever its environment says."""
_NEEDED_BY_WINDOWS = "SYSTEMROOT"


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of a workbook. Sheets that are wanted or left unread are named by `alias_key`."""

    sheets: dict[str, str]
    left_unread: list[str]
    in_order: list[str]
    last_row: int
    most_places: int
    most_text: int
    memory: int
    processor_seconds: int


def records_from(body: bytes, order: Order, *, waiting_seconds: float) -> Generator[Record]:
    """What the process tells of the workbook, up to END. Close it when done.

    Raises Unreadable when the process fails, NoReader when it cannot even be started.
    """
    process = _started()
    try:
        _hand_over(process, body, order, waiting_seconds)
        for line in _lines(process, waiting_seconds):
            record = _record(line)
            yield record
            if record == END:
                return
    finally:
        process.kill()
        with process:
            pass
    raise Unreadable(conflict_of("file_unreadable"))


def _started() -> subprocess.Popen[bytes]:
    """The process, with empty environment and nothing but its pipes; what it would say of errors is lost."""
    paths = [path for path in sys.path if path]
    environment = {name: value for name, value in os.environ.items() if name == _NEEDED_BY_WINDOWS}
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-c", _START, *paths],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    except OSError:
        raise NoReader from None


def _hand_over(process: subprocess.Popen[bytes], body: bytes, order: Order, waiting_seconds: float) -> None:
    """The order on a line of its own, then the workbook. A process that ended early is noticed when read from."""
    pipe = cast(BufferedWriter, process.stdin)
    with _ended_after(process, waiting_seconds), suppress(OSError), pipe:
        pipe.write(json.dumps(asdict(order)).encode() + b"\n")
        pipe.write(body)


def _lines(process: subprocess.Popen[bytes], waiting_seconds: float) -> Iterator[bytes]:
    """Whole lines. The waiting counts, not what is done with a line before the next one is asked for."""
    rest = b""
    while block := _next_block(process, waiting_seconds):
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
        if len(rest) > MAX_LINE:
            return


def _next_block(process: subprocess.Popen[bytes], waiting_seconds: float) -> bytes:
    pipe = cast(BufferedReader, process.stdout)
    with _ended_after(process, waiting_seconds):
        return pipe.read1(PIECE)


@contextmanager
def _ended_after(process: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
    timer = Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _record(line: bytes) -> Record:
    record = None
    with suppress(ValueError):
        record = json.loads(line)
    if not isinstance(record, list):
        raise Unreadable(conflict_of("file_unreadable"))
    return record
