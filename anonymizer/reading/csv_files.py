"""Reading a sheet as CSV: one header, rows streamed in chunks, columns and codes under our names.

Nothing is guessed: separators follow from the header, encodings and dates are declared. Whatever makes the file
unreadable ends the reading with a conflict that names the row as a spreadsheet shows it. No raised exception may
carry a cell, which is why none is raised while another one is handled.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from anonymizer.catalogue.findings import CASES
from anonymizer.chunks import Columns, RawChunk
from anonymizer.declared import UNDECLARED, Reading
from anonymizer.reading.encodings import lines_of, short_pieces
from anonymizer.reading.faults import BadLine, unreadable
from anonymizer.reading.headers import (
    SEPARATORS,
    columns_by_name,
    columns_of,
    named_separator,
    normal_name,
    separator_of,
)
from anonymizer.reading.openings import not_another_format
from anonymizer.reading.translating import Translation

ROWS_PER_CHUNK = 5_000
"""Enough that each distinct value is treated once for many rows, and a few MiB of memory at most."""
BYTES_PER_CHUNK = 8 << 20
"""Bytes after which a chunk ends before its last row: some thousand rows of long cells would fill the memory."""

_BLANK = "".join((*SEPARATORS, ' \r\n"'))


@dataclass(frozen=True, slots=True)
class _Header:
    """The columns in their order, and how many cells a row has: empty ones may stand after the last name."""

    columns: Sequence[str]
    cells: int
    row: int

    @classmethod
    def of(cls, names: list[str], sheet: str, reading: Reading, *, row: int) -> _Header:
        last = max(place for place, name in enumerate(names) if name.strip())
        columns = columns_of(names[: last + 1], sheet, reading.profile_columns, row=row)
        return cls(columns, len(names), row)

    @property
    def has_more(self) -> bool:
        """True when there are separators after the last name, as some spreadsheets write them."""
        return self.cells > len(self.columns)

    def has_empty_rest(self, record: Sequence[str]) -> bool:
        """True when the cells after the last name are empty, as they are in the header."""
        return not any(map(str.strip, record[len(self.columns) :]))


class _CountedPieces:
    """Pieces of a body, and how many bytes of them were taken since somebody last asked."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.since_last_time = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.since_last_time += len(piece)
            yield piece


def read_csv(
    chunks: Iterable[bytes],
    *,
    sheet: str = CASES,
    reading: Reading = UNDECLARED,
    rows_per_chunk: int = ROWS_PER_CHUNK,
) -> Iterator[RawChunk]:
    """The rows of a CSV file that comes in pieces. Raises Unreadable, perhaps after some chunks."""
    translation = Translation(reading)
    counted = _CountedPieces(short_pieces(chunks))
    lines = lines_of(not_another_format(counted, sheet=sheet), reading.declared_encoding)
    records = _records(lines, sheet, reading)
    header = _header(records, sheet, reading)
    width, has_more = header.cells, header.has_more
    rows: list[int] = []
    cells: list[list[str]] = []
    is_empty = True
    for row, record in records:
        if not any(map(str.strip, record)):
            continue
        if len(record) != width or (has_more and not header.has_empty_rest(record)):
            raise unreadable("cell_count", row=row, sheet=sheet)
        rows.append(row)
        cells.append(record)
        if len(rows) == rows_per_chunk or counted.since_last_time > BYTES_PER_CHUNK:
            full = [translation.apply(_chunk(header, cells, rows, sheet))]
            rows, cells, is_empty = [], [], False
            counted.since_last_time = 0
            yield full.pop()  # while this waits for the next call, no name of it holds a raw row
    if rows:
        full = [translation.apply(_chunk(header, cells, rows, sheet))]
        rows, cells = [], []
        yield full.pop()
    elif is_empty:
        raise unreadable("no_cases", sheet=sheet)


def _records(lines: Iterator[str], sheet: str, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """The records with their row numbers, from the header on. Blank lines count as rows."""
    row = 0
    fault = None
    try:
        first = next(lines, "")
        named = named_separator(first)  # no row of a spreadsheet
        for line in lines if named else chain([first], lines):
            if line.strip(_BLANK):
                reader = _reader(line, lines, named or separator_of(line, sheet, reading.profile_columns))
                for row, record in enumerate(reader, start=row + 1):  # noqa: B020 - goes on counting
                    yield row, record
            else:
                row += 1
    except BadLine as bad:
        fault = bad
    except csv.Error as error:
        fault = BadLine(_code_of(error))
    if fault:
        raise fault.at(row + 1, sheet)


def _reader(line: str, lines: Iterator[str], separator: str) -> Iterator[list[str]]:
    if separator not in SEPARATORS:
        raise BadLine("wrong_separator")
    return csv.reader(chain([line], lines), delimiter=separator, strict=True)


def _code_of(error: csv.Error) -> str:
    """What the standard library says in words alone."""
    return "cell_too_long" if str(error).startswith("field larger than") else "broken_quoting"


def _header(records: Iterator[tuple[int, list[str]]], sheet: str, reading: Reading) -> _Header:
    for row, names in records:
        if any(map(str.strip, names)):
            return _Header.of(names, sheet, reading, row=row)
    raise unreadable("empty_file", sheet=sheet)


def _chunk(header: _Header, cells: list[list[str]], rows: list[int], sheet: str) -> RawChunk:
    by_column = map(list, zip(*cells, strict=True))
    columns = dict(zip(header.columns, by_column, strict=False))  # beyond the last name there are empty cells
    _check_for_header(columns, rows, sheet)
    return RawChunk(columns, rows, sheet)


def _check_for_header(columns: Columns, rows: list[int], sheet: str) -> None:
    """Refuse a row that names the columns again, in whatever language: two files became one, or two headers."""
    known = columns_by_name(sheet)
    first = next(iter(columns))
    names = {first.casefold(), *(name for name, column in known.items() if column == first)}
    if names.isdisjoint(map(str.casefold, columns[first])):
        return
    for place, cell in enumerate(columns[first]):
        if cell.casefold() in names and _names_its_columns(columns, place, sheet):
            raise unreadable("repeated_header", row=rows[place], sheet=sheet)


def _names_its_columns(columns: Columns, place: int, sheet: str) -> bool:
    known = columns_by_name(sheet)
    return all(
        not cells[place].strip()
        or cells[place].strip() == name
        or known.get(normal_name(cells[place])) == name
        for name, cells in columns.items()
    )
