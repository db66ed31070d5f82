"""Clears the rows of a module: numbers of order, one row where one belongs, one fate for the rows of a case.

All rows of a case stand or fall together, because together they take the place of the rows that were there. Rows of
a case without consent are left out; they must not be told apart by anything but that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from anonymizer.catalogue.fields import FIELDS, Treatment
from anonymizer.catalogue.findings import FINDINGS
from anonymizer.catalogue.sheets import NUMBERED, Sheet
from anonymizer.chunks import Columns
from anonymizer.clearing.forms import Found, Work
from anonymizer.clearing.known_cases import FATE, NOTED, REFUSED, WITHHELD, KnownCases
from anonymizer.clearing.misplaced import with_identifiers
from anonymizer.clearing.modules import SheetForm
from anonymizer.clearing.rules import ARCHIVE, ClearingRules
from anonymizer.clearing.tokens_seen import TokensSeen

CHILD_SHEET = "child"
CHILDREN = frozenset({"CHILD", "PRESUMED_CHILD"})
"""Whoever is presumed to be a child is treated as one (Council of Europe Convention, art. 10(3))."""
AS_IT_CAME = frozenset({"return_date"})
"""Noted to the day, because it is compared with other days."""

Places = Mapping[str, Sequence[int]]
"""Token of a case → the positions of its rows."""


class ModuleRows:
    """One module of one batch. It remembers the cases that had rows, and tells `known` what later modules ask."""

    def __init__(self, sheet: Sheet, rules: ClearingRules, known: KnownCases) -> None:
        self._sheet = sheet
        self._form = SheetForm(sheet, rules)
        self._is_archive = rules.basis == ARCHIVE
        self._known = known
        self._tokens = TokensSeen()

    def clear(self, raw: Columns, rows: Sequence[int]) -> Work:
        """Clear the columns that came; `rows` are the numbers of the rows."""
        columns, found = self._form.clear(raw, len(rows), self._known)
        found = with_identifiers(raw, found)
        tokens = columns["case_number"]
        cases = _rows_by_case(tokens)
        found += _number_rows(self._sheet, columns, cases)
        found += self._came_before(cases)
        fates = self._known.column(FATE, tokens)
        found += [(at, "case_number", "case_refused") for at, fate in enumerate(fates) if fate == REFUSED]
        found += _stand_together(found, tokens, cases)
        withheld = {place for place, fate in enumerate(fates) if fate == WITHHELD}
        found = [finding for finding in found if finding[0] not in withheld]
        found += [(place, "case_number", "consent_withheld") for place in sorted(withheld)]
        self._note(raw, columns, _errors(found) | withheld)
        return Work(columns, found, withheld, self._children_without_a_row(cases))

    def _came_before(self, cases: Places) -> Found:
        """A case's rows come in one chunk: later ones would take the place of those that were right."""
        doubled = [places for token, places in cases.items() if not self._tokens.add(token)]
        return [(place, "case_number", "doubled_case_number") for places in doubled for place in places]

    def _note(self, raw: Columns, columns: Columns, left_out: set[int]) -> None:
        told = {}
        for name in ("case_number", *(noted.column for noted in NOTED.get(self._sheet.name, ()))):
            cells = raw[name] if name in AS_IT_CAME and name in raw else columns[name]
            told[name] = [cell.strip() for place, cell in enumerate(cells) if place not in left_out]
        self._known.note_module(self._sheet.name, told)

    def _children_without_a_row(self, cases: Places) -> Found:
        """Where nobody sends the sheet for children, nobody is asked for it."""
        if self._sheet.name != CHILD_SHEET or self._is_archive:
            return []
        children = self._known.rows_of(CHILDREN)
        return [(row, "child_status", "child_block_missing") for row, token in children if token not in cases]


def _rows_by_case(tokens: Sequence[str]) -> dict[str, list[int]]:
    """The positions of the rows of each case, in their order. Rows without a token belong to none."""
    places: dict[str, list[int]] = {}
    for place, token in enumerate(tokens):
        if token:
            places.setdefault(token, []).append(place)
    return places


def _number_rows(sheet: Sheet, columns: Columns, cases: Places) -> Found:
    """Fill the numbers that are missing, and find the rows that have the place of an earlier one.

    An empty number becomes the lowest one that no row of the case has, in the order of the rows.
    """
    if sheet.kind == "one":
        return [
            (place, "case_number", "doubled_case_number") for places in cases.values() for place in places[1:]
        ]
    name = NUMBERED[sheet.name]
    if FIELDS[sheet.name, name].treatment is Treatment.NUMBER:
        columns[name] = list(columns[name])
        for places in cases.values():
            _fill_numbers(columns[name], places)
    return [*_doubled(name, columns[name], cases), *_too_many(sheet, name, columns[name], cases)]


def _fill_numbers(numbers: list[str], places: Sequence[int]) -> None:
    taken = {numbers[place] for place in places}
    free = (str(number) for number in range(1, len(places) + 1) if str(number) not in taken)
    for place in places:
        numbers[place] = numbers[place] or next(free)


def _doubled(name: str, numbers: Sequence[str], cases: Places) -> Iterator[tuple[int, str, str]]:
    for places in cases.values():
        seen: set[str] = set()
        for place in places:
            if numbers[place] in seen:
                yield place, name, "doubled_number_of_order"
            seen.add(numbers[place])


def _too_many(
    sheet: Sheet, name: str, numbers: Sequence[str], cases: Places
) -> Iterator[tuple[int, str, str]]:
    """More rows than there are numbers."""
    high = FIELDS[sheet.name, name].high
    for places in cases.values():
        if high is not None and len(places) > high:
            yield from (
                (place, name, "number_out_of_range") for place in places if int(numbers[place] or 0) > high
            )


def _stand_together(found: Found, tokens: Sequence[str], cases: Places) -> Found:
    """The rows that are right but whose case has a row that is not."""
    wrong = _errors(found)
    fallen = {tokens[place] for place in wrong} - {""}
    return [
        (place, "case_number", "other_row_refused")
        for token in sorted(fallen)
        for place in cases[token]
        if place not in wrong
    ]


def _errors(found: Found) -> set[int]:
    return {place for place, _, code in found if FINDINGS[code].severity == "error"}
