"""Reading the case sheet as CSV: UTF-8, commas, one header, streamed in chunks of rows.

Nothing is guessed. Whatever makes the file unreadable ends the reading with a conflict that names the row as
a spreadsheet shows it. No raised exception may carry a cell, which is why none is raised while another one is
handled.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence

from anonymizer.chunks import RawChunk
from anonymizer.errors import Unreadable
from anonymizer.findings import conflict_of, place_of_column

ROWS_PER_CHUNK = 5_000
"""Enough that each distinct value is treated once for many rows, and a few MiB of memory at most."""
MAX_LINE = 1 << 20
"""Bytes. A case sheet's line has about 300; a line that never ends must not fill the memory."""
MAX_COLUMNS = 200
"""More than the case sheet and all direct identifiers together."""

UNCLEAR = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff\ud800-\udfff]")
"""Control characters but tab and line ends, and what a broken encoding leaves behind."""


class _BadLineError(Exception):
    """A line that stops the reading; `code` is that of the conflict."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_csv(chunks: Iterable[bytes], *, rows_per_chunk: int = ROWS_PER_CHUNK) -> Iterator[RawChunk]:
    """The rows of a CSV file that comes in pieces. Raises Unreadable, perhaps after some chunks."""
    records = _records(csv.reader(_lines(chunks), strict=True))
    header = _header(records)
    rows: list[int] = []
    cells: list[list[str]] = []
    is_empty = True
    for row, record in records:
        if not any(map(str.strip, record)):
            continue
        if len(record) != len(header):
            raise Unreadable(conflict_of("cell_count", row=row))
        rows.append(row)
        cells.append(record)
        if len(rows) == rows_per_chunk:
            full = [_chunk(header, cells, rows)]
            rows, cells, is_empty = [], [], False
            yield full.pop()  # while this waits for the next call, no name of it holds a raw row
    if rows:
        yield _chunk(header, cells, rows)
    elif is_empty:
        raise Unreadable(conflict_of("no_cases"))


def check_header(header: Sequence[str]) -> None:
    """Refuse a header that is not separated by commas, has too many columns or one of them twice."""
    if len(header) == 1 and re.search("[;\t|]", header[0]):
        raise Unreadable(conflict_of("wrong_separator", row=1))
    if len(header) > MAX_COLUMNS:
        raise Unreadable(conflict_of("too_many_columns", row=1))
    doubled = [place for place, name in enumerate(header) if name in header[:place]]
    if doubled:
        raise Unreadable(
            *(conflict_of("doubled_column", row=1, column=place_of_column(place)) for place in doubled)
        )


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """The records with their row numbers; blank lines count as rows."""
    row = 0
    while True:
        row += 1
        code = ""
        try:
            record = next(reader, None)
        except _BadLineError as bad:
            code = bad.code
        except csv.Error:
            code = "broken_quoting"
        if code:
            raise Unreadable(conflict_of(code, row=row))
        if record is None:
            return
        yield row, record


def _header(records: Iterator[tuple[int, list[str]]]) -> list[str]:
    _, header = next(records, (0, []))
    header = [name.strip() for name in header]
    if not any(header):
        raise Unreadable(conflict_of("empty_file"))
    check_header(header)
    return header


def _chunk(header: list[str], cells: list[list[str]], rows: list[int]) -> RawChunk:
    return RawChunk(dict(zip(header, map(list, zip(*cells, strict=True)), strict=True)), rows)


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """The lines with their ends. Whole blocks are decoded at once, and only a bad one line by line."""
    for block in _blocks(chunks):
        text = _decoded(block)
        if text is None or UNCLEAR.search(text):
            yield from _lines_up_to_the_bad_one(block)
        else:
            yield from _with_ends(text)


def _lines_up_to_the_bad_one(block: bytes) -> Iterator[str]:
    for line in _with_ends_of_bytes(block):
        text = _decoded(line)
        if text is None:
            raise _BadLineError("wrong_encoding")
        if UNCLEAR.search(text):
            raise _BadLineError("unclear_character")
        yield text


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces that end where a line ends, without a byte order mark."""
    rest = b""
    is_first = True
    for chunk in chunks:
        rest += chunk
        if is_first:
            if len(rest) < len(BOM_UTF8):
                continue
            rest, is_first = rest.removeprefix(BOM_UTF8), False
        block, end, rest = rest.rpartition(b"\n")
        if end:
            yield block + end
        if len(rest) > MAX_LINE:
            raise _BadLineError("line_too_long")
    if rest := rest.removeprefix(BOM_UTF8) if is_first else rest:
        yield rest


def _decoded(block: bytes) -> str | None:
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _with_ends(text: str) -> list[str]:
    lines = text.split("\n")
    last = lines.pop()
    return [line + "\n" for line in lines] + ([last] if last else [])


def _with_ends_of_bytes(block: bytes) -> list[bytes]:
    lines = block.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])
