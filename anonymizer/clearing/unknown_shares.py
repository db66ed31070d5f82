"""Counts the unknowns of the columns that must be filled, to tell the sender where a whole batch says little.

It keeps two numbers a column. It must never keep a cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from anonymizer.catalogue.fields import FIELDS, UNKNOWN, UNKNOWN_COUNTRY
from anonymizer.catalogue.sheets import SHEETS, stands_for_unknown
from anonymizer.chunks import Columns

MOST_UNKNOWN = 0.30
"""Share of a column: above it a table of the column says little. A choice of this project, to be printed."""
FEWEST_ROWS = 20
"""Below, a share says nothing."""

_COUNTED = {
    sheet.name: tuple(
        (column.column, unknown)
        for column in sheet.columns
        if column.is_required
        and FIELDS[column.entity, column.field].code_list
        and (unknown := stands_for_unknown(column.entity, column.field)) in (UNKNOWN, UNKNOWN_COUNTRY)
    )
    for sheet in SHEETS.values()
}
"""Where an empty cell is an error, unknown is what somebody wrote."""


class UnknownShares:
    """The cells and the unknown ones among them, by sheet and column."""

    def __init__(self) -> None:
        self._cells: Counter[tuple[str, str]] = Counter()
        self._unknown: Counter[tuple[str, str]] = Counter()

    def count(self, sheet: str, columns: Columns) -> None:
        """Count the accepted rows of a chunk. Cells that consent left empty do not count."""
        for column, unknown in _COUNTED[sheet]:
            cells = columns[column]
            self._cells[sheet, column] += len(cells) - cells.count("")
            self._unknown[sheet, column] += cells.count(unknown)

    def mostly_unknown(self) -> Iterator[tuple[str, str]]:
        """(sheet, column) of those with too many."""
        for place, cells in self._cells.items():
            if cells >= FEWEST_ROWS and self._unknown[place] > MOST_UNKNOWN * cells:
                yield place
