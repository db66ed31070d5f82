"""The list of conflicts that a sender gets: in the order of the rows, and no longer than anybody reads.

It turns positions and codes into sentences. It never sees a cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from anonymizer.catalogue.fields import FIELDS
from anonymizer.catalogue.findings import FINDINGS, Conflict, Severity, conflict_of
from anonymizer.catalogue.sheets import SHEETS

MAX_CONFLICTS = 1_000
"""Listed for one batch; more are counted. Nobody reads further before correcting and sending again."""
MAX_WARNINGS = 200
"""Of these, so that warnings never crowd out the errors."""

_FILLS = {
    name: {column.column: (column.entity, column.field) for column in sheet.columns}
    for name, sheet in SHEETS.items()
}
_ORDER = {name: {column: place for place, column in enumerate(columns)} for name, columns in _FILLS.items()}
_TOKENS = ("case", "case_token")
"""What link tokens stand beside: their column is of no sheet that anybody fills."""


class Listing:
    """The conflicts of one batch, as long as there is room to list them."""

    def __init__(self) -> None:
        self._listed: Counter[str] = Counter()

    def conflicts(
        self, found: Iterable[tuple[int, str, str]], rows: Sequence[int], sheet: str
    ) -> Iterator[Conflict]:
        """Findings as (position, column, code), as conflicts by row, column and code."""
        order = _ORDER[sheet]
        for place, column, code in sorted(
            found, key=lambda one: (one[0], order.get(one[1], len(order)), one[2])
        ):
            yield from self.conflict(code, row=rows[place], column=column, sheet=sheet)

    def conflict(self, code: str, *, row: int, column: str, sheet: str) -> Iterator[Conflict]:
        """One conflict, or none when there is no room for it."""
        if self._has_room(FINDINGS[code].severity):
            entity, field = _FILLS[sheet].get(column, _TOKENS)
            code_list = FIELDS[entity, field].code_list
            yield conflict_of(code, row=row, column=column, entity=entity, code_list=code_list, sheet=sheet)

    def _has_room(self, severity: Severity) -> bool:
        """Take a place in the list, if there is one left."""
        is_full = self._listed.total() >= MAX_CONFLICTS
        if is_full or (severity == "warning" and self._listed[severity] >= MAX_WARNINGS):
            return False
        self._listed[severity] += 1
        return True
