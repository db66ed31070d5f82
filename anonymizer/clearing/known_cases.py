"""What clearing knows of the cases of a batch while it clears their modules: days, ages, and what became of them.

Intervals begin on a day that the case sheet gives, so that raw days live here until the next cases come, or, for an
archive or a workbook, until the batch ends. In memory alone: they must never be written, logged or given away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from anonymizer.catalogue.sheets import IDENTIFIED_ON
from anonymizer.chunks import Columns

KEPT = "kept"
WITHHELD = "withheld"
"""Without consent: a token, a country and a year are kept, and no module."""
REFUSED = "refused"

RAW_DAYS = (IDENTIFIED_ON, "returned_on", "registered_on")
"""Columns of the case sheet that are known to the day, as they came."""
CLEARED = ("case_number", "child_status", "nationality", "country_of_recruitment", "returned_after")
"""Columns of the case sheet that are known as they were cleared; `case_number` is the token."""
FATE = "fate"
CASE = "case."
"""Stands before the names of what is known of a case, where they stand beside the columns of a module."""


class Noted(NamedTuple):
    """One thing that a module says about a case and that clearing the modules after it asks for."""

    column: str
    known_as: str
    only: frozenset[str] = frozenset()


NOTED: Mapping[str, tuple[Noted, ...]] = MappingProxyType(
    {
        "consent": (Noted("to_referral_abroad", "to_referral_abroad"),),
        "return": (Noted("return_date", "returned_on"),),
        "reintegration": (Noted("retrafficked", "retrafficked", frozenset({"Y"})),),
        "child": (Noted("bid_done", "bid_done"),),
    }
)
"""Of several rows of a case the first with an answer counts. `return_date` is noted as it came."""
CLEARING_ORDER = ("cases", "consent", "return", "reintegration", "child")
"""These sheets first, in this order, so that what later ones ask for is known; the others in any order."""


class KnownCases:
    """The cases of the latest chunk, or of all chunks of a batch that comes sheet by sheet."""

    def __init__(self, *, keeps_all: bool) -> None:
        self._keeps_all = keeps_all
        self._columns: dict[str, list[str]] = {}
        self._rows: list[int] = []
        self._by_token: dict[str, dict[str, str]] = {}
        self._noted: dict[str, dict[str, str]] = {}
        self._texts: dict[str, str] = {}

    def note_cases(
        self, raw: Columns, cleared: Columns, *, fates: Sequence[str], rows: Sequence[int]
    ) -> None:
        """Know the cases of a chunk of the case sheet, with what became of each."""
        nothing = [""] * len(rows)
        known = {name: raw.get(name, nothing) for name in RAW_DAYS}
        known |= {name: cleared[name] for name in CLEARED}
        known[FATE] = list(fates)
        if self._keeps_all:
            for name, cells in known.items():
                shared = cells if name == "case_number" else map(self._texts.setdefault, cells, cells)
                self._columns.setdefault(name, []).extend(shared)
            self._rows.extend(rows)
        else:
            self._columns, self._rows = known, list(rows)
            self._noted.clear()
        self._by_token.clear()

    def note_module(self, sheet: str, columns: Columns) -> None:
        """Know what a module says about its cases; `return_date` as it came."""
        for noted in NOTED.get(sheet, ()):
            of_case = self._noted.setdefault(noted.known_as, {})
            for token, cell in zip(columns["case_number"], columns[noted.column], strict=True):
                if cell and (not noted.only or cell in noted.only):
                    of_case.setdefault(token, cell)

    def column(self, name: str, tokens: Sequence[str]) -> list[str]:
        """What is known of each of some cases under a name; empty where nothing is."""
        of_sheet, noted = self._of_sheet(name), self._noted.get(name, {})
        if not noted:
            return [of_sheet.get(token, "") for token in tokens]
        return [noted.get(token) or of_sheet.get(token, "") for token in tokens]

    def rows_of(self, child_status: frozenset[str]) -> Iterator[tuple[int, str]]:
        """(row in the case sheet, token) of the accepted cases with one of some statuses."""
        if self._columns:
            names = ("case_number", "child_status", FATE)
            cells = zip(self._rows, *(self._columns[name] for name in names), strict=True)
            yield from (
                (row, token) for row, token, status, fate in cells if status in child_status and fate == KEPT
            )

    def _of_sheet(self, name: str) -> dict[str, str]:
        """Of a case number that comes twice the first row counts; of a refused row nothing but that it was."""
        if name not in self._columns:
            return {}
        if name not in self._by_token:
            of_rows = (self._columns["case_number"], self._columns[name], self._columns[FATE])
            self._by_token[name] = {
                token: cell
                for token, cell, fate in zip(*map(reversed, of_rows), strict=True)
                if token and (name == FATE or fate == KEPT)
            }
        return self._by_token[name]
