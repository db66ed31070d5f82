"""Clears the annual forms, which are about a country and a year and about no case."""

from __future__ import annotations

from collections.abc import Sequence

from anonymizer.catalogue.sheets import Sheet
from anonymizer.chunks import Columns
from anonymizer.clearing.forms import Found, Work
from anonymizer.clearing.known_cases import KnownCases
from anonymizer.clearing.misplaced import with_identifiers
from anonymizer.clearing.modules import FORM_KEY, SheetForm
from anonymizer.clearing.rules import ClearingRules


class FormRows:
    """One annual form of one batch: at most one row for a country and year."""

    def __init__(self, sheet: Sheet, rules: ClearingRules) -> None:
        self._form = SheetForm(sheet, rules)
        self._no_case = KnownCases(keeps_all=False)
        self._seen: set[tuple[str, ...]] = set()

    def clear(self, raw: Columns, rows: Sequence[int]) -> Work:
        """Clear the columns that came; `rows` are the numbers of the rows."""
        columns, found = self._form.clear(raw, len(rows), self._no_case)
        return Work(columns, [*with_identifiers(raw, found), *self._doubled(columns, found)])

    def _doubled(self, columns: Columns, found: Found) -> Found:
        """The rows whose country and year came before, where both are right."""
        refused = {(place, name) for place, name, _ in found}
        doubled = []
        for place, key in enumerate(zip(*(columns[name] for name in FORM_KEY), strict=True)):
            if refused.isdisjoint((place, name) for name in FORM_KEY):
                doubled += [(place, FORM_KEY[1], "doubled_form")] if key in self._seen else []
                self._seen.add(key)
        return doubled
