"""Sheets of an archive or a workbook, held to their most rows, and each module joined to one chunk.

A case's rows of one module must be cleared together, which is why a module is whole in memory and its size is
bounded. A raw chunk is handed on and never kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from anonymizer.catalogue.findings import CASES, conflict_of
from anonymizer.chunks import RawChunk
from anonymizer.errors import Unreadable

MAX_ROWS = 50_000
"""Rows of one sheet in one archive or workbook; more come as several batches, or as CSV or NDJSON."""
MAX_CELLS_AT_ONCE = 1_500_000
"""Cells of a module: 30 columns for each of its rows, at about 70 bytes a cell in memory."""


def held_to_their_most_rows(chunks: Iterator[RawChunk], sheet: str) -> Iterator[RawChunk]:
    """The chunks of a sheet as clearing wants them. Raises Unreadable at the row that is one too many."""
    counted = _counted(chunks, sheet)
    return counted if sheet == CASES else _joined(counted)


def _counted(chunks: Iterator[RawChunk], sheet: str) -> Iterator[RawChunk]:
    rows = 0
    for chunk in chunks:
        rows += len(chunk.rows)
        is_too_large = sheet != CASES and rows * len(chunk.columns) > MAX_CELLS_AT_ONCE
        if rows > MAX_ROWS or is_too_large:
            raise Unreadable(conflict_of("too_many_rows", row=chunk.rows[-1], sheet=sheet))
        handed_on = [chunk]
        del chunk
        yield handed_on.pop()  # while this waits for the next call, no name of it holds a raw row


def _joined(chunks: Iterator[RawChunk]) -> Iterator[RawChunk]:
    whole = list(chunks)
    if not whole:
        return
    first = whole[0]
    for chunk in whole[1:]:
        first.rows.extend(chunk.rows)
        for name, cells in chunk.columns.items():
            first.columns[name].extend(cells)
        del chunk
    del first, whole[1:]
    yield whole.pop()
