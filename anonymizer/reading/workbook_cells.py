"""The cells of one sheet, before their values are read: where something stands, and what must not stand there.

Runs in the process that reads workbooks. It looks at opening tags alone and sees no text of a cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from anonymizer.reading.headers import MAX_COLUMNS
from anonymizer.reading.workbook_parts import Attributes, BrokenWorkbookError, local_name

_MAX_LETTERS = 3
_KINDS = {"b": "boolean_cell", "e": "error_cell"}
"""Types of cells that no sheet has, and the code of the conflict."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something that must not be there: its code, and its row and column from 1 (0: not one row or column)."""

    code: str
    row: int = 0
    column: int = 0


class CellScan:
    """Collects, tag by tag, what is wrong with a sheet. Pass `opening` to `read_elements`, then ask."""

    def __init__(self, *, last_row: int, most_places: int) -> None:
        self.is_empty = True
        self.places: list[Place] = []
        self._last_row = last_row
        self._most_places = most_places
        self._row = 0
        self._row_text = ""
        self._column = 0
        self._kind = ""
        self._is_row_hidden = False
        self._columns: dict[str, int] = {}
        self._hidden_columns: list[range] = []
        self._filled_columns: set[int] = set()
        self._told_once: set[str] = set()

    def opening(self, name: str, attributes: Attributes) -> None:
        """Take note of one element. The names of cells come first: there are most of them."""
        match name if ":" not in name else _unprefixed(name):
            case "c":
                self._begin_cell(attributes)
            case "v" | "is":
                self._note_value()
            case "row":
                self._begin_row(attributes)
            case "f":
                self._note("formula", self._row, self._column)
            case "col":
                self._begin_column(attributes)
            case "mergeCell":
                self._note_merged(attributes)
            case "oleObject":
                self._note("embedded_object")
            case _:
                pass

    def found(self) -> Iterator[Place]:
        """Everything that must not be there, hidden columns last."""
        yield from self.places
        for hidden in self._hidden_columns:
            filled = [column for column in self._filled_columns if column in hidden]
            if filled:
                yield Place("hidden_column", 0, min(filled))

    def _begin_row(self, attributes: Attributes) -> None:
        number = attributes.get("r", "")
        row = int(number) if number.isdecimal() and number.isascii() else self._row + 1
        if row <= self._row or (number and str(row) != number):
            raise BrokenWorkbookError
        self._row, self._row_text, self._column = row, str(row), 0
        self._is_row_hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") == "0"

    def _begin_cell(self, attributes: Attributes) -> None:
        """Two readers find the cell at the same place, or the workbook is refused."""
        reference = attributes.get("r")
        column = self._column + 1
        if reference is not None:
            if not reference.endswith(self._row_text):
                raise BrokenWorkbookError
            column = self._column_of(reference[: -len(self._row_text)])
        if column <= self._column or not self._row:
            raise BrokenWorkbookError
        self._column, self._kind = column, attributes.get("t", "")

    def _column_of(self, letters: str) -> int:
        if (known := self._columns.get(letters)) is not None:
            return known
        if not (
            letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) <= _MAX_LETTERS
        ):
            raise BrokenWorkbookError
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - ord("A") + 1
        self._columns[letters] = column
        return column

    def _note_value(self) -> None:
        self.is_empty = False
        self._filled_columns.add(self._column)
        if self._kind in _KINDS:
            self._note(_KINDS[self._kind], self._row, self._column)
        if self._is_row_hidden:
            self._note("hidden_row", self._row)
            self._is_row_hidden = False  # told once
        if self._column > MAX_COLUMNS:
            self._note_once("too_many_columns", self._row, self._column)
        if self._row > self._last_row:
            self._note_once("too_many_rows", self._row, self._column)

    def _begin_column(self, attributes: Attributes) -> None:
        is_hidden = attributes.get("hidden") in ("1", "true") or attributes.get("width") == "0"
        ends = attributes.get("min", ""), attributes.get("max", "")
        if is_hidden and all(end.isdecimal() and end.isascii() for end in ends):
            first, last = map(int, ends)
            self._hidden_columns.append(range(first, last + 1))

    def _note_merged(self, attributes: Attributes) -> None:
        """The first cell of those that were merged."""
        letters = attributes.get("ref", "").partition(":")[0].rstrip("0123456789")
        row = attributes.get("ref", "").partition(":")[0][len(letters) :]
        self._note("merged_cells", int(row) if row.isascii() and row else 0, self._column_of(letters))

    def _note_once(self, code: str, row: int, column: int) -> None:
        """Where a sheet goes too far, the first cell says enough."""
        if code not in self._told_once:
            self._told_once.add(code)
            self._note(code, row, column)

    def _note(self, code: str, row: int = 0, column: int = 0) -> None:
        if len(self.places) < self._most_places:
            self.places.append(Place(code, row, column))


def _unprefixed(name: str) -> str:
    """The local name; formulas of the extensions (`xm:f`) belong to drop-downs and not to cells."""
    return "" if name == "xm:f" else local_name(name)
