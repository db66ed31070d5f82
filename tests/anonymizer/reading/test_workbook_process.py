"""The process that reads a workbook: it agrees with another reader, and can reach nothing."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymizer.reading.workbook_process import records_of
from anonymizer.reading.workbook_records import END
from anonymizer.reading.workbooks import LIMITS, order_for
from tests.anonymizer.workbook_makers import Sheet, row, workbook

NAMES = ["case_number", "age", "sex", "registered_on"]
CELLS = st.sampled_from(
    [
        "",
        "<c{at}><v>{n}</v></c>",
        "<c{at} t='n'><v>{n}.0</v></c>",
        "<c{at} s='1'><v>450{n}</v></c>",
        "<c{at} t='str'><v>{n}x</v></c>",
        "<c{at} t='str'></c>",
        "<c{at} t='inlineStr'><is><t>{n} y</t></is></c>",
        "<c{at} t='inlineStr'><is><r><t>{n}</t></r><r><t>z</t></r></is></c>",
        "<c{at} t='inlineStr'><is></is></c>",
        "<c{at} s='1'/>",
        "<c{at}><v></v></c>",
    ]
)
ROWS = st.lists(
    st.tuples(st.integers(1, 4), st.lists(st.tuples(CELLS, st.integers(10, 99)), max_size=4)), max_size=6
)


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@settings(max_examples=100, deadline=None)
@given(rows=ROWS, above=st.integers(0, 2), has_places=st.booleans())
def test_two_readers_find_the_same_cells(
    rows: list[tuple[int, list[tuple[str, int]]]], above: int, has_places: bool
) -> None:
    """Whatever the kinds of cells, however many rows are left out, and whether the cells say where they are."""
    number = 1 + above
    sheet = row(number, NAMES)
    for step, cells in rows:
        number += step
        places = [f" r='{chr(65 + at)}{number}'" if has_places else "" for at in range(len(cells))]
        within = "".join(
            xml.format(at=at, n=n) if xml or has_places else "<c/>"
            for at, (xml, n) in zip(places, cells, strict=True)
        )
        sheet += f'<row r="{number}">{within}</row>'
    body = workbook(Sheet(sheet))

    assert ours(body) == theirs(body)


def test_the_process_that_reads_can_reach_nothing() -> None:
    """Whoever takes it over by a fault of the reader finds no file and no network."""
    program = """
import socket, sys
sys.path[:] = sys.argv[1:]
from anonymizer.reading.workbook_process import give_up_rights
from anonymizer.reading.workbooks import LIMITS, order_for
give_up_rights(order_for(LIMITS))
for reach in (lambda: open("/etc/hostname"), lambda: open("/tmp/x", "w"), socket.socket, lambda: bytearray(2 << 30)):
    try:
        reach()
    except (OSError, MemoryError) as error:
        print(type(error).__name__)
"""

    ran = subprocess.run(
        [sys.executable, "-I", "-c", program, *filter(None, sys.path)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.split() == ["OSError", "OSError", "OSError", "MemoryError"]


def ours(body: bytes) -> dict[tuple[int, str], str]:
    """Row and column of every cell that is not empty."""
    found: dict[tuple[int, str], str] = {}
    for record in records_of(body, order_for(LIMITS)):
        match record:
            case ["row", int(number), list(cells)]:
                found |= {(number, name): cell for name, cell in zip(NAMES, cells, strict=True) if cell}
            case _:
                assert record == END or (record[0], record[3]) == ("sheet", NAMES)
    return found


def theirs(body: bytes) -> dict[tuple[int, str], str]:
    """The same by another library."""
    lines = enumerate(openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True), start=1)
    header = next(number for number, values in lines if any(values))
    return {
        (number, name): shown
        for number, values in lines
        if number > header
        for name, value in zip(NAMES, values, strict=False)
        if (shown := as_shown(value))
    }


def as_shown(value: object) -> str:
    """A value as a sender sees it."""
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
