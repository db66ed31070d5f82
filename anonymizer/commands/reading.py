"""Clears a file of case sheets on this machine, as often as asked, and remembers what was found but no row of it.

Two readings serve one batch: the first finds every problem before anything leaves, the second gives the
cleared rows piece by piece, so that a CSV of any size needs the memory of some thousand rows. Raw rows must
never outlive their piece.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from anonymizer import ClearedChunk, Clearing, ClearingRules, Conflict, Unreadable
from anonymizer.commands.cleared_files import as_archive, as_csv
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile
from anonymizer.commands.printing import UNWATCHED, Watch
from anonymizer.declared import UNDECLARED, Reading
from anonymizer.linking.tokens import Tokenizer
from anonymizer.reading.formats import Form, open_sheets

FORMS_OF_SHEETS: tuple[Form, ...] = ("zip", "xlsx")
"""Where each module comes as a sheet of its own, so that clearing has to remember the cases before it."""
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
class SheetCount:
    """The rows of one sheet: read, to correct, left out for want of a case that is kept; and which were sent."""

    received: int = 0
    rejected: int = 0
    withheld: int = 0
    rows: RowNumbers = field(default_factory=RowNumbers)

    @property
    def accepted(self) -> int:
        """Rows that are fine."""
        return self.received - self.rejected - self.withheld

    def counts(self) -> tuple[int, int, int]:
        """What tells whether a file is still the same."""
        return self.received, self.rejected, self.withheld


@dataclass
class Examination:
    """What one reading of a file found. It stays small: clearing lists a bounded number of conflicts.

    `found` counts them all, listed or not.
    """

    sheets: dict[str, SheetCount] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    conflicts: list[Conflict] = field(default_factory=list)
    found: int = 0
    is_readable: bool = True

    @property
    def received(self) -> int:
        """Rows of all sheets."""
        return sum(sheet.received for sheet in self.sheets.values())

    @property
    def accepted(self) -> int:
        """Rows of all sheets that are fine."""
        return sum(sheet.accepted for sheet in self.sheets.values()) if self.is_readable else 0

    @property
    def rejected(self) -> int:
        """Rows of all sheets that are to correct."""
        return sum(sheet.rejected for sheet in self.sheets.values())

    def of(self, sheet: str) -> SheetCount:
        """The counts of a sheet, also of one that never came."""
        return self.sheets.setdefault(sheet, SheetCount())

    def add(self, cleared: ClearedChunk) -> None:
        """Count a chunk that was cleared."""
        sheet = self.of(cleared.sheet)
        sheet.received += cleared.received
        sheet.rejected += cleared.rejected
        sheet.withheld += cleared.withheld
        sheet.rows.extend(cleared.rows)
        self.dropped.update(cleared.dropped)
        self.conflicts.extend(cleared.conflicts)
        self.found += max(cleared.found, len(cleared.conflicts))

    def add_concluded(self, conflicts: Sequence[Conflict]) -> None:
        """Add what can be told of the whole batch alone."""
        self.conflicts.extend(conflicts)
        self.found += len(conflicts)

    def end_unreadable(self, conflicts: Sequence[Conflict]) -> None:
        """Note that the file cannot be read to its end: no row of it is fine then."""
        self.is_readable = False
        self.conflicts = list(conflicts)
        self.found = len(conflicts)
        self.dropped.clear()
        for sheet in self.sheets.values():
            sheet.rejected = sheet.received
            sheet.withheld = 0


@dataclass(frozen=True)
class LaptopClearing:
    """A file of case sheets, how it is read, and the rules to clear it by. Every reading gives the same.

    With a tokenizer the cases get link tokens, in the cleared file alone.
    """

    file: SheetFile
    rules: ClearingRules
    declared: Reading = UNDECLARED
    tokenizer: Tokenizer | None = field(default=None, repr=False)

    def examine(self, watch: Watch = UNWATCHED) -> Examination:
        """Read and clear the whole file and keep nothing but what was found.

        A file that cannot be read has no accepted row. Raises Stop when it cannot be opened.
        """
        found = Examination()
        try:
            for _ in self._cleared(found, watch, None):
                pass
        except Unreadable as unreadable:
            found.end_unreadable(unreadable.conflicts)
        return found

    def make_tokens(self, watch: Watch = UNWATCHED) -> None:
        """Have the tokenizer make all tokens, which it remembers: nobody waits for them then while the file is sent."""
        for _ in self._cleared(Examination(), watch, self.tokenizer):
            pass

    def cleared_file(self, found: Examination, watch: Watch = UNWATCHED) -> Iterator[bytes]:
        """The accepted rows in pieces: of a CSV file as CSV, of all other forms as a ZIP of CSVs.

        Raises Stop when the file is not the one any more that gave `found`.
        """
        write = as_csv if self.is_one_csv else as_archive
        yield from write(self._same_as(found, watch))

    @property
    def is_one_csv(self) -> bool:
        """Whether the cleared file is one CSV."""
        return self.file.form == "csv"

    def _same_as(self, found: Examination, watch: Watch) -> Iterator[ClearedChunk]:
        again = Examination()
        yield from self._cleared(again, watch, self.tokenizer)
        counts = [{name: sheet.counts() for name, sheet in one.sheets.items()} for one in (found, again)]
        if counts[0] != counts[1]:
            raise Stop("The file was changed while it was read. Try again.", ExitCode.TRY_AGAIN)

    def _cleared(
        self, found: Examination, watch: Watch, tokenizer: Tokenizer | None
    ) -> Iterator[ClearedChunk]:
        form = self.file.form
        clearing = Clearing(self.rules, keeps_cases=form in FORMS_OF_SHEETS, tokenizer=tokenizer)
        # No name holds a raw chunk here, so that it is gone before its cleared rows are used.
        for cleared in map(clearing.clear, open_sheets(self.file.pieces(watch.read), form, self.declared)):
            found.add(cleared)
            watch.rows(found.received)
            yield cleared
        found.add_concluded(clearing.conclude())
