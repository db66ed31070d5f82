"""Chunks in the words of their sender to chunks in ours: columns, codes and dates under their one name.

Labels of the code lists in any language become codes, dates of the declared format become those of ISO 8601,
and "24,0" becomes 24. What is not known exactly goes on as it came, and clearing refuses it. A file in codes
must cost next to nothing, so a column of known values is passed on untouched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from anonymizer.catalogue.fields import CODE_LISTS, FIELDS, MAX_CELL, NOTHING, SEPARATOR, Treatment
from anonymizer.catalogue.languages import label_aliases
from anonymizer.catalogue.sheets import SHEETS, SheetColumn
from anonymizer.chunks import RawChunk
from anonymizer.clearing.distinct import MAX_REMEMBERED
from anonymizer.declared import UNDECLARED, Reading, check_reading
from anonymizer.reading.headers import columns_of, normal_name
from anonymizer.written_dates import iso_of

_ZERO_DECIMALS = re.compile(r"([0-9]{1,5})[.,]0{1,2}")
"""A whole number as a spreadsheet writes it with decimals. Three zeros may be thousands and are left alone."""
_NUMBERS = frozenset({Treatment.BAND, Treatment.DAYS_BAND, Treatment.NUMBER})


class Translation:
    """Translates the chunks of one batch and remembers, in memory alone, the values that it has seen."""

    def __init__(self, reading: Reading = UNDECLARED) -> None:
        """Raises Unreadable when the reading declares what we do not read."""
        check_reading(reading)
        self._reading = reading
        self._sheets: dict[str, Mapping[str, _Words]] = {}

    def apply(self, chunk: RawChunk) -> RawChunk:
        """The chunk in the columns of its sheet. Raises Unreadable when a column comes twice."""
        names = columns_of(list(chunk.columns), chunk.sheet, self._reading.profile_columns)
        words = self._words_of(chunk.sheet)
        columns = {
            name: words[name].over(cells) if name in words else cells
            for name, cells in zip(names, chunk.columns.values(), strict=True)
        }
        return RawChunk(columns, chunk.rows, chunk.sheet)

    def _words_of(self, sheet: str) -> Mapping[str, _Words]:
        if sheet not in self._sheets:
            self._sheets[sheet] = {
                column.column: words
                for column in SHEETS[sheet].columns
                if (words := _words(column, self._reading.declared_dates))
            }
        return self._sheets[sheet]


class _Words:
    """One column's values: those that stay, and what the others become."""

    def __init__(
        self, translate: Callable[[str], str], known: Iterable[str], *, several: bool = False
    ) -> None:
        self._translate = translate
        self._known = frozenset(known)
        self._several = several
        self._staying = set(self._known)
        self._changing: dict[str, str] = {}

    def over(self, cells: list[str]) -> list[str]:
        """The cells translated, each distinct value once; the same list when all of them stay."""
        if self._stay(cells):
            return cells
        self._learn(set(cells) - self._staying)
        if not self._changing:
            return cells
        return [self._changing.get(cell, cell) for cell in cells]

    def _stay(self, cells: list[str]) -> bool:
        """Of several codes in a cell there are too many combinations to remember, so they are taken apart at once."""
        if self._several:
            return self._known.issuperset(SEPARATOR.join(cells).split(SEPARATOR))
        return self._staying.issuperset(cells)

    def _learn(self, values: set[str]) -> None:
        if len(self._staying) + len(self._changing) > MAX_REMEMBERED + len(self._known):
            self._staying = set(self._known)
            self._changing.clear()
        for value in values - self._changing.keys():
            translated = self._translate(value)
            if translated == value:
                self._staying.add(value)
            else:
                self._changing[value] = translated


def _words(column: SheetColumn, dates: str) -> _Words | None:
    """How the values of a column are translated; None when they are never anything but what they are."""
    field = FIELDS[column.entity, column.field]
    if field.type == "date":
        return _Words(partial(iso_of, dates=dates), [""]) if dates else None
    is_number = field.treatment in _NUMBERS
    if field.code_list:
        codes = CODE_LISTS[field.code_list]
        known = frozenset({"", NOTHING, *codes.codes, *codes.aliases})
        translate = _coded(field.code_list, known, several=column.several, is_number=is_number)
        return _Words(translate, known, several=column.several)
    return _Words(_whole_number, [""]) if is_number else None


def _coded(code_list: str, known: frozenset[str], *, several: bool, is_number: bool) -> Callable[[str], str]:
    """The function that finds the code of a cell: for the cell as a whole, else for each of several values."""

    def one(text: str) -> str:
        return text if text.strip() in known else label_aliases(code_list).get(normal_name(text), text)

    def code_of(cell: str) -> str:
        translated = one(_whole_number(cell) if is_number else cell)
        if translated != cell or not several or len(cell) > MAX_CELL:
            return translated
        return SEPARATOR.join(map(one, cell.split(SEPARATOR)))

    return code_of


def _whole_number(text: str) -> str:
    written = _ZERO_DECIMALS.fullmatch(text.strip())
    return written[1] if written else text
