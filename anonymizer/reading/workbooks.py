"""Reading a workbook (XLSX): the case sheet and a sheet for each module, by a process of its own.

This process looks at the container only; what is in it is read by `workbook_process`, which may fail without
harm. A workbook passes over pipes and is never written to disk. The name of a sheet is never repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from anonymizer.catalogue.findings import CASES, FINDINGS, Conflict, conflict_of, place_of_column
from anonymizer.catalogue.languages import explaining_sheets, sheet_aliases
from anonymizer.catalogue.sheets import SHEETS
from anonymizer.chunks import RawChunk
from anonymizer.declared import UNDECLARED, Reading
from anonymizer.errors import Unreadable
from anonymizer.reading.containers import EMPTY_ZIP_MAGIC, ZIP_MAGIC, members_of
from anonymizer.reading.csv_files import ROWS_PER_CHUNK
from anonymizer.reading.headers import column_of
from anonymizer.reading.translating import Translation
from anonymizer.reading.whole_sheets import MAX_ROWS, held_to_their_most_rows
from anonymizer.reading.workbook_records import END, Order, Record, records_from

MAX_PLACES_TOLD = 100
"""In one workbook; after a hundred formulas one knows that it is full of them."""
MAX_TEXT = 50_000_000
"""Letters of all cells together: 50,000 case sheets of 1,000 letters each."""
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a workbook from before 2007 begins, and one with a password."""
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading a workbook may take: bytes of memory, seconds of a processor, seconds to wait for more rows."""

    memory: int = 1 << 30
    processor_seconds: int = 30
    waiting_seconds: float = 120


LIMITS = Limits()
"""Measured on one core: 20,000 case sheets of 30 columns take 80 MiB and 2 seconds; the largest workbook that may
come, with 3,000,000 cells, takes 391 MiB and 9 seconds. Waiting is longer, because others work at the same time."""


def read_xlsx(body: bytes, reading: Reading = UNDECLARED, *, limits: Limits = LIMITS) -> Iterator[RawChunk]:
    """The sheets of a workbook, the cases first. Raises Unreadable, perhaps after some chunks."""
    _check_kind(body)
    members_of(body)
    translation = Translation(reading)
    records = records_from(body, order_for(limits), waiting_seconds=limits.waiting_seconds)
    is_empty = True
    try:
        for sheet, chunks in _by_sheet(records, reading):
            for chunk in map(translation.apply, held_to_their_most_rows(chunks, sheet)):
                is_empty = False
                handed_on = [chunk]
                del chunk
                yield handed_on.pop()  # while this waits for the next call, no name of it holds a raw row
    finally:
        records.close()
    if is_empty:
        raise Unreadable(conflict_of("no_cases"))


def order_for(limits: Limits) -> Order:
    """What is wanted of every workbook."""
    return Order(
        sheets=dict(sheet_aliases()),
        left_unread=sorted(explaining_sheets()),
        in_order=list(SHEETS),
        last_row=MAX_ROWS + 1,
        most_places=MAX_PLACES_TOLD,
        most_text=MAX_TEXT,
        memory=limits.memory,
        processor_seconds=limits.processor_seconds,
    )


def _check_kind(body: bytes) -> None:
    """Tell what a file is that only has the name of a workbook."""
    if not body:
        raise Unreadable(conflict_of("empty_file"))
    if body.startswith(OLE_MAGIC):
        raise Unreadable(conflict_of("encrypted_file" if _ENCRYPTED_STREAM in body else "old_workbook"))
    if not body.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)):
        raise Unreadable(conflict_of("not_a_workbook"))


def _by_sheet(records: Iterator[Record], reading: Reading) -> Iterator[tuple[str, Iterator[RawChunk]]]:
    """Each sheet with its chunks, which must be taken before the next sheet is asked for."""
    record = next(records)
    while record != END:
        match record:
            case ["sheet", str(sheet), int(row), list(names), list(places)]:
                columns = _columns(names, sheet, reading, row=row, places=places)
                rest = _Rest(records, len(columns))
                yield sheet, _chunks_of(rest, sheet, columns)
                record = rest.after
            case _:
                refused = tuple(_refused(chain([record], records)))
                raise Unreadable(*(refused or [conflict_of("file_unreadable")]))


class _Rest:
    """The rows of one sheet; `after` is the first record that is none of them."""

    def __init__(self, records: Iterator[Record], width: int) -> None:
        self._records = records
        self._texts = [str] * width
        self.after: Record = END

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        for record in self._records:
            match record:
                case ["row", int(number), list(cells)] if list(map(type, cells)) == self._texts:
                    yield number, cells
                case _:
                    self.after = record
                    return


def _columns(
    names: Sequence[str], sheet: str, reading: Reading, *, row: int, places: Sequence[int]
) -> list[str]:
    """The columns that the header means. `places` are their numbers in the sheet, from 1."""
    columns = [column_of(name, sheet, reading.profile_columns) for name in names]
    doubled = [place for place, name in enumerate(columns) if name in columns[:place]]
    if doubled:
        letters = (place_of_column(places[place] - 1) for place in doubled)
        raise Unreadable(
            *(conflict_of("doubled_column", row=row, column=letter, sheet=sheet) for letter in letters)
        )
    return columns


def _chunks_of(rest: _Rest, sheet: str, columns: Sequence[str]) -> Iterator[RawChunk]:
    rows: list[int] = []
    cells: list[list[str]] = []
    for number, row in rest:
        rows.append(number)
        cells.append(row)
        if len(rows) == ROWS_PER_CHUNK:
            full = [_chunk(columns, cells, rows, sheet)]
            rows, cells = [], []
            del row
            yield full.pop()
    if rows:
        yield _chunk(columns, cells, rows, sheet)


def _chunk(columns: Sequence[str], cells: list[list[str]], rows: list[int], sheet: str) -> RawChunk:
    by_column = map(list, zip(*cells, strict=True))
    return RawChunk(dict(zip(columns, by_column, strict=True)), rows, sheet)


def _refused(records: Iterator[Record]) -> Iterator[Conflict]:
    """Everything that is refused, in the words of the catalogue."""
    for record in records:
        match record:
            case ["refused", str(code), str(sheet), int(row), int(column)] if code in FINDINGS:
                letters = place_of_column(column - 1) if column else ""
                yield conflict_of(code, row=row, column=letters, sheet=sheet or CASES)
            case _:
                pass
