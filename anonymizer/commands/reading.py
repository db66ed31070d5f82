"""Clears one case sheet on this machine, as often as asked, and remembers what was found but no row of it.

Two readings serve one batch: the first finds every problem before anything leaves, the second gives the
cleared rows piece by piece, so that a sheet of any size needs the memory of some thousand rows. Raw rows must
never outlive their piece.
"""

from __future__ import annotations

import csv
import io
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from anonymizer import Clearing, ClearingRules, Conflict, RawChunk, Unreadable, read_csv, read_json
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile

FIRST_ROW = 2
"""The number of the first row under the header, as a spreadsheet shows it."""


class RowNumbers:
    """Which row of the sender's sheet each sent row was.

    Kept as the places where the distance between the two changes. Only refused and empty rows, and cells of
    several lines, change it: a clean sheet takes one entry.
    """

    def __init__(self) -> None:
        self._starts = array("q")
        self._distances = array("q")
        self._sent = 0

    def extend(self, rows: Sequence[int]) -> None:
        """Add the numbers of the next sent rows, in their order."""
        for row in rows:
            distance = row - self._sent
            if not self._distances or self._distances[-1] != distance:
                self._starts.append(self._sent)
                self._distances.append(distance)
            self._sent += 1

    def in_the_sheet(self, row: int) -> int:
        """The row of the sender's sheet for a row of the sent one (its header is row 1)."""
        position = row - FIRST_ROW
        if not 0 <= position < self._sent:
            return row
        return position + self._distances[bisect_right(self._starts, position) - 1]


@dataclass
class Reading:
    """What one reading of a sheet found. It stays small: clearing lists a bounded number of conflicts."""

    received: int = 0
    rejected: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    conflicts: list[Conflict] = field(default_factory=list)
    is_readable: bool = True
    rows: RowNumbers = field(default_factory=RowNumbers)

    @property
    def accepted(self) -> int:
        """Rows that are fine."""
        return self.received - self.rejected


@dataclass(frozen=True)
class LaptopClearing:
    """A case sheet and the rules to clear it by. Every reading begins anew and gives the same."""

    sheet: SheetFile
    rules: ClearingRules

    def find(self, read_so_far: Callable[[int], None] = lambda _: None) -> Reading:
        """Read and clear the whole sheet and keep nothing but what was found.

        A sheet that cannot be read as one has no accepted row. Raises Stop when the file cannot be opened.
        """
        reading = Reading()
        try:
            for _ in self._cleared(reading, read_so_far):
                pass
        except Unreadable as unreadable:
            reading = Reading(received=reading.received, rejected=reading.received, is_readable=False)
            reading.conflicts.extend(unreadable.conflicts)
        return reading

    def cleared_sheet(
        self, found: Reading, read_so_far: Callable[[int], None] = lambda _: None
    ) -> Iterator[bytes]:
        """The accepted rows as a cleared case sheet (CSV, UTF-8), in pieces. Raises Stop when the file is not
        the one any more that gave `found`."""
        reading = Reading()
        for number, columns in enumerate(self._cleared(reading, read_so_far)):
            yield _as_csv(columns, with_header=number == 0)
        if (reading.received, reading.rejected) != (found.received, found.rejected):
            raise Stop("The file was changed while it was read. Try again.", ExitCode.TRY_AGAIN)

    def _cleared(
        self, reading: Reading, read_so_far: Callable[[int], None]
    ) -> Iterator[dict[str, list[str]]]:
        clearing = Clearing(self.rules)
        for raw in read_sheet(self.sheet, read_so_far):
            cleared = clearing.clear(raw)
            reading.received += cleared.received
            reading.rejected += cleared.rejected
            reading.dropped.update(cleared.dropped)
            reading.conflicts.extend(cleared.conflicts)
            reading.rows.extend(cleared.rows)
            yield cleared.columns


def read_sheet(sheet: SheetFile, read_so_far: Callable[[int], None]) -> Iterator[RawChunk]:
    """The raw rows of a sheet, some thousand at a time. Raises Stop and Unreadable."""
    pieces = sheet.pieces(read_so_far)
    return read_json(b"".join(pieces)) if sheet.is_json else read_csv(pieces)


def _as_csv(columns: dict[str, list[str]], *, with_header: bool) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    if with_header:
        writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()
